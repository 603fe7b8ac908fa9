"""The manifests, resolved: the desired side of a diff."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import Final

from reconciler.model.address import Address
from reconciler.model.aspect import Aspect
from reconciler.model.attestation import AttestedFact, Round
from reconciler.model.change import Waiver
from reconciler.model.plan import Ended, GoneAccount
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.model.secret import SecretRef
from reconciler.startup import dataclass


class ExtraEntities(StrEnum):
    """The treatment of entities that are granted but not declared: a difference, a remark, or nothing."""

    REVOKE = "revoke"
    REPORT = "report"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Canary:
    """A person of each sort whose record shows if consent is enforced. Their ids are references: a child's consent is
    in no manifest.

    kind      students, staff or contacts
    column    of the entity with these people, the one with their ids
    withheld  a person who did not consent
    granted   one who did, if the manifests name one: without it, a record that does not come proves nothing
    """

    kind: str
    entity: str
    column: str
    withheld: SecretRef
    granted: SecretRef | None
    origin: Origin = field(compare=False)


@dataclass(frozen=True, slots=True)
class School:
    """One Bromcom database.

    moved_from        the platform that it was hosted on before; None where it has not moved
    school_id_origin  the place of the School ID in the manifests; None if it is not known
    declared          {aspect: what the manifests declare of it}, of what is in `planning/facts.py`
    title             its name as people know it; may be empty
    urn               its number in the public register of schools; None where the manifests do not declare it
    accounts_asked    the place that asks for the list of its accounts; None where the manifests leave it alone
    claims            {key: username} of the accounts that all its suppliers claim, whichever a run is about
    ended_claims      the keys of those whose access has ended: they may be missing
    canaries          those whose records say if the lawful basis holds
    """

    name: str
    school_id: int
    platform: Platform
    origin: Origin
    moved_from: Platform | None = None
    school_id_origin: Origin | None = None
    declared: Mapping[Aspect, tuple[DeclaredValue, ...]] = field(default_factory=dict)
    title: str = ""
    urn: int | None = None
    accounts_asked: Origin | None = None
    claims: Mapping[str, DeclaredValue] = field(default_factory=dict)
    ended_claims: AbstractSet[str] = frozenset()
    canaries: tuple[Canary, ...] = ()

    @property
    def lawful_basis(self) -> DeclaredValue | None:
        """None where the manifests leave it alone."""
        return next(iter(self.declared.get(Aspect.LAWFUL_BASIS, ())), None)


@dataclass(frozen=True, slots=True)
class DeclaredPassword:
    """A reference to an access's password, and its place in the manifests."""

    ref: SecretRef
    origin: Origin


@dataclass(frozen=True, slots=True)
class Account:
    """A user account with the role Third Party. `password` is None where the school did not keep it: such an account is
    not probed. First and last name are empty where the manifests leave them alone."""

    username: DeclaredValue
    password: DeclaredPassword | None
    first_name: str = ""
    last_name: str = ""


@dataclass(frozen=True, slots=True)
class PartnerApplication:
    """An application that the school grants as a whole: it has no account, and nothing of it can be probed."""

    name: DeclaredValue


@dataclass(frozen=True, slots=True)
class Access:
    """The access that one supplier should have at one school.

    title             the supplier's name, for people
    via               its account or partner application
    entities          {entity key: the name as declared}; shared between the accesses of a supplier that resolve alike
    permissions       {permission key: the name as declared}: the write-back permissions, held through `role`
    no_permissions    where the manifests say that there are none (`writeBack: none`, or an empty list); None where they
                      list some, or say nothing of them
    declared          {aspect: what else the manifests declare of it}, of what is in `planning/facts.py`: the write
                      licence, whose consent the supplier is useless without, the platform of its old export
    school_id_called  the supplier's own name for the School ID
    ended             set where it is to have no access: then it declares no entity, role or permission
    next_turn         the first day to come, or the last one, of its access, where the manifests say one
    since             the first day of its access, where the manifests say one
    """

    address: Address
    title: str
    via: Account | PartnerApplication
    entities: Mapping[str, DeclaredValue]
    role: DeclaredValue | None
    permissions: Mapping[str, DeclaredValue]
    extra_entities: ExtraEntities
    school_id_called: str
    origin: Origin
    no_permissions: Origin | None = None
    declared: Mapping[Aspect, tuple[DeclaredValue, ...]] = field(default_factory=dict)
    ended: Ended | None = None
    next_turn: date | None = None
    since: date | None = None

    @property
    def writes_nothing(self) -> bool:
        """The supplier is to have no role beyond Third Party, and no write-back permission."""
        return self.no_permissions is not None and self.role is None

    @property
    def declares_writing(self) -> bool:
        """The manifests say what it may write through roles: what it may beside that is a difference."""
        licensed = Aspect.WRITE_LICENCE in self.declared and isinstance(self.via, Account)
        return bool(self.role or self.permissions or self.no_permissions) or licensed


