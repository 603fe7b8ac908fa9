"""The person who carries a plan out, as an apply sees them: at a terminal, a machine that clicks, or a test."""

from enum import StrEnum
from typing import Protocol

from reconciler.model.attestation import AttestationReply, Question
from reconciler.model.outcome import Outcome
from reconciler.model.runbook import PageVisit, Runbook


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


class Operator(Protocol):
    """The person who does the work.

    begin   is told what is to come: the pages of this run, and what one edit of a central user can do instead
    open    is shown a page, does what it says, and answers
    vouch   is asked to confirm facts that cannot be checked remotely; None: not now
    report  is told the outcomes of a page, and differences that were not approved
    retry   is asked if they go back to the page, on which this is contradicted or not confirmed; perhaps nothing is
    """

    def begin(self, runbook: Runbook) -> None: ...

    def open(self, page_visit: PageVisit) -> OperatorAnswer: ...

    def vouch(self, question: Question) -> AttestationReply | None: ...

    def report(self, outcomes: tuple[Outcome, ...], others: tuple[str, ...]) -> None: ...

    def retry(self, unsettled: tuple[Outcome, ...]) -> RetryNotice: ...
