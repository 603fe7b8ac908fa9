"""The work of an approved plan that is left, as a fresh plan sees it.

It is never more than was approved, and never less because something could not be seen for a moment.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TypeVar

from reconciler.model.address import Address
from reconciler.model.aspect import Action, Aspect, FactRef
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.desired import Limits
from reconciler.model.entity import entity_key
from reconciler.model.evidence import UnknownReason
from reconciler.model.plan import AccessPlan, Plan, SchoolPlan
from reconciler.planning.approved.due import due, is_due
from reconciler.planning.limits import breaches
from reconciler.planning.plan import with_parts
from reconciler.startup import dataclass

_Part = TypeVar("_Part", "SchoolPlan", AccessPlan)


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limit on taking away what could not be seen at approval: the Workspace's, and the limits that were
    accepted."""

    limits: Limits
    accepted: Collection[str] = ()


class Approval:
    """An approval, to be asked about one thing after the other.

    A login to fix covers the ticks of its account that were named. They were approved as declared (`to_tick`) when they
    could not be seen, and appear in the approved plan as `*`. Other ticks are covered within the limits.
    """

    def __init__(self, approved: Plan, fresh: Plan | None = None, bounds: Bounds | None = None) -> None:
        """Without a fresh plan, as if everything were still as it was approved."""
        self._due = {_key(subject): subject for subject in due(approved)}
        self._actions = {_key(subject): action for subject, action in actions(approved).items()}
        self._to_tick: Mapping[Address, frozenset[str]] = {
            access.address: frozenset(map(entity_key, access.particulars.to_tick))
            for access in approved.accesses
            if access.particulars.to_tick
        }
        self._over = _limits_gone_over(approved, fresh, bounds) if fresh and bounds else frozenset()

    def covers(self, subject: FactRef, action: Action | None = None) -> bool:
        """Tell if this is part of what was approved. `action` is what must be done now, None for something to
        check.

        Approval for one action is not approval for another. What was to be checked may have to be set, but never
        taken away.
        """
        key = _key(subject)
        if key not in self._due:
            return self._is_tick(subject, action)
        approved = self._actions.get(key)
        return action in {None, approved} if approved else action is not Action.REVOKE

    def approved_as(self, subject: FactRef) -> FactRef:
        """The subject that was approved, of which this is one or a part."""
        found = self._due.get(_key(subject))
        return found or self._due.get(_key(subject._replace(name="*")), subject)

    def _is_tick(self, subject: FactRef, action: Action | None) -> bool:
        named = self._to_tick.get(Address(subject.school, subject.supplier))
        if subject.aspect is not Aspect.READ or named is None:
            return False
        is_named = entity_key(subject.name) in named
        if action is Action.REVOKE:
            return not is_named and not self._over & {"revoke", f"revoke/{subject.school}"}
        return subject.name == "*" or is_named


def remaining(approved: Plan, fresh: Plan, bounds: Bounds | None = None) -> Plan:
    """The fresh plan without what was not approved; what is not known now stays as it was approved."""
    approval = Approval(approved, fresh, bounds)
    schools = {school.name: school for school in approved.schools}
    accesses = {access.address: access for access in approved.accesses}
    return with_parts(
        fresh,
        (_left(schools.get(now.name), now, now.name, "", approval) for now in fresh.schools),
        (
            _told_as_approved(before := accesses.get(now.address), _left(before, now, *now.address, approval))
            for now in fresh.accesses
        ),
    )


def _left(before: _Part | None, now: _Part, school: str, supplier: str, approval: Approval) -> _Part:
    def is_left(aspect: Aspect, name: str, action: Action | None = None) -> bool:
        return approval.covers(FactRef(school, supplier, aspect, name), action)

    found = replace(
        now,
        changes=tuple(change for change in now.changes if is_left(change.aspect, change.name, change.action)),
        unknown=tuple(item for item in now.unknown if is_left(item.aspect, item.name)),
    )
    if before is None:
        return found
    blind = _Unobservable(now, mends=is_left(Aspect.LOGIN, now.name, Action.MEND_LOGIN))
    return _as_approved(before, found, blind)


class _Unobservable:
    """The facts of a part that could not be found out this time, and need no work under this approval.

    An empty list is not one of them: its ticks are known, and the login is proven once something is ticked. A refused
    login hides the ticks, unless it was approved to be fixed (`mends`).
    """

    def __init__(self, part: SchoolPlan | AccessPlan, *, mends: bool) -> None:
        self._facts = {
            (item.aspect, entity_key(item.name))
            for item in part.unknown
            if item.why is not UnknownReason.NOTHING_LISTED
            and (not is_due(part, item) or (item.why is UnknownReason.LOGIN_REFUSED and not mends))
        }

    def hides(self, aspect: Aspect, name: str) -> bool:
        """Whether nobody sees this fact; a list that is unknown hides all that could stand in it."""
        return not self._facts.isdisjoint({(aspect, entity_key(name)), (aspect, "*")})


def _as_approved(before: _Part, now: _Part, blind: _Unobservable) -> _Part:
    """The part with what was approved of those facts that nobody sees now."""

    def hidden(item: Change | UnknownFacts) -> bool:
        return blind.hides(item.aspect, item.name)

    return replace(
        now,
        changes=(
            *(change for change in now.changes if not hidden(change)),
            *(change for change in before.changes if hidden(change)),
        ),
        unknown=(
            *(item for item in now.unknown if not hidden(item)),
            *(item for item in before.unknown if hidden(item) and is_due(before, item)),
        ),
    )


def _told_as_approved(before: AccessPlan | None, left: AccessPlan) -> AccessPlan:
    """The access with the supplier details that were approved. `to_tick` is kept while the ticks cannot be seen."""
    if before is None:
        return left
    blind = any(item.aspect is Aspect.READ and item.name == "*" for item in left.unknown)
    to_tick = before.particulars.to_tick if blind else ()
    return replace(left, particulars=replace(before.particulars, to_tick=to_tick))


def _limits_gone_over(approved: Plan, fresh: Plan, bounds: Bounds) -> frozenset[str]:
    """The limits that what was approved, and what shows beside it now, go over together: what is done counts too."""
    before = {access.address: access for access in approved.accesses}
    together = [_with_done(before.get(access.address), access) for access in fresh.accesses]
    return frozenset(breach.name for breach in breaches(bounds.limits, together, ())) - frozenset(bounds.accepted)


def _with_done(before: AccessPlan | None, now: AccessPlan) -> AccessPlan:
    """The access with the changes that were approved and are not there any more."""
    there = {(change.action, change.aspect, entity_key(change.name)) for change in now.changes}
    done = (
        change
        for change in (before.changes if before else ())
        if (change.action, change.aspect, entity_key(change.name)) not in there
    )
    return replace(now, changes=(*now.changes, *done))


def actions(plan: Plan) -> dict[FactRef, Action]:
    """What must be done for each subject of a plan that differs."""
    by_subject = {
        FactRef(school.name, "", change.aspect, change.name): change.action
        for school in plan.schools
        for change in school.changes
    }
    return by_subject | {
        FactRef(*access.address, change.aspect, change.name): change.action
        for access in plan.accesses
        for change in access.changes
    }


def _key(subject: FactRef) -> FactRef:
    """The subject in the form in which two of them compare: a service may spell a name in other capitals by now."""
    return subject._replace(name=entity_key(subject.name))
