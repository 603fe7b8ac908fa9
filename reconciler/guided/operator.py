"""The operator of a guided apply: asks whoever has a browser open, through the exchange."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from reconciler.applying.operator import OperatorAnswer, RetryNotice
from reconciler.applying.run import ApplyRun
from reconciler.attestation.doubts import doubts, names_known
from reconciler.attestation.submission import latest_day, usual_last_day
from reconciler.guided.exchange import (
    ApplyLeftError,
    CheckedAnswer,
    DoubtsAnswer,
    FactsAnswer,
    GuidedAnswer,
    GuidedExchange,
)
from reconciler.guided.journey import Journey
from reconciler.model.attestation import AttestationReply, Question
from reconciler.model.desired import Desired
from reconciler.model.outcome import Outcome
from reconciler.model.runbook import CentralOffer, PageId, PageVisit, Runbook, Visit
from reconciler.report.pages.guided.stages import (
    AppliedPlan,
    FactsInDoubt,
    FactsToConfirm,
    GuidedStage,
    GuidedState,
    PageChecked,
    PageOpen,
)

_NOBODY = Runbook("", "", (), ())


class WebOperator:
    """Shows one state after the other, and hands on the answers.

    "Check again" after a check means back to the page and done: the run hears both, as it would from a person at the
    terminal.

    plan  what the pages tell of the plan
    """

    def __init__(
        self, exchange: GuidedExchange, plan: AppliedPlan, clock: Callable[[], datetime], desired: Desired
    ) -> None:
        self._exchange = exchange
        self._plan = plan
        self._clock = clock
        self._word_days = desired.limits.word_days
        self._names = names_known(desired)
        self._run: ApplyRun | None = None
        self._journey = Journey(_NOBODY, _NOBODY, ())
        self._offers: tuple[CentralOffer, ...] = ()
        self._others: tuple[str, ...] = ()
        self._open: PageVisit | None = None
        self._checked: PageChecked | None = None
        self._again: tuple[str, PageId] | None = None

    def follow(self, run: ApplyRun) -> None:
        """Tell of this run what is settled and what is left."""
        self._run = run

    def begin(self, runbook: Runbook) -> None:
        """Remember what is to come."""
        assert self._run
        self._journey = Journey(self._run.approved, runbook, self._run.state.outcomes)
        self._offers = runbook.central

    def open(self, page_visit: PageVisit) -> OperatorAnswer:
        """Show this page, and wait for the answer; first what a last check says of earlier pages, if it does."""
        is_again, self._again = self._again == _key(page_visit), None
        if is_again:
            self._open = page_visit
            return OperatorAnswer.DONE
        checked, self._checked = self._checked, None
        if checked and self._ask(checked) is CheckedAnswer.STOP:
            return OperatorAnswer.STOP
        self._journey.open(page_visit)
        answer = self._ask(PageOpen(page_visit, self._offers))
        assert isinstance(answer, OperatorAnswer)
        self._offers = ()
        self._open = page_visit if answer is OperatorAnswer.DONE else None
        if answer is OperatorAnswer.SKIP:
            self._journey.skip(page_visit)
        return answer

    def vouch(self, question: Question) -> AttestationReply | None:
        """Show the form of facts that only a person can see; ask once more before anything that differs is written."""
        assert self._open
        today = self._clock().date()
        usual, latest = usual_last_day(today, self._word_days), latest_day(today, self._word_days)
        form = FactsToConfirm(self._open, question, today, usual, latest)
        while True:
            answer = self._ask(form)
            assert isinstance(answer, FactsAnswer)
            if answer.stop:
                raise ApplyLeftError
            reply = answer.reply
            in_doubt = doubts(reply.facts, question.declared, self._names) if reply else ()
            if reply is None or not in_doubt:
                return reply
            match self._ask(FactsInDoubt(self._open, question, reply, in_doubt)):
                case DoubtsAnswer.YES:
                    return reply
                case DoubtsAnswer.NO:
                    form = replace(form, said=reply)
                case DoubtsAnswer.LATER:
                    return None
                case _:
                    raise ApplyLeftError

    def report(self, outcomes: tuple[Outcome, ...], others: tuple[str, ...]) -> None:
        """Remember the result, which the next state shows."""
        page_visit, self._open = self._open, None
        self._others = others
        self._journey.check(page_visit, outcomes)
        if outcomes:
            self._checked = PageChecked(page_visit, outcomes, self._clock().astimezone())

    def retry(self, unsettled: tuple[Outcome, ...]) -> RetryNotice:
        """Show the result of a page, with what is left to do; if nothing on it could be checked, go on."""
        checked, self._checked = self._checked, None
        if checked is None:
            return RetryNotice.ON
        assert checked.page_visit
        shown = replace(checked, left=self._left(checked.page_visit), must_say=bool(unsettled))
        match self._ask(shown):
            case CheckedAnswer.STOP:
                return RetryNotice.STOP
            case CheckedAnswer.AGAIN if shown.left:
                self._again = _key(checked.page_visit)
                return RetryNotice.BACK
            case _:
                return RetryNotice.ON

    def state(self, stage: GuidedStage) -> GuidedState:
        """Return a state with what this run tells beside its stage."""
        return GuidedState("", stage, self._plan, self._journey.schools(), self._others)

    def _left(self, page_visit: PageVisit) -> Visit | None:
        """Return what is left to settle on a page by what was seen last."""
        assert self._run
        for book in self._run.state.now.runbook.schools:
            for visit in book.visits if book.school == page_visit.school else ():
                # As the page would be opened again: without steps that settle nothing, which are done.
                steps = tuple(step for step in visit.steps if step.settles)
                if visit.page.id is page_visit.visit.page.id and steps:
                    return replace(visit, steps=steps)
        return None

    def _ask(self, stage: GuidedStage) -> GuidedAnswer:
        return self._exchange.ask(self.state(stage))


def _key(page_visit: PageVisit) -> tuple[str, PageId]:
    return page_visit.school, page_visit.visit.page.id
