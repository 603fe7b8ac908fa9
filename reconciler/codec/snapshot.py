"""Live <-> data: a snapshot, as `schemas/snapshot.schema.json` describes it.

    {formatVersion, recorded, schools: {NAME: {schoolId, service, reachable ...}},
     accesses: {ADDRESS: {username, login ..., entities ...}}}

A snapshot holds no password, no person's data and no rows: names of schools, suppliers, accounts, entities and columns
only. What a service said of why it did not answer may name anybody, and snapshots are kept and handed on: so they hold
the kind, and a sentence of our own (`Unknown.kept`). A report of the same look shows the service's words.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final

from reconciler.codec.json_types import boolean, text
from reconciler.errors import InputError
from reconciler.model.address import Address, SchoolDatabase, username_key
from reconciler.model.desired import Access, Account, Desired
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Fact, Known, Probed, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.planning.accounts import database_of

FORMAT_VERSION = 1


@dataclass(frozen=True)
class Snapshot:
    """A live side that was written down, and of which databases and accounts its answers are."""

    live: Live
    databases: Mapping[str, SchoolDatabase]
    usernames: Mapping[Address, str]

    def of(self, desired: Desired) -> Live:
        """Return what the snapshot says of the databases and accounts that `desired` means.

        It holds for them whatever the manifests call them now. A name may have been given to another School ID, service
        or account since: what was recorded then proves nothing of it, and is unknown.
        """
        names = {name: self._name_of(name, database_of(school)) for name, school in desired.schools.items()}
        schools = {name: self.live.schools[its] for name, its in names.items() if its}
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
        return replace(self.live, schools=schools, accesses=accesses, times=times)

    def _name_of(self, name: str, database: SchoolDatabase) -> str:
        """The school of the snapshot that is of this database; empty if there is none, or not one alone."""
        if self.databases.get(name) == database:
            return name
        found = [other for other, its in self.databases.items() if its == database]
        return found[0] if len(found) == 1 else ""

    def _access(self, address: Address, username: str) -> LiveAccess | None:
        """What is recorded of an account at a school, whoever has it there; None if nothing is."""
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
    """What a snapshot says, as far as it may be believed now: nothing of a school that it saw longer ago than `oldest`,
    where that is given, or at a time which is still to come."""
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
    """Why what was recorded at a time is not believed; empty if it is."""
    age = now - recorded
    if age < -CLOCKS_DIFFER:
        return f"the snapshot says that it was recorded {recorded.isoformat()}, which is still to come"
    if oldest is not None and age > oldest:
        return f"the snapshot is {told_age(age)} old, and no more than {told_age(oldest)} is believed"
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


def to_data(live: Live, desired: Desired, *, recorded: datetime) -> dict[str, Any]:
    """The snapshot of the live side of `desired`, probed at `recorded` (a time with a zone; written in UTC)."""
    return {
        "formatVersion": FORMAT_VERSION,
        "kind": "Snapshot",
        "workspace": desired.workspace,
        "recorded": _time_data(recorded),
        "interrupted": live.interrupted,
        "schools": {
            name: {"schoolId": (database := database_of(desired.schools[name])).school_id, "service": database.service}
            | _school_data(school)
            | ({"recorded": _time_data(live.times[name])} if name in live.times else {})
            for name, school in live.schools.items()
        },
        "accesses": {
            str(address): {"username": _username(desired.accesses[address])} | _access_data(access)
            for address, access in live.accesses.items()
        },
    }


def from_data(data: Any) -> Snapshot:
    """The snapshot that data holds; raises InputError for anything that is no snapshot of ours."""
    try:
        if data["formatVersion"] != FORMAT_VERSION:
            raise InputError(
                f"The snapshot was not read: its format is version {data['formatVersion']}, and this program reads "
                f"version {FORMAT_VERSION}. Record a new one."
            )
        return _snapshot(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"The snapshot was not read: it is no snapshot that `plan --record` wrote ({error!r})."
        ) from None


def _snapshot(data: dict[str, Any]) -> Snapshot:
    shared: dict[tuple[str, ...], Mapping[str, str]] = {}
    accesses = {Address.parse(key): access for key, access in data["accesses"].items()}
    return Snapshot(
        live=Live(
            schools={name: _school(school) for name, school in data["schools"].items()},
            accesses={address: _access(access, shared) for address, access in accesses.items()},
            recorded=_time(data["recorded"]),
            times={name: _time(school["recorded"]) for name, school in data["schools"].items() if "recorded" in school},
            interrupted=boolean(data["interrupted"]),
        ),
        databases={
            name: SchoolDatabase(school["schoolId"], school["service"]) for name, school in data["schools"].items()
        },
        usernames={address: text(access["username"]) for address, access in accesses.items()},
    )


def _username(access: Access) -> str:
    """Whose answers these are; nobody's where the access is a partner application, of which nothing is recorded."""
    return access.via.username.value if isinstance(access.via, Account) else ""


