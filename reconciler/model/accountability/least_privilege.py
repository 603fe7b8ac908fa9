"""Each entity of each access, seen four ways: declared, granted, used, and compared with a list and other schools."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from reconciler.model.address import Address
from reconciler.model.entity import Care
from reconciler.model.evidence import Evidence, Unknown
from reconciler.model.history import Since
from reconciler.model.plan import Ended
from reconciler.model.problem import Origin
from reconciler.startup import dataclass

UNUSED_DAYS: Final = 90  # for as long as that a log must say nothing of an entity before that means something


class Truth(StrEnum):
    """Three-valued truth. Unknown is never no."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Doubt(StrEnum):
    """A reason to look at an entity again; the gravest first."""

    CALLED_UNDECLARED = "called-undeclared"  # the log has calls of it, and no manifest has it
    NOT_DECLARED = "not-declared"  # it can be read, and no manifest has it
    NOT_CALLED = "not-called"  # a log of UNUSED_DAYS has no call of it
    NOT_LISTED = "not-listed"  # the supplier's published list, which is whole, lacks it
    FEW_PEERS = "few-peers"  # fewer than half of the other schools give it


class EntityDetails(NamedTuple):
    """What the catalogue says of an entity. One that it lacks has no category and no people, and may hold anything."""

    name: str
    holds: str
    category: str
    people: tuple[str, ...]
    sensitivity: str
    care: Care
    is_known: bool


class LogPeriod(NamedTuple):
    """The days that a log is about, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """Their number."""
        return (self.last - self.first).days + 1


class EntityCalls(NamedTuple):
    """The calls of one entity in a log."""

    name: str
    last: datetime
    calls: int


@dataclass(frozen=True, slots=True)
class AccountUse:
    """What a log says of one account: all its calls, and those of each entity, {entity key: calls}.

    last  the last call of any kind; None if the log has none
    """

    period: LogPeriod
    last: datetime | None
    calls: int
    entities: Mapping[str, EntityCalls] = field(default_factory=dict)


class PeerCount(NamedTuple):
    """How many other schools give the same supplier an entity, of those that answered."""

    granting: int
    answered: int


@dataclass(frozen=True, slots=True)
class PublishedList:
    """The list of entities that a supplier's manifest names. It may be a part of what the supplier asks for."""

    name: str
    complete: bool
    entities: frozenset[str]


@dataclass(frozen=True, slots=True)
class EntityPrivilege:
    """One entity of one access.

    key       the normal form of its name
    declared  its place in the manifests; None if they do not have it
    calls     those in the log; None if it has none, or there is no log
    called    no means that a log of UNUSED_DAYS has no call
    peers     None if no other school answered
    since     since when it can be read, by the history; None without one
    """

    key: str
    about: EntityDetails
    declared: Origin | None
    granted: Truth
    called: Truth
    calls: EntityCalls | None
    listed: Truth
    peers: PeerCount | None
    doubts: tuple[Doubt, ...]
    since: Since | None = None


@dataclass(frozen=True, slots=True)
class AccessPrivileges:
    """One access of a report.

    account   the username, or the partner application's name
    evidence  how it is known what it can read; an Unknown says why it is not
    use       None if no log is about it
    listing   the published list that its supplier names; None if it names none
    peers     how many entities each of the other schools gives this supplier, sorted, of those that answered
    ended     set where it is to have no access
    entities  those that are declared, granted or called; all of them
    shown     those of `entities` that the filters of the report let through
    """

    address: Address
    school_title: str
    title: str
    account: str
    evidence: Evidence | Unknown
    use: AccountUse | None
    listing: PublishedList | None
    peers: tuple[int, ...]
    ended: Ended | None
    entities: tuple[EntityPrivilege, ...]
    shown: tuple[EntityPrivilege, ...]

    @property
    def granted(self) -> int | None:
        """The number of entities that it can read; None if that is unknown."""
        if isinstance(self.evidence, Unknown):
            return None
        return sum(entity.granted is Truth.YES for entity in self.entities)


@dataclass(frozen=True, slots=True)
class AccessReport:
    """A report of least privilege.

    recorded  when the snapshot was taken; None if Bromcom was asked for this report
    filters   the filters of entities, in words; empty without any
    log       the name of the file with the access log; empty without one
    unclaimed  (school, username) of the accounts there that no supplier claims, as people listed them
    has_history  a history says since when what can be read
    """

    workspace: str
    recorded: datetime | None
    filters: str
    log: str
    accesses: tuple[AccessPrivileges, ...]
    unclaimed: tuple[tuple[str, str], ...] = ()
    has_history: bool = False
