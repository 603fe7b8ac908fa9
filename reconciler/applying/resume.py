"""The progress of the applies in a journal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, TypeAlias

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
from reconciler.model.outcome import Outcome, PageAnswer, Verified

ConfirmedFact: TypeAlias = "tuple[str, str, Aspect]"


@dataclass(slots=True)
class ApplyProgress:
    """The progress of the last apply of a plan.

    fingerprint  the plan's
    plan_file    where the approved plan was kept
    accepted     the names of the limits that were accepted when it was begun
    expires      until when it may be carried out; None in the journals of older versions
    answers      {fact: the last answer to its page}
    done_pages   the pages that were answered with done
    outcomes     {fact: its last outcome}
    confirmed    {(school, supplier, aspect)} that were confirmed during this apply
    finished     every page was answered, and everything was probed at the end
    """

    fingerprint: str
    plan_file: str
    accepted: tuple[str, ...] = ()
    expires: datetime | None = None
    answers: dict[FactRef, PageAnswer] = field(default_factory=dict)
    done_pages: set[Key] = field(default_factory=set)
    outcomes: dict[FactRef, Outcome] = field(default_factory=dict)
    confirmed: set[ConfirmedFact] = field(default_factory=set)
    finished: bool = False

    def advance(self, event: Event) -> None:
        """Go on by one entry of the journal."""
        match event:
            case PageAnswered(school, page, answer, subjects):
                self.answers |= dict.fromkeys(subjects, answer)
                if answer is PageAnswer.DONE:
                    self.done_pages.add((school, page))
                else:  # the person may have gone back to it
                    self.done_pages.discard((school, page))
            case AttestationWritten(subjects=subjects):
                self.confirmed |= {(subject.school, subject.supplier, subject.aspect) for subject in subjects}
            case OutcomeFound(outcome):
                self.outcomes[outcome.subject] = outcome
            case ApplyFinished():
                self.finished = True
            case _:
                pass


def progress_of(entries: Iterable[JournalEntry]) -> tuple[ApplyProgress, ...]:
    """Return how far the last apply of each plan came, in the order in which they were started."""
    last: dict[str, ApplyProgress] = {}
    for entry in entries:
        if isinstance(entry.event, ApplyStarted):
            last.pop(entry.plan, None)
            last[entry.plan] = ApplyProgress(
                entry.plan, entry.event.plan_file, entry.event.accepted, entry.event.expires
            )
        elif entry.plan in last:
            last[entry.plan].advance(entry.event)
    return tuple(last.values())


class VerifiedApply(NamedTuple):
    """An apply of a journal that ended with everything verified.

    fingerprint  of its plan, which may have been for some schools or suppliers only
    commit       the commit with the manifests that it carried out; empty if that is not known
    verified     what was verified since it began, by it and by others
    """

    fingerprint: str
    commit: str
    verified: Mapping[FactRef, Verified]


def verified_applies(entries: Iterable[JournalEntry]) -> tuple[VerifiedApply, ...]:
    """Return the applies that verified everything, the one that ended last first."""
    begun: dict[str, tuple[int, str]] = {}
    verified: dict[FactRef, tuple[int, Verified]] = {}
    ended: list[tuple[str, int, str]] = []
    for entry in entries:
        match entry.event:
            case ApplyStarted(commit=commit):
                begun[entry.plan] = entry.sequence, commit
            case OutcomeFound(Verified() as outcome):
                verified[outcome.subject] = entry.sequence, outcome
            case ApplyFinished(contradicted=0, pending=0, skipped=0, failed=0) if entry.plan in begun:
                ended.append((entry.plan, *begun[entry.plan]))
            case _:
                pass

    return tuple(
        VerifiedApply(plan, commit, {subject: outcome for subject, (at, outcome) in verified.items() if at > since})
        for plan, since, commit in reversed(ended)
    )


def open_applies(entries: Iterable[JournalEntry], now: datetime) -> tuple[ApplyProgress, ...]:
    """Return the applies that can be resumed: begun, not finished and not expired."""
    return tuple(
        progress
        for progress in progress_of(entries)
        if not progress.finished and (progress.expires is None or now <= progress.expires)
    )


def newest_begun(entries: Iterable[JournalEntry], now: datetime) -> ApplyProgress:
    """Return the newest apply that can be resumed; raises PlanRefused if there is none."""
    entries = tuple(entries)
    begun = open_applies(entries, now)
    if not begun:
        last = progress_of(entries)[-1:]
        if last and last[0].expires and not last[0].finished:
            raise PlanRefused(
                f"The plan that was begun expired at {last[0].expires.isoformat()}. Nothing was changed. To plan what "
                "is left of it: `reconciler apply`."
            )
        raise PlanRefused(
            "There is nothing to resume. Nothing was changed. To plan what was skipped or still differs: "
            "`reconciler apply`."
        )
    return begun[-1]
