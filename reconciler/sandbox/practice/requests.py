"""Requests for practice pages and the answers to them, with the messages that a page shows once something is saved."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from reconciler.sandbox.control.controls import Controls
from reconciler.sandbox.state.database import SandboxSchool


class FlashMessage(StrEnum):
    """The messages; the first is the guide's, the others are ours."""

    USER_SAVED = "User Details Saved"
    PERMISSIONS_SAVED = "Permissions Saved"
    ROLE_SAVED = "Role Saved"
    DEFAULTS_SAVED = "Defaults Saved"
    RECORDS_UPDATED = "Records Updated"
    APPLICATION_GRANTED = "Application Granted"
    APPLICATION_REVOKED = "Application Revoked"

    @property
    def word(self) -> str:
        """How an address names it: `user-details-saved`."""
        return self.value.lower().replace(" ", "-")


def flash_message(word: str) -> str:
    """The message that an address names; empty for any other word."""
    return next((message.value for message in FlashMessage if message.word == word), "")


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a form or of a query: every value of each, in order."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The first value; empty where there is none."""
        return next(iter(self.values.get(name, ())), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value."""
        return tuple(self.values.get(name, ()))

    def has(self, name: str) -> bool:
        """Whether the field is there: a box that is not ticked, or a button that was not pressed, is not."""
        return name in self.values


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A request for a page of a school. `form` is None where the page is looked at, and nothing is sent to it."""

    controls: Controls
    school: SandboxSchool
    query: Fields
    form: Fields | None

    @property
    def school_id(self) -> int:
        """The school's School ID."""
        return self.school.school_id


@dataclass(frozen=True, slots=True)
class PageResponse:
    """A page to show: its template and what stands in it."""

    template: str
    values: Mapping[str, Any]
    status: int = 200


@dataclass(frozen=True, slots=True)
class Redirect:
    """What was sent is done: a page of the school to go on with, and what that page then says."""

    path: str
    message: FlashMessage
    query: Mapping[str, str] = field(default_factory=dict)


View: TypeAlias = Callable[[PageRequest], PageResponse | Redirect]
