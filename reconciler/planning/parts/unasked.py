"""What no run has seen: all of it for a runbook from manifests alone, what a plan missed, a school in whose place
another one answered."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from reconciler.model.aspect import Aspect
from reconciler.model.change import UnknownFacts
from reconciler.model.desired import Desired, PartnerApplication, School
from reconciler.model.evidence import NO_PASSWORD, NO_PROBE, Fact, Known, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool
from reconciler.model.plan import AccessPlan, Plan
from reconciler.planning.facts import CHOICES
from reconciler.planning.plan import with_parts

# The account was not asked, or its answer told nothing: it may not exist yet.
_MISSED: Final = frozenset(
    {
        UnknownReason.UNREACHABLE,
        UnknownReason.DATABASE_DOWN,
        UnknownReason.UNREADABLE,
        UnknownReason.THROTTLED,
        UnknownReason.NOT_PROVEN,
        UnknownReason.NO_SECRET,
        UnknownReason.NOT_ASKED,
        UnknownReason.NOT_RECORDED,
        UnknownReason.TOO_OLD,
        UnknownReason.PART_MISSING,
        UnknownReason.UNREVIEWED,
        UnknownReason.OWN_FAULT,
        UnknownReason.INTERRUPTED,
    }
)
_TO_LOOK_AT: Final = Unknown(UnknownReason.NO_PROBE, "")
_NOT_ASKED: Final = Unknown(UnknownReason.INTERRUPTED, "nothing was asked")


def unasked(desired: Desired) -> Live:
    """Return a live side on which a person must look at everything, as only the manifests are known."""
    return Live(
        {name: LiveSchool(_NOT_ASKED) for name in desired.schools},
        {address: LiveAccess(_TO_LOOK_AT, _TO_LOOK_AT) for address in desired.accesses},
    )


def disowned(live: Live, desired: Desired) -> Live:
    """Return the live side without what another school answered: of a wrong database only that it is wrong is known."""
    wrong = {
        name: _another_school(desired.schools[name])
        for name, school in live.schools.items()
        if isinstance(school.right_school, Known) and not school.right_school.value
    }
    if not wrong:
        return live
    schools = {
        name: LiveSchool(
            reason, right_school=live.schools[name].right_school, attested=_all_unknown(reason), accounts=reason
        )
        for name, reason in wrong.items()
    }
    accesses = {
        address: LiveAccess(reason, reason, roles=reason, permissions=reason, attested=_all_unknown(reason))
        for address in desired.accesses
        if (reason := wrong.get(address.school))
    }
    return replace(live, schools={**live.schools, **schools}, accesses={**live.accesses, **accesses})


def _another_school(school: School) -> Unknown:
    text = f"another school answers, not the one with URN {school.urn}: check schoolId {school.school_id}"
    place = school.school_id_origin or school.origin
    return Unknown(UnknownReason.OTHER_SCHOOL, f"{text} ({place})", text)


def _all_unknown(reason: Unknown) -> dict[tuple[Aspect, str], Fact[str]]:
    """Nor does what people saw count, as nothing tells at which of the two schools they looked."""
    return {(row.aspect, kind): reason for row in CHOICES.values() for kind in row.kinds or ("",)}


def unasked_for(desired: Desired, why: Callable[[str], Unknown]) -> Live:
    """Return a live side of which nothing was asked, and why, by school; a partner application, and an account without
    a password, never can be."""
    accesses = {}
    for address, access in desired.accesses.items():
        if isinstance(access.via, PartnerApplication):
            reason = NO_PROBE
        else:
            reason = why(address.school) if access.via.password else NO_PASSWORD
        accesses[address] = LiveAccess(reason, reason)
    return Live({name: LiveSchool(why(name)) for name in desired.schools}, accesses)


def with_missed(plan: Plan) -> Plan:
    """Return the plan with every access that it could not check as one that a person must look at."""
    return with_parts(plan, plan.schools, map(_to_look_at, plan.accesses))


def _to_look_at(access: AccessPlan) -> AccessPlan:
    if not any(item.aspect is Aspect.LOGIN and item.why in _MISSED for item in access.unknown):
        return access
    return replace(access, unknown=tuple(map(_due, access.unknown)))


def _due(item: UnknownFacts) -> UnknownFacts:
    return replace(item, why=UnknownReason.NO_PROBE) if item.why in _MISSED else item
