"""The person at the terminal: is shown a page, does it in Bromcom, and comes back to say so."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from textwrap import fill
from typing import TYPE_CHECKING, Final, TypeVar

import click

from reconciler.applying.person import Again, Answer, Reply
from reconciler.cli.attest_questions import ask_facts
from reconciler.cli.terminal import columns_of, paint_for, say, tell
from reconciler.report.clicks import START
from reconciler.report.counted import counted
from reconciler.report.effort import effort
from reconciler.report.outcomes import other_lines, outcome_lines
from reconciler.report.paint import Tone
from reconciler.report.printable import printable
from reconciler.report.runbook_text import render_hand_over_text, render_offer_text, render_visit_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from enum import StrEnum

    from reconciler.applying.person import Question, Turn
    from reconciler.model.outcome import Outcome
    from reconciler.model.runbook import Runbook
    from reconciler.report.paint import Paint

_Word = TypeVar("_Word", bound="StrEnum")
_NARROWEST: Final = 24  # columns in which words still read as lines


@dataclass(slots=True)
class AtTerminal:
    """Asks on stderr and shows on stdout. `expires` is the last day of an attestation where the person names none."""

    expires: date
    _told: tuple[str, ...] = field(default=(), init=False)

    def begin(self, runbook: Runbook) -> None:
        """Say what is to come."""
        tell(f"\n{counted(runbook.steps, 'step')}. {effort(runbook)}\n{_wrapped(START)}\n")
        for offer in runbook.central:
            tell("\n" + render_offer_text(offer, paint=_paint(), columns=columns_of(sys.stdout)))

    def open(self, turn: Turn) -> Answer:
        """Show a page, and wait."""
        paint, columns = _paint(), columns_of(sys.stdout)
        where = f"{turn.school}  School {turn.school_id} on {turn.platform}"
        title = paint(printable(f"Page {turn.number} of {turn.of}: {where}"), Tone.SCHOOL)
        tell(f"\n{title}\n{render_visit_text(turn.visit, paint=paint, columns=columns)}")
        for sheet in turn.hand_overs:
            tell("\n" + render_hand_over_text(sheet, paint=paint, columns=columns))
        return _asked("Type done, skip or stop:", Answer)

    def vouch(self, question: Question) -> Reply | None:
        """Ask for the facts that no probe can see, and where their evidence is."""
        place = f"{question.school}/{question.supplier}" if question.supplier else question.school
        facts = ask_facts(question.declared, place)
        if not facts:
            return None
        asked = "  Where is the evidence, such as a ticket?"
        evidence: str = click.prompt(asked, default="", show_default=False, prompt_suffix=" ", err=True)
        return Reply(facts, self.expires, evidence.strip())

    def hear(self, outcomes: tuple[Outcome, ...], others: tuple[str, ...]) -> None:
        """Tell what became of a page."""
        lines = list(outcome_lines(outcomes, paint=_paint(), columns=columns_of(sys.stdout)))
        new = [line for line in others if line not in self._told]
        lines += other_lines(new) if new else []
        self._told = others
        if lines:
            tell("".join(f"{line}\n" for line in ["", *lines]))

    def again(self, contradicted: tuple[Outcome, ...]) -> Again:
        """Offer to go back to the page."""
        say(f"{counted(len(contradicted), 'fact')} of this page {_are(contradicted)} not as you said.")
        return _asked("Type back to see the page again, on to leave it so, or stop:", Again)


def _asked(question: str, words: type[_Word]) -> _Word:
    """The word that the person types, or its beginning where that is enough. Raises click.Abort for Ctrl-C and at the
    end of input."""
    while True:
        typed = click.prompt(question, default="", show_default=False, prompt_suffix=" ", err=True).strip().casefold()
        fitting = [word for word in words if typed and word.value.startswith(typed)]
        if len(fitting) == 1:
            return fitting[0]
        say(f"That is none of {', '.join(word.value for word in words)}.")


def _wrapped(text: str) -> str:
    return fill(text, max(columns_of(sys.stdout) or 0, _NARROWEST), break_on_hyphens=False)


def _are(outcomes: Sequence[Outcome]) -> str:
    return "is" if len(outcomes) == 1 else "are"


def _paint() -> Paint:
    return paint_for(sys.stdout)
