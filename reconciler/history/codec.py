"""States of a history <-> the text that its file keeps of each: JSON, with the entities as numbers of their table."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from reconciler.codec.json_types import Key, KeyGroup, listed, record
from reconciler.model.address import SchoolDatabase
from reconciler.model.change import UnknownFacts
from reconciler.model.evidence import UnknownReason
from reconciler.model.history import AccessView, PlanView, Subject, ViewEvidence
from reconciler.model.live import Login

_READING: Final = record(
    AccessView,
    *("known", Key("login", sparse=True), Key("reason", sparse=True), Key("by", sparse=True)),
    *(Key("on", sparse=True), Key("until", sparse=True)),
)
_UNKNOWN: Final = record(
    UnknownFacts,
    *("aspect", "name", "facts", "why", KeyGroup(lambda _: {}, lambda _: {"reason": "", "origin": None})),
)
_COMPARISON: Final = record(
    PlanView,
    *("facts", Key("differences", sparse=True), Key("unknown", codec=listed(_UNKNOWN), sparse=True)),
    Key("seen", sparse=True),
)
_SUBJECT: Final = record(Subject)


def reading_text(reading: AccessView, number_of: Callable[[str], int]) -> str:
    """Write what an access could read."""
    data = _READING.dump(reading)
    return _text(data | {"entities": list(map(number_of, reading.names))} if reading.names else data)


def reading_from(text: str, names: Mapping[int, str]) -> AccessView:
    """Read it back; raises ValueError, or LookupError for what is not there. A question reads a thousand of them."""
    data = json.loads(text)
    login, reason, on, until = map(data.get, ("login", "reason", "on", "until"))
    return AccessView(
        ViewEvidence(data["known"]),
        tuple([names[number] for number in data.get("entities", ())]),
        Login(login) if login else None,
        UnknownReason(reason) if reason else None,
        data.get("by", ""),
        date.fromisoformat(on) if on else None,
        date.fromisoformat(until) if until else None,
    )


def comparison_text(comparison: PlanView) -> str:
    """Write what a plan said of a place."""
    return _text(_COMPARISON.dump(comparison))


def comparison_from(text: str) -> PlanView:
    """Read it back; raises ValueError."""
    return _COMPARISON.load(json.loads(text))


def subject_text(subject: Subject) -> str:
    """Write a place."""
    return _text(_SUBJECT.dump(subject))


def subject_from(text: str) -> Subject:
    """Read it back; raises ValueError or LookupError."""
    data = json.loads(text)
    database = data["database"]
    school, supplier, account = data["school"], data["supplier"], data["account"]
    return Subject(SchoolDatabase(database["schoolId"], database["service"]), school, supplier, account)


def scope_text(subjects: frozenset[int]) -> str:
    """Write the subjects of a run, as ranges: `1-75,80`."""
    ranges: list[list[int]] = []
    for subject in sorted(subjects):
        if ranges and ranges[-1][1] == subject - 1:
            ranges[-1][1] = subject
        else:
            ranges.append([subject, subject])
    return ",".join(f"{first}-{last}" if first < last else str(first) for first, last in ranges)


def scope_from(text: str) -> frozenset[int]:
    """Read it back; raises ValueError."""
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(found)


def _text(data: Any) -> str:
    return json.dumps(data, separators=(",", ":"), sort_keys=True)
