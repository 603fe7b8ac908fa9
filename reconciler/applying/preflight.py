"""What is refused before anything is done: each by its name, and accepted by its name where it can be.

From an approved plan, or from where an apply was stopped, to the first page.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from reconciler.applying.resume import ApplyProgress, Vouched
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
from reconciler.planning.approved.staleness import plan_changes, unapproved
from reconciler.planning.limits import breaches
from reconciler.planning.plan import with_parts
from reconciler.report.text.summary import breach_line
from reconciler.workflow import Reader

_ANEW = "Nothing was changed: make a new plan with `reconciler plan --out plan.json`."
_TOLD = 3  # of the accesses whose password is missing: one option mends them all, as a rule
_Part = TypeVar("_Part", SchoolPlan, AccessPlan)


def refuse_foreign(plan: Plan, desired: Desired) -> None:
    """Raise PlanRefused for a plan of another workspace."""
    if plan.workspace != desired.workspace:
        raise PlanRefused(
            f"this is a plan of the workspace {plan.workspace}, and the manifests here are of {desired.workspace}. "
            "Nothing was changed: give the folder of that workspace with -C."
        )


def refuse_partial(plan: Plan) -> None:
    """Raise PlanRefused for a plan whose probing was stopped: nobody can approve what they did not see."""
    if plan.interrupted:
        raise PlanRefused("the plan is a part of one, since its probing was stopped. Nothing was changed: plan again.")


def refuse_expired(saved: SavedPlan, now: datetime) -> None:
    """Raise PlanRefused for a plan that is too old to be carried out, for one that was never written for it, and for
    one with times that `plan --out` never writes: somebody changed them."""
    if saved.expires is None:
        raise PlanRefused(
            "this file does not say until when the plan may be carried out, so that it is a report, and no plan to "
            f"approve. {_ANEW}"
        )
    if saved.created is None or saved.expires - saved.created > timedelta(days=MOST_VALID_DAYS):
        made = f"made {saved.created.isoformat()}" if saved.created else "without the time at which it was made"
        raise PlanRefused(
            f"the plan, {made}, is to hold until {saved.expires.isoformat()}. A plan holds for {MOST_VALID_DAYS} days "
            f"at most, so somebody changed the file. {_ANEW}"
        )
    if saved.created - now > CLOCKS_DIFFER:
        raise PlanRefused(
            f"the plan says that it was made {saved.created.isoformat()}, which is still to come. Somebody changed the "
            f"file, or a clock is wrong. {_ANEW}"
        )
    if now > saved.expires:
        raise PlanRefused(f"the plan expired {saved.expires.isoformat()}. {_ANEW}")


def refuse_other_plan(saved: SavedPlan, progress: ApplyProgress) -> None:
    """Raise PlanRefused for another plan than the one that was begun, whoever put it in its place, and for one that is
    to hold for longer than when it was begun."""
    plan = saved.plan
    if progress.expires and (saved.expires is None or saved.expires.replace(microsecond=0) > progress.expires):
        raise PlanRefused(
            f"the plan that was kept says that it expires {saved.expires and saved.expires.isoformat()}, and it was "
            f"begun as one that expires {progress.expires.isoformat()}: somebody changed it. Nothing was changed: plan "
            "again."
        )
    if plan.fingerprint != progress.fingerprint:
        raise PlanRefused(
            f"the plan that was kept is {plan.fingerprint[:8]}, and {progress.fingerprint[:8]} was begun: somebody put "
            "another in its place. Nothing was changed: put the right one back, or plan again."
        )


def refuse_without_password(approved: Plan, fresh: Plan) -> None:
    """Raise PlanRefused where there was a password when the plan was made, and there is none now: without it nothing
    that is done can be proven, and what is due cannot be seen."""
    before = {access.address for access, _ in _without_password(approved)}
    missing = [(access, item) for access, item in _without_password(fresh) if access.address not in before]
    if missing:
        places: dict[str, list[str]] = {}
        for access, item in missing:
            at = places.setdefault(item.reason, [])
            at += [str(access.address)] if str(access.address) not in at else []
        told = [f"{at[0]}{f' and {len(at) - 1} more' if at[1:] else ''}: {why}" for why, at in places.items()]
        more = f"; and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
        raise PlanRefused(
            f"passwords are missing with which this plan was made ({'; '.join(told[:_TOLD])}{more}). "
            "Nothing was changed: give them as you did then, such as with --env-file FILE."
        )


def refuse_moved(work: ApplyState) -> None:
    """Raise PlanStale unless what is due now is what was approved."""
    lines = plan_changes(work.approved, work.fresh)
    if lines:
        raise PlanStale(
            "what was approved is not what is due now. Nothing was changed: look at what moved, and plan again."
            + _other_depth(work.whole, work.fresh),
            lines,
        )


def _other_depth(approved: Plan, fresh: Plan) -> str:
    """A hint where one of the two was made with --deep: what was read of each entity is a part of what is known."""
    depths = [any(access.readable is not None for access in plan.accesses) for plan in (approved, fresh)]
    if depths == [True, False]:
        return " It was made with --deep: give that here too."
    return " It was made without --deep: leave that out here too." if depths == [False, True] else ""


def refuse_beyond(work: ApplyState, vouched: Collection[Vouched]) -> None:
    """Raise PlanStale where more is due now than was approved; what is done since may be missing. What is known by
    words that were given on the way (`vouched`) refuses nothing: whoever gave them is told of it."""
    lines = unapproved(work.approved, _without(work.fresh, vouched), work.bounds)
    if lines:
        raise PlanStale(
            "more is due now than was approved. Nothing was changed: look at what moved, and plan again.", lines
        )


def unneeded(plan: Plan, desired: Desired, accepted: Collection[str]) -> tuple[str, ...]:
    """The names that were accepted and that this plan goes over no limit of, sorted."""
    return tuple(
        sorted(set(accepted) - {breach.name for breach in breaches(desired.limits, plan.accesses, plan.schools)})
    )


def refuse_breaches(plan: Plan, desired: Desired, accepted: Collection[str], *, begun: bool = False) -> None:
    """Raise PlanRefused where the plan goes over a limit of the Workspace, as it is now, that nobody accepted; one that
    was `begun` is not accepted after the fact."""
    over = [breach for breach in breaches(desired.limits, plan.accesses, plan.schools) if breach.name not in accepted]
    if over:
        names = " ".join(f"--accept {breach.name}" for breach in over)
        way = (
            f"plan again, and begin anew with {names}" if begun else f"make a smaller plan, or accept this with {names}"
        )
        raise PlanRefused(f"{' '.join(map(breach_line, over))} Nothing was changed: {way}.")


def _without_password(plan: Plan) -> Iterator[tuple[AccessPlan, UnknownFacts]]:
    return (
        (access, item) for access in plan.accesses for item in access.unknown if item.why is UnknownReason.NO_SECRET
    )


def _without(plan: Plan, vouched: Collection[Vouched]) -> Plan:
    """The plan without what differs or is unknown in an aspect that somebody gave their word on, and without what
    follows from their word: the lawful basis of a school decides about consent at each of its accesses."""
    consenting = {school for school, _, aspect in vouched if aspect in {Aspect.LAWFUL_BASIS, Aspect.CONSENT}}

    def kept(part: _Part, school: str, supplier: str) -> _Part:
        def is_vouched(item: Change | UnknownFacts) -> bool:
            follows = item.aspect is Aspect.CONSENT and school in consenting
            return follows or (school, supplier, item.aspect) in vouched

        return replace(
            part,
            changes=tuple(change for change in part.changes if not is_vouched(change)),
            unknown=tuple(item for item in part.unknown if not is_vouched(item)),
        )

    return with_parts(
        plan,
        (kept(school, school.name, "") for school in plan.schools),
        (kept(access, *access.address) for access in plan.accesses),
    )


@dataclass(frozen=True, slots=True)
class ApplyInputs:
    """What an approved plan is held against: the manifests, and the live side as it is now."""

    desired: Desired
    read_live: Reader
    clock: Callable[[], datetime]

    def work(self, saved: SavedPlan, accepted: Collection[str] = ()) -> ApplyState:
        """The part of a plan that hands have something to do for, probed now. Raises PlanRefused for a plan of another
        workspace, and where a password is missing with which it was made; KeyboardInterrupt where the probing was
        stopped."""
        refuse_foreign(saved.plan, self.desired)
        work = ApplyState(saved.plan, self.desired, self.read_live, self.clock, accepted)
        refuse_without_password(work.approved, work.fresh)
        return work


def approved_state(saved: SavedPlan, sides: ApplyInputs, accepted: Collection[str] = ()) -> ApplyState:
    """The work of a plan that may be carried out now.

    Raises PlanRefused for a plan of another workspace, a part of one, one that has expired, and one that goes over a
    limit whose name is not among the accepted; PlanStale where what is due now is not what was approved. One that is
    done by now is not refused for that: then there is nothing left of the work.
    """
    refuse_partial(saved.plan)
    refuse_expired(saved, sides.clock())
    work = sides.work(saved, accepted)
    if not work.is_done:
        refuse_moved(work)
        refuse_breaches(saved.plan, sides.desired, accepted)
    return work


def resumed_state(saved: SavedPlan, progress: ApplyProgress, sides: ApplyInputs) -> ApplyState:
    """The work of a plan that was begun: what was approved and is done by now is left out, and what somebody said by
    then still counts; so does what they vouched for, be it more than was approved.

    Raises PlanRefused for another plan than was begun, another workspace's, one that has expired, and one that goes
    over a limit that was not accepted at the beginning; PlanStale where more is due than was approved.
    """
    refuse_other_plan(saved, progress)
    refuse_expired(saved, sides.clock())
    work = sides.work(saved, progress.accepted)
    refuse_beyond(work, progress.vouched)
    refuse_breaches(saved.plan, sides.desired, progress.accepted, begun=True)
    work.said |= progress.said
    return work


def begin(
    work: ApplyState, saved: SavedPlan, powers: ApplyServices, *, plan_file: str, accepted: Collection[str]
) -> ApplyRun:
    """Write down that a plan is being carried out; `plan_file` is where it was kept."""
    until = saved.expires.astimezone(UTC) if saved.expires else None
    started = ApplyStarted(plan_file, tuple(sorted(accepted)), len(due(work.approved)), until)
    powers.journal.append(saved.plan.fingerprint, started)
    return ApplyRun(work, powers, saved.plan.fingerprint)


def resume(work: ApplyState, progress: ApplyProgress, powers: ApplyServices) -> ApplyRun:
    """Write down that an apply goes on."""
    powers.journal.append(progress.fingerprint, ApplyResumed(len(due(work.left))))
    return ApplyRun(work, powers, progress.fingerprint, progress.told, progress.found)
