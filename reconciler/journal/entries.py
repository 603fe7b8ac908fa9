"""Entries <-> the records of a chain, as `schemas/journal.schema.json` describes them."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, assert_never

from reconciler.model.event import (
    ApplyFinished,
    ApplyResumed,
    ApplyStarted,
    AttestationWritten,
    Entry,
    JournalRepaired,
    OutcomeFound,
    PageAnswered,
)
from reconciler.model.outcome import Said
from reconciler.model.page import PageId
from reconciler.planning.outcome_data import outcome_data, outcome_from, subject_data, subject_from

if TYPE_CHECKING:
    from reconciler.journal.chain import Record
    from reconciler.model.event import Event

_COUNTS = ("verified", "contradicted", "pending", "skipped", "failed")


def content_of(event: Event, *, time: datetime, by: str, plan: str) -> Record:
    """What an entry says, before it is sealed."""
    return {"time": time.isoformat(timespec="seconds"), "by": by, "plan": plan, **_event_data(event)}


def entry_of(record: Record) -> Entry:
    """The entry of a record; raises KeyError, TypeError or ValueError where it is none that this version knows."""
    return Entry(
        sequence=record["sequence"],
        time=datetime.fromisoformat(record["time"]),
        by=record["by"],
        plan=record["plan"],
        event=_event_from(dict(record)),
        previous=record["previous"],
        hash=record["hash"],
    )


def _event_data(event: Event) -> dict[str, Any]:
    match event:
        case ApplyStarted(plan_file, accepted, due):
            return {"event": "started", "planFile": plan_file, "accepted": list(accepted), "due": due}
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
            return ApplyStarted(data["planFile"], tuple(data["accepted"]), data["due"])
        case "resumed":
            return ApplyResumed(data["left"])
        case "answered":
            subjects = tuple(subject_from(subject) for subject in data["subjects"])
            return PageAnswered(data["school"], PageId(data["page"]), Said(data["said"]), subjects)
        case "attested":
            subjects = tuple(subject_from(subject) for subject in data["subjects"])
            expires = date.fromisoformat(data["expires"])
            return AttestationWritten(data["file"], expires, data["reference"], subjects)
        case "outcome":
            return OutcomeFound(outcome_from(data))
        case "applied":
            return ApplyFinished(**{name: data[name] for name in _COUNTS})
        case "repaired":
            return JournalRepaired(data["cut"])
        case unknown:
            raise ValueError(f"there is no event {unknown!r}")
