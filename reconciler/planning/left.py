"""What of an approved plan is left to do, as a fresh plan sees it: never more than what was approved, and never less
because nobody could see it for a moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from reconciler.model.address import Address
from reconciler.model.change import Action, Aspect
from reconciler.model.entity import entity_key
from reconciler.model.fact import Why
from reconciler.model.plan import AccessPlan
from reconciler.model.subject import Subject
from reconciler.planning.limits import breaches
from reconciler.planning.part import due, is_due
from reconciler.planning.plan import plan_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from reconciler.model.change import Change, Unseen
    from reconciler.model.desired import Limits
    from reconciler.model.plan import Plan, SchoolPlan

_Part = TypeVar("_Part", "SchoolPlan", AccessPlan)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may be taken away that nobody could see when the plan was approved: the Workspace's limits, and the
    names of those that were accepted."""

    limits: Limits
    accepted: Collection[str] = ()


class Approval:
    """What somebody approved, to be asked of one thing after the other.

    A login to mend covers the ticks of its account, one by one, as far as they were named: they were approved as what
    is declared (`to_tick`), when nobody could see them, and stand in the approved plan as `*`. What is ticked beside
    them is covered as long as no limit is gone over.
    """

    def __init__(self, approved: Plan, fresh: Plan | None = None, bounds: Bounds | None = None) -> None:
        """Without a fresh plan, as if everything were still as it was approved."""
        self._due = {_key(subject): subject for subject in due(approved)}
        self._to_tick: Mapping[Address, frozenset[str]] = {
            access.address: frozenset(map(entity_key, access.particulars.to_tick))
            for access in approved.accesses
            if access.particulars.to_tick
        }
        self._over = _limits_gone_over(fresh, bounds) if fresh and bounds else frozenset()

    def covers(self, subject: Subject, action: Action | None = None) -> bool:
        """Whether this is a part of what was approved; `action` is what must be done now, None for something to look
        at."""
        return _key(subject) in self._due or self._is_tick(subject, action)

    def approved_as(self, subject: Subject) -> Subject:
        """The subject that was approved, of which this is one or a part."""
        found = self._due.get(_key(subject))
        return found or self._due.get(_key(subject._replace(name="*")), subject)

    def _is_tick(self, subject: Subject, action: Action | None) -> bool:
        named = self._to_tick.get(Address(subject.school, subject.supplier))
        if subject.aspect is not Aspect.READ or named is None:
            return False
        if action is Action.REVOKE:
            return not self._over & {"revoke", f"revoke/{subject.school}"}
        return subject.name == "*" or entity_key(subject.name) in named


def left(approved: Plan, fresh: Plan, bounds: Bounds | None = None) -> Plan:
    """The fresh plan without what was not approved; what is not known now stays as it was approved."""
    approval = Approval(approved, fresh, bounds)
    schools = {school.name: school for school in approved.schools}
    accesses = {access.address: access for access in approved.accesses}
    return plan_of(
        workspace=fresh.workspace,
        schools=tuple(_left(schools.get(now.name), now, now.name, "", approval) for now in fresh.schools),
        accesses=tuple(_left(accesses.get(now.address), now, *now.address, approval) for now in fresh.accesses),
        breaches=fresh.breaches,
        recorded=fresh.recorded,
        interrupted=fresh.interrupted,
    )


def _left(before: _Part | None, now: _Part, school: str, supplier: str, approval: Approval) -> _Part:
    def is_left(aspect: Aspect, name: str, action: Action | None = None) -> bool:
        return approval.covers(Subject(school, supplier, aspect, name), action)

    found = replace(
        now,
        changes=tuple(change for change in now.changes if is_left(change.aspect, change.name, change.action)),
        unknown=tuple(item for item in now.unknown if is_left(item.aspect, item.name)),
    )
    blind = _Blind(now)
    return found if before is None or not blind else _as_approved(before, found, blind)


class _Blind:
    """What of a part could not be found out this time, and is nothing for hands either.

    An empty list is no such thing: what is ticked is then known, and that the login works shows once something is.
    """

    def __init__(self, part: SchoolPlan | AccessPlan) -> None:
        self._facts = {
            (item.aspect, entity_key(item.name))
            for item in part.unknown
            if not is_due(part, item) and item.why is not Why.NOTHING_LISTED
        }

    def __bool__(self) -> bool:
        return bool(self._facts)

    def hides(self, aspect: Aspect, name: str) -> bool:
        """Whether nobody sees this fact; a list that is unknown hides all that could stand in it."""
        return not self._facts.isdisjoint({(aspect, entity_key(name)), (aspect, "*")})


def _as_approved(before: _Part, now: _Part, blind: _Blind) -> _Part:
    """The part with what was approved of those facts that nobody sees now."""

    def hidden(item: Change | Unseen) -> bool:
        return blind.hides(item.aspect, item.name)

    kept = replace(
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
    if blind.hides(Aspect.READ, "*") and isinstance(before, AccessPlan):
        return replace(kept, particulars=before.particulars)
    return kept


def _limits_gone_over(fresh: Plan, bounds: Bounds) -> frozenset[str]:
    return frozenset(breach.name for breach in breaches(bounds.limits, fresh.accesses)) - frozenset(bounds.accepted)


def _key(subject: Subject) -> Subject:
    """The subject in the form in which two of them compare: a service may spell a name in other capitals by now."""
    return subject._replace(name=entity_key(subject.name))
