"""A form in which a person asks for a change: its fields, and answers -> a request, or faults with their fields."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from reconciler.editing.requests import EditRequest
from reconciler.errors import ReconcilerError
from reconciler.model.desired import Desired
from reconciler.model.plan import Plan
from reconciler.startup import dataclass


class FieldKind(StrEnum):
    """The way in which a field is answered."""

    TEXT = "text"
    DAY = "day"
    ONE = "one"  # of its choices
    SOME = "some"  # of its choices, or none


class Choice(NamedTuple):
    """One of several: the text that comes back, and its words for people. `group` is a heading above several."""

    value: str
    words: str
    note: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class FormField:
    """One question. Without `needed` it may be left empty; `default` is for a field that nobody answered yet."""

    name: str
    label: str
    kind: FieldKind = FieldKind.TEXT
    hint: str = ""
    needed: bool = True
    choices: Sequence[Choice] = ()
    default: str = ""


class FormInput(NamedTuple):
    """The state that a form is made for.

    plan    the last one that was made here; None before the first
    chosen  answers that other fields depend on, such as the supplier whose entities are listed
    by      the name of the person at this computer; may be empty
    """

    desired: Desired
    plan: Plan | None
    chosen: Mapping[str, str]
    by: str
    now: datetime


class FormFault(ReconcilerError):
    """Answers that make no request: {field: the fault}."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("Nothing was written: some answers are missing or cannot be read.")
        self.faults = faults


Answers: TypeAlias = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class EditForm:
    """A form.

    fields  as they are now
    first   the field that is answered before the others are known; empty if there is none
    """

    title: str
    lead: str
    fields: Callable[[FormInput], Sequence[FormField]]
    request: Callable[["FormAnswers", FormInput], EditRequest]
    first: str = ""


class FormAnswers:
    """The answers, read field by field; what is wrong is collected, so that a person hears of all of it at once."""

    def __init__(self, answers: Answers, fields: Sequence[FormField]) -> None:
        self._answers = answers
        self.faults: dict[str, str] = {}
        for field in fields:
            values = self.all(field.name)
            allowed = {choice.value for choice in field.choices}
            if field.needed and not any(values):
                self.faults[field.name] = _MISSING[field.kind]
            elif field.kind in (FieldKind.ONE, FieldKind.SOME) and not allowed.issuperset(values):
                self.faults[field.name] = "This cannot be chosen any more: choose again."

    def text(self, name: str) -> str:
        """The one answer, without space around it; empty if there is none."""
        return next(iter(self._answers.get(name, ())), "").strip()

    def all(self, name: str) -> tuple[str, ...]:
        """Every answer that is not empty."""
        return tuple(text.strip() for text in self._answers.get(name, ()) if text.strip())

    def day(self, name: str, today: date) -> date:
        """The day, which must not be over; a fault gives today."""
        typed = self.text(name)
        try:
            day = date.fromisoformat(typed)
        except ValueError:
            if typed:
                self.faults.setdefault(name, f"This is no day: {typed!r}. Write it like {today.isoformat()}.")
            return today
        if day < today:
            self.faults.setdefault(name, "This day is over.")
        return day


_MISSING: Final = {
    FieldKind.TEXT: "Please write something here.",
    FieldKind.DAY: "Please choose a day.",
    FieldKind.ONE: "Please choose one.",
    FieldKind.SOME: "Please choose at least one.",
}


def read_request(form: EditForm, answers: Answers, given: FormInput) -> EditRequest:
    """Return the request that answers make. Raises FormFault with all that is wrong with them."""
    read = FormAnswers(answers, form.fields(given))
    if read.faults:
        raise FormFault(read.faults)
    request = form.request(read, given)
    if read.faults:
        raise FormFault(read.faults)
    return request
