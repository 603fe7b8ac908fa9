"""Two revisions of the manifests -> edits: what a change of them asks for, more or less than before.

    base Desired ── statements ──┐
                                 ├── place by place, key by key ── edits
    head Desired ── statements ──┘

Nothing live is asked. How Bromcom stands to an edit is worked out in `planning/review/live_status.py`, once there is
a plan.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields
from functools import cached_property
from operator import attrgetter
from typing import Final

from reconciler.model.address import Address
from reconciler.model.aspect import Action, Aspect, Risk
from reconciler.model.desired import Access, Account, AgreementTerms, Desired, ExtraEntities, School
from reconciler.model.entity import entity_key
from reconciler.model.review import (
    AcceptedDifference,
    ApplicationName,
    Edit,
    Edits,
    Effect,
    LiveStatus,
    ManifestField,
    PlaceEdits,
    value_text,
)
from reconciler.model.secret import EnvRef, SecretRef
from reconciler.planning import settings
from reconciler.planning.facts import ROWS, opens_everybody
from reconciler.planning.risk import Sensitivity, blast_radius, opens_or_closes, rank, risk
from reconciler.planning.settings import Setting, SettingKey, Statements

_NOTHING: Final[Statements] = {}
_EFFECTS: Final = {Effect.MORE: 0, Effect.OTHER: 1, Effect.LESS: 2}
_TOPICS: Final = {topic: number for number, topic in enumerate((*ManifestField, *Aspect))}
_ELSEWHERE: Final = frozenset(
    {ManifestField.SERVICE, ManifestField.ACCOUNT, ManifestField.PASSWORD}
)  # where a password goes, and whose
_OF_NEW_SUPPLIERS: Final = frozenset({ManifestField.PURPOSE, ManifestField.DOWNSTREAM})

_by_place: Final = attrgetter("school", "supplier")
# All of an access but its entities.
_settings: Final[Callable[[Access], object]] = attrgetter(
    *(field.name for field in fields(Access) if field.name != "entities")
)


def edits(base: Desired, head: Desired, sensitivity: Sensitivity) -> Edits:
    """List the differences between the two, by place; those that let more be read or written come first at each."""
    compare = _Comparison(base, head, sensitivity)
    result = list(compare.statements("", "", settings.of_workspace(base), settings.of_workspace(head)))
    for name, school in head.schools.items():
        result += compare.schools(base.schools.get(name), school)
    for supplier in sorted({address.supplier for address in (*base.accesses, *head.accesses)}):
        result += compare.suppliers(base.terms.get(supplier), head.terms.get(supplier), supplier)
    of_entities = []
    for address in base.accesses.keys() | head.accesses.keys():
        before, after = base.accesses.get(address), head.accesses.get(address)
        result += compare.accesses(before, after)
        if found := compare.entities(before, after):
            of_entities.append(PlaceEdits(*address, found))
    places = {(name, "") for name in (*base.schools, *head.schools)} | base.accesses.keys() | head.accesses.keys()
    for there, here in (
        (settings.attestation_settings(base), settings.attestation_settings(head)),
        (settings.waivers(base, sensitivity), settings.waivers(head, sensitivity)),
        (settings.decisions(base), settings.decisions(head)),
    ):
        for place in (there.keys() | here.keys()) & places:
            result += compare.statements(*place, there.get(place, _NOTHING), here.get(place, _NOTHING))
    return in_order(result, of_entities)


def in_order(edits: Iterable[Edit], shared: Iterable[PlaceEdits] = ()) -> Edits:
    """By place, together with the edits of places that are in order already."""
    own: defaultdict[tuple[str, str], list[Edit]] = defaultdict(list)
    for edit in edits:
        own[edit.school, edit.supplier].append(Edit("", "", *edit[2:]))
    if not own:
        return Edits(sorted(shared, key=_by_place))
    at = {(school, supplier): its for school, supplier, its in shared}
    at |= {place: of_place((*its, *at.get(place, ()))) for place, its in own.items()}
    return Edits(PlaceEdits(*place, at[place]) for place in sorted(at))


def of_place(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Those of one place; what lets more be read or written stands first."""
    return tuple(sorted(edits, key=_order))


def _order(edit: Edit) -> tuple[object, ...]:
    order = _EFFECTS[edit.effect], rank(edit.risk), _TOPICS[edit.topic], entity_key(edit.name)
    return *order, value_text(edit.before), value_text(edit.after), edit.note


