"""Entries <-> the records of a chain, as `schemas/v1/journal.schema.json` describes them."""

import re
from datetime import datetime, timedelta
from typing import Any, Final

from reconciler.codec.json_types import TEXT, TIME, Codec, Key, Misfit, inline, optional, record, tagged
from reconciler.codec.outcomes import OUTCOME
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

_FINGERPRINT: Final = re.compile("(?:[0-9a-f]{64})?")  # empty for an entry that is about no plan

_COMMIT: Final = re.compile("[0-9a-f]{40}|[0-9a-f]{64}")


def _utc(data: Any) -> datetime:
    time: datetime = TIME.load(data)
    if time.utcoffset() != timedelta(0):
        raise Misfit(f"must be in UTC, not {data!r}")
    return time


def _plan(data: Any) -> str:
    """A fingerprint: it names a file, and is shown as it is."""
    if not _FINGERPRINT.fullmatch(TEXT.load(data)):
        raise Misfit("is no fingerprint")
    return TEXT.load(data)


def _commit(data: Any) -> str:
    """A commit: git is asked for it by this name."""
    if not _COMMIT.fullmatch(TEXT.load(data)):
        raise Misfit("is no commit")
    return TEXT.load(data)


_TIME: Final = Codec(lambda time: time.isoformat(timespec="seconds"), _utc)
_EVENT: Final[Codec[Event]] = tagged(
    "event",
    {
        "started": (
            ApplyStarted,
            *("plan_file", "accepted", "due", Key("expires", codec=optional(_TIME), sparse=True)),
            Key("commit", codec=Codec(TEXT.dump, _commit), sparse=True),
        ),
        "resumed": (ApplyResumed, "left"),
        "answered": (PageAnswered, "school", "page", "said", "subjects"),
        "attested": (AttestationWritten, "file", "expires", "reference", "subjects"),
        "outcome": (OutcomeFound, inline("outcome", OUTCOME)),
        "applied": (ApplyFinished, "verified", "contradicted", "pending", "skipped", "failed"),
        "repaired": (JournalRepaired, "cut"),
    },
)
_ENTRY: Final = record(
    JournalEntry,
    *("sequence", Key("time", codec=_TIME), "by", Key("plan", codec=Codec(TEXT.dump, _plan))),
    *(inline("event", _EVENT), "previous", "hash"),
)


def content_of(event: Event, *, time: datetime, by: str, plan: str) -> Record:
    """The content of an entry, before it is sealed."""
    return {"time": _TIME.dump(time), "by": by, "plan": plan, **_EVENT.dump(event)}


def entry_of(record: Record) -> JournalEntry:
    """The entry of a record; raises Misfit where it is none that this version knows."""
    return _ENTRY.load(record)
