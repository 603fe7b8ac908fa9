"""The person who carries a plan out, as an apply sees them: at a terminal, a machine that clicks, or a test."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Protocol

from reconciler.model.aspect import FactRef
from reconciler.model.outcome import Outcome
from reconciler.model.runbook import HandOver, Runbook, Visit
from reconciler.startup import dataclass


class OperatorAnswer(StrEnum):
    """An answer to a page."""

    DONE = "done"
    SKIP = "skip"
    BACK = "back"  # to the page before, where something on it is left to do
    STOP = "stop"


class RetryNotice(StrEnum):
    """An answer to a page on which something is not done, or not confirmed."""

    BACK = "back"  # to the page, to do what is missing
    ON = "on"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class PageVisit:
    """One page of one school, to be opened now.

    hand_overs  the sheets to hand to suppliers
    number, of  its place among the pages of this run, and how many there are
    title       the school's, may be empty
    can_go_back  something is left to do on the page before
    """

    school: str
    school_id: int
    platform: str
    visit: Visit
    hand_overs: tuple[HandOver, ...]
    number: int
    of: int
    title: str = ""
    can_go_back: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """Facts of one access, or of a school (`supplier` is empty), that cannot be checked remotely.

    account   the username that the page names; may be empty
    declared  {fact, as in an Attestation: its value if it is as declared}
    settles   {fact: the parts of the plan that its confirmation settles}
    """

    school: str
    supplier: str
    account: str
    declared: Mapping[str, tuple[str, ...]]
    settles: Mapping[str, tuple[FactRef, ...]]


@dataclass(frozen=True, slots=True)
class AttestationReply:
    """Facts that a person confirms as they saw them, until when, and where the evidence is."""

    facts: Mapping[str, tuple[str, ...]]
    expires: date
    evidence: str


class Operator(Protocol):
    """The person who does the work.

    begin   is told what is to come: the pages of this run, and what one edit of a central user can do instead
    open    is shown a page, does what it says, and answers
    vouch   is asked to confirm facts that cannot be checked remotely; None: not now
    report  is told the outcomes of a page, and differences that were not approved
    retry   is asked if they go back to a page on which something is contradicted, or not confirmed
    """

    def begin(self, runbook: Runbook) -> None: ...

    def open(self, page_visit: PageVisit) -> OperatorAnswer: ...

    def vouch(self, question: Question) -> AttestationReply | None: ...

    def report(self, outcomes: tuple[Outcome, ...], others: tuple[str, ...]) -> None: ...

    def retry(self, unsettled: tuple[Outcome, ...]) -> RetryNotice: ...
