"""What is refused before anything is done: each by its name, and accepted by its name where it can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.errors import PlanRefused, PlanStale
from reconciler.planning.limits import breaches
from reconciler.planning.stale import beyond, moved
from reconciler.report.summary import breach_line

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from reconciler.model.desired import Desired
    from reconciler.model.plan import Plan, SavedPlan


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
    """Raise PlanRefused for a plan that is too old to be carried out."""
    if saved.expires is not None and now > saved.expires:
        raise PlanRefused(
            f"the plan expired {saved.expires.isoformat()}. Nothing was changed: make a new one with `plan --out`."
        )


def refuse_moved(approved: Plan, fresh: Plan) -> None:
    """Raise PlanStale unless the fresh plan is the approved one."""
    lines = moved(approved, fresh)
    if lines:
        raise PlanStale(
            "what was approved is not what is due now. Nothing was changed: look at what moved, and plan again.", lines
        )


def refuse_beyond(approved: Plan, fresh: Plan) -> None:
    """Raise PlanStale where more is due now than was approved; what is done since may be missing."""
    lines = beyond(approved, fresh)
    if lines:
        raise PlanStale(
            "more is due now than was approved. Nothing was changed: look at what moved, and plan again.", lines
        )


def unneeded(plan: Plan, desired: Desired, accepted: Collection[str]) -> tuple[str, ...]:
    """The names that were accepted and that this plan goes over no limit of, sorted."""
    return tuple(sorted(set(accepted) - {breach.name for breach in breaches(desired.limits, plan.accesses)}))


def refuse_breaches(plan: Plan, desired: Desired, accepted: Collection[str]) -> None:
    """Raise PlanRefused where the plan goes over a limit of the Workspace, as it is now, that nobody accepted."""
    over = [breach for breach in breaches(desired.limits, plan.accesses) if breach.name not in accepted]
    if over:
        names = " ".join(f"--accept {breach.name}" for breach in over)
        raise PlanRefused(
            f"{' '.join(map(breach_line, over))} Nothing was changed: make a smaller plan, or accept this with {names}."
        )