def _same_account(one: str, other: str) -> bool:
    return username_key(one) == username_key(other)


def _time_data(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="seconds")


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise ValueError(f"the time {text} has no zone")
    return time


def _fact_data(fact: Fact[Any], value: Any) -> dict[str, Any]:
    if isinstance(fact, Known):
        assert isinstance(fact.evidence, Probed)  # people's words are in manifests, and no snapshot holds them
        return {"known": value, "evidence": fact.evidence.call}
    return {"unknown": fact.reason.value, "reason": fact.redacted_text}


def _school_data(school: LiveSchool) -> dict[str, Any]:
    fact = school.reachable
    data = {"reachable": _fact_data(fact, isinstance(fact, Known) and fact.value)}
    return data | {"reason": school.reason} if school.reason else data


def _access_data(access: LiveAccess) -> dict[str, Any]:
    login, entities = access.login, access.entities
    data: dict[str, Any] = {
        "login": _fact_data(login, isinstance(login, Known) and login.value.value),
        "entities": _fact_data(entities, isinstance(entities, Known) and sorted(entities.value.values())),
    }
    if access.refusal:
        data["refusal"] = entities.redacted_text if isinstance(entities, Unknown) else _REFUSED
    if access.columns:
        data["columns"] = {
            key: _fact_data(fact, isinstance(fact, Known) and list(fact.value)) for key, fact in access.columns.items()
        }
    return data


def _unknown(data: dict[str, Any]) -> Unknown:
    return Unknown(UnknownReason(data["unknown"]), text(data["reason"]))


def _probed(data: dict[str, Any]) -> Probed:
    return Probed(text(data["evidence"]))


def _school(data: dict[str, Any]) -> LiveSchool:
    fact = data["reachable"]
    reachable = _unknown(fact) if "unknown" in fact else Known(boolean(fact["known"]), _probed(fact))
    return LiveSchool(reachable, text(data.get("reason", "")))


def _access(data: dict[str, Any], shared: dict[tuple[str, ...], Mapping[str, str]]) -> LiveAccess:
    login, entities = data["login"], data["entities"]
    return LiveAccess(
        login=_unknown(login) if "unknown" in login else Known(Login(login["known"]), _probed(login)),
        entities=_unknown(entities)
        if "unknown" in entities
        else Known(_keyed(entities["known"], shared), _probed(entities)),
        refusal=text(data.get("refusal", "")),
        columns={
            key: _unknown(fact) if "unknown" in fact else Known(tuple(fact["known"]), _probed(fact))
            for key, fact in data.get("columns", {}).items()
        },
    )


def _keyed(names: Any, shared: dict[tuple[str, ...], Mapping[str, str]]) -> Mapping[str, str]:
    """{key: name}; accesses with the same list share one mapping."""
    if not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        raise TypeError(f"{names!r} is no list of names")
    listed = tuple(names)
    found = shared.get(listed)
    if found is None:
        found = shared[listed] = {entity_key(name): name for name in listed}
    return found
