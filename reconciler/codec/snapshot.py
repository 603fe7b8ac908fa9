"""Live <-> data: a snapshot, as `schemas/v1/snapshot.schema.json` describes it.

    {formatVersion, recorded, schools: {NAME: {schoolId, service, reachable ...}},
     accesses: {ADDRESS: {username, login ..., entities ...}}}

A snapshot holds no password, no person's data and no rows: names of schools, suppliers, accounts, entities and columns
only. What a service said of why it did not answer may name anybody, and snapshots are kept and handed on: so they hold
the kind, and a sentence of our own (`Unknown.kept`). A report of the same look shows the service's words.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any, Final

from reconciler.codec.json_types import (
    BOOLEAN,
    NUMBER,
    OBJECT,
    TEXT,
    TIME,
    Codec,
    Key,
    KeyGroup,
    Misfit,
    at,
    by_type,
    keyed,
    listed,
    named,
    paired,
    record,
)
from reconciler.model.address import Address, SchoolDatabase, username_key
from reconciler.model.desired import Access, Account, Desired
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Fact, Known, Probed, Unknown, UnknownReason
from reconciler.model.live import NOT_IDENTIFIED, Live, LiveAccess, LiveSchool, Login
from reconciler.planning.accounts import database_of
from reconciler.planning.parts.unasked import disowned

FORMAT_VERSION = 1


@dataclass(frozen=True)
class Snapshot:
    """A live side that was written down, and of which databases, accounts and URNs its answers are."""

    live: Live
    databases: Mapping[str, SchoolDatabase]
    usernames: Mapping[Address, str]
    urns: Mapping[str, int] = field(default_factory=dict)

    def of(self, desired: Desired) -> Live:
        """Return what the snapshot says of the databases and accounts that `desired` means.

        It holds for them whatever the manifests call them now. A name may have been given to another School ID, service
        or account since: what was recorded then proves nothing of it, and is unknown.
        """
        names = {name: self._name_of(name, database_of(school)) for name, school in desired.schools.items()}
        schools = {name: self._identified(its, desired.schools[name].urn) for name, its in names.items() if its}
        strangers = {name for name, its in names.items() if not its}
        schools |= {name: LiveSchool(_OTHER_SCHOOL) for name in strangers & self.live.schools.keys()}
        accesses = {}
        for address, access in desired.accesses.items():
            if address.school in strangers:
                found = LiveAccess(_OTHER_SCHOOL, _OTHER_SCHOOL) if address in self.live.accesses else None
            else:
                found = self._access(Address(names[address.school], address.supplier), _username(access))
            if found:
                accesses[address] = found
        times = {name: self.live.times[its] for name, its in names.items() if its in self.live.times}
        live = replace(self.live, schools=schools, accesses=accesses, times=times)
        return disowned(live, desired)

    def _identified(self, name: str, urn: int | None) -> LiveSchool:
        """A school as the snapshot has it. Of another URN than the one that was asked for, its answer says nothing."""
        school = self.live.schools[name]
        return school if self.urns.get(name) == urn else replace(school, right_school=NOT_IDENTIFIED)

    def _name_of(self, name: str, database: SchoolDatabase) -> str:
        """The school of the snapshot that is of this database; empty if there is none, or not one alone."""
        if self.databases.get(name) == database:
            return name
        found = [other for other, its in self.databases.items() if its == database]
        return found[0] if len(found) == 1 else ""

    def _access(self, address: Address, username: str) -> LiveAccess | None:
        """The record of an account at a school, under whichever supplier; None if there is none."""
        if address in self.usernames and _same_account(username, self.usernames[address]):
            return self.live.accesses[address]
        found = self._addresses.get((address.school, username_key(username)), ()) if username else ()
        if len(found) == 1:
            return self.live.accesses[found[0]]
        return LiveAccess(_OTHER_ACCOUNT, _OTHER_ACCOUNT) if address in self.usernames else None

    @cached_property
    def _addresses(self) -> Mapping[tuple[str, str], list[Address]]:
        """{(school, username in its normal form): the accesses that have it}."""
        found: defaultdict[tuple[str, str], list[Address]] = defaultdict(list)
        for address, username in self.usernames.items():
            found[address.school, username_key(username)].append(address)
        return found


def aged(live: Live, now: datetime, oldest: timedelta | None) -> Live:
    """The part of a snapshot to believe now: no school seen longer ago than `oldest`, if given, or in the future."""
    if live.recorded is None:
        return live
    names = live.schools.keys() | {address.school for address in live.accesses}
    told = {name: _doubt(live.times.get(name, live.recorded), now, oldest) for name in names}
    doubts = {name: Unknown(UnknownReason.TOO_OLD, f"{why}: record a new one") for name, why in told.items() if why}
    if not doubts:
        return live
    return replace(
        live,
        schools={name: LiveSchool(doubts[name]) if name in doubts else its for name, its in live.schools.items()},
        accesses={
            address: LiveAccess(reason, reason) if (reason := doubts.get(address.school)) else its
            for address, its in live.accesses.items()
        },
    )


def _doubt(recorded: datetime, now: datetime, oldest: timedelta | None) -> str:
    """The reason not to believe a record of a time; empty if it is believed."""
    age = now - recorded
    if age < -CLOCKS_DIFFER:
        return f"the snapshot claims a time in the future ({recorded.isoformat()})"
    if oldest is not None and age > oldest:
        return f"the snapshot is {told_age(age)} old, more than the {told_age(oldest)} allowed"
    return ""


def told_age(age: timedelta) -> str:
    """`40 minutes`, `9 hours`, `3 days`: rounded down, in the largest unit of which there are two."""
    minutes = max(int(age / timedelta(minutes=1)), 0)
    for unit, size in (("day", 24 * 60), ("hour", 60)):
        if minutes >= 2 * size:
            return f"{minutes // size} {unit}s"
    return f"{minutes} minute" if minutes == 1 else f"{minutes} minutes"


CLOCKS_DIFFER: Final = timedelta(minutes=5)  # between two machines that both set theirs by the network
_REFUSED: Final = "the service refused the login"
_OTHER_SCHOOL = Unknown(
    UnknownReason.NOT_RECORDED,
    "the snapshot is of another School ID or service than the manifests say now: record a new one",
)
_OTHER_ACCOUNT = Unknown(
    UnknownReason.NOT_RECORDED, "the snapshot is of another username than the manifests say now: record a new one"
)


def _fact(value: Codec[Any]) -> Codec[Fact[Any]]:
    """A fact: what is known and how, or the kind of not knowing and why."""

    def dump(fact: Fact[Any]) -> dict[str, Any]:
        if isinstance(fact, Unknown):
            return {"unknown": fact.reason.value, "reason": fact.redacted_text}
        assert isinstance(fact.evidence, Probed)  # people's words are in manifests, and no snapshot holds them
        return {"known": value.dump(fact.value), "evidence": fact.evidence.call}

    def load(data: Any) -> Fact[Any]:
        if "unknown" in OBJECT.load(data):
            return Unknown(at("unknown", by_type(UnknownReason), data), at("reason", TEXT, data))
        return Known(at("known", value, data), Probed(at("evidence", TEXT, data)))

    return Codec(dump, load)


def _names(data: Any) -> Mapping[str, str]:
    if not (type(data) is list and set(map(type, data)) <= {str}):
        raise Misfit("must be a list of names in quotes")
    return _keyed(tuple(data))


@lru_cache(4096)
def _keyed(names: tuple[str, ...]) -> Mapping[str, str]:
    """{key: name}; accesses with the same list share one mapping."""
    return {entity_key(name): name for name in names}


def _refusal_data(access: LiveAccess) -> dict[str, str]:
    if not access.refusal:
        return {}
    return {"refusal": access.entities.redacted_text if isinstance(access.entities, Unknown) else _REFUSED}


def _refusal(data: Mapping[str, Any]) -> dict[str, str]:
    return {"refusal": at("refusal", TEXT, data)} if "refusal" in data else {}


def _recorded_data(time: datetime | None) -> dict[str, str]:
    return {"recorded": _TIME.dump(time)} if time else {}


def _recorded(data: Mapping[str, Any]) -> datetime | None:
    return at("recorded", _TIME, data) if "recorded" in data else None


def _identity_data(identity: tuple[int | None, Fact[bool]]) -> dict[str, Any]:
    urn, fact = identity
    return _IDENTITY.dump((urn, fact)) if urn is not None and fact != NOT_IDENTIFIED else {}


def _identity(data: Mapping[str, Any]) -> tuple[int | None, Fact[bool]]:
    return _IDENTITY.load(data) if "rightSchool" in data else (None, NOT_IDENTIFIED)


def _address(text: str) -> Address:
    try:
        return Address.parse(text)
    except ValueError:
        raise Misfit("must be school/supplier", f".accesses.{text}") from None


_SCHOOL: Final = record(LiveSchool, Key("reachable", codec=_fact(BOOLEAN)), Key("reason", sparse=True))
_ACCESS: Final = record(
    LiveAccess,
    Key("login", codec=_fact(by_type(Login))),
    Key("entities", codec=_fact(Codec(lambda names: sorted(names.values()), _names))),
    KeyGroup(_refusal_data, _refusal),
    Key("columns", codec=named(_fact(listed(TEXT))), sparse=True),
)
_DATABASE: Final = by_type(SchoolDatabase)
_TIME: Final = Codec(lambda time: time.astimezone(UTC).isoformat(timespec="seconds"), TIME.load)
_IDENTITY: Final = keyed("rightSchool", paired(keyed("urn", NUMBER), _fact(BOOLEAN)))
_SCHOOLS: Final = named(
    paired(_DATABASE, paired(_SCHOOL, paired(Codec(_identity_data, _identity), Codec(_recorded_data, _recorded))))
)
_ACCESSES: Final = named(paired(keyed("username", TEXT), _ACCESS))


def to_data(live: Live, desired: Desired, *, recorded: datetime) -> dict[str, Any]:
    """The snapshot of the live side of `desired`, probed at `recorded` (a time with a zone; written in UTC)."""
    schools = {
        name: (
            database_of(desired.schools[name]),
            (school, ((desired.schools[name].urn, school.right_school), live.times.get(name))),
        )
        for name, school in live.schools.items()
    }
    accesses = {
        str(address): (_username(desired.accesses[address]), access) for address, access in live.accesses.items()
    }
    return {
        "formatVersion": FORMAT_VERSION,
        "kind": "Snapshot",
        "workspace": desired.workspace,
        "recorded": _TIME.dump(recorded),
        "interrupted": live.interrupted,
        "schools": _SCHOOLS.dump(schools),
        "accesses": _ACCESSES.dump(accesses),
    }


def from_data(data: Any) -> Snapshot:
    """The snapshot that data holds; raises Misfit for anything that is no snapshot of ours."""
    version = at("formatVersion", NUMBER, data)
    if version != FORMAT_VERSION:
        raise Misfit(f"has format version {version}, and this reconciler reads version {FORMAT_VERSION}")
    schools = at("schools", _SCHOOLS, data)
    accesses = {_address(text): entry for text, entry in at("accesses", _ACCESSES, data).items()}
    live = Live(
        schools={name: replace(school, right_school=fact) for name, (_, (school, ((_, fact), _))) in schools.items()},
        accesses={address: access for address, (_, access) in accesses.items()},
        recorded=at("recorded", _TIME, data),
        times={name: time for name, (_, (_, (_, time))) in schools.items() if time},
        interrupted=at("interrupted", BOOLEAN, data),
    )
    return Snapshot(
        live,
        databases={name: database for name, (database, _) in schools.items()},
        usernames={address: username for address, (username, _) in accesses.items()},
        urns={name: urn for name, (_, (_, ((urn, _), _))) in schools.items() if urn is not None},
    )


def _username(access: Access) -> str:
    """The account whose answers these are; empty for a partner application, of which nothing is recorded."""
    return access.via.username.value if isinstance(access.via, Account) else ""


def _same_account(one: str, other: str) -> bool:
    return username_key(one) == username_key(other)