class _Comparison:
    """Compares what two revisions say at a place."""

    def __init__(self, base: Desired, head: Desired, sensitivity: Sensitivity) -> None:
        self._base = base
        self._head = head
        self._sensitivity = sensitivity
        self._of_entities: dict[tuple[int, int], tuple[Edit, ...]] = {}

    def schools(self, base: School | None, head: School) -> Iterator[Edit]:
        """A school's own edits, in both revisions or only in the newer one.

        The address that passwords go to is a high risk, unless a new school uses an address that passwords already
        go to.
        """
        school_edits = self.statements(
            head.name, "", settings.of_school(base) if base else {}, settings.of_school(head)
        )
        is_known = base is None and any(head.platform == school.platform for school in self._base.schools.values())
        for edit in school_edits:
            if edit.topic is Aspect.LAWFUL_BASIS and edit.after:
                opens = opens_or_closes(value_text(edit.before), value_text(edit.after))
                yield edit if opens is None else edit._replace(note=self._radii[opens])
            else:
                yield edit._replace(risk=Risk.MEDIUM) if is_known and edit.topic is ManifestField.SERVICE else edit

    @cached_property
    def _radii(self) -> Mapping[bool, str]:
        """{True: the people, suppliers and sensitive entities that the lawful bases that change open; False: close}.

        It covers all those schools together: a trust changes them together, and so it is one row of a report.
        """
        changes = {name: self._opens(name) for name in self._head.schools}
        accesses = [(access, changes.get(access.address.school)) for access in self._head.accesses.values()]
        return {
            opens: blast_radius(
                ((access, None) for access, change in accesses if change is opens), self._sensitivity, opens=opens
            ).text
            for opens in (True, False)
        }

    def _opens(self, name: str) -> bool | None:
        """Tell if the change of a school's lawful basis opens everybody's records, closes them, or does neither."""
        was, now = self._base.schools.get(name), self._head.schools[name].lawful_basis
        before = was.lawful_basis.value if was and was.lawful_basis else ""
        return opens_or_closes(before, now.value) if now else None

    def suppliers(self, base: AgreementTerms | None, head: AgreementTerms | None, supplier: str) -> Iterator[Edit]:
        """The edits to what was agreed with a supplier; for a new one only its purpose, and who has the data from it.
        Another purpose is a high risk: the agreement was for the one before. So is one more who has the data."""
        if head is None:
            return
        terms = settings.of_supplier(head)
        known_terms = {key: statement for key, statement in terms.items() if key.topic not in _OF_NEW_SUPPLIERS}
        for edit in self.statements("", supplier, settings.of_supplier(base) if base else known_terms, terms):
            is_other = edit.topic is ManifestField.PURPOSE and edit.before
            is_further = edit.topic is ManifestField.DOWNSTREAM and not edit.before
            yield edit._replace(risk=Risk.HIGH) if is_other or is_further else edit

    def accesses(self, base: Access | None, head: Access | None) -> Iterator[Edit]:
        """One access in both revisions, in the newer one alone, or in the older one alone."""
        if base is None or head is None:
            yield _whole(base, head)
        if head is None or (base and _settings(base) == _settings(head)):
            return
        before = settings.of_access(base) if base else _brought(head)
        for edit in self.statements(*head.address, before, settings.of_access(head)):
            is_own = base is None and edit.topic is ManifestField.PASSWORD and self._is_of_nobody_else(head)
            yield edit._replace(risk=Risk.MEDIUM) if is_own else edit

    def entities(self, base: Access | None, head: Access | None) -> tuple[Edit, ...]:
        """Its entities' edits, without their place: the accesses of a supplier share their entities, and so these."""
        declared = base.entities if base else {}
        if head is None or declared.keys() == head.entities.keys():
            return ()
        shared = id(base.entities) if base else 0, id(head.entities)
        if shared not in self._of_entities:
            gone = dict(settings.entity(declared[key]) for key in declared.keys() - head.entities.keys())
            new = dict(settings.entity(head.entities[key]) for key in head.entities.keys() - declared.keys())
            self._of_entities[shared] = of_place(self.statements("", "", gone, new))
        return self._of_entities[shared]

    def statements(self, school: str, supplier: str, base: Statements, head: Statements) -> Iterator[Edit]:
        """List the settings that only one revision has, or that differ."""
        for key in base.keys() | head.keys():
            before, after = base.get(key), head.get(key)
            if not (before and after and settings.is_same(key.topic, before.value, after.value)):
                yield self._edit(school, supplier, key, before, after)

    def _is_of_nobody_else(self, access: Access) -> bool:
        """Tell if its password is in an environment variable that no other access uses."""
        ref = _ref(access)
        return isinstance(ref, EnvRef) and self._addresses[ref] == {access.address}

    @cached_property
    def _addresses(self) -> Mapping[SecretRef | None, AbstractSet[Address]]:
        """{reference: the accesses of both revisions that take their password from there}."""
        addresses: defaultdict[SecretRef | None, set[Address]] = defaultdict(set)
        for access in (*self._base.accesses.values(), *self._head.accesses.values()):
            addresses[_ref(access)].add(access.address)
        return addresses

    def _edit(self, school: str, supplier: str, key: SettingKey, before: Setting | None, after: Setting | None) -> Edit:
        setting = after or before
        assert setting  # the key is of one of the two
        effect = _effect(key, before, after)
        return Edit(
            school,
            supplier,
            key.topic,
            setting.name,
            before.value if before else "",
            after.value if after else "",
            effect,
            setting.harm or self._risk(key, effect),
            LiveStatus.NONE if isinstance(key.topic, ManifestField) else LiveStatus.UNKNOWN,
            self._sensitivity.note(key.key) if key.topic is Aspect.READ else setting.note,
            after.origin if after else None,
        )

    def _risk(self, key: SettingKey, effect: Effect) -> Risk:
        if key.topic in _ELSEWHERE:
            return Risk.HIGH
        if key.topic in (ManifestField.PARTICULARS, ManifestField.ROUND):
            return Risk.LOW
        if isinstance(key.topic, ManifestField):
            return Risk.MEDIUM
        is_revoke = effect is Effect.LESS and key.topic is Aspect.READ
        return risk(Action.REVOKE if is_revoke else Action.GRANT, key.topic, key.key, self._sensitivity)


