"""A change of the manifests under review: what it asks for, and what of a plan it is the cause of.

Two revisions of the manifests are compared with each other: so what a change asks for can be told without a network, a
password, or anything else that is live.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple, TypeAlias

from reconciler.model.aspect import Action, Aspect, Risk
from reconciler.model.change import Change
from reconciler.model.entity import entity_key
from reconciler.model.plan import Orphan
from reconciler.model.problem import Origin


class ManifestField(StrEnum):
    """What of the manifests an edit can be of, beside the aspects of a school or an access."""

    NAME = "name"  # what the manifests call a school, a supplier or their own folder; the same one as before
    ACCESS = "access"  # the whole of it: a supplier comes to a school, or leaves it
    ACCOUNT = "account"  # its username, or whether it has one
    PASSWORD = "password"  # noqa: S105  # where the password is taken from; never the password
    SERVICE = "service"  # which database, and the addresses that passwords go to
    PURPOSE = "purpose"  # what the supplier does with the data
    EXTRA_ENTITIES = "extra-entities"
    PARTICULARS = "particulars"  # what people are told of it: its title, the account's own name, its contract
    WORD = "word"  # what a person vouches for
    WAIVER = "waiver"
    LIMIT = "limit"


Topic: TypeAlias = Aspect | ManifestField

TOLERATED: Final = "tolerated"  # what is granted, not declared, and called no difference any more


class Effect(StrEnum):
    """What an edit does to what third parties can read and write."""

    MORE = "more"
    LESS = "less"
    OTHER = "other"


class LiveStatus(StrEnum):
    """How Bromcom stands to what an edit asks for."""

    PENDING = "due"  # it is not so yet: hands must do it
    IN_PLACE = "there"  # it is so already
    CLAIMED = "said"  # a word that comes with the edit says that it is so, and nothing else does
    UNKNOWN = "unknown"  # nobody knows
    LEFT = "kept"  # the manifests let go of it, and nothing takes it away
    NONE = "none"  # it is nothing in Bromcom: it is in force once it is merged


@dataclass(frozen=True, slots=True)
class Edit:
    """One difference between two revisions of the manifests, at one place.

    school, supplier  where; `supplier` is empty for what is a school's own, `school` for what is a supplier's at every
                      school, and both for what is the workspace's
    name              the entity, permission, role, basis, kind of person, application, username, waiver or limit
    before, after     what the two revisions say; empty where one says nothing of it. `tolerated` is no word of theirs:
                      it is granted, and the newer one lets it be without declaring it
    note              why it matters: the entity's sensitivity, a waiver's reason; may be empty
    origin            where the newer revision says it; None where it says nothing any more
    """

    school: str
    supplier: str
    topic: Topic
    name: str
    before: str
    after: str
    effect: Effect
    risk: Risk
    standing: LiveStatus
    note: str
    origin: Origin | None


class Cause(StrEnum):
    """Where a difference of a plan comes from."""

    THIS_CHANGE = "this-change"  # the manifests ask for something else than before
    BEFORE = "before"  # they ask for the same, and it was not so already
    BOTH = "both"  # they ask for something else, and what they asked for before was not so either


class DifferenceKey(NamedTuple):
    """Which difference of a plan is meant; `supplier` is empty for a school's own, `key` is without its spelling."""

    school: str
    supplier: str
    action: Action
    aspect: Aspect
    key: str

    @classmethod
    def of(cls, change: Change, school: str, supplier: str) -> DifferenceKey:
        """A change of a plan at its place."""
        return cls(school, supplier, change.action, change.aspect, entity_key(change.name))


@dataclass(frozen=True, slots=True)
class Review:
    """What a change of the manifests is, beside the plan of what they say now.

    base     the revision that it is compared with, as it was named
    commit   the commit in which the two met last, in hex
    edits    what it asks for, in order of place; those that let more be read or written stand first at each
    causes   of every difference of the plan
    passed   how many accesses were not looked at, since the change leaves them as they were
    orphans  the accounts that it names no more, and that nobody says are gone
    """

    base: str
    commit: str
    edits: tuple[Edit, ...]
    causes: Mapping[DifferenceKey, Cause]
    passed: int = 0
    orphans: tuple[Orphan, ...] = ()

    def cause(self, change: Change, school: str, supplier: str) -> Cause:
        """Where a difference of the plan at this place comes from."""
        return self.causes[DifferenceKey.of(change, school, supplier)]


@dataclass(frozen=True, slots=True)
class NoReview:
    """The manifests of the base are wrong, so that nothing can be said of what changed: `reason` says what is."""

    base: str
    commit: str
    reason: str
