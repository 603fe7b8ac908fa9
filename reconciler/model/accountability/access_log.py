"""The access log that Bromcom keeps of third parties, as it was exported, and what it says of accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple

from reconciler.model.accountability.least_privilege import AccountUse, EntityCalls, LogPeriod
from reconciler.model.address import Address
from reconciler.startup import dataclass

KEPT_DAYS: Final = 92  # three months: as long as Bromcom keeps the log


class LoggedLine(NamedTuple):
    """One call. A log need not name the school, the account and the entity; what it lacks is empty."""

    line: int
    time: datetime
    school: str
    account: str
    entity: str


@dataclass(frozen=True, slots=True)
class ExportedLog:
    """The calls of a log, the oldest first; `remarks` say what was unusual in the file."""

    file: str
    lines: tuple[LoggedLine, ...]
    remarks: tuple[str, ...]


class UnclaimedAccount(NamedTuple):
    """An account in the log that no manifest claims; the school is empty where the log does not name it."""

    school: str
    account: str
    last: datetime
    calls: int


@dataclass(frozen=True, slots=True)
class LoggedUse:
    """What a log says of all accounts that it is about."""

    uses: dict[Address, AccountUse]
    unclaimed: tuple[UnclaimedAccount, ...]


@dataclass(frozen=True, slots=True)
class AccessUse:
    """One access beside a log.

    use         None if the log is not about its account: then nothing is known of what it calls
    called      the entities that were called and are declared
    undeclared  those that were called and are not
    never       those that are declared, and that the log has no call of
    """

    address: Address
    title: str
    account: str
    use: AccountUse | None
    called: tuple[EntityCalls, ...] = ()
    undeclared: tuple[EntityCalls, ...] = ()
    never: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UsageReport:
    """A log beside the manifests; `period` is that of all its lines."""

    workspace: str
    file: str
    calls: int
    period: LogPeriod
    accesses: tuple[AccessUse, ...]
    unclaimed: tuple[UnclaimedAccount, ...]
