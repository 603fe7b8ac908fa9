"""Desired and live -> Plan."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cached_property

from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Change
from reconciler.model.desired import Access, Account, Desired, ExtraEntities, School
from reconciler.model.evidence import TO_ATTEST, Fact, Known, Unknown
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.model.plan import AccessPlan, Breach, Plan, SchoolPlan, Summary, SupplierDetails, Via
from reconciler.planning.canonical import canonical_accesses, canonical_schools
from reconciler.planning.changes import EntityChanges, changes, changes_of_school
from reconciler.planning.diff import diff
from reconciler.planning.fingerprint import fingerprint
from reconciler.planning.limits import breaches
from reconciler.planning.ranking import InOrder, of_reported
from reconciler.planning.refused_login import live_of_ended
from reconciler.planning.risk import Sensitivity, blast_radius, opens_or_closes
from reconciler.planning.unknowns import (
    attested_facts,
    managed_of_access,
    managed_of_school,
    undeclared,
    unknown_facts,
    unread,
)
from reconciler.planning.waivers import Waivers


def make_plan(
    desired: Desired, live: Live, sensitivity: Sensitivity, today: date, whole: Desired | None = None
) -> Plan:
    """List what must change for live to match desired, what is unknown, and how complete the view was.

    `live` already contains attestations. `today` decides which waivers count. `whole` has the accesses that `desired`
    leaves out: a lawful basis opens or closes to them too.
    """
    no_school, no_access = LiveSchool(live.missing), LiveAccess(live.missing, live.missing)
    waivers, readers = Waivers(desired.waivers, today), _Readers(whole or desired, live, sensitivity)
    entity_changes, in_order = EntityChanges(sensitivity), InOrder(sensitivity)
    schools = tuple(
        replace(_school(school, live.schools.get(name, no_school), waivers, readers), recorded=live.times.get(name))
        for name, school in desired.schools.items()
    )
    accesses = tuple(
        _access(
            access,
            live.accesses.get(address, no_access),
            live.schools.get(address.school, no_school),
            sensitivity,
            waivers,
            entity_changes,
            in_order,
        )
        for address, access in desired.accesses.items()
    )
    return plan_of(
        workspace=desired.workspace,
        schools=schools,
        accesses=accesses,
        breaches=breaches(desired.limits, accesses, schools),
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


def with_parts(plan: Plan, schools: Iterable[SchoolPlan], accesses: Iterable[AccessPlan]) -> Plan:
    """The plan with other schools and accesses, and the counts and the fingerprint that follow from them."""
    return plan_of(
        workspace=plan.workspace,
        schools=tuple(schools),
        accesses=tuple(accesses),
        breaches=plan.breaches,
        recorded=plan.recorded,
        interrupted=plan.interrupted,
    )


def summarise(schools: Iterable[SchoolPlan], accesses: Iterable[AccessPlan]) -> Summary:
    """The counts of a plan's schools and accesses."""
    tally: Counter[str] = Counter()
    changes: Counter[Change] = Counter()
    alike: dict[int, tuple[tuple[Change, ...], int]] = {}  # many accesses have the same ones
    for access in accesses:
        tally["accesses"] += 1
        tally["in_sync"] += access.in_sync
        tally["reported"] += len(access.reported)
        _count(access, alike, tally)
    for school in schools:
        _count(school, alike, tally)
    for same, number in alike.values():
        for change in same:
            changes[change] += number
    actions: Counter[Action] = Counter()
    for change, number in changes.items():
        if change.waived:
            tally["waived"] += number
        else:
            actions[change.action] += number
    return Summary(
        grant=actions[Action.GRANT],
        revoke=actions[Action.REVOKE],
        mend_login=actions[Action.MEND_LOGIN],
        set=actions[Action.SET],
        waived=tally["waived"],
        attest=tally["attest"],
        attested=tally["attested"],
        unknown=tally["unknown"],
        facts=tally["facts"],
        known=tally["facts"] - tally["unknown"],
        in_sync=tally["in_sync"],
        accesses=tally["accesses"],
        reported=tally["reported"],
        undeclared=tally["undeclared"],
    )


def _count(
    part: SchoolPlan | AccessPlan, alike: dict[int, tuple[tuple[Change, ...], int]], tally: Counter[str]
) -> None:
    tally["facts"] += part.facts
    tally["undeclared"] += part.undeclared
    _, number = alike.get(id(part.changes), ((), 0))
    alike[id(part.changes)] = part.changes, number + 1
    for item in part.unknown:
        tally["unknown"] += item.facts
        tally["attest"] += item.facts if item.why in TO_ATTEST else 0
    for vouch in part.vouched:
        tally["attested"] += vouch.facts


