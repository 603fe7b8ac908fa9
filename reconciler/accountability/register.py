"""Make the record of processing activities of manifests and of what is live.

Entities are taken one by one, and those that are alike at the same schools make a line. So no line says of a school
what is true of another.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, NamedTuple

from reconciler.accountability.school_facts import line_evidence, school_facts
from reconciler.model.accountability.least_privilege import EntityDetails
from reconciler.model.accountability.register import (
    DataState,
    EndedAccess,
    EvidenceKind,
    LineEvidence,
    May,
    Register,
    RegisterLine,
    SchoolFact,
    SupplierRecord,
    UncheckedAccess,
)
from reconciler.model.address import Address
from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Waived
from reconciler.model.desired import Access, Account, AgreementTerms, Desired
from reconciler.model.entity import Care, entity_key
from reconciler.model.evidence import Fact, Known
from reconciler.model.live import Live, LiveAccess, LiveSchool
from reconciler.model.plan import Ended, EndReason, Plan
from reconciler.planning.facts import ROWS

_PEOPLE = ("students", "contacts", "staff")
_STATES = tuple(DataState)


class _Group(NamedTuple):
    """The properties that the grants of one line share."""

    may: May
    state: DataState
    care: Care
    category: str
    kind: EvidenceKind
    accepted: Waived | None


class _Grant(NamedTuple):
    """One entity, or write-back permission, of one access."""

    group: _Group
    name: str
    people: tuple[str, ...]
    school: str
    evidence: LineEvidence


class EntityFilter(NamedTuple):
    """The entities that a register is narrowed to; `words` say it, and are empty if it is of all."""

    words: str
    lets: Callable[[EntityDetails], bool]


EVERY_ENTITY: Final = EntityFilter("", lambda _about: True)


def register_of(
    desired: Desired,
    live: Live,
    plan: Plan,
    details: Callable[[str], EntityDetails],
    made: datetime,
    shown: EntityFilter = EVERY_ENTITY,
) -> Register:
    """Return the record of all suppliers that the manifests give an access; the plan has what waivers accept.

    Narrowed to some entities, it has the suppliers that can read one of them, or of which that is not known, and
    nothing of what they write: that is no entity.
    """
    accesses: defaultdict[str, list[Access]] = defaultdict(list)
    for address, access in desired.accesses.items():
        accesses[address.supplier].append(access)
    waived = {
        (each.address, change.aspect, entity_key(change.name)): change.waived
        for each in plan.accesses
        for change in each.changes
        if change.waived and change.action in (Action.REVOKE, Action.GRANT)
    }
    view = _View(live, waived, details, made, shown)
    records = (
        view.record(supplier, its, desired.terms.get(supplier, AgreementTerms()))
        for supplier, its in sorted(accesses.items())
    )
    return Register(
        desired.workspace,
        desired.register,
        {name: school.title or name for name, school in desired.schools.items()},
        dict(view.facts(desired, plan)),
        tuple(record for record in records if record.lines or record.unchecked or not shown.words),
        made,
        live.recorded,
        shown.words,
    )


class _View(NamedTuple):
    """The live side, and what is known beside it."""

    live: Live
    waived: Mapping[tuple[Address, Aspect, str], Waived]
    details: Callable[[str], EntityDetails]
    made: datetime
    shown: EntityFilter

    def record(self, supplier: str, accesses: list[Access], terms: AgreementTerms) -> SupplierRecord:
        """Return the record of one supplier."""
        settings: Counter[str] = Counter()
        unchecked, unseen = [], []
        ended: list[EndedAccess] = []
        grants: list[_Grant] = []
        for access in accesses:
            school, live = access.address.school, self._live(access)
            place = self.live.schools.get(school) or LiveSchool(self.live.missing)
            settings[place.lawful_basis.value if isinstance(place.lawful_basis, Known) else ""] += 1
            if not isinstance(live.entities, Known):
                unchecked.append(UncheckedAccess(school, live.entities.redacted_text))
            if access.ended:
                ended.append(self._ended(access, access.ended, live))
            if self._writes(access) and not isinstance(live.permissions, Known):
                unseen.append(school)
            if not (ended and ended[-1].school == school and ended[-1].closed):  # what is closed lets nothing be read
                grants += self._read(access, live)
                grants += () if self.shown.words else self._written(access, live)
        return SupplierRecord(
            supplier,
            accesses[0].title,
            terms,
            tuple(access.address.school for access in accesses),
            tuple(sorted(_lines(grants), key=_order)),
            dict(sorted(settings.items())),
            tuple(unchecked),
            tuple(access.address.school for access in accesses if self._writes(access) or self.shown.words),
            tuple(unseen),
            tuple(ended),
            {access.address.school: access.since for access in accesses if access.since},
        )

    def _writes(self, access: Access) -> bool:
        """Tell if the manifests say what it may write, or that it may nothing, and this register is about that."""
        return not self.shown.words and (access.declares_writing or access.ended is not None)

    def facts(self, desired: Desired, plan: Plan) -> Iterator[tuple[str, tuple[SchoolFact, ...]]]:
        """Return what is known of each school itself."""
        accesses: defaultdict[str, list[Access]] = defaultdict(list)
        for address, access in desired.accesses.items():
            accesses[address.school].append(access)
        for each in plan.schools:
            live = self.live.schools.get(each.name) or LiveSchool(self.live.missing)
            school, its = desired.schools[each.name], accesses[each.name]
            yield each.name, tuple(school_facts(school, its, live, each, self._asked(each.name)))

    def _ended(self, access: Access, ended: Ended, live: LiveAccess) -> EndedAccess:
        is_account = isinstance(access.via, Account)
        way_in: Fact[str] = live.login if is_account else live.fact(Aspect.PARTNER_APPLICATION)
        wanted = ROWS[Aspect.LOGIN if is_account else Aspect.PARTNER_APPLICATION].ended
        deletion = live.fact(Aspect.DELETION)
        return EndedAccess(
            access.address.school,
            ended,
            way_in.value == wanted if isinstance(way_in, Known) else None,
            self._evidence(way_in, access.address.school),
            deletion.value if isinstance(deletion, Known) else "",
            self._evidence(deletion, access.address.school),
            asked=ended.reason is not EndReason.NOT_YET,
        )

    def _live(self, access: Access) -> LiveAccess:
        return self.live.accesses.get(access.address) or LiveAccess(self.live.missing, self.live.missing)

    def _read(self, access: Access, live: LiveAccess) -> Iterator[_Grant]:
        declared = {key: name.value for key, name in access.entities.items()}
        for key, name, state in _stated(declared, live.entities):
            about = self.details(name)
            if not self.shown.lets(about):
                continue
            accepted = self.waived.get((access.address, Aspect.READ, key))
            yield self._grant(access, May.READ, state, about, live.entities, accepted)

    def _written(self, access: Access, live: LiveAccess) -> Iterator[_Grant]:
        """The catalogue knows nothing of write-back permissions: whose data they change, their names say."""
        declared = {key: name.value for key, name in access.permissions.items()}
        for key, name, state in _stated(declared, live.permissions):
            about = EntityDetails(name, "", "", (), "", Care.PERSONAL, is_known=False)
            accepted = self.waived.get((access.address, Aspect.WRITE, key))
            yield self._grant(access, May.WRITE, state, about, live.permissions, accepted)

    def _grant(
        self,
        access: Access,
        may: May,
        state: DataState,
        about: EntityDetails,
        fact: Fact[object],
        accepted: Waived | None,
    ) -> _Grant:
        school = access.address.school
        evidence = self._evidence(fact, school)
        group = _Group(may, state, about.care, about.category, evidence.kind, accepted)
        return _Grant(group, about.name, about.people, school, evidence)

    def _evidence(self, fact: Fact[object], school: str) -> LineEvidence:
        return line_evidence(fact, self._asked(school))

    def _asked(self, school: str) -> datetime:
        return self.live.times.get(school) or self.live.recorded or self.made


def _stated(declared: Mapping[str, str], fact: Fact[Mapping[str, str]]) -> Iterator[tuple[str, str, DataState]]:
    """(key, name, state) of all that is declared or there; the service's spelling before the manifests'."""
    if not isinstance(fact, Known):
        yield from ((key, name, DataState.UNKNOWN) for key, name in declared.items())
        return
    for key, name in {**declared, **fact.value}.items():
        if key not in fact.value:
            yield key, name, DataState.MISSING
        else:
            yield key, name, DataState.AGREED if key in declared else DataState.TOO_MANY


def _lines(grants: list[_Grant]) -> Iterator[RegisterLine]:
    groups: defaultdict[_Group, defaultdict[str, dict[str, _Grant]]] = defaultdict(lambda: defaultdict(dict))
    for grant in grants:
        groups[grant.group][grant.school][entity_key(grant.name)] = grant
    for group, by_school in groups.items():
        alike: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        for school, keyed in by_school.items():
            alike[tuple(sorted(keyed))].append(school)
        for keys, schools in alike.items():
            members = [by_school[school][key] for school in schools for key in keys]
            people = {person for member in members for person in member.people}
            yield RegisterLine(
                group.may,
                group.state,
                group.care,
                group.category,
                tuple(_usual_name(by_school[school][key].name for school in schools) for key in keys),
                tuple(person for person in _PEOPLE if person in people),
                tuple(sorted(schools)),
                _together([member.evidence for member in members]),
                group.accepted,
            )


def _usual_name(names: Iterable[str]) -> str:
    """The spelling that most services have: each may write the same name in other capitals."""
    return Counter(names).most_common(1)[0][0]


def _together(evidence: list[LineEvidence]) -> LineEvidence:
    """The evidence of several grants of one kind: the oldest time, and everybody and every reason in it."""
    times = [each.oldest for each in evidence if each.oldest]
    return LineEvidence(
        evidence[0].kind,
        min(times, default=None),
        min((each.until for each in evidence if each.until), default=None),
        tuple(sorted({person for each in evidence for person in each.people})),
        tuple(sorted({reason for each in evidence for reason in each.reasons})),
    )


def _order(line: RegisterLine) -> tuple[object, ...]:
    """Put first what is not agreed, then the most sensitive."""
    agreed = line.state is not DataState.TOO_MANY
    return agreed, line.may is May.WRITE, line.care, line.category, _STATES.index(line.state), line.names, line.schools
