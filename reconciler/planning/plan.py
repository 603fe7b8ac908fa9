"""Desired and live -> Plan."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from reconciler.model.change import Action
from reconciler.model.desired import ExtraEntities
from reconciler.model.fact import Known, Unknown, Why
from reconciler.model.live import LiveAccess, LiveSchool
from reconciler.model.plan import AccessPlan, Plan, SchoolPlan, Summary
from reconciler.planning.changes import changes
from reconciler.planning.diff import diff
from reconciler.planning.fingerprint import fingerprint
from reconciler.planning.limits import breaches
from reconciler.planning.normal import comparable
from reconciler.planning.unseen import facts_of_list, unseen_of_access, unseen_of_school

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from reconciler.model.desired import Access, Desired, Limits, School
    from reconciler.model.live import Live
    from reconciler.model.plan import Breach
    from reconciler.planning.risk import Sensitivity

_NOT_RECORDED = Unknown(Why.NOT_RECORDED, "the snapshot does not hold it: record a new one")
_NOT_ASKED = Unknown(Why.INTERRUPTED, "the run was stopped before it was asked")


def make_plan(desired: Desired, live: Live, sensitivity: Sensitivity) -> Plan:
    """What must change so that live becomes desired, what is unknown, and how complete the view was."""
    missing = _NOT_ASKED if live.recorded is None else _NOT_RECORDED
    no_school, no_access = LiveSchool(missing), LiveAccess(missing, missing)
    schools = tuple(_school(school, live.schools.get(name, no_school)) for name, school in desired.schools.items())
    accesses = tuple(
        _access(access, live.accesses.get(address, no_access), sensitivity)
        for address, access in desired.accesses.items()
    )
    return plan_of(
        workspace=desired.workspace,
        schools=schools,
        accesses=accesses,
        breaches=_breaches(desired.limits, accesses),
        recorded=live.recorded,
        interrupted=live.interrupted,
    )


def plan_of(
    *,
    workspace: str,
    schools: tuple[SchoolPlan, ...],
    accesses: tuple[AccessPlan, ...],
    breaches: tuple[Breach, ...],
    recorded: datetime | None,
    interrupted: bool,
) -> Plan:
    """The plan of these parts, with the counts and the fingerprint that follow from them."""
    return Plan(
        workspace=workspace,
        schools=schools,
        accesses=accesses,
        breaches=breaches,
        recorded=recorded,
        interrupted=interrupted,
        summary=summarise(schools, accesses),
        fingerprint=fingerprint(workspace, schools, accesses),
    )


def summarise(schools: Iterable[SchoolPlan], accesses: Iterable[AccessPlan]) -> Summary:
    """The counts of a plan's schools and accesses."""
    actions: Counter[Action] = Counter()
    attest = unknown = facts = in_sync = count = reported = 0
    for access in accesses:
        count += 1
        in_sync += access.in_sync
        reported += len(access.reported)
        actions.update(change.action for change in access.changes)
        facts, unknown, attest = _count(access, facts, unknown, attest)
    for school in schools:
        facts, unknown, attest = _count(school, facts, unknown, attest)
    return Summary(
        grant=actions[Action.GRANT],
        revoke=actions[Action.REVOKE],
        mend_login=actions[Action.MEND_LOGIN],
        attest=attest,
        unknown=unknown,
        facts=facts,
        known=facts - unknown,
        in_sync=in_sync,
        accesses=count,
        reported=reported,
    )


def _count(part: SchoolPlan | AccessPlan, facts: int, unknown: int, attest: int) -> tuple[int, int, int]:
    facts += part.facts
    for item in part.unknown:
        unknown += item.facts
        attest += item.facts if item.why is Why.NO_PROBE else 0
    return facts, unknown, attest


def _school(school: School, live: LiveSchool) -> SchoolPlan:
    return SchoolPlan(
        name=school.name,
        school_id=school.school_id,
        platform=school.platform.name,
        reachable=live.reachable,
        reason=live.reason,
        unknown=unseen_of_school(school, live),
        facts=1 + bool(school.lawful_basis),
    )


def _access(access: Access, live: LiveAccess, sensitivity: Sensitivity) -> AccessPlan:
    wanted, there = comparable(access, live)
    difference = diff(wanted, there)
    granted = live.entities.value if isinstance(live.entities, Known) else None
    return AccessPlan(
        address=access.address,
        username=access.username.value,
        login=live.login,
        declared=len(access.entities),
        granted=None if granted is None else len(granted),
        changes=changes(access, live, difference, sensitivity) if difference else (),
        unknown=unseen_of_access(access, live),
        reported=_reported(access, live),
        readable=_readable(access, live),
        facts=1 + facts_of_list(access) + bool(access.role) + len(access.permissions) + len(access.consent_needs),
    )


def _readable(access: Access, live: LiveAccess) -> int | None:
    tried = [fact for key, fact in live.columns.items() if key in access.entities]
    return sum(isinstance(fact, Known) for fact in tried) if tried else None


def _reported(access: Access, live: LiveAccess) -> tuple[str, ...]:
    if access.extra_entities is not ExtraEntities.REPORT or not isinstance(live.entities, Known):
        return ()
    granted = live.entities.value
    return tuple(granted[key] for key in sorted(granted.keys() - access.entities.keys()))


def _breaches(limits: Limits, accesses: tuple[AccessPlan, ...]) -> tuple[Breach, ...]:
    return breaches(
        limits,
        revoke=sum(change.action is Action.REVOKE for access in accesses for change in access.changes),
        grant=sum(change.action is Action.GRANT for access in accesses for change in access.changes),
        granted=sum(access.granted or 0 for access in accesses),
    )
