"""Two people with the same intentions: one at the terminal's protocol, one in a browser; each in their own world."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from enum import Enum
from itertools import chain
from threading import Thread
from typing import TYPE_CHECKING

import click
from click.testing import CliRunner

from reconciler.applying.operator import OperatorAnswer, RetryNotice
from reconciler.applying.plan_files import approval_of
from reconciler.applying.preflight import begin
from reconciler.applying.run import ApplyServices
from reconciler.applying.state import ApplyState
from reconciler.attestation.doubts import names_known
from reconciler.attestation.write import Written
from reconciler.cli.operator.terminal import TerminalOperator
from reconciler.guided.exchange import ApplyLeftError, CheckedAnswer, DoubtsAnswer, FactsAnswer, GuidedExchange
from reconciler.guided.operator import WebOperator
from reconciler.journal.file import Journal
from reconciler.model.aspect import FactRef
from reconciler.model.attestation import AttestationReply, AttestedFact, Question
from reconciler.model.evidence import Attested, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool
from reconciler.model.problem import Origin
from reconciler.planning.facts import FACT_KEYS
from reconciler.report.pages.guided.stages import (
    AppliedPlan,
    ApplyEnded,
    ApplyFailed,
    ApplyStopped,
    FactsInDoubt,
    FactsToConfirm,
    GuidedStage,
    GuidedState,
    PageChecked,
    PageOpen,
)
from reconciler.workflow import plan_of
from tests.planning.worlds import TODAY
from tests.runbook.model import perform_step

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from reconciler.applying.operator import Operator
    from reconciler.applying.run import ApplyRun
    from reconciler.model.desired import Desired
    from reconciler.model.journal import Event
    from reconciler.model.outcome import Outcome
    from reconciler.model.runbook import PageId, PageVisit, Runbook
    from tests.runbook.worlds import World

NOON = datetime.combine(TODAY, time(12), UTC)
NEXT_YEAR = date(2027, 11, 24)
DOWN = Unknown(UnknownReason.UNREACHABLE, "no answer")
SOMETHING_ELSE = "Thrid Party"  # of facts that are lists of names


class Intent(Enum):
    """What a person means to do next, whatever they are asked."""

    DO = "do it, and say so; go on where something is left"
    PRETEND = "say so without doing it; go on where something is left"
    AGAIN = "do it, and say so; check again where something is left"
    SKIP = "skip it"
    BACK = "back to the page before"
    LATER = "do it, and confirm nothing"
    DIFFERS = "do it, and confirm something else"
    STOP = "stop"


@dataclass
class Intentions:
    """Intentions in order, and then none but to do it all."""

    left: list[Intent]

    def next(self) -> Intent:
        """The next one."""
        return self.left.pop(0) if self.left else Intent.DO


@dataclass
class Scene:
    """A world with a journal, and the person in it. At some of its probes the service is down."""

    world: World
    journal_file: Path
    intentions: Intentions
    down_at: frozenset[int]
    probes: int = 0

    def __post_init__(self) -> None:
        """Nobody else changes this world."""
        self.world = replace(self.world, schools=deepcopy(self.world.schools))

    def read_live(self, desired: Desired) -> Live:
        """The service, or nothing of it."""
        live = self.world.live(words=False)
        self.probes += 1
        if self.probes in self.down_at:
            live = Live(
                dict.fromkeys(live.schools, LiveSchool(DOWN)), dict.fromkeys(live.accesses, LiveAccess(DOWN, DOWN))
            )
        return Live(
            {name: live.schools[name] for name in desired.schools},
            {address: live.accesses[address] for address in desired.accesses},
        )

    def do(self, page_visit: PageVisit) -> None:
        """Follow the steps of a page as far as that works."""
        for step in page_visit.visit.steps:
            try:
                perform_step(self.world.schools[page_visit.school], page_visit.visit.page.id, step)
            except (AssertionError, KeyError, ValueError):
                continue  # an earlier page was skipped

    def reply(self, question: Question) -> AttestationReply | None:
        """What they say of facts that only a person can see. Raises ApplyLeftError if they stop instead."""
        match self.intentions.next():
            case Intent.STOP:
                raise ApplyLeftError
            case Intent.LATER | Intent.SKIP:
                return None
            case Intent.DIFFERS:
                return AttestationReply({key: _another(key) for key in question.declared}, NEXT_YEAR, "")
            case _:
                return AttestationReply(question.declared, NEXT_YEAR, "ticket 4711")

    def sure(self) -> DoubtsAnswer:
        """What they say when they are asked if something else than declared is right."""
        match self.intentions.next():
            case Intent.STOP:
                return DoubtsAnswer.STOP
            case Intent.AGAIN | Intent.BACK:
                return DoubtsAnswer.NO
            case Intent.LATER | Intent.SKIP:
                return DoubtsAnswer.LATER
            case _:
                return DoubtsAnswer.YES

    def attest(self, question: Question, reply: AttestationReply) -> Written:
        """Write it down nowhere: the run goes by what is said to be written."""
        evidence = Attested("J. Smith", NOON, reply.expires, reply.evidence, Origin("attestations/a.yaml", 1, 1))
        words = []
        for key, values in reply.facts.items():
            fact = FACT_KEYS[key]
            supplier = "" if fact.row.of_school else question.supplier
            words.append(AttestedFact(FactRef(question.school, supplier, fact.row.aspect, fact.name), values, evidence))
        return Written("attestations/a.yaml", "a", tuple(words), ())

    def run(self, operator: Operator) -> ApplyRun | None:
        """Begin to carry out what differs; None if nothing does."""
        desired = self.world.desired
        plan = plan_of(desired, self.world.live(words=False), TODAY)
        state = ApplyState(plan, desired, self.read_live, lambda: NOON)
        journal = Journal(self.journal_file, "J. Smith", lambda: NOON)
        services = ApplyServices(operator, self.attest, journal)
        return begin(state, approval_of(plan, NOON), services, plan_file="plan.json", accepted=())

    def events(self) -> list[Event]:
        """What the journal says."""
        return [entry.event for entry in Journal(self.journal_file, "nobody", lambda: NOON).entries]


def _another(key: str) -> tuple[str, ...]:
    row = FACT_KEYS[key].row
    return (row.choices[-1],) if row.choices else (SOMETHING_ELSE,)


def typed_lines(scene: Scene, question: Question) -> list[str]:
    """What they type at a terminal, which asks fact by fact: what they take back is the first one that differs."""
    declared, facts = question.declared, list(question.declared)
    first = next((number for number, key in enumerate(facts) if _another(key) != declared[key]), 0)
    later, taken_back = [""] * len(facts), list[str]()
    while True:
        try:
            reply = scene.reply(question)
        except ApplyLeftError:
            return [*later[:first], *taken_back, "stop"]
        if reply is None:
            return [*later[:first], *taken_back, *later[first:]]
        typed = [[", ".join(reply.facts[key]), "y"] if reply.facts[key] != declared[key] else ["y"] for key in facts]
        match scene.sure() if reply.facts != declared else DoubtsAnswer.YES:
            case DoubtsAnswer.YES:
                return [*chain(*typed[:first]), *taken_back, *chain(*typed[first:]), reply.evidence]
            case DoubtsAnswer.NO:
                taken_back += [typed[first][0], "n"]
            case DoubtsAnswer.LATER:
                return [*later[:first], *taken_back, typed[first][0], "", *later[first + 1 :]]
            case DoubtsAnswer.STOP:
                return [*later[:first], *taken_back, typed[first][0], "stop"]


@dataclass
class AtTerminal:
    """The person at the protocol that the terminal has: `check again` is back to the page, and done."""

    scene: Scene
    run: ApplyRun | None = None
    _page: PageVisit | None = None  # that was answered with done
    _checked: PageVisit | None = None  # the same, once the result is there
    _outcomes: tuple[Outcome, ...] = ()
    _redo: tuple[str, PageId] | None = None

    def carry_out(self) -> None:
        """Carry a plan out, until they stop or to its end."""
        self.run = self.scene.run(self)
        assert self.run
        with suppress(ApplyLeftError):
            self.run.to_the_end()

    def begin(self, runbook: Runbook) -> None:
        """Nothing is shown."""

    def open(self, page_visit: PageVisit) -> OperatorAnswer:
        """First what they mean to the result before, then what they mean here."""
        key = (page_visit.school, page_visit.visit.page.id)
        redo, self._redo = self._redo, None
        if redo == key:
            self.scene.do(page_visit)
            self._page = page_visit
            return OperatorAnswer.DONE
        outcomes, self._outcomes = self._outcomes, ()
        if outcomes and self.scene.intentions.next() is Intent.STOP:
            return OperatorAnswer.STOP
        answer = said(self.scene, page_visit)
        self._page = page_visit if answer is OperatorAnswer.DONE else None
        return answer

    def vouch(self, question: Question) -> AttestationReply | None:
        """What they saw, typed at the questions of the terminal."""
        lines = "".join(f"{line}\n" for line in typed_lines(self.scene, question))
        terminal = TerminalOperator("J. Smith", NEXT_YEAR, names_known(self.scene.world.desired))
        with CliRunner().isolation(input=lines):
            try:
                return terminal.vouch(question)
            except click.Abort:
                raise ApplyLeftError from None

    def report(self, outcomes: tuple[Outcome, ...], others: tuple[str, ...]) -> None:
        """They read it."""
        self._checked, self._page = self._page, None
        self._outcomes = outcomes

    def retry(self, unsettled: tuple[Outcome, ...]) -> RetryNotice:
        """What they do about the result of a page, if it has one."""
        outcomes, self._outcomes = self._outcomes, ()
        if not outcomes:
            return RetryNotice.ON
        assert self._checked
        left = is_left(self.run, self._checked)
        match self.scene.intentions.next():
            case Intent.STOP:
                return RetryNotice.STOP
            case Intent.AGAIN if left:
                self._redo = (self._checked.school, self._checked.visit.page.id)
                return RetryNotice.BACK
            case _:
                return RetryNotice.ON


def is_left(run: ApplyRun | None, page_visit: PageVisit) -> bool:
    """Something is left to settle on this page, by what was seen last."""
    assert run
    books = {book.school: book.visits for book in run.state.now.runbook.schools}
    visits = {visit.page.id: visit for visit in books.get(page_visit.school, ())}
    left = visits.get(page_visit.visit.page.id)
    return left is not None and any(step.settles for step in left.steps)


def said(scene: Scene, page_visit: PageVisit) -> OperatorAnswer:
    """What they do and say at an open page."""
    match scene.intentions.next():
        case Intent.SKIP:
            return OperatorAnswer.SKIP
        case Intent.STOP:
            return OperatorAnswer.STOP
        case Intent.BACK if page_visit.can_go_back:
            return OperatorAnswer.BACK
        case Intent.PRETEND:
            return OperatorAnswer.DONE
        case _:
            scene.do(page_visit)
            return OperatorAnswer.DONE


@dataclass
class InBrowser:
    """The person in a browser: reads a state, answers it, and waits for the next."""

    scene: Scene
    exchange: GuidedExchange = field(default_factory=lambda: GuidedExchange("t"))
    seen: list[GuidedState] = field(default_factory=list)

    def carry_out(self) -> None:
        """Carry a plan out with a run in a thread of its own, to its end."""
        plan = AppliedPlan("", None, None, "J. Smith")
        operator = WebOperator(self.exchange, plan, lambda: NOON, self.scene.world.desired)
        state = self.exchange.begin()
        run = self.scene.run(operator)
        assert run
        operator.follow(run)

        def lead() -> None:
            end: GuidedStage = ApplyFailed("a fault of ours")
            try:
                result = run.to_the_end()
                end = ApplyEnded(result.outcomes, begun=True, finished=result.finished, not_seen=0, withdrawn=0)
            except ApplyLeftError:
                end = ApplyStopped(begun=True)
            finally:  # whatever happens, something follows the last answer
                self.exchange.show(operator.state(end))

        thread = Thread(target=lead)
        thread.start()
        while not isinstance(state.stage, ApplyEnded | ApplyStopped):
            state = self.answered(state)
            self.seen.append(state)
        thread.join()

    def answered(self, state: GuidedState) -> GuidedState:
        """Answer a state if it asks; the next one."""
        match state.stage:
            case PageOpen(page_visit):
                state = self.exchange.answer(state.key, said(self.scene, page_visit))
            case FactsToConfirm(_, question):
                state = self.exchange.answer(state.key, self._facts(question))
            case FactsInDoubt():
                state = self.exchange.answer(state.key, self.scene.sure())
            case PageChecked() as checked:
                state = self.exchange.answer(state.key, self._checked(checked))
            case _:
                pass
        after = self.exchange.await_change(state.key, None)
        assert after
        assert not isinstance(after.stage, ApplyFailed)
        return after

    def _facts(self, question: Question) -> FactsAnswer:
        try:
            return FactsAnswer(self.scene.reply(question))
        except ApplyLeftError:
            return FactsAnswer(None, stop=True)

    def _checked(self, checked: PageChecked) -> CheckedAnswer:
        match self.scene.intentions.next():
            case Intent.STOP:
                return CheckedAnswer.STOP
            case Intent.AGAIN if checked.left:
                # Done by the steps that are left, as the page shows them: they need not be those of before.
                assert checked.page_visit
                self.scene.do(replace(checked.page_visit, visit=checked.left))
                return CheckedAnswer.AGAIN
            case _:
                return CheckedAnswer.NEXT


def marks(states: Iterable[GuidedState]) -> set[str]:
    """The marks that pages had."""
    return {page.mark.value for state in states for school in state.schools for page in school.pages}
