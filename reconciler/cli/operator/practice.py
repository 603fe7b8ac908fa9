"""The practice person of the demo: does each step on the sandbox's pages by the labels that the step names."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.applying.operator import Again, Answer, Reply
from reconciler.cli.console import columns_of, paint_for, tell
from reconciler.report.labels import counted
from reconciler.report.outcomes import other_lines, outcome_lines
from reconciler.report.style import Tone

if TYPE_CHECKING:
    from datetime import date

    from reconciler.applying.operator import Question, Turn
    from reconciler.model.outcome import Outcome
    from reconciler.model.runbook import Runbook
    from reconciler.sandbox.operator.person import Hands


@dataclass(frozen=True, slots=True)
class PracticePerson:
    """A Person that a machine plays. What she vouches for she has set herself, on the page, a moment before."""

    hands: Hands
    expires: date

    def begin(self, runbook: Runbook) -> None:
        """Nothing to say: the story has said it."""

    def open(self, turn: Turn) -> Answer:
        """Do everything on the page, and tell it step by step."""
        page = turn.visit.page
        paint = paint_for(sys.stdout)
        tell(f"\n{paint(' > '.join(page.trail) or page.title, Tone.SCHOOL)}  at {turn.school}\n")
        for step in turn.visit.steps:
            self.hands.do(turn.school_id, page, step)
            clicks = counted(sum(len(way.clicks) for way in step.ways[:1]), "click")
            tell(f"  [x] {step.title}  ({clicks})\n")
        return Answer.DONE

    def vouch(self, question: Question) -> Reply:
        """What is declared: it was set a moment ago."""
        return Reply(question.declared, self.expires, "set on the practice page")

    def hear(self, outcomes: tuple[Outcome, ...], others: tuple[str, ...]) -> None:
        """Tell what the probe found."""
        lines = list(outcome_lines(outcomes, paint=paint_for(sys.stdout), columns=columns_of(sys.stdout)))
        lines += other_lines(others) if others else []
        tell("".join(f"  {line}\n" for line in lines))

    def again(self, unsettled: tuple[Outcome, ...]) -> Again:  # noqa: ARG002  # the protocol's signature
        """A machine that does what it is told does no better the second time."""
        return Again.ON


def say_to(whom: str, what: str) -> None:
    """What the practice person says to somebody who is not in Bromcom."""
    tell(f"  to {whom}: {what}\n")
