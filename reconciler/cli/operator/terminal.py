"""The operator at the terminal: is shown a page, does it in Bromcom, and comes back to answer."""

import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import urlsplit

import click

from reconciler.applying.opening import attestation_writer
from reconciler.applying.operator import OperatorAnswer, RetryNotice
from reconciler.applying.run import ApplyServices
from reconciler.attestation.doubts import Names, names_known
from reconciler.cli.attesting.questions import PageToCheck, ask_facts, last_day
from reconciler.cli.clock import Clock
from reconciler.cli.console import columns_of, paint_for, say, tell
from reconciler.cli.operator.keys import ask_key
from reconciler.cli.output.renderers import text_style
from reconciler.journal.file import Journal
from reconciler.model.address import school_label
from reconciler.model.aspect import Aspect
from reconciler.model.attestation import AttestationReply, Question
from reconciler.model.desired import Desired
from reconciler.model.outcome import Contradicted, Outcome
from reconciler.model.runbook import PageId, PageVisit, Runbook
from reconciler.report.effort import effort
from reconciler.report.escape import in_lines, printable
from reconciler.report.labels import plural
from reconciler.report.outcomes import other_lines, outcome_lines
from reconciler.report.runbooks.phrases import START
from reconciler.report.runbooks.text import render_hand_over_text, render_offer_text, render_visit_text
from reconciler.report.style import Paint, Style

_Word = TypeVar("_Word", bound="StrEnum")
_LETTERS: Final = {"done": "d", "skip": "s", "stop": "x", "back": "b", "on": "o"}


@dataclass(slots=True)
class TerminalOperator:
    """Asks on stderr and shows on stdout.

    who       the name under which they apply and confirm
    expires   the last day of what they confirm
    names     the known names, to catch a mistyped one
    services  {platform: the address of its host}. Whether its pages are there too, nothing says
    """

    who: str
    expires: date
    names: Names
    services: Mapping[str, str] = field(default_factory=dict)
    _school: str = field(default="", init=False)
    _shown: tuple[str, ...] = field(default=(), init=False)
    _opened: set[PageId] = field(default_factory=set, init=False)
    _vouched: set[tuple[str, str, Aspect]] = field(default_factory=set, init=False)

    def begin(self, runbook: Runbook) -> None:
        """Say what is to come, and who does it."""
        say(f"Applying as {self.who} (change with `--as`).")
        if not runbook.steps:
            tell("\nThere is no page left to open.\n")
            return
        summary = f"{plural(runbook.steps, 'step')}. {effort(runbook.schools)}{_outside(runbook)}"
        tell(f"\n{_wrapped(summary)}\n{_wrapped(START)}\n")
        for offer in runbook.central:
            tell("\n" + render_offer_text(offer, paint=_paint(), columns=columns_of(sys.stdout)))

    def open(self, page_visit: PageVisit) -> OperatorAnswer:
        """Show a page, and wait for the answer."""
        paint, columns = _paint(), columns_of(sys.stdout)
        school = school_label(page_visit.title, page_visit.school)
        place = f"{school}  School {page_visit.school_id} on {page_visit.platform}"
        title = paint(printable(f"Page {page_visit.number} of {page_visit.of}: {place}"), Style.SCHOOL)
        if page_visit.school != self._school and page_visit.platform in self.services:
            title += "\n" + paint(printable(f"  Its service is at {self.services[page_visit.platform]}"), Style.QUIET)
        self._school = page_visit.school
        new = page_visit.visit.page.id not in self._opened
        self._opened.add(page_visit.visit.page.id)
        page = render_visit_text(page_visit.visit, paint=paint, columns=columns, with_guesses=new)
        tell(f"\n{title}\n{page}")
        for sheet in page_visit.hand_overs:
            tell("\n" + render_hand_over_text(sheet, paint=paint, columns=columns))
        back = page_visit.can_go_back
        question = f"Press d = done, s = skip{', b = back' if back else ''} or x = stop:"
        return _answer(question, [answer for answer in OperatorAnswer if back or answer is not OperatorAnswer.BACK])

    def vouch(self, question: Question) -> AttestationReply | None:
        """Ask for the facts that cannot be checked remotely, and for their evidence."""
        place = f"{question.school}/{question.supplier}" if question.supplier else question.school
        facts = ask_facts(question.declared, place, PageToCheck(names=self.names))
        if not facts:
            return None
        prompt = "  Where is the evidence, for example a ticket?"
        evidence: str = click.prompt(prompt, default="", show_default=False, prompt_suffix=" ", err=True)
        if evidence.strip().casefold() == OperatorAnswer.STOP:
            raise click.Abort
        settled = (subject for fact in facts for subject in question.settles.get(fact, ()))
        self._vouched |= {(subject.school, subject.supplier, subject.aspect) for subject in settled}
        return AttestationReply(facts, self.expires, evidence.strip())

    def report(self, outcomes: tuple[Outcome, ...], others: tuple[str, ...]) -> None:
        """Show the outcomes of a page, and differences that were not shown before."""
        lines = list(outcome_lines(outcomes, **text_style(None)))
        new = [line for line in others if line not in self._shown]
        lines += other_lines(new) if new else []
        self._shown = others
        if lines:
            tell("".join(f"{line}\n" for line in ["", *lines]))

    def retry(self, unsettled: tuple[Outcome, ...]) -> RetryNotice:
        """Say what is not settled, and offer to go back to the page; if all is, go on."""
        if not unsettled:
            return RetryNotice.ON
        contradicted = [outcome for outcome in unsettled if isinstance(outcome, Contradicted)]
        by_attestation = sum(self._is_vouched(outcome) for outcome in contradicted)
        by_probe = len(contradicted) - by_attestation
        waiting = len(unsettled) - len(contradicted)
        if by_probe:
            say(
                f"Bromcom still shows {plural(by_probe, 'item')} not done. "
                "Right account and school? Did you press Save?"
            )
        if by_attestation:
            say(f"You confirmed a different value for {plural(by_attestation, 'item')}.")
        if waiting:
            say(f"{plural(waiting, 'item')} not confirmed yet.")
        return _answer("Press b = open the page again, o = go on or x = stop:", tuple(RetryNotice))

    def _is_vouched(self, outcome: Outcome) -> bool:
        subject = outcome.subject
        return (subject.school, subject.supplier, subject.aspect) in self._vouched


