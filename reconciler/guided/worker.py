"""A guided apply, from what a person asked for to the last outcome. It runs in a thread of its own."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias

from reconciler.applying.opening import (
    attestation_writer,
    begun,
    confirmation_of,
    plan_now,
    state_to_begin,
    state_to_resume,
)
from reconciler.applying.plan_files import approval_of, read_plan
from reconciler.applying.preflight import ApplyInputs, refuse_breaches, resume
from reconciler.applying.run import ApplyRun, ApplyServices
from reconciler.applying.state import ApplyState
from reconciler.errors import ManifestError, PlanRefused, PlanStale, ReconcilerError
from reconciler.guided.exchange import ApplyLeftError, GuidedExchange, PlanAnswer
from reconciler.guided.operator import WebOperator
from reconciler.journal.file import Journal
from reconciler.model.address import school_label
from reconciler.model.desired import Desired
from reconciler.model.plan import Plan, SavedPlan
from reconciler.planning.approved.due import due, due_plan
from reconciler.planning.limits import breaches
from reconciler.report.pages.guided.stages import (
    AppliedPlan,
    ApplyEnded,
    ApplyFailed,
    ApplyRefused,
    ApplyStopped,
    GuidedStage,
    GuidedState,
    PlanToConfirm,
)
from reconciler.report.text.summary import breach_line
from reconciler.review import commit_of
from reconciler.startup import dataclass
from reconciler.state_folder.lock import alone
from reconciler.state_folder.paths import journal_of, lock_of
from reconciler.workflow import Reader, Selection, desired_of, runbook

Accepted: TypeAlias = tuple[str, ...]
_BUG: Final = "The app met a bug and the apply ended. Your answers are in the journal, and it can be resumed."


@dataclass(frozen=True, slots=True)
class BeginNow:
    """Carry out what differs now, at these schools and suppliers."""

    selection: Selection


@dataclass(frozen=True, slots=True)
class BeginApproved:
    """Carry out a plan that was approved."""

    file: Path


@dataclass(frozen=True, slots=True)
class ResumeBegun:
    """Go on with the newest apply that was stopped."""


BeginRequest: TypeAlias = BeginNow | BeginApproved | ResumeBegun


@dataclass(frozen=True, slots=True)
class GuidedServices:
    """All that a guided apply may do besides asking people.

    operator  the name of the person at work; raises ReconcilerError if it is not known
    reader    makes what asks the service, tells how far that is, and can be stopped
    as_typed  completes the commands in a text with the options that the app was started with
    """

    workspace: Path
    clock: Callable[[], datetime]
    operator: Callable[[], str]
    reader: Callable[[Desired], Reader]
    as_typed: Callable[[str], str]


def carry_out(exchange: GuidedExchange, services: GuidedServices, request: BeginRequest) -> None:
    """Carry an apply out from its beginning to its end, and show how it ended, whatever happens."""
    _Worker(exchange, services).carry_out(request)


class _Worker:
    """One guided apply."""

    def __init__(self, exchange: GuidedExchange, services: GuidedServices) -> None:
        self._exchange = exchange
        self._services = services
        self._plan: AppliedPlan | None = None
        self._operator: WebOperator | None = None

    def carry_out(self, request: BeginRequest) -> None:
        """Carry it out, and show how it ended."""
        end: GuidedStage = ApplyFailed(_BUG, begun=True)
        try:
            end = self._ended(request)
        finally:
            self._exchange.show(self._operator.state(end) if self._operator else GuidedState("", end, self._plan))

    def _ended(self, request: BeginRequest) -> GuidedStage:
        services = self._services
        try:
            who = services.operator()
            with alone(lock_of(services.workspace), who, services.clock()):
                return self._run(request, who)
        except (ApplyLeftError, KeyboardInterrupt):
            return ApplyStopped(self._begun)
        except ReconcilerError as error:
            reason = services.as_typed(str(error))
            if isinstance(error, PlanRefused) and not self._begun:
                return ApplyRefused(reason, error.moved if isinstance(error, PlanStale) else ())
            return ApplyFailed(reason, error.problems if isinstance(error, ManifestError) else (), self._begun)

    @property
    def _begun(self) -> bool:
        """True once the journal says so."""
        return self._operator is not None

    def _run(self, request: BeginRequest, who: str) -> GuidedStage:
        workspace, clock = self._services.workspace, self._services.clock
        journal = Journal(journal_of(workspace), who, clock)
        desired = desired_of(workspace, clock())
        inputs = ApplyInputs(desired, self._services.reader(desired), clock)
        if isinstance(request, ResumeBegun):
            saved, state, progress = state_to_resume(inputs, journal.entries, workspace)
            services = self._powers(saved, journal, desired, who)
            return self._lead(resume(state, progress, services), services)
        saved, accepted = self._approved(request, inputs, who)
        if not due(saved.plan):
            return ApplyEnded((), begun=False, finished=True, not_seen=0, withdrawn=0)
        state = state_to_begin(saved, inputs, journal.entries, accepted)
        if state.is_done:
            return _end_of(state, begun=False, finished=True)
        services = self._powers(saved, journal, desired, who)
        commit = commit_of(workspace, desired, clock())
        return self._lead(begun(state, saved, services, workspace, accepted=accepted, commit=commit), services)

    def _approved(self, request: BeginNow | BeginApproved, inputs: ApplyInputs, who: str) -> tuple[SavedPlan, Accepted]:
        """Return the plan to carry out, and the limits that it may exceed; have it confirmed if it is new, or exceeds
        one."""
        saved = read_plan(request.file) if isinstance(request, BeginApproved) else None
        plan = saved.plan if saved else plan_now(request.selection, inputs) if isinstance(request, BeginNow) else None
        assert plan
        now = inputs.clock()
        self._plan = AppliedPlan(
            plan.fingerprint, saved.created if saved else now, saved.expires if saved else None, who
        )
        over = breaches(inputs.desired.limits, plan.accesses, plan.schools)
        confirmation = confirmation_of(plan)
        if (saved and not over) or not confirmation.facts:
            return saved or approval_of(plan, now), ()
        stage = PlanToConfirm(
            runbook(due_plan(plan)),
            "" if saved else confirmation.words,
            confirmation.facts,
            confirmation.looks,
            tuple((breach.name, breach_line(breach)) for breach in over),
        )
        answer = self._exchange.ask(GuidedState("", stage, self._plan))
        assert isinstance(answer, PlanAnswer)
        if answer.accepted is None:
            raise ApplyLeftError
        refuse_breaches(plan, inputs.desired, answer.accepted)
        return saved or approval_of(plan, inputs.clock()), answer.accepted

    def _powers(self, saved: SavedPlan, journal: Journal, desired: Desired, who: str) -> ApplyServices:
        clock = self._services.clock
        plan = _applied(saved.plan, saved.created, saved.expires, who)
        operator = WebOperator(self._exchange, plan, clock, desired)
        writer = attestation_writer(self._services.workspace, who, self._exchange.note, clock)
        return ApplyServices(operator, writer, journal)

    def _lead(self, run: ApplyRun, services: ApplyServices) -> GuidedStage:
        """Go from the first page to the end."""
        assert isinstance(services.operator, WebOperator)
        self._operator = services.operator
        self._operator.follow(run)
        result = run.to_the_end()
        if result.stopped:
            return ApplyStopped(begun=True)
        return _end_of(run.state, begun=True, finished=result.finished)


def _applied(plan: Plan, made: datetime | None, expires: datetime | None, who: str) -> AppliedPlan:
    """Return what pages tell of a plan, with times as clocks here show them."""
    schools = {school.name: school_label(school.title, school.name) for school in plan.schools}
    titles = {
        str(access.address): f"{access.particulars.title} at {schools[access.address.school]}"
        for access in plan.accesses
    }
    return AppliedPlan(
        plan.fingerprint, made and made.astimezone(), expires and expires.astimezone(), who, {**schools, **titles}
    )


def _end_of(state: ApplyState, *, begun: bool, finished: bool) -> ApplyEnded:
    return ApplyEnded(state.outcomes, begun, finished, state.not_seen, len(state.withdrawn))
