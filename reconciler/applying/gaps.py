"""What nobody saw when a plan was made, and that is no part of what was approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.model.fact import Known
from reconciler.planning.part import is_due

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.model.address import Address
    from reconciler.model.plan import AccessPlan, Plan, SchoolPlan


def not_seen(approved: Plan, fresh: Plan) -> int:
    """How many facts were unknown in the approved plan, beside those that a person was to look at, and still are, or
    were not looked at again: carrying the plan out says nothing of them. A school that was not there is one more.

    fresh  the plan of the approved part, as it is now: the login of an account with no ticks shows once it has some
    """
    now = {place: {(item.aspect, item.name) for item in part.unknown} for place, part in _parts(fresh)}
    there = {school.name for school in fresh.schools if not _is_away(school)}
    away = sum(_is_away(school) and school.name not in there for school in approved.schools)
    return away + sum(
        item.facts
        for place, part in _parts(approved)
        for item in part.unknown
        if not is_due(part, item) and (place not in now or (item.aspect, item.name) in now[place])
    )


def _is_away(school: SchoolPlan) -> bool:
    return isinstance(school.reachable, Known) and not school.reachable.value


def _parts(plan: Plan) -> Iterator[tuple[str | Address, SchoolPlan | AccessPlan]]:
    yield from ((school.name, school) for school in plan.schools)
    yield from ((access.address, access) for access in plan.accesses)
