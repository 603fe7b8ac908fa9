"""The Workspace's bounds on how much one plan may take away or widen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.model.change import Action, Aspect
from reconciler.model.desired import Limits
from reconciler.model.fact import Known
from reconciler.model.plan import Breach

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from reconciler.model.desired import Limit
    from reconciler.model.plan import AccessPlan


def breaches(limits: Limits, accesses: Sequence[AccessPlan]) -> tuple[Breach, ...]:
    """The limits that the accesses of a plan go over: those on all of it, then school by school.

    What widens is every entity, permission, role and application to grant, and every entity to tick for an account
    whose login is mended first. A share is of entities alone: how many of those that the accesses may read now; where
    that is nothing a share bounds nothing, or the first tick of every new account would go over it. What is waived is
    not done, so that it counts for nothing. A lawful basis is no number, and no limit sees it.
    """
    found = list(_over(limits.revoke, limits.widen, accesses, ""))
    schools: dict[str, list[AccessPlan]] = {}
    for access in accesses:
        schools.setdefault(access.address.school, []).append(access)
    for school, its in sorted(schools.items()):
        found += _over(limits.revoke_per_school, limits.widen_per_school, its, school)
    return tuple(found)


def without_shares(limits: Limits) -> Limits:
    """The limits for a part of the accesses: who looks at a part does not know what share it is of the whole."""
    bounds = (limits.revoke, limits.widen, limits.revoke_per_school, limits.widen_per_school)
    return Limits(*(replace(bound, share=None) for bound in bounds))


def _over(revoke: Limit, widen: Limit, accesses: Sequence[AccessPlan], school: str) -> Iterator[Breach]:
    granted = sum(access.granted.value for access in accesses if isinstance(access.granted, Known))
    for name, limit, action in (("revoke", revoke, Action.REVOKE), ("widen", widen, Action.GRANT)):
        aspects = [aspect for access in accesses for aspect in _counted(access, action)]
        bound = _bound_passed(limit, len(aspects), aspects.count(Aspect.READ), granted)
        if bound:
            yield Breach(name, len(aspects), bound, school)


def _counted(access: AccessPlan, action: Action) -> Iterator[Aspect]:
    """The aspect of each thing that counts for a limit."""
    yield from (change.aspect for change in access.changes if change.action is action and not change.waived)
    if action is Action.GRANT and any(c.action is Action.MEND_LOGIN and not c.waived for c in access.changes):
        yield from (Aspect.READ for _ in access.particulars.to_tick)


def _bound_passed(limit: Limit, count: int, entities: int, granted: int) -> str:
    """The bound that is gone over, in words; empty where none is."""
    if limit.count is not None and count > limit.count:
        return f"{limit.count}"
    # Rounded, since 0.29 * 100 is a little less than 29.
    if limit.share is not None and granted and entities > round(limit.share * granted, 6):
        return f"{limit.share * 100:g}% of {granted}"
    return ""
