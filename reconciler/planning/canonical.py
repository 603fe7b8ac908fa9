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
from typing import Any, Final, TypeAlias

from reconciler.model.desired import Access, Account, ExtraEntities, School
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Known
from reconciler.model.live import THIRD_PARTY, LiveAccess, LiveSchool, Login
from reconciler.planning.facts import declared_choices
from reconciler.startup import dataclass

Record: TypeAlias = "Mapping[str, str | Record]"

# The keys of a record, beside those of the table of facts: what a leaf's path begins with says what a change of it is.
ACCOUNT: Final = "account"
ROLES: Final = "roles"
PERMISSIONS: Final = "permissions"
RIGHT_SCHOOL: Final = "rightSchool"
ACCOUNTS: Final = "accounts"

GRANTED: Final = "granted"
THERE, NOT_THERE = "in it", "not in this database"


@dataclass(frozen=True, slots=True)
class CanonicalAccess:
    """An access in the form in which both sides compare.

    grants  the keys of the entities it may read
    record  its other aspects, nested: {"account": {"login": "works"}, "permissions": {"attendance": "granted"}}
    """

    grants: AbstractSet[str]
    record: Record

    def same(self, other: CanonicalAccess) -> bool:
        """Tell if the two are equal: the fast path for nearly every access of a fleet."""
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
    wanted, live_record = _choices(school, None, live)
    if school.urn is not None and isinstance(live.right_school, Known):
        wanted[RIGHT_SCHOOL], live_record[RIGHT_SCHOOL] = THERE, THERE if live.right_school.value else NOT_THERE
    if isinstance(live.accounts, Known):
        wanted[ACCOUNTS] = dict.fromkeys(
            school.claims.keys() - (school.ended_claims - live.accounts.value.keys()), GRANTED
        )
        live_record[ACCOUNTS] = dict.fromkeys(live.accounts.value, GRANTED)
    return CanonicalAccess(_NOTHING, wanted), CanonicalAccess(_NOTHING, live_record)


def compares_entities(access: Access) -> bool:
    """Tell if the manifests manage what an access may read: for a partner application only if they list it."""
    return isinstance(access.via, Account) or bool(access.entities)


def _records(access: Access, live: LiveAccess, school: LiveSchool) -> tuple[Record, Record]:
    has_login = isinstance(live.login, Known) and isinstance(access.via, Account)
    wanted = _LOGIN[Login.CLOSED if access.ended else Login.WORKS] if has_login else _NO_RECORD
    live_record = _LOGIN[live.login.value] if has_login and isinstance(live.login, Known) else _NO_RECORD
    if not (declares_unprobed(access) or isinstance(live.roles, Known)):
        return wanted, live_record
    more_wanted, more_there = _unprobed(access, live, school)
    return {**wanted, **more_wanted}, {**live_record, **more_there}


def declares_unprobed(access: Access) -> bool:
    """Tell if the manifests declare anything for an access that cannot be probed; most declare nothing."""
    return bool(access.declares_writing or access.declared or access.ended or not isinstance(access.via, Account))


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
    """Compare what cannot be probed, as far as attestations settle it."""
    wanted, live_record = _choices(access, live, school)
    if isinstance(live.roles, Known):
        wanted[ROLES], live_record[ROLES] = _roles(access, live.roles.value.keys())
    if access.declares_writing and isinstance(live.permissions, Known):
        wanted[PERMISSIONS] = dict.fromkeys(access.permissions, GRANTED)
        live_record[PERMISSIONS] = dict.fromkeys(live.permissions.value, GRANTED)
    return wanted, live_record


def _choices(
    part: Access | School, live: LiveAccess | None, school: LiveSchool
) -> tuple[dict[str, Record | str], dict[str, Record | str]]:
    """The choices of the table of facts: `{"consent": {"students": "set"}}`."""
    wanted: dict[str, Any] = {}
    live_record: dict[str, Any] = {}
    ended = isinstance(part, Access) and part.ended is not None
    for row, declared in declared_choices(part):
        fact = row.known(declared.value, live, school)
        if isinstance(fact, Known):
            for record, value in ((wanted, row.expected(declared.value, ended=ended)), (live_record, fact.value)):
                if row.kinds:
                    record.setdefault(row.key, {})[declared.value] = value
                else:
                    record[row.key] = value
    return wanted, live_record
