"""The states of a guided apply, as values that any number of browsers can read.

nothing begun -> checking -> a plan to confirm --leave--> stopped
                    |               |
                    +---------------+--> page open <---------------+
                                           | done                  |
                 +--> facts to confirm <---+                       |
                 no      |       |         |                       |
                 +-- in doubt    +--> checking --> page checked ---+ next, or again
                         |                 |            |
                         +-- yes ----------+            +--> ended

Refused and failed can follow any check; stopped follows any answer. A state is never changed: another follows it.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from reconciler.model.attestation import AttestationReply, DoubtedAnswer, Question
from reconciler.model.outcome import Outcome
from reconciler.model.problem import Problem
from reconciler.model.runbook import CentralOffer, PageVisit, Runbook, Visit
from reconciler.startup import dataclass


class PageMark(StrEnum):
    """The marks of a page in the list of all pages."""

    LATER = "later"
    NOW = "now"
    VERIFIED = "verified"
    EARLIER = "verified earlier"  # before this start of the apply
    TOLD = "done"  # nothing on it can be checked, such as telling a supplier
    NOT_DONE = "still not done"
    UNSEEN = "could not be checked"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class JourneyPage:
    """One page of the list. `title` names it in one line, `seconds` is the work by hand that is left on it."""

    title: str
    mark: PageMark
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class JourneySchool:
    """A school of the list of all pages, by its name for people."""

    title: str
    pages: tuple[JourneyPage, ...]


@dataclass(frozen=True, slots=True)
class AppliedPlan:
    """The plan that is carried out.

    made     when it was made; None if its file does not say so
    who      the person at work
    titles   {school, or address of an access: its name for people}
    """

    fingerprint: str
    made: datetime | None
    expires: datetime | None
    who: str
    titles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checking:
    """Bromcom is being asked. `what` completes the sentence "Asking Bromcom"."""

    what: str


@dataclass(frozen=True, slots=True)
class PlanToConfirm:
    """A plan that was just made, or that exceeds a limit, which a person has to confirm.

    words     to be typed; empty for a plan that is approved already
    facts     how many facts it settles, of which so many (`looks`) are only to be checked in Bromcom
    breaches  {limit that it exceeds: that in words}, each to be accepted by its name
    runbook   the work
    """

    runbook: Runbook
    words: str
    facts: int
    looks: int
    breaches: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PageOpen:
    """A page of Bromcom is to be opened now. `offers` of the whole plan come with the first page."""

    page_visit: PageVisit
    offers: tuple[CentralOffer, ...] = ()


@dataclass(frozen=True, slots=True)
class FactsToConfirm:
    """Facts of a page that only a person can see.

    usual, latest  the last day on which their words count, if they name none, and at most
    said           what they said before, if they took it back
    """

    page_visit: PageVisit
    question: Question
    today: date
    usual: date
    latest: date
    said: AttestationReply | None = None


@dataclass(frozen=True, slots=True)
class FactsInDoubt:
    """What a person said differs from the manifests: it is written once they have said so again."""

    page_visit: PageVisit
    question: Question
    reply: AttestationReply
    doubts: tuple[DoubtedAnswer, ...]


@dataclass(frozen=True, slots=True)
class PageChecked:
    """The result of a check.

    page_visit  the page that was answered with done; None if it is about earlier ones
    left        what is left to settle on the page, which can be checked again; None if nothing is
    must_say    something on it is contradicted, or not confirmed
    """

    page_visit: PageVisit | None
    outcomes: tuple[Outcome, ...]
    at: datetime
    left: Visit | None = None
    must_say: bool = False


@dataclass(frozen=True, slots=True)
class ApplyEnded:
    """Every page was answered, and everything was checked once more.

    begun      False if there was nothing to do
    finished   False if some facts could not be checked: it can be resumed
    not_seen   how many facts could not be seen, beside those of the plan
    withdrawn  how many facts are not done, and no longer asked for by the manifests
    """

    outcomes: tuple[Outcome, ...]
    begun: bool
    finished: bool
    not_seen: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class ApplyStopped:
    """The person stopped. `begun` is False if nothing had been written to the journal."""

    begun: bool


@dataclass(frozen=True, slots=True)
class ApplyRefused:
    """It may not be carried out: the reason, and what differs. Nothing was changed."""

    reason: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ApplyFailed:
    """It cannot go on: the reason, or the errors of the manifests. `begun` as in ApplyStopped."""

    reason: str
    problems: tuple[Problem, ...] = ()
    begun: bool = False


GuidedStage: TypeAlias = (
    Checking
    | PlanToConfirm
    | PageOpen
    | FactsToConfirm
    | FactsInDoubt
    | PageChecked
    | ApplyEnded
    | ApplyStopped
    | ApplyRefused
    | ApplyFailed
)
ASKS = (PlanToConfirm, PageOpen, FactsToConfirm, FactsInDoubt, PageChecked)  # the stages that wait for an answer
ENDS = (ApplyEnded, ApplyStopped, ApplyRefused, ApplyFailed)


@dataclass(frozen=True, slots=True)
class GuidedState:
    """One state.

    key     of this state alone: an answer to another one is stale
    plan    None until it is known which
    others  differences that are no part of the plan, a line each
    notes   what happened since the state before, a sentence each
    """

    key: str
    stage: GuidedStage
    plan: AppliedPlan | None = None
    schools: tuple[JourneySchool, ...] = ()
    others: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
