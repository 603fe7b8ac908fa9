"""Entries <-> the records of a chain, as `schemas/journal.schema.json` describes them."""

import re
from datetime import date, datetime, timedelta
from typing import Any, Final, assert_never

from reconciler.codec.outcomes import outcome_data, outcome_from, subject_data, subject_from
from reconciler.journal.chain import Record
from reconciler.model.journal import (
    ApplyFinished,
    ApplyResumed,
    ApplyStarted,
    AttestationWritten,
    Event,
    JournalEntry,
    JournalRepaired,
    OutcomeFound,
    PageAnswered,
)
from reconciler.model.outcome import PageAnswer
from reconciler.model.runbook import PageId

_FINGERPRINT: Final = re.compile("(?:[0-9a-f]{64})?")  # none for an entry that is about no plan
_COUNTS: Final = ("verified", "contradicted", "pending", "skipped", "failed")


def content_of(event: Event, *, time: datetime, by: str, plan: str) -> Record:
    """What an entry says, before it is sealed."""
    return {"time": time.isoformat(timespec="seconds"), "by": by, "plan": plan, **_event_data(event)}


def entry_of(record: Record) -> JournalEntry:
    """The entry of a record; raises KeyError, TypeError or ValueError where it is none that this version knows."""
    return JournalEntry(
        sequence=record["sequence"],
        time=_time(record["time"]),
        by=_text(record["by"]),
        plan=_plan(record["plan"]),
        event=_event_from(dict(record)),
        previous=record["previous"],
        hash=record["hash"],
    )


def _event_data(event: Event) -> dict[str, Any]:
    match event:
        case ApplyStarted(plan_file, accepted, due, expires):
            about = {"planFile": plan_file, "accepted": list(accepted), "due": due}
            until = {"expires": expires.isoformat(timespec="seconds")} if expires else {}
            return {"event": "started", **about, **until}
        case ApplyResumed(left):
            return {"event": "resumed", "left": left}
        case PageAnswered(school, page, said, subjects):
            about = {"school": school, "page": page.value, "said": said.value}
            return {"event": "answered", **about, "subjects": [subject_data(subject) for subject in subjects]}
        case AttestationWritten(file, expires, reference, subjects):
            about = {"file": file, "expires": expires.isoformat(), "reference": reference}
            return {"event": "attested", **about, "subjects": [subject_data(subject) for subject in subjects]}
        case OutcomeFound(outcome):
            return {"event": "outcome", **outcome_data(outcome)}
        case ApplyFinished():
            return {"event": "applied", **{name: getattr(event, name) for name in _COUNTS}}
        case JournalRepaired(cut):
            return {"event": "repaired", "cut": cut}
        case _:
            assert_never(event)


def _event_from(data: dict[str, Any]) -> Event:
    match data["event"]:
        case "started":
            until = _time(data["expires"]) if "expires" in data else None
            return ApplyStarted(_text(data["planFile"]), _texts(data["accepted"]), _number(data["due"]), until)
        case "resumed":
            return ApplyResumed(_number(data["left"]))
        case "answered":
            subjects = tuple(subject_from(subject) for subject in data["subjects"])
            return PageAnswered(_text(data["school"]), PageId(data["page"]), PageAnswer(data["said"]), subjects)
        case "attested":
            subjects = tuple(subject_from(subject) for subject in data["subjects"])
            expires = date.fromisoformat(data["expires"])
            return AttestationWritten(_text(data["file"]), expires, _text(data["reference"]), subjects)
        case "outcome":
            return OutcomeFound(outcome_from(data))
        case "applied":
            return ApplyFinished(**{name: _number(data[name]) for name in _COUNTS})
        case "repaired":
            return JournalRepaired(_number(data["cut"]))
        case unknown:
            raise ValueError(f"there is no event {unknown!r}")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return tuple(map(_text, value))


def _number(value: object) -> int:
    if type(value) is not int or value < 0:
        raise TypeError(f"{value!r} is no number of things")
    return value


def _plan(value: object) -> str:
    """A fingerprint: it names a file, and is shown as it is."""
    if not _FINGERPRINT.fullmatch(_text(value)):
        raise ValueError(f"{value!r} is no fingerprint")
    return _text(value)


def _time(value: object) -> datetime:
    time = datetime.fromisoformat(_text(value))
    if time.utcoffset() != timedelta(0):
        raise ValueError(f"{value!r} is no time of UTC")
    return time
