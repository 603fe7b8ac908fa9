"""The entries of a journal: each event, who caused it, and when."""

from datetime import date, datetime
from typing import TypeAlias

from reconciler.model.aspect import FactRef
from reconciler.model.outcome import Outcome, PageAnswer
from reconciler.model.runbook import PageId
from reconciler.startup import dataclass


@dataclass(frozen=True, slots=True)
class ApplyStarted:
    """A plan is being carried out.

    plan_file  the approved plan as it was kept, in the workspace's folder of plans
    accepted   the names of the limits that were accepted, sorted
    due        how many facts it settles
    expires    until when it may be carried out; None in a journal of a version that did not write it down
    commit     the commit, in hex, with the manifests that it carries out; empty if no commit had them just so
    """

    plan_file: str
    accepted: tuple[str, ...]
    due: int
    expires: datetime | None = None
    commit: str = ""


@dataclass(frozen=True, slots=True)
class ApplyResumed:
    """An apply that was stopped, or broken off, goes on; `left` is how many facts are still to settle."""

    left: int


@dataclass(frozen=True, slots=True)
class PageAnswered:
    """A person came back from a page of a school: nothing becomes true by what they say of it. `subjects` are the facts
    that it was opened for; perhaps none."""

    school: str
    page: PageId
    said: PageAnswer
    subjects: tuple[FactRef, ...]


@dataclass(frozen=True, slots=True)
class AttestationWritten:
    """A person vouches for facts that no probe can see, until the end of the day `expires`.

    file       the manifest that holds it, relative to the workspace with `/`
    reference  where their evidence is; may be empty
    """

    file: str
    expires: date
    reference: str
    subjects: tuple[FactRef, ...]


@dataclass(frozen=True, slots=True)
class OutcomeFound:
    """The outcome of one fact at that moment; a later one of the same subject replaces it."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class ApplyFinished:
    """Every page was answered, and all that was touched was probed once more. How many there are of each outcome."""

    verified: int
    contradicted: int
    pending: int
    skipped: int
    failed: int


@dataclass(frozen=True, slots=True)
class JournalRepaired:
    """The last line was not whole, as a crash leaves it: so many bytes were cut off."""

    cut: int


Event: TypeAlias = (
    ApplyStarted | ApplyResumed | PageAnswered | AttestationWritten | OutcomeFound | ApplyFinished | JournalRepaired
)


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of a journal.

    sequence  counted from 1
    time      UTC, whole seconds
    by        the person at work
    plan      the fingerprint of the plan that it is about; empty for none
    previous  the hash of the entry before
    hash      SHA-256 (hex) of the rest of the entry
    """

    sequence: int
    time: datetime
    by: str
    plan: str
    event: Event
    previous: str
    hash: str
