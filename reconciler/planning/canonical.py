"""One normal form for both sides, so that equality is the diff.

desired Access ─┐                                  ┌─ Normal(grants, record)   what it should be
                ├─ comparable(access, live) ───────┤
LiveAccess ─────┘   what live does not know is     └─ Normal(grants, record)   what it is
                    left out on both sides

A school's own facts compare in the same way, without grants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final, TypeAlias

from reconciler.model.desired import Access, Account, ExtraEntities, School
from reconciler.model.entity import entity_key
from reconciler.model.evidence import NO_PROBE, Fact, Known
from reconciler.model.live import THIRD_PARTY, LiveAccess, LiveSchool, Login

Record: TypeAlias = "Mapping[str, str | Record]"

# The keys of a record: what a leaf's path begins with says what a change of it is.
ACCOUNT: Final = "account"
ROLES: Final = "roles"
PERMISSIONS: Final = "permissions"
WRITE_LICENCE: Final = "writeLicence"
CONSENT: Final = "consent"
PARTNER_APPLICATION: Final = "partnerApplication"
OLD_EXPORT: Final = "oldExport"
LAWFUL_BASIS: Final = "lawfulBasis"

GRANTED: Final = "granted"
SET: Final = "set"
DISCONNECTED: Final = "disconnected"


@dataclass(frozen=True, slots=True)
class CanonicalAccess:
    """An access in the form in which both sides compare.

    grants  the keys of the entities it may read
    record  its other aspects, nested: {"account": {"login": "works"}, "permissions": {"attendance": "granted"}}
    """

    grants: AbstractSet[str]
    record: Record

    def same(self, other: CanonicalAccess) -> bool:
        """Whether the two are equal: the fast path, which nearly every access of a fleet takes."""
        return self.grants == other.grants and self.record == other.record


_NOTHING: frozenset[str] = frozenset()
_THIRD_PARTY: Final = entity_key(THIRD_PARTY)
_LOGIN: dict[Login, Record] = {login: {ACCOUNT: {"login": login.value}} for login in Login}
_NO_RECORD: Record = {}


def canonical_accesses(access: Access, live: LiveAccess, school: LiveSchool) -> tuple[CanonicalAccess, CanonicalAccess]:
    """Desired and live in normal form, each without what live does not know.

    An entity that is granted and not declared is left out of live unless `extraEntities` is `revoke`: then it is ours
    to settle, else it is not.
    """
    wanted_record, live_record = _records(access, live, school)
    if not isinstance(live.entities, Known) or not compares_entities(access):
        return CanonicalAccess(_NOTHING, wanted_record), CanonicalAccess(_NOTHING, live_record)
    wanted = access.entities.keys()
    granted: AbstractSet[str] = live.entities.value.keys()
    if access.extra_entities is not ExtraEntities.REVOKE:
        granted = granted & wanted
    return CanonicalAccess(wanted, wanted_record), CanonicalAccess(granted, live_record)


def canonical_schools(school: School, live: LiveSchool) -> tuple[CanonicalAccess, CanonicalAccess]:
    """A school's own facts in normal form, each side without what live does not know."""
    if school.lawful_basis is None or not isinstance(live.lawful_basis, Known):
        return CanonicalAccess(_NOTHING, _NO_RECORD), CanonicalAccess(_NOTHING, _NO_RECORD)
    return (
        CanonicalAccess(_NOTHING, {LAWFUL_BASIS: school.lawful_basis.value}),
        CanonicalAccess(_NOTHING, {LAWFUL_BASIS: live.lawful_basis.value}),
    )


def compares_entities(access: Access) -> bool:
    """Whether what an access may read is the manifests' to say: of a partner application only where they list it."""
    return isinstance(access.via, Account) or bool(access.entities)


def consent_of(school: LiveSchool, kind: str) -> Fact[str]:
    """Whether consent is set for a kind of person at a school."""
    return school.consent.get(kind, NO_PROBE)


def _records(access: Access, live: LiveAccess, school: LiveSchool) -> tuple[Record, Record]:
    known = isinstance(live.login, Known) and isinstance(access.via, Account)
    wanted = _LOGIN[Login.WORKS] if known else _NO_RECORD
    there = _LOGIN[live.login.value] if known and isinstance(live.login, Known) else _NO_RECORD
    if not (declares_unprobed(access) or isinstance(live.roles, Known)):
        return wanted, there
    more_wanted, more_there = _unprobed(access, live, school)
    return {**wanted, **more_wanted}, {**there, **more_there}


def declares_unprobed(access: Access) -> bool:
    """Whether the manifests declare anything of an access that no probe can see; most declare nothing of it."""
    return bool(
        access.declares_writing
        or access.write_licence
        or access.consent_needs
        or access.old_export
        or not isinstance(access.via, Account)
    )


def beyond_third_party(roles: Iterable[str]) -> AbstractSet[str]:
    """The keys of the roles that are not the one which every account needs."""
    return set(map(entity_key, roles)) - {_THIRD_PARTY}


def _roles(access: Access, held: AbstractSet[str]) -> tuple[Record, Record]:
    """The roles of an account beyond Third Party. Bromcom adds them up, so that one more than is declared is a
    difference, whatever else is declared."""
    declared = {entity_key(access.role.value)} if access.role else _NOTHING
    beyond = beyond_third_party(held) if isinstance(access.via, Account) else _NOTHING
    return dict.fromkeys(declared, GRANTED), dict.fromkeys(sorted(beyond | (held & declared)), GRANTED)


def _unprobed(access: Access, live: LiveAccess, school: LiveSchool) -> tuple[Record, Record]:
    """What no probe can see, as far as people's words settle it."""
    wanted: dict[str, str | Record] = {}
    there: dict[str, str | Record] = {}
    if isinstance(live.roles, Known):
        wanted[ROLES], there[ROLES] = _roles(access, live.roles.value.keys())
    if access.declares_writing and isinstance(live.permissions, Known):
        wanted[PERMISSIONS] = dict.fromkeys(access.permissions, GRANTED)
        there[PERMISSIONS] = dict.fromkeys(live.permissions.value, GRANTED)
    if access.write_licence and isinstance(live.write_licence, Known):
        wanted[WRITE_LICENCE], there[WRITE_LICENCE] = access.write_licence.value, live.write_licence.value
    consents = {need.value: consent_of(school, need.value) for need in access.consent_needs}
    known = {kind: fact.value for kind, fact in consents.items() if isinstance(fact, Known)}
    if known:
        wanted[CONSENT], there[CONSENT] = dict.fromkeys(known, SET), known
    if not isinstance(access.via, Account) and isinstance(live.partner_application, Known):
        wanted[PARTNER_APPLICATION], there[PARTNER_APPLICATION] = GRANTED, live.partner_application.value
    if access.old_export and isinstance(live.old_export, Known):
        wanted[OLD_EXPORT], there[OLD_EXPORT] = DISCONNECTED, live.old_export.value
    return wanted, there
