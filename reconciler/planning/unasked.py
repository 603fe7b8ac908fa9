"""What no run has seen: the whole live side of a runbook from manifests alone, or the accesses that a plan missed."""

from dataclasses import replace
from typing import Final

from reconciler.model.aspect import Aspect
from reconciler.model.change import UnknownFacts
from reconciler.model.desired import Desired
from reconciler.model.evidence import Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool
from reconciler.model.plan import AccessPlan, Plan
from reconciler.planning.plan import with_parts

# The account was not asked, or its answer told nothing: it may not exist yet.
_MISSED: Final = frozenset(
    {
        UnknownReason.UNREACHABLE,
        UnknownReason.DATABASE_DOWN,
        UnknownReason.UNREADABLE,
        UnknownReason.THROTTLED,
        UnknownReason.NO_SECRET,
        UnknownReason.NOT_RECORDED,
        UnknownReason.TOO_OLD,
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


def with_missed(plan: Plan) -> Plan:
    """Return the plan with every access that it could not check as one that a person must look at."""
    return with_parts(plan, plan.schools, map(_to_look_at, plan.accesses))


def _to_look_at(access: AccessPlan) -> AccessPlan:
    if not any(item.aspect is Aspect.LOGIN and item.why in _MISSED for item in access.unknown):
        return access
    return replace(access, unknown=tuple(map(_due, access.unknown)))


def _due(item: UnknownFacts) -> UnknownFacts:
    return replace(item, why=UnknownReason.NO_PROBE) if item.why in _MISSED else item
