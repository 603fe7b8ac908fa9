"""What nobody saw, when a plan was made or now, and that is nothing for hands."""

from collections.abc import Iterator, Mapping

from reconciler.model.address import Address
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.change import UnknownFacts
from reconciler.model.evidence import Known
from reconciler.model.plan import AccessPlan, Plan, SchoolPlan
from reconciler.planning.approved.due import due, is_due


def not_seen(approved: Plan, fresh: Plan) -> int:
    """How many facts are unknown, beside those that are due: now; or in the approved plan, where nobody looked at them
    again. Carrying the plan out says nothing of them. A school that is not there is one more.

    fresh  the plan of the approved part, as it is now: the login of an account with no ticks shows once it has some
    """
    now: Mapping[str | Address, SchoolPlan | AccessPlan] = dict(_parts(fresh))
    then = (
        item.facts
        for place, part in _parts(approved)
        for item in part.unknown
        if not is_due(part, item) and not _looked_at(now.get(place), item)
    )
    approved_facts = frozenset(due(approved))
    still = (
        item.facts
        for place, part in now.items()
        for item in part.unknown
        if not is_due(part, item) and _subject(place, item) not in approved_facts
    )
    return _away(approved, fresh) + sum(then) + sum(still)


def _looked_at(now: SchoolPlan | AccessPlan | None, item: UnknownFacts) -> bool:
    """Whether somebody looked again: what is unknown still is counted as it is now. An entity by its name was unknown
    since a deep probe could not read it, and no other shows whether it can be read now."""
    if now is None:
        return False
    if item.aspect is not Aspect.READ or item.name == "*" or not isinstance(now, AccessPlan):
        return True
    return now.readable is not None or any(_hides(other, item) for other in now.unknown)


def _subject(place: str | Address, item: UnknownFacts) -> FactRef:
    school, supplier = (place, "") if isinstance(place, str) else place
    return FactRef(school, supplier, item.aspect, item.name)


def _hides(now: UnknownFacts, item: UnknownFacts) -> bool:
    return now.aspect is item.aspect and now.name in {"*", item.name}


def _away(approved: Plan, fresh: Plan) -> int:
    """How many schools are not there now, or were not and nobody asked again."""
    now = {school.name: _is_away(school) for school in fresh.schools}
    return sum(now.values()) + sum(_is_away(school) and school.name not in now for school in approved.schools)


def _is_away(school: SchoolPlan) -> bool:
    return isinstance(school.reachable, Known) and not school.reachable.value


def _parts(plan: Plan) -> Iterator[tuple[str | Address, SchoolPlan | AccessPlan]]:
    yield from ((school.name, school) for school in plan.schools)
    yield from ((access.address, access) for access in plan.accesses)