# What the record of processing says of a supplier, and of the workspace: {its key in a manifest: its name for people}.
PROCESSING: Final = {
    "role": "role",
    "basis": "lawful basis of this processing",
    "condition": "condition for special-category data",
    "retention": "retention",
    "transfers": "transfers abroad",
    "dpia": "impact assessment (DPIA)",
    "agreement": "processing agreement",
}
REGISTER: Final = {
    "controller": "controller",
    "dpo": "data protection officer",
    "icoNumber": "ICO registration number",
    "securityMeasures": "security measures",
}


@dataclass(frozen=True, slots=True)
class DownstreamProduct:
    """A product behind an aggregator, which has the data from it. The receipt is the evidence that it was agreed."""

    name: DeclaredValue
    purpose: str = ""
    receipt: str = ""

    def __str__(self) -> str:
        details = "; ".join(filter(None, (self.purpose, self.receipt and f"receipt {self.receipt}")))
        return f"{self.name.value} ({details})" if details else self.name.value


@dataclass(frozen=True, slots=True)
class AgreementTerms:
    """The agreement with a supplier, for its approver: nothing of it is in Bromcom. Dates are as written.

    processing  {key of `PROCESSING`: what the manifest says}
    """

    purpose: DeclaredValue | None = None
    contact: DeclaredValue | None = None
    contract_end: DeclaredValue | None = None
    review_by: DeclaredValue | None = None
    processing: Mapping[str, DeclaredValue] = field(default_factory=dict)
    downstream: tuple[DownstreamProduct, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """A plan with more than `count`, or than `share` (0 to 1) of what there is, says so. None: no such bound."""

    count: int | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """The Workspace's bounds on one plan, in all and at each school.

    widen_consent  a lawful basis that moves away from Consent needs explicit approval
    word_days      for how many days a word or a waiver may count; None: for any
    """

    revoke: Limit = Limit()
    widen: Limit = Limit()
    revoke_per_school: Limit = Limit()
    widen_per_school: Limit = Limit()
    widen_consent: bool = False
    word_days: int | None = None


# The limits of a Workspace that sets none.
DEFAULT_LIMITS: Final = Limits(revoke=Limit(10, 0.3), widen_consent=True, word_days=400)


@dataclass(frozen=True, slots=True)
class Desired:
    """A whole workspace, resolved. Everything is in sorted order, whatever order the manifests have.

    later_words  those of a moment to come, where they are told from the others: they say nothing yet
    terms  {supplier: what was agreed with it}
    gone   what people say is gone, of accounts that the manifests name no more
    register  {key of `REGISTER`: what the Workspace says}
    """

    workspace: str
    schools: Mapping[str, School]
    accesses: Mapping[Address, Access]
    limits: Limits
    words: tuple[AttestedFact, ...] = ()
    later_words: tuple[AttestedFact, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    gone: tuple[GoneAccount, ...] = ()
    terms: Mapping[str, AgreementTerms] = field(default_factory=dict)
    rounds: tuple[Round, ...] = ()
    register: Mapping[str, DeclaredValue] = field(default_factory=dict)


class SoapVersion(StrEnum):
    """The SOAP version spoken to a platform; the service answers both."""

    V11 = "1.1"
    V12 = "1.2"


@dataclass(frozen=True, slots=True)
class Platform:
    """The addresses of a platform's two services, as the manifest or the catalogue gives them.

    `allow_http` is the manifest's explicit yes to plain http; loopback needs none.
    """

    name: str
    read_url: str
    write_url: str
    soap: SoapVersion = SoapVersion.V11
    allow_http: bool = False
