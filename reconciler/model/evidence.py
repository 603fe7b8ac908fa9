"""Three-valued truth: what is known and how, or why it is not."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Generic, TypeAlias, TypeVar

from reconciler.model.problem import Origin

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Probed:
    """We asked the service just now; `call` names the operation. A school that gives no answer is known by that too."""

    call: str


@dataclass(frozen=True, slots=True)
class Attested:
    """A person vouches, until the end of the day `expires`. `reference` says where their evidence is; may be empty."""

    by: str
    on: datetime
    expires: date
    reference: str
    origin: Origin


Evidence: TypeAlias = Probed | Attested


@dataclass(frozen=True, slots=True)
class Known(Generic[T_co]):
    """A fact, and how it is known."""

    value: T_co
    evidence: Evidence


class UnknownReason(StrEnum):
    """The kinds of not knowing. The kind is part of a plan's substance; the text beside it is for people."""

    UNREACHABLE = "unreachable"  # no answer
    DATABASE_DOWN = "database-down"  # the service says that the school's database does not answer
    LOGIN_REFUSED = "login-refused"  # what the account may do cannot be asked
    UNREADABLE = "unreadable"  # an answer that is not what the contract says
    THROTTLED = "throttled"  # asked to slow down until the retries were used up
    NOT_GRANTED = "not-granted"  # listed, and yet refused when it was read
    NOTHING_LISTED = "nothing-listed"  # an empty list proves neither a login that works nor one that was refused
    NO_PASSWORD = "no-password"  # noqa: S105  # the manifests hold no reference: nobody kept it
    NO_SECRET = "no-secret"  # noqa: S105  # there is a reference, and it gives nothing
    NO_PROBE = "no-probe"  # no probe can see it: a person must vouch
    EXPIRED = "expired"  # a person vouched for it, and that was too long ago
    DENIED = "denied"  # a person vouched for it, and a probe shows that their word cannot be right
    NOT_RECORDED = "not-recorded"  # the snapshot does not hold it
    TOO_OLD = "too-old"  # the snapshot holds it, and is older than somebody wants to believe
    UNREVIEWED = "unreviewed"  # asking would take a password where a change says that nobody has read yet
    OWN_FAULT = "own-fault"  # this program failed on it, and on it alone
    INTERRUPTED = "interrupted"  # the run was stopped before it was asked


@dataclass(frozen=True, slots=True)
class Unknown:
    """What could not be known this time: the kind, and a sentence for people (text from outside as it came).

    `ours` is the sentence without what came from outside, where anything did; `kept` is what a file may hold of it.
    """

    reason: UnknownReason
    text: str
    own_text: str = field(default="", compare=False)

    @property
    def redacted_text(self) -> str:
        """The sentence in words of our own: those of a service or a program may name people."""
        return self.own_text or self.text


Fact: TypeAlias = Known[T_co] | Unknown

# A person who looks can settle these.
TO_ATTEST: Final = frozenset(
    {UnknownReason.NO_PROBE, UnknownReason.EXPIRED, UnknownReason.DENIED, UnknownReason.NO_PASSWORD}
)
NO_PROBE: Final = Unknown(
    UnknownReason.NO_PROBE, "cannot be checked remotely: check in Bromcom, then run `reconciler attest`"
)
