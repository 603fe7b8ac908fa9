"""Refuse what must not be carried out, then begin or resume an apply: from an approved plan to the first page."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from reconciler.applying.resume import ApplyProgress, ConfirmedFact
from reconciler.applying.run import ApplyRun, ApplyServices
from reconciler.applying.state import ApplyState
from reconciler.codec.plan_file import MOST_VALID_DAYS
from reconciler.codec.snapshot import CLOCKS_DIFFER
from reconciler.errors import PlanRefused, PlanStale
from reconciler.model.aspect import Aspect
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.desired import Desired
from reconciler.model.evidence import UnknownReason
from reconciler.model.journal import ApplyResumed, ApplyStarted
from reconciler.model.plan import AccessPlan, Plan, SavedPlan, SchoolPlan
from reconciler.planning.approved.due import due
from reconciler.planning.approved.staleness import plan_changes, refuse_other_school, unapproved
from reconciler.planning.limits import breaches
from reconciler.planning.plan import with_parts
from reconciler.planning.refused_login import working_logins
from reconciler.report.text.summary import breach_line
from reconciler.startup import dataclass
from reconciler.workflow import Reader, proving

_ANEW = "Nothing was changed. Make a new plan: `reconciler plan --out plan.json`."
_NAMED = 3  # of the accesses whose password is missing: as a rule one option gives them all
_Part = TypeVar("_Part", SchoolPlan, AccessPlan)


def refuse_foreign(plan: Plan, desired: Desired) -> None:
    """Raise PlanRefused for a plan of another workspace."""
    if plan.workspace != desired.workspace:
        raise PlanRefused(
            f"The plan is for the workspace {plan.workspace}, and the manifests here are for {desired.workspace}. "
            "Nothing was changed. Name that workspace's folder with -C."
        )


def refuse_partial(plan: Plan) -> None:
    """Raise PlanRefused for a plan whose probing was stopped: what was not seen cannot be approved."""
    if plan.interrupted:
        raise PlanRefused(f"The plan is incomplete, since its run was stopped. {_ANEW}")


def refuse_expired(saved: SavedPlan, now: datetime) -> None:
    """Raise PlanRefused for a plan that has expired, one that was not written to be approved, and one with times that
    `plan --out` never writes: they were changed."""
    if saved.expires is None:
        raise PlanRefused(
            f"This file is a report, not a plan to approve: it does not say until when it may be carried out. {_ANEW}"
        )
    if saved.created is None or saved.expires - saved.created > timedelta(days=MOST_VALID_DAYS):
        made = f"made {saved.created.isoformat()}" if saved.created else "without the time at which it was made"
        raise PlanRefused(
            f"The plan, {made}, expires at {saved.expires.isoformat()}. A plan is valid for at most "
            f"{MOST_VALID_DAYS} days, so this file was changed. {_ANEW}"
        )
    if saved.created - now > CLOCKS_DIFFER:
        raise PlanRefused(
            f"The plan says that it was made at {saved.created.isoformat()}, which is in the future. The file was "
            f"changed, or a clock is wrong. {_ANEW}"
        )
    if now > saved.expires:
        raise PlanRefused(f"The plan expired at {saved.expires.isoformat()}. {_ANEW}")


def refuse_other_plan(saved: SavedPlan, progress: ApplyProgress) -> None:
    """Raise PlanRefused if the kept plan is not the one that was begun, or expires later than it did then."""
    plan = saved.plan
    if progress.expires and (saved.expires is None or saved.expires.replace(microsecond=0) > progress.expires):
        raise PlanRefused(
            f"The kept plan expires at {saved.expires and saved.expires.isoformat()}, and when it was begun it expired "
            f"at {progress.expires.isoformat()}: its file was changed. {_ANEW}"
        )
    if plan.fingerprint != progress.fingerprint:
        raise PlanRefused(
            f"{progress.fingerprint[:8]} was begun, and the kept plan is {plan.fingerprint[:8]}: its file was replaced."
            " Nothing was changed. Put the right file back, or plan again: `reconciler plan --out plan.json`."
        )


def refuse_without_password(approved: Plan, fresh: Plan) -> None:
    """Raise PlanRefused if a password is missing that was there when the plan was made: without it nothing that is due
    can be seen, or proven when it is done."""
    before = {access.address for access, _ in _without_password(approved)}
    missing = [(access, item) for access, item in _without_password(fresh) if access.address not in before]
    if missing:
        places: dict[str, list[str]] = {}
        for access, item in missing:
            at = places.setdefault(item.reason, [])
            at += [str(access.address)] if str(access.address) not in at else []
        lines = [f"{at[0]}{f' and {len(at) - 1} more' if at[1:] else ''}: {why}" for why, at in places.items()]
        more = f"; and {len(lines) - _NAMED} more" if len(lines) > _NAMED else ""
        raise PlanRefused(
            f"Passwords are missing that were there when this plan was made ({'; '.join(lines[:_NAMED])}{more}). "
            "Nothing was changed. Give them as you did then, for example with --env-file FILE."
        )


def refuse_stale(state: ApplyState) -> None:
    """Raise PlanStale unless what is due now is what was approved."""
    lines = plan_changes(state.approved, state.now.fresh)
    if lines:
        raise PlanStale(
            f"Bromcom or the manifests changed since this plan was made. {_ANEW}"
            + _other_depth(state.whole, state.now.fresh),
            lines,
        )


def _other_depth(approved: Plan, fresh: Plan) -> str:
    """Return a hint if only one of the two was made with --deep, which adds what was read of each entity."""
    depths = [any(access.readable is not None for access in plan.accesses) for plan in (approved, fresh)]
    if depths == [True, False]:
        return " It was made with --deep: add that here too."
    return " It was made without --deep: leave that out here too." if depths == [False, True] else ""


def refuse_unapproved(state: ApplyState, confirmed: Collection[ConfirmedFact]) -> None:
    """Raise PlanStale if more is due now than was approved; less is fine, since some is done.

    Facts that were `confirmed` during this apply refuse nothing: the operator is shown them.
    """
    lines = unapproved(state.approved, _without(state.now.fresh, confirmed), state.bounds)
    if lines:
        raise PlanStale(f"More differs now than was approved. {_ANEW}", lines)


def unneeded(plan: Plan, desired: Desired, accepted: Collection[str]) -> tuple[str, ...]:
    """Return the accepted names of limits that this plan does not exceed, sorted."""
    return tuple(
        sorted(set(accepted) - {breach.name for breach in breaches(desired.limits, plan.accesses, plan.schools)})
    )


def refuse_breaches(plan: Plan, desired: Desired, accepted: Collection[str], *, begun: bool = False) -> None:
    """Raise PlanRefused if the plan exceeds a limit of the Workspace, as it is now, that was not accepted.

    begun  it is carried out already, so it is too late to accept
    """
    over = [breach for breach in breaches(desired.limits, plan.accesses, plan.schools) if breach.name not in accepted]
    if over:
        names = " ".join(f"--accept {breach.name}" for breach in over)
        remedy = f"Plan again, and begin with {names}" if begun else f"Make a smaller plan, or accept this with {names}"
        raise PlanRefused(f"{' '.join(map(breach_line, over))} Nothing was changed. {remedy}.")


def _without_password(plan: Plan) -> Iterator[tuple[AccessPlan, UnknownFacts]]:
    return (
        (access, item) for access in plan.accesses for item in access.unknown if item.why is UnknownReason.NO_SECRET
    )


def _without(plan: Plan, confirmed: Collection[ConfirmedFact]) -> Plan:
    """Return the plan without what differs or is unknown in an aspect that was confirmed."""
    # The lawful basis of a school decides about consent at each of its accesses.
    consenting = {school for school, _, aspect in confirmed if aspect in {Aspect.LAWFUL_BASIS, Aspect.CONSENT}}

    def kept(part: _Part, school: str, supplier: str) -> _Part:
        def is_confirmed(item: Change | UnknownFacts) -> bool:
            follows = item.aspect is Aspect.CONSENT and school in consenting
            return follows or (school, supplier, item.aspect) in confirmed

        return replace(
            part,
            changes=tuple(change for change in part.changes if not is_confirmed(change)),
            unknown=tuple(item for item in part.unknown if not is_confirmed(item)),
        )

    return with_parts(
        plan,
        (kept(school, school.name, "") for school in plan.schools),
        (kept(access, *access.address) for access in plan.accesses),
    )


@dataclass(frozen=True, slots=True)
class ApplyInputs:
    """The manifests, and the live side as it is now, with which an approved plan is compared."""

    desired: Desired
    read_live: Reader
    clock: Callable[[], datetime]

    def state(self, saved: SavedPlan, accepted: Collection[str] = ()) -> ApplyState:
        """Probe everything that a plan has work for.

        Raises PlanRefused for a plan of another workspace, or if a password is missing that was there when it was made,
        and KeyboardInterrupt if the probing is stopped.
        """
        refuse_foreign(saved.plan, self.desired)
        read_live = proving(self.read_live, lambda: working_logins({}, saved.plan))
        state = ApplyState(saved.plan, self.desired, read_live, self.clock, accepted)
        refuse_without_password(state.approved, state.now.fresh)
        return state


def approved_state(saved: SavedPlan, inputs: ApplyInputs, accepted: Collection[str] = ()) -> ApplyState:
    """Return the state of a plan that may be carried out now.

    Raises PlanRefused for a plan of another workspace, an incomplete one, one that has expired, one that exceeds a
    limit that was not accepted, and if another school answers; PlanStale if what is due now is not what was approved.
    """
    refuse_partial(saved.plan)
    refuse_expired(saved, inputs.clock())
    state = inputs.state(saved, accepted)
    refuse_other_school(state.now.fresh.schools if due(saved.plan) else saved.plan.schools)
    if not state.is_done:  # what is done may be called done, stale or over a limit
        refuse_stale(state)
        refuse_breaches(saved.plan, inputs.desired, accepted)
    return state


def resumed_state(saved: SavedPlan, progress: ApplyProgress, inputs: ApplyInputs) -> ApplyState:
    """Return the state of a plan that was begun, with what the operator answered and confirmed by then.

    Raises PlanRefused if it is not the plan that was begun, is of another workspace, has expired, or exceeds a limit
    that was not accepted at the beginning, and if another school answers; PlanStale if more is due than was approved.
    """
    refuse_other_plan(saved, progress)
    refuse_expired(saved, inputs.clock())
    state = inputs.state(saved, progress.accepted)
    refuse_other_school(state.now.fresh.schools)
    refuse_unapproved(state, progress.confirmed)
    refuse_breaches(saved.plan, inputs.desired, progress.accepted, begun=True)
    state.answers |= progress.answers
    return state


def begin(
    state: ApplyState,
    saved: SavedPlan,
    services: ApplyServices,
    *,
    plan_file: str,
    accepted: Collection[str],
    commit: str = "",
) -> ApplyRun:
    """Write to the journal that a plan is being carried out.

    plan_file  where the plan is kept
    commit     the commit with the manifests that it carries out; empty if no commit has them just so
    """
    until = saved.expires.astimezone(UTC) if saved.expires else None
    started = ApplyStarted(plan_file, tuple(sorted(accepted)), len(due(state.approved)), until, commit)
    services.journal.append(saved.plan.fingerprint, started)
    return ApplyRun(state, services, saved.plan.fingerprint)


def resume(state: ApplyState, progress: ApplyProgress, services: ApplyServices) -> ApplyRun:
    """Write to the journal that an apply goes on."""
    services.journal.append(progress.fingerprint, ApplyResumed(len(due(state.now.left))))
    return ApplyRun(state, services, progress.fingerprint, progress.done_pages, progress.outcomes)
