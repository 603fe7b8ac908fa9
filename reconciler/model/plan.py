"""A plan: ordered changes, unknown facts, and the completeness of the view."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from reconciler.model.address import Address
from reconciler.model.aspect import Aspect
from reconciler.model.attestation import ContradictedClaim
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.evidence import Attested, Fact, Known
from reconciler.model.live import Login
from reconciler.model.problem import Origin
from reconciler.startup import dataclass

APPLICATION: Final = "partner application "  # begins the text of a way in that is not an account


class Via(StrEnum):
    """The kind of way in."""

    ACCOUNT = "account"
    PARTNER_APPLICATION = "partner-application"


class EndReason(StrEnum):
    """The reasons why a supplier is to have no access at a school on a day."""

    RETIRED = "retired"
    NOT_YET = "not-yet"  # before `accessFrom`
    OVER = "over"  # after `accessUntil`


@dataclass(frozen=True, slots=True)
class Ended:
    """A supplier is to have no access at a school.

    day     its first day, where it is still to come, else its last one; None where the manifests say none
    role    the role that it held, to take away; empty without one
    origin  the place in the manifests that says so
    """

    reason: EndReason
    day: date | None
    role: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class AttestedFacts:
    """Facts that are as declared by a person's word alone; `*` is the list of entities."""

    aspect: Aspect
    name: str
    facts: int
    evidence: Attested


@dataclass(frozen=True, slots=True)
class SchoolPlan:
    """One school of a plan.

    read_url, write_url  the addresses of its platform's services
    moved_from           the platform that it was hosted on before; empty where it has not moved
    reason               the reason why it is not reachable
    facts                the number of facts of the school's own that the manifests declare
    undeclared           the number that they leave alone
    recorded             the time of an older snapshot that saw it; None if it is of the plan's own time
    title                its name as people know it; may be empty
    urn                  its number in the public register of schools; None where the manifests do not declare it
    right_school         whether the database is that of the school with this number; None while that is unknown
    """

    name: str
    school_id: int
    platform: str
    read_url: str
    write_url: str
    moved_from: str
    reachable: Fact[bool]
    reason: str
    changes: tuple[Change, ...]
    unknown: tuple[UnknownFacts, ...]
    vouched: tuple[AttestedFacts, ...]
    facts: int
    origin: Origin
    undeclared: int = 0
    recorded: datetime | None = None
    title: str = ""
    urn: int | None = None
    right_school: bool | None = None


@dataclass(frozen=True, slots=True)
class SupplierDetails:
    """The details of a supplier and its account that a person needs for the work.

    title             the supplier's name, for people
    password          the text of the reference to the password (`env NAME`), never the password; empty without one
    school_id_called  the supplier's own name for the School ID
    to_tick           the declared entities, sorted, if their ticks are unknown and must be set by hand: the login is to
                      be fixed first, or only a person can look
    """

    title: str
    first_name: str
    last_name: str
    password: str
    school_id_called: str
    to_tick: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AccessPlan:
    """One access of a plan.

    name      the account's username, or the partner application's name
    login     unknown for a partner application, which has none; that is no fact of it
    declared  the number of entities that the manifests declare
    granted   the number that it may read, declared or not
    reported  entities that are granted and not declared, where `extraEntities` is `report`
    readable  the number of declared entities that a deep probe could read; None if there was no deep probe
    denied    the attested facts that a probe contradicts
    facts     the number of facts of the access that the manifests declare
    origin    the place in the manifests that declares its supplier
    undeclared  the number of facts that they leave alone
    ended     set where the supplier is to have no access: then everything that is there is too much
    """

    address: Address
    via: Via
    name: str
    particulars: SupplierDetails
    login: Fact[Login]
    declared: int
    granted: Fact[int]
    changes: tuple[Change, ...]
    unknown: tuple[UnknownFacts, ...]
    vouched: tuple[AttestedFacts, ...]
    denied: tuple[ContradictedClaim, ...]
    reported: tuple[str, ...]
    readable: int | None
    facts: int
    origin: Origin
    undeclared: int = 0
    ended: Ended | None = None

    @property
    def in_sync(self) -> bool:
        """Everything declared is known, and nothing differs; a difference that is waived is still one."""
        return not self.changes and not self.unknown


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of a plan. Waived differences are counted in `waived` and nowhere else.

    attest    facts that no probe can see and a person must confirm
    attested  facts that are as declared by a person's word alone
    unknown   facts that are not known, those to attest included
    facts     all declared facts
    in_sync   accesses with every fact known and no difference
    undeclared  facts that the manifests leave alone; counted nowhere else
    """

    grant: int
    revoke: int
    mend_login: int
    set: int
    waived: int
    attest: int
    attested: int
    unknown: int
    facts: int
    known: int
    in_sync: int
    accesses: int
    reported: int
    undeclared: int = 0

    @property
    def changes(self) -> int:
        """The number of differences that no waiver accepts."""
        return self.grant + self.revoke + self.mend_login + self.set


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit of the Workspace that this plan goes over: how many there are, and the bound in words. `school` is empty
    for the limit on the plan as a whole.

    perhaps  those of `count` that are due only if an account whose login is refused turns out to be new: its ticks
    """

    limit: str
    count: int
    bound: str
    school: str = ""
    perhaps: int = 0

    @property
    def name(self) -> str:
        """The value for `--accept`: `revoke`, or `revoke/greenfield`."""
        return f"{self.limit}/{self.school}" if self.school else self.limit


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes at the schools and accesses in scope, both in sorted order.

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
        """No declared fact is unknown, and every school was there to be asked."""
        return self.summary.known == self.summary.facts and not self.interrupted and all(map(_there, self.schools))


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan that was written down for approval. `created` and `expires` are None for one that is only a report; after
    `expires` it is not carried out."""

    plan: Plan
    created: datetime | None = None
    expires: datetime | None = None


def _there(school: SchoolPlan) -> bool:
    return not isinstance(school.reachable, Known) or school.reachable.value


@dataclass(frozen=True, slots=True)
class Orphan:
    """The way in of a supplier that is no longer agreed.

    way_in    the username, or `partner application NAME`
    replaced  the supplier has another way into that school now
    since     the last day on which a drift run found it agreed; None if that is not known
    """

    school: str
    supplier: str
    title: str
    way_in: str
    replaced: bool = False
    since: date | None = None

    @property
    def name(self) -> str:
        """The username, or the name of the partner application."""
        return self.way_in.removeprefix(APPLICATION)


@dataclass(frozen=True, slots=True)
class GoneAccount:
    """A person's word that a supplier has no way in any more. `account` is the username, or the application's name;
    empty for every way in that the manifests do not name."""

    school: str
    supplier: str
    account: str
    evidence: Attested
