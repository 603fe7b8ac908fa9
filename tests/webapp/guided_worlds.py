"""Two people with the same intentions: one at the terminal's protocol, one in a browser; each in their own world."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from enum import Enum
from threading import Thread
from typing import TYPE_CHECKING

from reconciler.applying.operator import OperatorAnswer, RetryNotice
from reconciler.applying.plan_files import approval_of
from reconciler.applying.preflight import begin
from reconciler.applying.run import ApplyServices
from reconciler.applying.state import ApplyState
from reconciler.attestation.write import Written
from reconciler.guided.exchange import ApplyLeftError, CheckedAnswer, FactsAnswer, GuidedExchange
from reconciler.guided.operator import WebOperator
from reconciler.journal.file import Journal
from reconciler.model.aspect import FactRef
from reconciler.model.attestation import AttestationReply, AttestedFact, Question
from reconciler.model.evidence import Attested, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool
from reconciler.model.outcome import Verified
from reconciler.model.problem import Origin
from reconciler.planning.facts import FACT_KEYS
from reconciler.report.pages.guided.stages import (
    AppliedPlan,
    ApplyEnded,
    ApplyStopped,
    FactsToConfirm,
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
_PATIENCE = 30  # seconds for the other thread


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
    return (row.choices[-1],) if row.choices else ()


@dataclass
class AtTerminal:
    """The person at the protocol that the terminal has: `check again` is back to the page, and done."""

    scene: Scene
    _page: PageVisit | None = None  # that was answered with done
    _checked: PageVisit | None = None  # the same, once the result is there
    _outcomes: tuple[Outcome, ...] = ()
    _redo: tuple[str, PageId] | None = None

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
        if outcomes:
            intent = self.scene.intentions.next()
            if intent is Intent.STOP:
                return OperatorAnswer.STOP
            left = any(not isinstance(outcome, Verified) for outcome in outcomes)
            if intent is Intent.AGAIN and left and page_visit.can_go_back and self._checked:
                self._redo = (self._checked.school, self._checked.visit.page.id)
                return OperatorAnswer.BACK
        answer = said(self.scene, page_visit)
        self._page = page_visit if answer is OperatorAnswer.DONE else None
        return answer

    def vouch(self, question: Question) -> AttestationReply | None:
        """What they saw."""
        return self.scene.reply(question)

    def report(self, outcomes: tuple[Outcome, ...], others: tuple[str, ...]) -> None:
        """They read it."""
        self._checked, self._page = self._page, None
        self._outcomes = outcomes

    def retry(self, unsettled: tuple[Outcome, ...]) -> RetryNotice:
        """What they do about it."""
        self._outcomes = ()
        match self.scene.intentions.next():
            case Intent.STOP:
                return RetryNotice.STOP
            case Intent.AGAIN:
                assert self._checked
                self._redo = (self._checked.school, self._checked.visit.page.id)
                return RetryNotice.BACK
            case _:
                return RetryNotice.ON


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
        operator = WebOperator(self.exchange, plan, lambda: NOON, None)
        state = self.exchange.begin()
        run = self.scene.run(operator)
        assert run

        def lead() -> None:
            try:
                result = run.to_the_end()
            except ApplyLeftError:
                self.exchange.show(operator.state(ApplyStopped(begun=True)))
                return
            end = ApplyEnded(result.outcomes, begun=True, finished=result.finished, not_seen=0, withdrawn=0)
            self.exchange.show(operator.state(end))

        thread = Thread(target=lead)
        thread.start()
        while not isinstance(state.stage, ApplyEnded | ApplyStopped):
            state = self.answered(state)
            self.seen.append(state)
        thread.join(_PATIENCE)
        assert not thread.is_alive()

    def answered(self, state: GuidedState) -> GuidedState:
        """Answer a state if it asks; the next one."""
        match state.stage:
            case PageOpen(page_visit):
                state = self.exchange.answer(state.key, said(self.scene, page_visit))
            case FactsToConfirm(_, question):
                state = self.exchange.answer(state.key, self._facts(question))
            case PageChecked() as checked:
                state = self.exchange.answer(state.key, self._checked(checked))
            case _:
                pass
        after = self.exchange.await_change(state.key, _PATIENCE)
        assert after
        assert after.key != state.key, f"nothing follows {state.stage}"
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
            case Intent.AGAIN if checked.can_repeat:
                # Done again before it is checked again: of what can be repeated something is left.
                assert checked.page_visit
                self.scene.do(replace(checked.page_visit, visit=checked.left or checked.page_visit.visit))
                return CheckedAnswer.AGAIN
            case _:
                return CheckedAnswer.NEXT


def marks(states: Iterable[GuidedState]) -> set[str]:
    """The marks that pages had."""
    return {page.mark.value for state in states for school in state.schools for page in school.pages}
