"""What is, as far as it could be known: the live side of a diff."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from reconciler.model.address import Address
    from reconciler.model.fact import Fact


class Login(StrEnum):
    """What became of logging in."""

    WORKS = "works"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class LiveSchool:
    """Whether the service answers for this school with its database up; `reason` says why it does not."""

    reachable: Fact[bool]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LiveAccess:
    """What is known of one access.

    login     a refusal's own words are in `refusal`
    entities  {entity key: the service's display form}: what the account may read
    columns   {entity key: its columns}, of the declared entities that a deep probe read with `1=0`; rows never
    """

    login: Fact[Login]
    entities: Fact[Mapping[str, str]]
    refusal: str = ""
    columns: Mapping[str, Fact[tuple[str, ...]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Live:
    """The live side. What was not asked is missing here and unknown to a plan.

    recorded     when a snapshot was taken (UTC); None for a probe just now
    interrupted  the run was stopped before everything was asked
    """

    schools: Mapping[str, LiveSchool]
    accesses: Mapping[Address, LiveAccess]
    recorded: datetime | None = None
    interrupted: bool = False
