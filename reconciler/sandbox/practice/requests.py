"""What is asked of a practice page, and what it answers: no HTTP in here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from reconciler.sandbox.control.controls import Controls
from reconciler.sandbox.practice.flash_messages import FlashMessage
from reconciler.sandbox.state.database import SandboxSchool


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
class Shown:
    """A page to show: its template and what stands in it."""

    template: str
    values: Mapping[str, Any]
    status: int = 200


@dataclass(frozen=True, slots=True)
class Moved:
    """What was sent is done: a page of the school to go on with, and what that page then says."""

    path: str
    said: FlashMessage
    query: Mapping[str, str] = field(default_factory=dict)


View: TypeAlias = Callable[[PageRequest], Shown | Moved]
