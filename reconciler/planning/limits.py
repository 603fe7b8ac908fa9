"""The Workspace's bounds on how much one plan may take away or widen."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from reconciler.model.change import Action
from reconciler.model.fact import Known
from reconciler.model.plan import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.model.desired import Limit, Limits
    from reconciler.model.plan import AccessPlan


def breaches(limits: Limits, accesses: Sequence[AccessPlan]) -> tuple[Breach, ...]:
    """The limits that the accesses of a plan, sorted by school, go over: those on all of it, then school by school.

    A share is of what the accesses may read now; where that is nothing a share bounds nothing, or the first tick of
    every new account would go over it. What is waived is not done, so that it counts for nothing.
    """
    found = list(_over(limits.revoke, limits.widen, accesses, ""))
    for school, group in groupby(accesses, key=lambda access: access.address.school):
        found += _over(limits.revoke_per_school, limits.widen_per_school, list(group), school)
    return tuple(found)


def _over(revoke: Limit, widen: Limit, accesses: Sequence[AccessPlan], school: str) -> Iterator[Breach]:
    granted = sum(access.granted.value for access in accesses if isinstance(access.granted, Known))
    for name, limit, action in (("revoke", revoke, Action.REVOKE), ("widen", widen, Action.GRANT)):
        count = sum(change.action is action and not change.waived for access in accesses for change in access.changes)
        bound = _bound_passed(limit, count, granted)
        if bound:
            yield Breach(name, count, bound, school)


def _bound_passed(limit: Limit, count: int, granted: int) -> str:
    """The bound that `count` goes over, in words; empty where it goes over none."""
    if limit.count is not None and count > limit.count:
        return f"{limit.count}"
    # Rounded, since 0.29 * 100 is a little less than 29.
    if limit.share is not None and granted and count > round(limit.share * granted, 6):
        return f"{limit.share * 100:g}% of {granted}"
    return ""
