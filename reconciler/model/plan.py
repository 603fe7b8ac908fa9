"""Ordered changes, what is unknown, and how complete the view was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.model.fact import Known

if TYPE_CHECKING:
    from datetime import datetime

    from reconciler.model.address import Address
    from reconciler.model.change import Change, Unseen
    from reconciler.model.fact import Fact
    from reconciler.model.live import Login


@dataclass(frozen=True, slots=True)
class SchoolPlan:
    """One school of a plan.

    reason  why it is not reachable
    facts   how many facts of the school's own the manifests ask about
    """

    name: str
    school_id: int
    platform: str
    reachable: Fact[bool]
    reason: str
    unknown: tuple[Unseen, ...]
    facts: int


@dataclass(frozen=True, slots=True)
class AccessPlan:
    """One access of a plan.

    declared  how many entities the manifests declare
    granted   how many entities the account may read, declared or not; None where that is unknown
    reported  entities that are granted and not declared, where `extraEntities` is `report`
    readable  how many declared entities a deep probe could really read; None where none was made
    facts     how many facts of the access the manifests ask about
    """

    address: Address
    username: str
    login: Fact[Login]
    declared: int
    granted: int | None
    changes: tuple[Change, ...]
    unknown: tuple[Unseen, ...]
    reported: tuple[str, ...]
    readable: int | None
    facts: int

    @property
    def in_sync(self) -> bool:
        """Everything declared is known, and nothing differs."""
        return not self.changes and not self.unknown


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of a plan.

    attest   facts that no probe can see, so that a person must vouch
    unknown  facts that are not known, those to attest included
    facts    all facts that the manifests ask about
    in_sync  accesses with every fact known and no difference
    """

    grant: int
    revoke: int
    mend_login: int
    attest: int
    unknown: int
    facts: int
    known: int
    in_sync: int
    accesses: int
    reported: int

    @property
    def changes(self) -> int:
        """How many differences there are."""
        return self.grant + self.revoke + self.mend_login


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit of the Workspace that this plan goes over: its name, how many there are, and the bound in words."""

    limit: str
    count: int
    bound: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What must change at the schools and accesses in scope. Schools and accesses are in sorted order.

    recorded     when the snapshot it was made against was taken (UTC); None for a probe just now
    interrupted  the probing was stopped, so that the view is partial
    """

    workspace: str
    schools: tuple[SchoolPlan, ...]
    accesses: tuple[AccessPlan, ...]
    breaches: tuple[Breach, ...]
    recorded: datetime | None
    interrupted: bool
    summary: Summary
    fingerprint: str

    @property
    def complete(self) -> bool:
        """Nothing that the manifests ask about is unknown, and every school was there to be asked."""
        return self.summary.known == self.summary.facts and not self.interrupted and all(map(_there, self.schools))


def _there(school: SchoolPlan) -> bool:
    return not isinstance(school.reachable, Known) or school.reachable.value
