"""The person at the terminal: is shown a page, does it in Bromcom, and comes back to say so."""

import sys
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

import click

from reconciler.applying.operator import AttestationReply, OperatorAnswer, PageVisit, Question, RetryNotice
from reconciler.cli.attesting.questions import ask_facts
from reconciler.cli.console import columns_of, paint_for, say, tell
from reconciler.model.aspect import Aspect
from reconciler.model.outcome import Contradicted, Outcome
from reconciler.model.runbook import PageId, Runbook
from reconciler.report.effort import effort
from reconciler.report.escape import in_lines, printable
from reconciler.report.labels import plural
from reconciler.report.outcomes import other_lines, outcome_lines
from reconciler.report.runbooks.phrases import START
from reconciler.report.runbooks.text import render_hand_over_text, render_offer_text, render_visit_text
from reconciler.report.style import Paint, Style

_Word = TypeVar("_Word", bound="StrEnum")
_LETTERS: Final = {"done": "d", "skip": "s", "stop": "x", "back": "b", "on": "o"}
_PERHAPS: Final = "Perhaps it was another account or another school, or Save was not pressed."


@dataclass(slots=True)
class TerminalOperator:
    """Asks on stderr and shows on stdout.

    who      the name under which this person applies and vouches
    expires  the last day of an attestation where they name none
    """

    who: str
    expires: date
    _told: tuple[str, ...] = field(default=(), init=False)
    _opened: set[PageId] = field(default_factory=set, init=False)
    _vouched: set[tuple[str, str, Aspect]] = field(default_factory=set, init=False)

    def begin(self, runbook: Runbook) -> None:
        """Say what is to come, and as whom it is done."""
        say(f"Applying as {self.who} (change with `--as`).")
        if not runbook.steps:
            tell("\nNo page is left to open.\n")
            return
        work = f"{plural(runbook.steps, 'step')}. {effort(runbook)} {_places(runbook)}"
        tell(f"\n{_wrapped(work)}\n{_wrapped(START)}\n")
        for offer in runbook.central:
            tell("\n" + render_offer_text(offer, paint=_paint(), columns=columns_of(sys.stdout)))

    def open(self, turn: PageVisit) -> OperatorAnswer:
        """Show a page, and wait."""
        paint, columns = _paint(), columns_of(sys.stdout)
        where = f"{turn.school}  School {turn.school_id} on {turn.platform}"
        title = paint(printable(f"Page {turn.number} of {turn.of}: {where}"), Style.SCHOOL)
        new = turn.visit.page.id not in self._opened
        self._opened.add(turn.visit.page.id)
        page = render_visit_text(turn.visit, paint=paint, columns=columns, with_guesses=new)
        tell(f"\n{title}\n{page}")
        for sheet in turn.hand_overs:
            tell("\n" + render_hand_over_text(sheet, paint=paint, columns=columns))
        return _asked("Type `done` (d), `skip` (s) or `stop` (x):", OperatorAnswer)

    def vouch(self, question: Question) -> AttestationReply | None:
        """Ask for the facts that no probe can see, and where their evidence is."""
        place = f"{question.school}/{question.supplier}" if question.supplier else question.school
        facts = ask_facts(question.declared, place)
        if not facts:
            return None
        asked = "  Where is the evidence, such as a ticket?"
        evidence: str = click.prompt(asked, default="", show_default=False, prompt_suffix=" ", err=True)
        if evidence.strip().casefold() == OperatorAnswer.STOP:
            raise click.Abort
        settled = (subject for fact in facts for subject in question.settles.get(fact, ()))
        self._vouched |= {(subject.school, subject.supplier, subject.aspect) for subject in settled}
        return AttestationReply(facts, self.expires, evidence.strip())

    def report(self, outcomes: tuple[Outcome, ...], others: tuple[str, ...]) -> None:
        """Tell what became of a page."""
        lines = list(outcome_lines(outcomes, paint=_paint(), columns=columns_of(sys.stdout)))
        new = [line for line in others if line not in self._told]
        lines += other_lines(new) if new else []
        self._told = others
        if lines:
            tell("".join(f"{line}\n" for line in ["", *lines]))

    def retry(self, unsettled: tuple[Outcome, ...]) -> RetryNotice:
        """Say what is not settled, and offer to go back to the page."""
        wrong = [outcome for outcome in unsettled if isinstance(outcome, Contradicted)]
        by_word = [outcome for outcome in wrong if self._is_vouched(outcome)]
        by_probe = len(wrong) - len(by_word)
        if by_probe:
            say(f"A probe says that {plural(by_probe, 'fact')} of this page {_are(by_probe)} not so. {_PERHAPS}")
        if by_word:
            say(f"Your own word says that {plural(len(by_word), 'fact')} of this page {_are(len(by_word))} not so.")
        waiting = len(unsettled) - len(wrong)
        if waiting:
            say(f"{plural(waiting, 'fact')} of this page {_waits(waiting)} for somebody's word.")
        return _asked("Type `back` (b) to see the page again, `on` (o) to leave it so, or `stop` (x):", RetryNotice)

    def _is_vouched(self, outcome: Outcome) -> bool:
        subject = outcome.subject
        return (subject.school, subject.supplier, subject.aspect) in self._vouched


def _asked(question: str, words: type[_Word]) -> _Word:
    """The word that the person types, or its letter. Nothing is guessed from the beginning of a word: what follows
    cannot be taken back. Raises click.Abort for Ctrl-C and at the end of input."""
    accepted = {form: word for word in words for form in (word.value, _LETTERS[word.value])}
    while True:
        typed = click.prompt(question, default="", show_default=False, prompt_suffix=" ", err=True).strip().casefold()
        if typed in accepted:
            return accepted[typed]
        offered = ", ".join(f"{word.value} ({_LETTERS[word.value]})" for word in words)
        say(f"`{typed}` is none of {offered}. Type the whole word, or its letter.")


def _wrapped(text: str) -> str:
    return "\n".join(in_lines(text, columns_of(sys.stdout) or len(text)))


def _places(runbook: Runbook) -> str:
    """How many pages are shown one after the other: those of Bromcom, and what is done outside it school by school."""
    visits = list(runbook.visits)
    outside = sum(not visit.page.trail for visit in visits)
    beside = f", {outside} of them for what is done outside Bromcom" if outside else ""
    return f"You are led from page to page: {len(visits)}{beside}."


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _waits(number: int) -> str:
    return "waits" if number == 1 else "wait"


def _paint() -> Paint:
    return paint_for(sys.stdout)
