"""The live side of a diff, as far as it could be known."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Final

from reconciler.model.address import Address
from reconciler.model.aspect import Aspect
from reconciler.model.attestation import ContradictedClaim
from reconciler.model.evidence import NO_PROBE, Fact, Unknown, UnknownReason
from reconciler.startup import dataclass

THIRD_PARTY: Final = "Third Party"  # the role that every account needs to log in here
_NOT_RECORDED: Final = Unknown(UnknownReason.NOT_RECORDED, "the snapshot does not contain it: record a new one")
_NOT_ASKED: Final = Unknown(UnknownReason.INTERRUPTED, "the run was stopped before it was asked")
NOT_IDENTIFIED: Final = Unknown(UnknownReason.NOT_RECORDED, "no account was asked whose database this is")
UNASKED: Final = frozenset({UnknownReason.NOT_RECORDED, UnknownReason.NOT_GRANTED})  # no account may tell whose it is


class Login(StrEnum):
    """The result of logging in."""

    WORKS = "works"
    REFUSED = "refused"
    CLOSED = "closed"  # by the school: the account may not log in any more


@dataclass(frozen=True, slots=True)
class LiveSchool:
    """The known facts of one school.

    reachable     whether the service answers for it with its database up; `reason` says why it does not
    right_school  whether the database is that of the school with the declared URN; counted only if an account was asked
                  and its answer tells nothing
    attested      {(aspect, kind of person or empty): what people vouch for}, of what is in `planning/facts.py`
    accounts      {key: username}: every third-party account that a person found there
    """

    reachable: Fact[bool]
    reason: str = ""
    right_school: Fact[bool] = NOT_IDENTIFIED
    attested: Mapping[tuple[Aspect, str], Fact[str]] = field(default_factory=dict)
    accounts: Fact[Mapping[str, str]] = NO_PROBE

    @property
    def lawful_basis(self) -> Fact[str]:
        """As its Administration Defaults have it."""
        return self.fact(Aspect.LAWFUL_BASIS)

    def fact(self, aspect: Aspect, kind: str = "") -> Fact[str]:
        """Return what is known of a fact that no probe can see."""
        return self.attested.get((aspect, kind), NO_PROBE)


@dataclass(frozen=True, slots=True)
class LiveAccess:
    """The known facts of one access.

    login     a refusal's own words are in `refusal`
    entities  {entity key: the service's display form}: what the account may read
    columns   {entity key: its columns}, of the declared entities that a deep probe read with `1=0`; rows never
    denied    what people vouched for and a probe contradicts

    No probe can see the others. `roles` and `permissions` are {key: as Bromcom shows it}, all that there are;
    `attested` is as at a school.
    """

    login: Fact[Login]
    entities: Fact[Mapping[str, str]]
    refusal: str = ""
    columns: Mapping[str, Fact[tuple[str, ...]]] = field(default_factory=dict)
    roles: Fact[Mapping[str, str]] = NO_PROBE
    permissions: Fact[Mapping[str, str]] = NO_PROBE
    attested: Mapping[tuple[Aspect, str], Fact[str]] = field(default_factory=dict)
    denied: tuple[ContradictedClaim, ...] = ()

    def fact(self, aspect: Aspect, kind: str = "") -> Fact[str]:
        """Return what is known of a fact with choices that no probe can see."""
        return self.attested.get((aspect, kind), NO_PROBE)


@dataclass(frozen=True, slots=True)
class Live:
    """The live side. Anything that was not asked is absent here, and unknown to a plan.

    recorded     when a snapshot was taken (UTC); None for a probe just now
    times        {school: when it was seen}, of the schools that an older snapshot saw last
    interrupted  the run was stopped before everything was asked
    """

    schools: Mapping[str, LiveSchool]
    accesses: Mapping[Address, LiveAccess]
    recorded: datetime | None = None
    times: Mapping[str, datetime] = field(default_factory=dict)
    interrupted: bool = False

    @property
    def missing(self) -> Unknown:
        """The reason for facts absent from this view."""
        return _NOT_ASKED if self.recorded is None else _NOT_RECORDED
