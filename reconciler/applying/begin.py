"""From an approved plan, or from where an apply was stopped, to the first page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from reconciler.applying.approval import (
    refuse_another,
    refuse_beyond,
    refuse_breaches,
    refuse_expired,
    refuse_foreign,
    refuse_moved,
    refuse_partial,
    refuse_without_password,
)
from reconciler.applying.story import Walk
from reconciler.applying.work import Work
from reconciler.model.event import ApplyResumed, ApplyStarted
from reconciler.planning.part import due

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import date, datetime

    from reconciler.applying.resume import Progress
    from reconciler.applying.story import Powers
    from reconciler.model.desired import Desired
    from reconciler.model.plan import SavedPlan
    from reconciler.workflow import Reader


@dataclass(frozen=True, slots=True)
class Sides:
    """What an approved plan is held against: the manifests, and the live side as it is on a day."""

    desired: Desired
    read_live: Reader
    today: Callable[[], date]

    def work(self, saved: SavedPlan, accepted: Collection[str] = ()) -> Work:
        """The part of a plan that hands have something to do for, probed now. Raises PlanRefused for a plan of another
        workspace, and where a password is missing with which it was made; KeyboardInterrupt where the probing was
        stopped."""
        refuse_foreign(saved.plan, self.desired)
        work = Work(saved.plan, self.desired, self.read_live, self.today, accepted)
        refuse_without_password(work.approved, work.fresh)
        return work


def approved_work(saved: SavedPlan, sides: Sides, *, accepted: Collection[str], now: datetime) -> Work:
    """The work of a plan that may be carried out now.

    Raises PlanRefused for a plan of another workspace, a part of one, one that has expired, and one that goes over a
    limit whose name is not among the accepted; PlanStale where what is due now is not what was approved. One that is
    done by now is not refused for that: then there is nothing left of the work.
    """
    refuse_partial(saved.plan)
    refuse_expired(saved, now)
    work = sides.work(saved, accepted)
    if not work.is_done:
        refuse_moved(work)
        refuse_breaches(saved.plan, sides.desired, accepted)
    return work


def begun_work(saved: SavedPlan, progress: Progress, sides: Sides, *, now: datetime) -> Work:
    """The work of a plan that was begun: what was approved and is done by now is left out, and what somebody said by
    then still counts; so does what they vouched for, be it more than was approved.

    Raises PlanRefused for another plan than was begun, another workspace's, one that has expired, and one that goes
    over a limit that was not accepted at the beginning; PlanStale where more is due than was approved.
    """
    refuse_another(saved, progress)
    refuse_expired(saved, now)
    work = sides.work(saved, progress.accepted)
    refuse_beyond(work, progress.vouched)
    refuse_breaches(saved.plan, sides.desired, progress.accepted, begun=True)
    work.said |= progress.said
    return work


def begin(work: Work, saved: SavedPlan, powers: Powers, *, plan_file: str, accepted: Collection[str]) -> Walk:
    """Write down that a plan is being carried out; `plan_file` is where it was kept."""
    until = saved.expires.astimezone(UTC) if saved.expires else None
    started = ApplyStarted(plan_file, tuple(sorted(accepted)), len(due(work.approved)), until)
    powers.journal.append(saved.plan.fingerprint, started)
    return Walk(work, powers, saved.plan.fingerprint)


def resume(work: Work, progress: Progress, powers: Powers) -> Walk:
    """Write down that an apply goes on."""
    powers.journal.append(progress.fingerprint, ApplyResumed(len(due(work.left))))
    return Walk(work, powers, progress.fingerprint, progress.told, progress.found)
