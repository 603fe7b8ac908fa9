"""Unknown facts of a plan in words, without those that follow from one that is listed."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from reconciler.model.aspect import Aspect
from reconciler.model.change import UnknownFacts
from reconciler.model.evidence import Known, UnknownReason
from reconciler.model.live import Login
from reconciler.model.plan import AccessPlan, Plan, SchoolPlan
from reconciler.report.input import ReportInput
from reconciler.report.labels import ALL, KINDS, plural

_UNSEEN: Final = {Aspect.LOGIN: "login", Aspect.READ: "reading"}  # of an account or an entity
_FEW: Final = 3  # schools that are named one by one


class UnknownGroup(NamedTuple):
    """Facts that are unknown together: a name for them, not yet printable, and the first one."""

    what: str
    item: UnknownFacts


def no_password_at_all(plan: Plan) -> str:
    """The reason that no password was available, if it is the same for all accesses; else empty."""
    lacking = [
        item.reason for access in plan.accesses for item in access.unknown if item.why is UnknownReason.NO_SECRET
    ]
    logged_in = any(isinstance(access.login, Known) for access in plan.accesses if access.particulars.password)
    several = sum(any(item.why is UnknownReason.NO_SECRET for item in access.unknown) for access in plan.accesses) > 1
    return lacking[0] if several and not logged_in and len(set(lacking)) == 1 else ""


def is_down(school: SchoolPlan) -> bool:
    """Tell if the school is known not to answer."""
    return isinstance(school.reachable, Known) and not school.reachable.value


def other_schools(material: ReportInput) -> Iterator[str]:
    """Say in whose place another school answers, and what to correct; many are counted."""
    wrong = material.wrong_schools
    for school in wrong[:_FEW]:
        place = next((change.origin for change in school.changes if change.aspect is Aspect.RIGHT_SCHOOL), None)
        yield (
            f"the database of School {school.school_id} on {school.platform} is not that of "
            f"{material.called(school.name)}: it has no school with URN {school.urn}. "
            f"Check schoolId ({place or school.origin}), then urn. Nothing found there counts."
        )
    if len(wrong) > _FEW:
        yield f"the same at {plural(len(wrong) - _FEW, 'more school')}, listed below."


def what_of(item: UnknownFacts, part: SchoolPlan | AccessPlan) -> str:
    """Name an unknown fact of a school or an access."""
    if item.name == "*":
        if item.aspect in ALL:
            return ALL[item.aspect]
        if isinstance(part, AccessPlan) and not part.declared:
            return "its entities"  # that nothing is granted is the one fact
        return plural(item.facts, "entity", "entities")
    return f"{_UNSEEN.get(item.aspect, KINDS[item.aspect])} {item.name}"


def unknown_groups(access: AccessPlan, *, school_down: bool) -> Iterator[UnknownGroup]:
    """Group the unknown facts of an access, without those that follow from a school that is down or a refused login.

    A school in whose place another one answers tells as little of its accesses as one that is down.

    A login and a list of entities that are unknown for one reason are one group.
    """
    by_probe = {item.aspect: item for item in access.unknown if item.aspect is Aspect.LOGIN or _is_list(item)}
    login, entities = by_probe.get(Aspect.LOGIN), by_probe.get(Aspect.READ)
    if school_down:
        pass
    elif login and entities and login.reason == entities.reason:
        yield UnknownGroup(f"login and {what_of(entities, access)}", login)
    elif not _refused(access):
        yield from (UnknownGroup(what_of(item, access), item) for item in (login, entities) if item)
    for item in access.unknown:
        if item not in by_probe.values() and not (school_down and item.why is UnknownReason.OTHER_SCHOOL):
            yield UnknownGroup(what_of(item, access), item)


def _is_list(item: UnknownFacts) -> bool:
    return item.aspect is Aspect.READ and item.name == "*"


def _refused(access: AccessPlan) -> bool:
    return isinstance(access.login, Known) and access.login.value is Login.REFUSED
