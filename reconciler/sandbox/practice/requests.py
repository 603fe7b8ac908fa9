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
        """Its name in an address: `user-details-saved`."""
        return self.value.lower().replace(" ", "-")


def flash_message(word: str) -> str:
    """The message that an address names; empty for any other word."""
    return next((message.value for message in FlashMessage if message.word == word), "")


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of a form or of a query: every value of each, in order."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The first value; empty if there is none."""
        return next(iter(self.values.get(name, ())), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value."""
        return tuple(self.values.get(name, ()))

    def has(self, name: str) -> bool:
        """Return True if the field was sent: an unticked box, or a button that was not pressed, is not."""
        return name in self.values


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A request for a page of a school. `form` is None if nothing is sent to the page."""

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
    """A page to show: a template and its values."""

    template: str
    values: Mapping[str, Any]
    status: int = 200


@dataclass(frozen=True, slots=True)
class Redirect:
    """The form is done: the page of the school to open next, and the message that it then shows."""

    path: str
    message: FlashMessage
    query: Mapping[str, str] = field(default_factory=dict)


View: TypeAlias = Callable[[PageRequest], PageResponse | Redirect]
