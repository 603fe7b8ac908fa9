"""The part of a plan that hands have something to do for, and the part of a workspace that it is about."""

from collections.abc import Iterator
from dataclasses import replace

from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.desired import Desired
from reconciler.model.evidence import TO_ATTEST
from reconciler.model.plan import AccessPlan, Plan, SchoolPlan
from reconciler.planning.plan import with_parts


def due_plan(plan: Plan) -> Plan:
    """The plan of the accesses and schools with something due, and of the schools of these accesses."""
    accesses = tuple(access for access in plan.accesses if _has_due(access))
    its_schools = {access.address.school for access in accesses}
    schools = (school for school in plan.schools if school.name in its_schools or _has_due(school))
    return with_parts(plan, schools, accesses)


def part_of(desired: Desired, plan: Plan) -> Desired:
    """What the manifests say of a plan's schools and accesses. One that they no longer have is missing."""
    schools = {school.name for school in plan.schools}
    addresses = {access.address for access in plan.accesses}
    return replace(
        desired,
        schools={name: school for name, school in desired.schools.items() if name in schools},
        accesses={address: access for address, access in desired.accesses.items() if address in addresses},
    )


def due(plan: Plan) -> tuple[FactRef, ...]:
    """Every fact that a person must act on, once: each change without a waiver, and what a person must check. Schools
    first, then accesses, each in the plan's order."""
    found = dict.fromkeys(subject for school in plan.schools for subject in due_of(school))
    found |= dict.fromkeys(subject for access in plan.accesses for subject in due_of(access))
    return tuple(found)


def is_due(part: SchoolPlan | AccessPlan, item: UnknownFacts) -> bool:
    """Tell if an unknown needs a person: someone must look, or must tick blind while the login is fixed."""
    if item.why in TO_ATTEST:
        return True
    if not isinstance(part, AccessPlan) or item.aspect is not Aspect.READ or not part.particulars.to_tick:
        return False
    return any(change.aspect is Aspect.LOGIN and not change.waived for change in part.changes)


def is_for_hands(change: Change) -> bool:
    """Tell if a difference is carried out in Bromcom. A School ID of another school is corrected in the manifests."""
    return not change.waived and change.aspect is not Aspect.RIGHT_SCHOOL


def _has_due(part: SchoolPlan | AccessPlan) -> bool:
    return next(due_of(part), None) is not None


def due_of(part: SchoolPlan | AccessPlan) -> Iterator[FactRef]:
    """The facts of one school or access that a person must act on."""
    school, supplier = part.address if isinstance(part, AccessPlan) else (part.name, "")
    for change in part.changes:
        if is_for_hands(change):
            yield FactRef(school, supplier, change.aspect, change.name)
    for item in part.unknown:
        if is_due(part, item):
            yield FactRef(school, supplier, item.aspect, item.name)
