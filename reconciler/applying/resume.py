"""How far the applies of a journal came, as its entries say."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from reconciler.applying.queue import Key
from reconciler.errors import PlanRefused
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.journal import (
    ApplyFinished,
    ApplyStarted,
    AttestationWritten,
    Event,
    JournalEntry,
    OutcomeFound,
    PageAnswered,
)
from reconciler.model.outcome import Outcome, PageAnswer

Vouched: TypeAlias = "tuple[str, str, Aspect]"


@dataclass(slots=True)
class ApplyProgress:
    """How far the last apply of a plan came.

    fingerprint  the plan's
    plan_file    where the approved plan was kept
    accepted     the names of the limits that were accepted when it was begun
    said         {subject: what the person said last}
    told         the pages that were answered with done
    found        {subject: its last outcome}
    expires      until when it may be carried out; None where its journal does not say so
    vouched      {(school, supplier, aspect)} that somebody gave their word on during this apply
    finished     every page was answered, and everything was probed at the end
    """

    fingerprint: str
    plan_file: str
    accepted: tuple[str, ...] = ()
    expires: datetime | None = None
    said: dict[FactRef, PageAnswer] = field(default_factory=dict)
    told: set[Key] = field(default_factory=set)
    found: dict[FactRef, Outcome] = field(default_factory=dict)
    vouched: set[Vouched] = field(default_factory=set)
    finished: bool = False

    def hear(self, event: Event) -> None:
        """Go on by one entry of the journal."""
        match event:
            case PageAnswered(school, page, said, subjects):
                self.said |= dict.fromkeys(subjects, said)
                if said is PageAnswer.DONE:
                    self.told.add((school, page))
            case AttestationWritten(subjects=subjects):
                self.vouched |= {(subject.school, subject.supplier, subject.aspect) for subject in subjects}
            case OutcomeFound(outcome):
                self.found[outcome.subject] = outcome
            case ApplyFinished():
                self.finished = True
            case _:
                pass


def progress_of(entries: Iterable[JournalEntry]) -> tuple[ApplyProgress, ...]:
    """How far the last apply of each plan came, in the order in which they were started."""
    found: dict[str, ApplyProgress] = {}
    for entry in entries:
        if isinstance(entry.event, ApplyStarted):
            found.pop(entry.plan, None)
            found[entry.plan] = ApplyProgress(
                entry.plan, entry.event.plan_file, entry.event.accepted, entry.event.expires
            )
        elif entry.plan in found:
            found[entry.plan].hear(entry.event)
    return tuple(found.values())


def open_applies(entries: Iterable[JournalEntry], now: datetime) -> tuple[ApplyProgress, ...]:
    """The applies that somebody can go on with: begun, not finished and not expired."""
    return tuple(
        progress
        for progress in progress_of(entries)
        if not progress.finished and (progress.expires is None or now <= progress.expires)
    )


def newest_begun(entries: Iterable[JournalEntry], now: datetime) -> ApplyProgress:
    """The newest apply that somebody can go on with; raises PlanRefused where there is none."""
    entries = tuple(entries)
    begun = open_applies(entries, now)
    if not begun:
        last = progress_of(entries)[-1:]
        if last and last[0].expires and not last[0].finished:
            raise PlanRefused(
                f"the plan that was begun expired {last[0].expires.isoformat()}. Nothing was changed: `reconciler "
                "apply` plans anew what is left of it."
            )
        raise PlanRefused(
            "no apply was begun here that is not finished. Nothing was changed. What was skipped, or is not as it "
            "should be, `reconciler apply` plans anew."
        )
    return begun[-1]
