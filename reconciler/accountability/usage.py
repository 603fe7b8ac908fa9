"""An access log beside the manifests: whose calls they are, what was called, and what never was."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

from reconciler.errors import InputError
from reconciler.model.accountability.access_log import (
    AccessUse,
    ExportedLog,
    LoggedLine,
    LoggedUse,
    UnclaimedAccount,
    UsageReport,
)
from reconciler.model.accountability.least_privilege import AccountUse, EntityCalls, LogPeriod
from reconciler.model.address import Address, username_key
from reconciler.model.desired import Access, Account, Desired, School
from reconciler.model.entity import entity_key
from reconciler.startup import dataclass


@dataclass(frozen=True, slots=True)
class LogScope:
    """What a person says of a log, since it may not say so itself.

    school       it is of all third-party accounts of this school, so one that it lacks made no call
    address      it is of this access alone
    first, last  the days that it was exported for; None where the first or the last call tells
    """

    school: str = ""
    address: Address | None = None
    first: date | None = None
    last: date | None = None


def logged_use(desired: Desired, log: ExportedLog, scope: LogScope) -> LoggedUse:
    """Return what a log says of each account that it is about.

    An account that the log lacks is not among them, unless the log is said to be of its whole school. Raises InputError
    if it cannot be told whose calls they are.
    """
    by_address: defaultdict[Address, list[LoggedLine]] = defaultdict(list)
    unclaimed: defaultdict[tuple[str, str], list[LoggedLine]] = defaultdict(list)
    whose = _Owners(desired, log.file, scope)
    for line in log.lines:
        school, address = whose.of(line)
        if address:
            by_address[address].append(line)
        else:
            unclaimed[school, username_key(line.account)].append(line)
    whole = _period(log.lines, scope)
    there = {address for address in desired.accesses if scope.school == address.school}
    accounts = {address for address in there if isinstance(desired.accesses[address].via, Account)}
    uses = {
        address: _use(by_address[address], whole if scope.school else _period(by_address[address], scope))
        for address in sorted({*by_address, *accounts})
    }
    strangers = tuple(
        UnclaimedAccount(school, lines[-1].account, lines[-1].time, len(lines))
        for (school, _), lines in sorted(unclaimed.items())
    )
    return LoggedUse(uses, strangers)


class _Owners:
    """Finds whose call a line is."""

    def __init__(self, desired: Desired, file: str, scope: LogScope) -> None:
        self._schools = desired.schools.values()
        self._file = file
        self._scope = scope
        self._accesses: defaultdict[str, list[Address]] = defaultdict(list)
        for address, access in desired.accesses.items():
            if isinstance(access.via, Account):
                self._accesses[username_key(access.via.username.value)].append(address)

    def of(self, line: LoggedLine) -> tuple[str, Address | None]:
        """(the school, the access) of a line; None if no manifest claims the account."""
        school = self._school(line.school) if line.school else self._scope.school
        if self._scope.address:
            return self._scope.address.school, self._of_one(line, self._scope.address)
        if not line.account:
            raise InputError(
                f"{self._file}:{line.line} names no account, so nobody can tell whose calls these are. Name the access "
                "that the log is of: --of SCHOOL/SUPPLIER."
            )
        named = self._accesses.get(username_key(line.account), [])
        there = [address for address in named if not school or address.school == school]
        if len(there) > 1:
            raise InputError(
                f"{self._file}:{line.line}: the account {line.account} is at {len(there)} schools, and the log does "
                f"not say which. Name the school whose log it is: --of {there[0].school}."
            )
        return school or line.school, there[0] if there else None

    def _of_one(self, line: LoggedLine, address: Address) -> Address:
        if line.account and address not in self._accesses.get(username_key(line.account), []):
            raise InputError(
                f"{self._file}:{line.line} is of the account {line.account}, which is not that of {address}. If the "
                f"log is of all accounts of the school: --of {address.school}."
            )
        return address

    def _school(self, called: str) -> str:
        """The name of a school as a log calls it; one that no manifest has is called as the log has it."""
        return next((school.name for school in self._schools if _is_called(school, called)), called)


def _is_called(school: School, called: str) -> bool:
    names = {school.name.casefold(), school.title.casefold(), str(school.school_id)} - {""}
    return called.strip().casefold() in names


def _period(lines: Sequence[LoggedLine], scope: LogScope) -> LogPeriod:
    """The days that lines are about, from the oldest to the newest, unless a person says so."""
    first, last = lines[0].time.date(), lines[-1].time.date()
    return LogPeriod(min(scope.first or first, first), max(scope.last or last, last))


def _use(lines: Sequence[LoggedLine], period: LogPeriod) -> AccountUse:
    calls = Counter(entity_key(line.entity) for line in lines if line.entity)
    last: dict[str, tuple[str, datetime]] = {entity_key(line.entity): (line.entity, line.time) for line in lines}
    entities = {key: EntityCalls(*last[key], number) for key, number in sorted(calls.items())}
    return AccountUse(period, lines[-1].time if lines else None, len(lines), entities)


def usage_report(desired: Desired, log: ExportedLog, scope: LogScope, addresses: Collection[Address]) -> UsageReport:
    """Return these accesses beside a log, in the order of the manifests."""
    logged = logged_use(desired, log, scope)
    accesses = tuple(
        _beside(access, logged.uses) for address, access in desired.accesses.items() if address in addresses
    )
    return UsageReport(
        desired.workspace, log.file, len(log.lines), _period(log.lines, scope), accesses, logged.unclaimed
    )


def _beside(access: Access, uses: Mapping[Address, AccountUse]) -> AccessUse:
    name = access.via.username.value if isinstance(access.via, Account) else access.via.name.value
    use = uses.get(access.address)
    if use is None:
        return AccessUse(access.address, access.title, name, None)
    return AccessUse(
        access.address,
        access.title,
        name,
        use,
        tuple(calls for key, calls in use.entities.items() if key in access.entities),
        tuple(calls for key, calls in use.entities.items() if key not in access.entities),
        tuple(_never(access, use)),
    )


def _never(access: Access, use: AccountUse) -> Iterator[str]:
    yield from (declared.value for key, declared in sorted(access.entities.items()) if key not in use.entities)