def terminal_services(workspace: Path, who: str, journal: Journal, desired: Desired, clock: Clock) -> ApplyServices:
    """Return what an apply at the terminal may do; what the person confirms may count as long as `desired` says."""
    until = last_day(clock().date(), desired.limits.word_days)
    platforms = {school.platform.name: urlsplit(school.platform.read_url) for school in desired.schools.values()}
    services = {name: f"{url.scheme}://{url.netloc}" for name, url in platforms.items() if not url.username}
    operator = TerminalOperator(who, until, names_known(desired), services)
    return ApplyServices(operator, attestation_writer(workspace, who, say, clock), journal)


def _answer(question: str, answers: Collection[_Word]) -> _Word:
    """Return the answer that the person gives by its key, or types as a word.

    Nothing is guessed from the beginning of a word: what follows cannot be undone.
    """
    accepted = {form: answer for answer in answers for form in (answer.value, _LETTERS[answer.value])}
    while True:
        typed = ask_key(question).strip().casefold()
        if typed in accepted:
            return accepted[typed]
        *first, last = (f"{_LETTERS[answer.value]} ({answer.value})" for answer in answers)
        say(f"Please press {', '.join(first)} or {last}.")


def _wrapped(text: str) -> str:
    return "\n".join(in_lines(text, columns_of(sys.stdout) or len(text)))


def _outside(runbook: Runbook) -> str:
    """Return how many pages come beside those in Bromcom, which the effort counts; they are one for each school."""
    visits = list(runbook.visits)
    outside = sum(not visit.page.trail for visit in visits)
    return f" {plural(outside, 'more page')} outside Bromcom." if 0 < outside < len(visits) else ""


def _paint() -> Paint:
    return paint_for(sys.stdout)