def _ref(access: Access) -> SecretRef | None:
    via = access.via
    return via.password.ref if isinstance(via, Account) and via.password else None


def _whole(base: Access | None, head: Access | None) -> Edit:
    """A supplier comes to a school, or leaves it. Leaving takes away nothing that it has there."""
    access = head or base
    assert access  # the address is of one of the two
    way_in: str | ApplicationName = settings.way_in(access)
    return Edit(
        *access.address,
        ManifestField.ACCESS,
        access.title,
        "" if head else way_in,
        way_in if head else "",
        Effect.MORE if head else Effect.LESS,
        Risk.MEDIUM,
        LiveStatus.UNKNOWN if head else LiveStatus.LEFT,
        "",
        access.origin if head else None,
    )


def _brought(access: Access) -> Statements:
    """The settings of a new access that its arrival already implies: the account, that extra entities are revoked,
    and that it writes nothing."""
    implied = {ManifestField.ACCOUNT, ManifestField.PARTICULARS}
    if access.extra_entities is ExtraEntities.REVOKE:
        implied.add(ManifestField.EXTRA_ENTITIES)
    return {
        key: said for key, said in settings.of_access(access).items() if key.topic in implied or key == settings.NOTHING
    }


def _effect(key: SettingKey, before: Setting | None, after: Setting | None) -> Effect:
    match key.topic:
        case Aspect.WRITE if key == settings.NOTHING:
            return Effect.LESS if after else Effect.OTHER
        case Aspect.LAWFUL_BASIS if after:
            return _effect_of_basis(value_text(before.value) if before else "", value_text(after.value))
        case Aspect() if ROWS[key.topic].way_in:  # that its access ends
            return Effect.LESS if after else Effect.MORE
        case Aspect() if ROWS[key.topic].widens:
            return Effect.MORE if after else Effect.LESS
        case ManifestField.EXTRA_ENTITIES:
            return Effect.LESS if after and after.value == ExtraEntities.REVOKE else Effect.MORE
        case ManifestField.WAIVER if _leaves_open(after or before):
            return Effect.MORE if after else Effect.LESS  # what is accepted stays readable
        case _:
            return Effect.OTHER


def _leaves_open(setting: Setting | None) -> bool:
    accepted = setting.value if setting else ""
    return isinstance(accepted, AcceptedDifference) and accepted.action is Action.REVOKE


def _effect_of_basis(before: str, after: str) -> Effect:
    """Anything but Consent makes all students and staff readable by every third party: more than before, unless it was
    so declared before."""
    if not opens_everybody(after):
        return Effect.LESS if before else Effect.OTHER
    return Effect.OTHER if before and opens_everybody(before) else Effect.MORE
