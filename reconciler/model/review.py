"""A change of the manifests under review: what it asks for, and what of a plan it is the cause of.

Two revisions of the manifests are compared with each other: so what a change asks for can be told without a network, a
password, or anything else that is live.
"""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple, TypeAlias

from reconciler.model.aspect import Action, Aspect, Risk
from reconciler.model.change import Change
from reconciler.model.desired import Platform
from reconciler.model.entity import entity_key
from reconciler.model.plan import APPLICATION, Orphan
from reconciler.model.problem import Origin
from reconciler.model.secret import CommandRef, EnvRef, FileRef, KeyringRef, SecretRef
from reconciler.startup import dataclass


class ManifestField(StrEnum):
    """The parts of the manifests that an edit can change, beside the aspects of a school or an access."""

    NAME = "name"  # what the manifests call a school, a supplier or their own folder; the same one as before
    ACCESS = "access"  # the whole of it: a supplier comes to a school, or leaves it
    ACCOUNT = "account"  # its username, or whether it has one
    PASSWORD = "password"  # noqa: S105  # where the password is taken from; never the password
    SERVICE = "service"  # which database, and the addresses that passwords go to
    PURPOSE = "purpose"  # what the supplier does with the data
    DOWNSTREAM = "downstream"  # a product that has the data from it
    PROCESSING = "processing"  # what the record of processing says of a supplier, or of the workspace
    EXTRA_ENTITIES = "extra-entities"
    PARTICULARS = "particulars"  # what people are told of it: its title, the account's own name, its contract
    WORD = "word"  # what a person vouches for
    WAIVER = "waiver"
    ROUND = "round"  # that there is one, and what was decided in it
    LIMIT = "limit"


Topic: TypeAlias = Aspect | ManifestField

TOLERATED: Final = "tolerated"  # what is granted, not declared, and called no difference any more


@dataclass(frozen=True, slots=True)
class Service:
    """A school's database, and the platform that its passwords go to."""

    school_id: int
    platform: Platform

    @property
    def protocol(self) -> str:
        """The version of SOAP, and plain http where it is allowed."""
        plain = ", plain http allowed" if self.platform.allow_http else ""
        return f"SOAP {self.platform.soap.value}{plain}"


@dataclass(frozen=True, slots=True)
class ApplicationName:
    """The name of a partner application, where a supplier has no account."""

    name: str


@dataclass(frozen=True, slots=True)
class Claim:
    """The content of an attestation: one fact, and its values as a person saw them."""

    aspect: Aspect
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AcceptedDifference:
    """The difference that a waiver accepts, until its last day; `before` is empty where any value is accepted."""

    action: Action
    aspect: Aspect
    name: str
    before: str
    until: date


EditValue: TypeAlias = str | Service | ApplicationName | SecretRef | Claim | AcceptedDifference


def value_text(value: EditValue) -> str:
    """One side of an edit as a line of JSON, another text for every other value; empty for nothing."""
    match value:
        case str():
            return value
        case Service(school_id, platform):
            addresses = f"{platform.read_url}, {platform.write_url}"
            return f"School {school_id} on {platform.name} ({addresses}, {value.protocol})"
        case ApplicationName(name):
            return f"{APPLICATION}{name}"
        case KeyringRef(service, username):
            return f"keyring {json.dumps(service)} {json.dumps(username)}"
        case CommandRef(argv):
            return f"command {json.dumps(argv)}"
        case EnvRef() | FileRef():
            return str(value)
        case Claim():
            return ", ".join(value.values) or "none"
        case AcceptedDifference():
            return f"until {value.until.isoformat()}"


class Effect(StrEnum):
    """The effect of an edit on what third parties can read and write."""

    MORE = "more"
    LESS = "less"
    OTHER = "other"


class LiveStatus(StrEnum):
    """The state in Bromcom of what an edit asks for."""

    PENDING = "due"  # it is not so yet: hands must do it
    IN_PLACE = "there"  # it is so already
    CLAIMED = "said"  # a word that comes with the edit says that it is so, and nothing else does
    UNKNOWN = "unknown"  # nobody knows
    LEFT = "kept"  # the manifests let go of it, and nothing takes it away
    NONE = "none"  # it is nothing in Bromcom: it is in force once it is merged


