"""Whoever carries a plan out, as the story needs them: a person at a terminal, a machine that clicks, or a test."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from reconciler.model.aspect import FactRef
from reconciler.model.outcome import Outcome
from reconciler.model.runbook import HandOver, Runbook, Visit


class OperatorAnswer(StrEnum):
    """What a person says after a page."""

    DONE = "done"
    SKIP = "skip"
    STOP = "stop"


class RetryNotice(StrEnum):
    """What a person wants after a page on which something is not as it should be, or waits for their word."""

    BACK = "back"  # to the page, to do what is missing
    ON = "on"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class PageVisit:
    """One page of one school, to be opened now.

    hand_overs  the sheets to give away with it
    number, of  which one it is, of how many
    """

    school: str
    school_id: int
    platform: str
    visit: Visit
    hand_overs: tuple[HandOver, ...]
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Question:
    """Facts of one access, or of a school (then `supplier` is empty), that no probe can see.

    account   the username that the page names; empty where it names none
    declared  {fact, as an Attestation has it: what is said of it where it is as declared}
    settles   {fact: the subjects that such a word settles}
    """

    school: str
    supplier: str
    account: str
    declared: Mapping[str, tuple[str, ...]]
    settles: Mapping[str, tuple[FactRef, ...]]


@dataclass(frozen=True, slots=True)
class AttestationReply:
    """What a person vouches for: what they say of the facts that they saw, until when, and where their evidence is."""

    facts: Mapping[str, tuple[str, ...]]
    expires: date
    evidence: str


class Operator(Protocol):
    """Whoever does the work.

    begin   hears what is to come: the pages of this run, and what a trust may do in one edit instead
    open    is shown a page and what to do on it, does it, and says so
    vouch   is asked for facts that no probe can see; None: not now
    hear    is told what became of it, and what differs beside the plan
    again   is asked whether to go back to a page of which something is contradicted, or waits for their word
    """

    def begin(self, runbook: Runbook) -> None: ...

    def open(self, turn: PageVisit) -> OperatorAnswer: ...

    def vouch(self, question: Question) -> AttestationReply | None: ...

    def report(self, outcomes: tuple[Outcome, ...], others: tuple[str, ...]) -> None: ...

    def retry(self, unsettled: tuple[Outcome, ...]) -> RetryNotice: ...
