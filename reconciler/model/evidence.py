"""Three-valued truth: a known fact with its evidence, or the reason it is unknown."""

from dataclasses import field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Generic, TypeAlias, TypeVar

from reconciler.model.problem import Origin
from reconciler.startup import dataclass

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Probed:
    """Evidence from the service itself, just now; `call` names the operation. No answer is evidence too."""

    call: str


@dataclass(frozen=True, slots=True)
class Attested:
    """A person's word, until the end of the day `expires`. `reference` leads to their evidence; may be empty. `counts`
    are the numbers that they gave in place of one word; may be empty."""

    by: str
    on: datetime
    expires: date
    reference: str
    origin: Origin
    counts: str = ""


Evidence: TypeAlias = Probed | Attested


@dataclass(frozen=True, slots=True)
class Known(Generic[T_co]):
    """A fact, and how it is known."""

    value: T_co
    evidence: Evidence


class UnknownReason(StrEnum):
    """The kinds of not knowing. The kind is part of a plan's substance; the text beside it is for people."""

    UNREACHABLE = "unreachable"  # no answer came
    DATABASE_DOWN = "database-down"  # the service says that the school's database does not answer
    LOGIN_REFUSED = "login-refused"  # so the account's ticks cannot be read
    UNREADABLE = "unreadable"  # the answer breaks the contract
    THROTTLED = "throttled"  # the service asked for a pause until the retries were used up
    NOT_GRANTED = "not-granted"  # listed, but refused when it was read
    REFUSAL_UNPROVEN = "refusal-unproven"  # an ended access is refused, as it would be with a wrong password
    NOT_PROVEN = "not-proven"  # a usable answer came, and it proves nothing
    NOTHING_LISTED = "nothing-listed"  # an empty list proves neither a working nor a refused login
    NO_PASSWORD = "no-password"  # noqa: S105  # the manifests have no reference to it
    NO_SECRET = "no-secret"  # noqa: S105  # its reference gives no password
    NO_PROBE = "no-probe"  # only a person can check it in Bromcom
    EXPIRED = "expired"  # a person confirmed it too long ago
    PARTLY_COUNTED = "partly-counted"  # a person's counts do not tell if answers are missing
    DENIED = "denied"  # a person confirmed it, and a probe contradicts them
    NOT_ASKED = "not-asked"  # only the manifests were read
    NOT_RECORDED = "not-recorded"  # the snapshot does not hold it
    TOO_OLD = "too-old"  # the snapshot has it, but is older than the caller allows
    OTHER_SCHOOL = "other-school"  # another school answers under this School ID, so nothing found there counts
    PART_MISSING = "part-missing"  # the plan was merged without the part that checks it
    UNREVIEWED = "unreviewed"  # a change that is not reviewed yet says where the password goes
    OWN_FAULT = "own-fault"  # this program failed on it alone
    INTERRUPTED = "interrupted"  # the run was stopped before it was asked


@dataclass(frozen=True, slots=True)
class Unknown:
    """A fact that could not be checked this time: the kind, and a sentence for people (text from outside as it came).

    `own_text` is the sentence without what came from outside, where anything did: files keep only that.
    """

    reason: UnknownReason
    text: str
    own_text: str = field(default="", compare=False)

    @property
    def redacted_text(self) -> str:
        """The sentence in words of our own: those of a service or a program may name people."""
        return self.own_text or self.text


Fact: TypeAlias = Known[T_co] | Unknown

# A person who looks in Bromcom can settle these.
TO_ATTEST: Final = frozenset(
    {
        UnknownReason.NO_PROBE,
        UnknownReason.EXPIRED,
        UnknownReason.PARTLY_COUNTED,
        UnknownReason.DENIED,
        UnknownReason.NO_PASSWORD,
        UnknownReason.REFUSAL_UNPROVEN,
    }
)
NO_PROBE: Final = Unknown(UnknownReason.NO_PROBE, "cannot be checked remotely: check in Bromcom, then `attest` it")
NO_PASSWORD: Final = Unknown(
    UnknownReason.NO_PASSWORD, "the manifests have no password reference for it, so it was not checked"
)