class _Readers:
    """The accesses of each school, for what a change of its lawful basis opens or closes."""

    def __init__(self, desired: Desired, live: Live, sensitivity: Sensitivity) -> None:
        self._desired = desired
        self._live = live
        self._sensitivity = sensitivity

    @cached_property
    def _by_school(self) -> Mapping[str, Sequence[Access]]:
        by_school: defaultdict[str, list[Access]] = defaultdict(list)
        for address, access in self._desired.accesses.items():
            by_school[address.school].append(access)
        return by_school

    def noted(self, change: Change, school: School) -> Change:
        """The difference; one of the lawful basis with whom it opens or closes to whom."""
        opens = opens_or_closes(change.before, change.after) if change.aspect is Aspect.LAWFUL_BASIS else None
        if opens is None:
            return change
        there = self._by_school.get(school.name, ())
        accesses = ((each, self._live.accesses.get(each.address)) for each in there)
        text = blast_radius(accesses, self._sensitivity, opens=opens).text
        left_out = len(school.claims) - sum(isinstance(each.via, Account) for each in there)
        return replace(change, note=f"{text}; accounts that this run leaves out: {left_out}" if left_out > 0 else text)


def _school(school: School, live: LiveSchool, waivers: Waivers, readers: _Readers) -> SchoolPlan:
    managed = tuple(managed_of_school(school, live))
    difference = diff(*canonical_schools(school, live))
    differences = changes_of_school(school, live, difference) if difference else ()
    differences = tuple(readers.noted(change, school) for change in differences)
    return SchoolPlan(
        name=school.name,
        school_id=school.school_id,
        platform=school.platform.name,
        read_url=school.platform.read_url,
        write_url=school.platform.write_url,
        moved_from=school.moved_from.name if school.moved_from else "",
        reachable=live.reachable,
        reason=live.reason,
        changes=waivers.applied(school.name, "", differences),
        unknown=unknown_facts(managed),
        vouched=attested_facts(managed, differences),
        facts=sum(item.number for item in managed),
        origin=school.origin,
        undeclared=undeclared(school, managed),
        title=school.title,
        urn=school.urn,
        right_school=live.right_school.value if isinstance(live.right_school, Known) else None,
    )


def _access(
    access: Access,
    live: LiveAccess,
    school: LiveSchool,
    sensitivity: Sensitivity,
    waivers: Waivers,
    entity_changes: EntityChanges,
    in_order: InOrder,
) -> AccessPlan:
    if access.ended:
        live = live_of_ended(live)
    managed = tuple(managed_of_access(access, live, school))
    difference = diff(*canonical_accesses(access, live, school))
    differences = changes(access, live, difference, entity_changes, school) if difference else ()
    is_account = isinstance(access.via, Account)
    return AccessPlan(
        address=access.address,
        via=Via.ACCOUNT if is_account else Via.PARTNER_APPLICATION,
        name=access.via.username.value if isinstance(access.via, Account) else access.via.name.value,
        particulars=_particulars(access, live),
        login=live.login,
        declared=len(access.entities),
        granted=_granted(live),
        changes=in_order(waivers.applied(access.address.school, access.address.supplier, differences)),
        unknown=unknown_facts(managed) + unread(access, live),
        vouched=attested_facts(managed, differences),
        denied=live.denied,
        reported=_reported(access, live, sensitivity),
        readable=_readable(access, live),
        facts=sum(item.number for item in managed),
        origin=access.origin,
        undeclared=undeclared(access, managed),
        ended=access.ended,
    )


def _granted(live: LiveAccess) -> Fact[int]:
    entities = live.entities
    return Known(len(entities.value), entities.evidence) if isinstance(entities, Known) else entities


def _particulars(access: Access, live: LiveAccess) -> SupplierDetails:
    via = access.via
    is_account = isinstance(via, Account)
    return SupplierDetails(
        title=access.title,
        first_name=via.first_name if isinstance(via, Account) else "",
        last_name=via.last_name if isinstance(via, Account) else "",
        password=str(via.password.ref) if isinstance(via, Account) and via.password else "",
        school_id_called=access.school_id_called,
        to_tick=_to_tick(access, live) if is_account else _scope(access, live),
    )


def _to_tick(access: Access, live: LiveAccess) -> tuple[str, ...]:
    """The declared entities, where hands must tick without anybody knowing what is ticked."""
    refused = isinstance(live.login, Known) and live.login.value is Login.REFUSED
    blind = isinstance(live.entities, Unknown) and live.entities.reason in TO_ATTEST
    if not (blind or (refused and isinstance(live.entities, Unknown))):
        return ()
    return tuple(entity.value for entity in access.entities.values())


def _scope(access: Access, live: LiveAccess) -> tuple[str, ...]:
    """The expected scope of a partner application, until someone has looked."""
    return () if isinstance(live.entities, Known) else tuple(entity.value for entity in access.entities.values())


def _readable(access: Access, live: LiveAccess) -> int | None:
    tried = [fact for key, fact in live.columns.items() if key in access.entities]
    return sum(isinstance(fact, Known) for fact in tried) if tried else None


def _reported(access: Access, live: LiveAccess, sensitivity: Sensitivity) -> tuple[str, ...]:
    """In the order of `ranking`."""
    if access.extra_entities is not ExtraEntities.REPORT or not isinstance(live.entities, Known):
        return ()
    granted = live.entities.value
    extra = granted.keys() - access.entities.keys()
    return tuple(granted[key] for key in sorted(extra, key=lambda key: (of_reported(key, sensitivity), key)))
