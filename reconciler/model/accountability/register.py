"""The record of processing activities: who has whose data, on what basis, and how that is known."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from reconciler.model.aspect import Aspect
from reconciler.model.change import Waived
from reconciler.model.desired import AgreementTerms
from reconciler.model.entity import Care
from reconciler.model.plan import Ended
from reconciler.model.problem import DeclaredValue
from reconciler.startup import dataclass


class May(StrEnum):
    """The things that a supplier may do with data."""

    READ = "read"
    WRITE = "write"


class DataState(StrEnum):
    """The state of the live side beside what is agreed; the gravest first. Unknown is none of the others."""

    TOO_MANY = "too-many"  # there, and not agreed
    UNKNOWN = "could-not-be-checked"  # agreed
    MISSING = "missing"  # agreed, and not there
    AGREED = "agreed"  # and there


class EvidenceKind(StrEnum):
    """The evidence of a line: an answer, a person's word, or nothing."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    NOTHING = "nothing"


class LineEvidence(NamedTuple):
    """The evidence of a line, of all its schools together.

    oldest   when Bromcom was asked, or a person confirmed it, the longest ago; None if it is not known
    until    the last day on which all of their words count
    people   those who confirmed it
    reasons  the reasons that it is not known
    """

    kind: EvidenceKind
    oldest: datetime | None = None
    until: date | None = None
    people: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One kind of data of a supplier at the schools where all of it is alike.

    category  as the catalogue has it; empty for an entity that it lacks, and for a write-back permission
    names     the entities, or the write-back permissions
    people    whose records; empty if about none of them, or if that is not known (`category` is empty)
    accepted  the waiver of the difference
    """

    may: May
    state: DataState
    care: Care
    category: str
    names: tuple[str, ...]
    people: tuple[str, ...]
    schools: tuple[str, ...]
    evidence: LineEvidence
    accepted: Waived | None = None

    @property
    def is_open(self) -> bool:
        """It can be read, or written, now."""
        return self.state in (DataState.AGREED, DataState.TOO_MANY)

    @property
    def is_special(self) -> bool:
        """Special-category data, or child protection, which counts as such."""
        return self.care is Care.SPECIAL


class UncheckedAccess(NamedTuple):
    """A school where it is not known what a supplier can read, and why."""

    school: str
    reason: str


class EndedAccess(NamedTuple):
    """A school where a supplier is to have no access any more, or none yet.

    closed    nobody can use it: its login is closed, or its partner application is not granted; None if not known
    deletion  `CONFIRMED` that it deleted what it had, `NOT_CONFIRMED`, or empty if nobody said
    asked     the supplier is to delete what it had
    """

    school: str
    ended: Ended
    closed: bool | None
    evidence: LineEvidence
    deletion: str
    deletion_evidence: LineEvidence
    asked: bool


class SchoolFact(NamedTuple):
    """A fact of a school itself: its lawful basis, the consent of a kind of person, what a canary shows, or an account.

    name      whose consent, or the account's username; empty of the lawful basis, and of the list of accounts
    value     what is known; empty if it is not. Of accounts: `NO_SUPPLIER`, `NOT_LISTED`, or of the list `ALL_CLAIMED`
    wanted    what the manifests say instead; empty if they say the same, or nothing
    accepted  the waiver of the difference
    """

    aspect: Aspect
    name: str
    value: str
    wanted: str
    evidence: LineEvidence
    accepted: Waived | None = None


CONFIRMED, NOT_CONFIRMED = "confirmed", "not confirmed"  # that the supplier deleted what it had
NO_SUPPLIER: Final = "no supplier claims it"
NOT_LISTED: Final = "a supplier claims it, and it is not listed"
ALL_CLAIMED: Final = "each is claimed by a supplier"
WITHHELD_HIDDEN: Final = "yes: who withheld consent is hidden"
WITHHELD_READABLE: Final = "no: who withheld consent can be read"
NOT_NEEDED: Final = "not needed"  # of consent that follows from the lawful basis


@dataclass(frozen=True, slots=True)
class SupplierRecord:
    """One supplier of the register.

    schools        those where it has an access, or had, sorted
    lines          the gravest first
    settings       {lawful basis that Bromcom is set to, or empty if that is not known: at how many of its schools}
    unchecked      the schools where it is not known what it can read
    writing        the schools where the manifests say what it may write
    unseen_writing those of them where it is not known
    ended          the schools where its access has ended, or has not begun
    since          {school: the first day of its access}, where the manifests say one
    """

    supplier: str
    title: str
    terms: AgreementTerms
    schools: tuple[str, ...]
    lines: tuple[RegisterLine, ...]
    settings: Mapping[str, int]
    unchecked: tuple[UncheckedAccess, ...]
    writing: tuple[str, ...]
    unseen_writing: tuple[str, ...]
    ended: tuple[EndedAccess, ...] = ()
    since: Mapping[str, date] = field(default_factory=dict)

    @property
    def has_special(self) -> bool:
        """It can, or may by what is agreed, read special-category data: also where that could not be checked."""
        return any(line.is_special for line in self.lines)

    @property
    def is_over(self) -> bool:
        """Its access has ended, or has not begun, at every school."""
        return len(self.ended) == len(self.schools)

    @property
    def unrecognised(self) -> tuple[str, ...]:
        """The entities that the catalogue lacks: they may hold anything."""
        names = {name for line in self.lines if line.may is May.READ and not line.category for name in line.names}
        return tuple(sorted(names))


@dataclass(frozen=True, slots=True)
class Register:
    """The record of processing activities.

    said      {key of `REGISTER`: what the Workspace says}
    titles    {school: its name for people}
    facts     {school: what is known of itself}
    made      when it was made (UTC)
    recorded  when the snapshot was taken; None if Bromcom was asked for this
    filters   the filters of entities, in words; empty without any
    """

    workspace: str
    said: Mapping[str, DeclaredValue]
    titles: Mapping[str, str]
    facts: Mapping[str, tuple[SchoolFact, ...]]
    suppliers: tuple[SupplierRecord, ...]
    made: datetime
    recorded: datetime | None
    filters: str = ""
