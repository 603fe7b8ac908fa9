"""The operator of a guided apply: asks whoever has a browser open, through the exchange."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from reconciler.applying.operator import OperatorAnswer, RetryNotice
from reconciler.attestation.submission import latest_day, usual_last_day
from reconciler.guided.exchange import (
    ApplyLeftError,
    CheckedAnswer,
    FactsAnswer,
    GuidedAnswer,
    GuidedExchange,
)
from reconciler.guided.journey import Journey
from reconciler.model.attestation import AttestationReply, Question
from reconciler.model.outcome import Contradicted, Outcome, Verified
from reconciler.model.runbook import CentralOffer, PageId, PageVisit, Runbook, Visit
from reconciler.report.pages.guided.stages import (
    AppliedPlan,
    FactsToConfirm,
    GuidedStage,
    GuidedState,
    PageChecked,
    PageOpen,
)

_NOBODY = Runbook("", "", (), ())


class WebOperator:
    """Shows one state after the other, and hands on the answers.

    The result of a page is shown before the next page. "Check again" there means back to the page and done: the run
    hears both, as it would from a person at the terminal.

    plan       what the pages tell of the plan
    word_days  for how many days words may count, if the Workspace limits that
    left       tells what is left to do on a page now; set once the run is known
    """

    def __init__(
        self, exchange: GuidedExchange, plan: AppliedPlan, clock: Callable[[], datetime], word_days: int | None
    ) -> None:
        self.left: Callable[[PageVisit], Visit | None] = lambda _page_visit: None
        self._exchange = exchange
        self._plan = plan
        self._clock = clock
        self._word_days = word_days
        self._journey = Journey(_NOBODY)
        self._offers: tuple[CentralOffer, ...] = ()
        self._others: tuple[str, ...] = ()
        self._open: PageVisit | None = None
        self._checked: PageChecked | None = None
        self._again: tuple[str, PageId] | None = None

    def begin(self, runbook: Runbook) -> None:
        """Remember what is to come."""
        self._journey = Journey(runbook)
        self._offers = runbook.central

    def open(self, page_visit: PageVisit) -> OperatorAnswer:
        """Show the result of the page before, then this page, and wait for the answer."""
        is_again, self._again = self._again == _key(page_visit), None
        if is_again:
            self._open = page_visit
            return OperatorAnswer.DONE
        checked, self._checked = self._checked, None
        if checked:
            unsettled = any(not isinstance(outcome, Verified) for outcome in checked.outcomes)
            can_repeat = page_visit.can_go_back and unsettled and checked.page_visit is not None
            match self._ask(replace(checked, can_repeat=can_repeat)):
                case CheckedAnswer.STOP:
                    return OperatorAnswer.STOP
                case CheckedAnswer.AGAIN if can_repeat and checked.page_visit:
                    self._again = _key(checked.page_visit)
                    return OperatorAnswer.BACK
                case _:
                    pass
        self._journey.open(page_visit)
        answer = self._ask(PageOpen(page_visit, self._offers))
        assert isinstance(answer, OperatorAnswer)
        self._offers = ()
        self._open = page_visit if answer is OperatorAnswer.DONE else None
        if answer is OperatorAnswer.SKIP:
            self._journey.skip(page_visit)
        return answer

    def vouch(self, question: Question) -> AttestationReply | None:
        """Show the form of facts that only a person can see."""
        assert self._open
        today = self._clock().date()
        usual, latest = usual_last_day(today, self._word_days), latest_day(today, self._word_days)
        answer = self._ask(FactsToConfirm(self._open, question, today, usual, latest))
        assert isinstance(answer, FactsAnswer)
        if answer.stop:
            raise ApplyLeftError
        return answer.reply

    def report(self, outcomes: tuple[Outcome, ...], others: tuple[str, ...]) -> None:
        """Remember the result, which the next state shows."""
        page_visit, self._open = self._open, None
        self._others = others
        self._journey.check(page_visit, outcomes)
        if outcomes:
            self._checked = PageChecked(page_visit, outcomes, self._clock().astimezone())

    def retry(self, unsettled: tuple[Outcome, ...]) -> RetryNotice:
        """Show what is not settled, with what is left to do."""
        checked, self._checked = self._checked, None
        assert checked
        assert checked.page_visit
        contradicted = any(isinstance(outcome, Contradicted) for outcome in unsettled)
        left = self.left(checked.page_visit) if contradicted else None
        match self._ask(replace(checked, left=left, must_say=True, can_repeat=True)):
            case CheckedAnswer.STOP:
                return RetryNotice.STOP
            case CheckedAnswer.AGAIN:
                self._again = _key(checked.page_visit)
                return RetryNotice.BACK
            case _:
                return RetryNotice.ON

    def state(self, stage: GuidedStage) -> GuidedState:
        """Return a state with what this run tells beside its stage."""
        return GuidedState("", stage, self._plan, self._journey.schools(), self._others)

    def _ask(self, stage: GuidedStage) -> GuidedAnswer:
        return self._exchange.ask(self.state(stage))


def _key(page_visit: PageVisit) -> tuple[str, PageId]:
    return page_visit.school, page_visit.visit.page.id