class Edit(NamedTuple):
    """One difference between two revisions of the manifests, at one place.

    school, supplier  where; `supplier` is empty for what is a school's own, `school` for what is a supplier's at every
                      school, and both for what is the workspace's
    name              the entity, permission, role, basis, kind of person, application, username, waiver or limit
    before, after     what the two revisions say; empty text where one says nothing. `tolerated` is no word of theirs:
                      it is granted, and the newer one lets it be without declaring it
    note              why it matters: the entity's sensitivity, a waiver's reason; may be empty
    origin            where the newer revision says it; None where it says nothing any more
    """

    school: str
    supplier: str
    topic: Topic
    name: str
    before: EditValue
    after: EditValue
    effect: Effect
    risk: Risk
    standing: LiveStatus
    note: str
    origin: Origin | None


class PlaceEdits(NamedTuple):
    """The edits at one place, which they do not name: places where a change asks for the same have the same tuple."""

    school: str
    supplier: str
    edits: tuple[Edit, ...]


class Edits(Sequence[Edit]):
    """Edits in order of place, held once for all places that share them: a large change asks for the same at many."""

    def __init__(self, places: Iterable[PlaceEdits] = ()) -> None:
        self.places = tuple(places)

    def where(self, applies: Callable[[Edit], bool]) -> Iterator[Edit]:
        """The edits that a test of anything but their place applies to."""
        chosen: dict[int, tuple[Edit, ...]] = {}
        for school, supplier, edits in self.places:
            if id(edits) not in chosen:
                chosen[id(edits)] = tuple(filter(applies, edits))
            yield from (Edit(school, supplier, *edit[2:]) for edit in chosen[id(edits)])

    def __iter__(self) -> Iterator[Edit]:
        return self.where(lambda _: True)

    def __len__(self) -> int:
        return sum(len(place.edits) for place in self.places)

    def __getitem__(self, index: Any) -> Any:
        """Slow: for a look at a few."""
        return tuple(self)[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)


class Cause(StrEnum):
    """The origin of a difference in a plan."""

    THIS_CHANGE = "this-change"  # the manifests ask for something else than before
    BEFORE = "before"  # they ask for the same, and it was not so already
    BOTH = "both"  # they ask for something else, and what they asked for before was not so either
    PENDING = "pending"  # of a drift run: they ask for it since the last verified apply, and nobody has carried it out


class DifferenceKey(NamedTuple):
    """The identity of a difference; `supplier` is empty for a school's own, `key` is without its spelling."""

    school: str
    supplier: str
    action: Action
    aspect: Aspect
    key: str

    @classmethod
    def of(cls, change: Change, school: str, supplier: str) -> DifferenceKey:
        """A change of a plan at its place."""
        return cls(school, supplier, change.action, change.aspect, entity_key(change.name))


class PlacedCauses(Mapping[DifferenceKey, Cause]):
    """Causes that are found place by place."""

    @abstractmethod
    def at(self, school: str, supplier: str) -> tuple[Cause, ...]:
        """One for each difference of the plan there, in its order."""


@dataclass(frozen=True, slots=True)
class Review:
    """A change of the manifests, beside the plan of their present state.

    base     the revision that it is compared with, as it was named
    commit   the commit in which the two met last, in hex
    edits    what it asks for, in order of place; those that let more be read or written stand first at each
    causes   of every difference of the plan
    passed   the number of accesses not looked at, since the change leaves them alone
    orphans  the accounts that it no longer names, and that no attestation says are gone
    """

    base: str
    commit: str
    edits: Edits
    causes: Mapping[DifferenceKey, Cause]
    passed: int = 0
    orphans: tuple[Orphan, ...] = ()

    def cause(self, change: Change, school: str, supplier: str) -> Cause:
        """The origin of a difference of the plan at this place."""
        return self.causes[DifferenceKey.of(change, school, supplier)]

    def causes_at(self, changes: Iterable[Change], school: str, supplier: str) -> tuple[Cause, ...]:
        """The origin of each of the plan's differences at a place."""
        if isinstance(self.causes, PlacedCauses):
            return self.causes.at(school, supplier)
        return tuple(self.cause(change, school, supplier) for change in changes)


@dataclass(frozen=True, slots=True)
class AppliedRevision:
    """The manifests that Bromcom was last brought in line with, and the work that those of today add.

    revision  as it was named; empty if the journal knows the commit
    commit    in hex
    pending   the differences that the manifests ask for since then, and that nobody has carried out
    """

    revision: str
    commit: str
    pending: AbstractSet[DifferenceKey] = frozenset()


@dataclass(frozen=True, slots=True)
class NoReview:
    """The manifests of the base are wrong, so that nothing can be said of what changed: `reason` says what is."""

    base: str
    commit: str
    reason: str
