"""The practice person of the demo: does each step on the sandbox's pages, by the labels in the step."""

import sys
from dataclasses import dataclass
from datetime import date

from reconciler.applying.operator import OperatorAnswer, RetryNotice
from reconciler.cli.console import columns_of, paint_for, tell
from reconciler.model.attestation import AttestationReply, Question
from reconciler.model.outcome import Outcome
from reconciler.model.runbook import PageVisit, Runbook
from reconciler.report.labels import plural
from reconciler.report.outcomes import other_lines, outcome_lines
from reconciler.report.style import Style
from reconciler.sandbox.operator.person import PracticeHands


@dataclass(frozen=True, slots=True)
class PracticeOperator:
    """An operator that a machine plays. What it confirms it has set itself, a moment before."""

    hands: PracticeHands
    expires: date

    def begin(self, runbook: Runbook) -> None:
        """Show nothing: the demo has introduced it."""

    def open(self, page_visit: PageVisit) -> OperatorAnswer:
        """Do everything on the page, and show each step."""
        page = page_visit.visit.page
        paint = paint_for(sys.stdout)
        tell(f"\n{paint(' > '.join(page.trail) or page.title, Style.SCHOOL)}  at {page_visit.school}\n")
        for step in page_visit.visit.steps:
            self.hands.do(page_visit.school_id, page, step)
            clicks = plural(sum(len(way.clicks) for way in step.ways[:1]), "click")
            tell(f"  [x] {step.title}  ({clicks})\n")
        return OperatorAnswer.DONE

    def vouch(self, question: Question) -> AttestationReply:
        """Confirm what is declared: it was set a moment ago."""
        return AttestationReply(question.declared, self.expires, "set on the practice page")

    def report(self, outcomes: tuple[Outcome, ...], others: tuple[str, ...]) -> None:
        """Show what the probe found."""
        lines = list(outcome_lines(outcomes, paint=paint_for(sys.stdout), columns=columns_of(sys.stdout)))
        lines += other_lines(others) if others else []
        tell("".join(f"  {line}\n" for line in lines))

    def retry(self, unsettled: tuple[Outcome, ...]) -> RetryNotice:  # noqa: ARG002  # the protocol's signature
        """Go on: a machine does no better the second time."""
        return RetryNotice.ON


def say_to(whom: str, what: str) -> None:
    """Show what the practice person tells someone outside Bromcom."""
    tell(f"  to {whom}: {what}\n")
