"""What of an approved plan is left to do, as a fresh plan sees it: never more than what was approved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from reconciler.model.change import Aspect
from reconciler.model.plan import AccessPlan
from reconciler.model.subject import Subject
from reconciler.planning.part import due
from reconciler.planning.plan import plan_of

if TYPE_CHECKING:
    from reconciler.model.plan import Plan, SchoolPlan

_Part = TypeVar("_Part", "SchoolPlan", AccessPlan)


class Approval:
    """What somebody approved, to be asked of one thing after the other.

    A login to mend covers the ticks of its account, one by one: they were approved as what is declared, when nobody
    could see them, and stand in the approved plan as `*`.
    """

    def __init__(self, approved: Plan) -> None:
        self._due = dict.fromkeys(due(approved))
        self._covered = {access.address for access in approved.accesses if access.particulars.to_tick}

    def covers(self, subject: Subject) -> bool:
        """Whether this is a part of what was approved."""
        return subject in self._due or self._is_tick(subject)

    def approved_as(self, subject: Subject) -> Subject:
        """The subject that was approved, of which this is one or a part."""
        whole = subject._replace(name="*")
        return whole if subject not in self._due and self._is_tick(subject) and whole in self._due else subject

    def _is_tick(self, subject: Subject) -> bool:
        return subject.aspect is Aspect.READ and (subject.school, subject.supplier) in self._covered


def left(approved: Plan, fresh: Plan) -> Plan:
    """The fresh plan without the changes and the unknowns that were not approved."""
    approval = Approval(approved)
    return plan_of(
        workspace=fresh.workspace,
        schools=tuple(_left(school, school.name, "", approval) for school in fresh.schools),
        accesses=tuple(_left(access, *access.address, approval) for access in fresh.accesses),
        breaches=fresh.breaches,
        recorded=fresh.recorded,
        interrupted=fresh.interrupted,
    )


def _left(part: _Part, school: str, supplier: str, approval: Approval) -> _Part:
    def is_left(aspect: Aspect, name: str) -> bool:
        return approval.covers(Subject(school, supplier, aspect, name))

    return replace(
        part,
        changes=tuple(change for change in part.changes if is_left(change.aspect, change.name)),
        unknown=tuple(item for item in part.unknown if is_left(item.aspect, item.name)),
    )
