"""What people say: the facts of an Attestation, some of them counts of people, and the decisions of rounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple

from reconciler.model.address import Address
from reconciler.model.aspect import FactRef
from reconciler.model.evidence import Attested
from reconciler.model.problem import Origin
from reconciler.startup import dataclass, pattern

SET: Final = "set"
NOT_SET: Final = "not set"
EXAMPLE: Final = "380 of 400, 20 refused"

_TEXT = pattern(
    r"(?P<granted>[0-9]{1,7}) of (?P<of>[0-9]{1,7})"
    r"(?:, ?(?P<refused>[0-9]{1,7}) refused)?(?:, ?(?P<not_set>[0-9]{1,7}) not set)?"
    r"(?:, ?counted (?P<when>[0-9]{4}-[0-9]{2}-[0-9]{2}))?"
)


@dataclass(frozen=True, slots=True)
class AttestedFact:
    """One fact as one person saw it.

    subject   its `name` is the kind of person if the aspect is consent, else empty
    values    one text, such as `granted`, or the counts of those who consented; of roles, permissions and entities all
              that were seen, and perhaps none
    evidence  who, when, until when, and where it was written
    account   the username of the account that they looked at; empty if they name none
    """

    subject: FactRef
    values: tuple[str, ...]
    evidence: Attested
    account: str = ""


@dataclass(frozen=True, slots=True)
class ContradictedClaim:
    """An attested fact that a probe contradicts, or, of consent, the lawful basis: it is not believed. `said` and
    `seen` are in words."""

    subject: FactRef
    said: str
    seen: str
    evidence: Attested


@dataclass(frozen=True, slots=True)
class ConsentCounts:
    """The people of one kind whose Data Processing Consent Granted is True, out of all whose records are needed.

    refused  those who said no; None if they were not counted
    not_set  those of whom no answer is set; None if they were not counted
    when     the day on which they were counted, if it is another one than that of the attestation; may be empty
    """

    granted: int
    of: int
    refused: int | None = None
    not_set: int | None = None
    when: str = ""

    def __str__(self) -> str:
        parts = [f"{self.granted} of {self.of}"]
        parts += [f"{self.refused} refused"] if self.refused is not None else []
        parts += [f"{self.not_set} not set"] if self.not_set is not None else []
        return ", ".join([*parts, f"counted {self.when}"] if self.when else parts)

    @property
    def rest(self) -> int:
        """The people without consent of whom it is not said if they refused, or have no answer yet."""
        return self.of - self.granted - (self.refused or 0) - (self.not_set or 0)

    @property
    def state(self) -> str | None:
        """`set` if everyone answered, `not set` if an answer is missing, None if these counts do not tell."""
        missing = self.not_set
        if missing is None and (self.refused is not None or not self.rest):
            missing = self.rest
        return None if missing is None else NOT_SET if missing else SET

    @property
    def fault(self) -> str:
        """The reason why these cannot be counts of the same people; empty if they can."""
        is_whole = self.refused is not None and self.not_set is not None
        if self.rest < 0 or (is_whole and self.rest):
            added = " + ".join(str(part) for part in (self.granted, self.refused, self.not_set) if part is not None)
            return f"{added} is {'more' if self.rest < 0 else 'fewer'} than {self.of}"
        return ""

    @property
    def data(self) -> dict[str, int | str]:
        """The counts as an Attestation has them."""
        keys = {
            "granted": self.granted,
            "of": self.of,
            "refused": self.refused,
            "notSet": self.not_set,
            "when": self.when or None,
        }
        return {key: value for key, value in keys.items() if value is not None}


def counts_from(data: Mapping[str, Any]) -> ConsentCounts:
    """The counts that an Attestation has."""
    return ConsentCounts(data["granted"], data["of"], data.get("refused"), data.get("notSet"), data.get("when", ""))


def read_counts(text: str) -> ConsentCounts | None:
    """The counts that a text says, as a person types them; None if it says none."""
    match = _TEXT.fullmatch(" ".join(text.casefold().split()))
    if match is None:
        return None
    refused, not_set = (None if match[name] is None else int(match[name]) for name in ("refused", "not_set"))
    return ConsentCounts(int(match["granted"]), int(match["of"]), refused, not_set, match["when"] or "")


def state_of(text: str) -> str | None:
    """The choice that a text about consent means: counts mean one, or none; any other text means itself."""
    counts = read_counts(text)
    return counts.state if counts else text


def leaves_out(text: str) -> bool:
    """Tell if it says that some people have not consented."""
    counts = read_counts(text)
    return counts.granted < counts.of if counts else text != SET


class RoundChoice(StrEnum):
    """The choices of a reviewer."""

    KEEP = "keep"
    REDUCE = "reduce"
    RETIRE = "retire"


@dataclass(frozen=True, slots=True)
class Decision:
    """A reviewer's decision about one access.

    entities  with reduce: everything that stays
    """

    choice: RoundChoice
    reason: str
    by: str
    decided: date
    entities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewedAccess:
    """One access of a round, as it was when the round was opened.

    reads     what it could read; None if that was not known
    known     how that was known, or why it was not
    doubts    {entity: reasons to look at it again}
    decision  None until it is made
    """

    address: Address
    reads: tuple[str, ...] | None
    known: str
    doubts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """A round. `closed` is the day on which its decisions were written into the manifests; None while it is open."""

    name: str
    opened: date
    due: date
    closed: date | None
    reviewers: tuple[str, ...]
    accesses: Mapping[Address, ReviewedAccess]
    origin: Origin

    @property
    def undecided(self) -> tuple[Address, ...]:
        """The accesses that nobody decided about."""
        return tuple(address for address, access in self.accesses.items() if access.decision is None)


@dataclass(frozen=True, slots=True)
class Question:
    """Facts of one access, or of a school (`supplier` is empty), that cannot be checked remotely.

    account   the username that the page names; may be empty
    declared  {fact, as in an Attestation: its value if it is as declared}
    settles   {fact: the parts of the plan that its confirmation settles}
    """

    school: str
    supplier: str
    account: str
    declared: Mapping[str, tuple[str, ...]]
    settles: Mapping[str, tuple[FactRef, ...]]


class DoubtedAnswer(NamedTuple):
    """A value that differs from what is declared, which a person confirms once more; `remarks` may show a slip."""

    key: str
    values: tuple[str, ...]
    remarks: tuple[str, ...]

    @property
    def text(self) -> str:
        """The fact and the value, as they will be written."""
        return f"{self.key}: {', '.join(self.values) or 'none'}"


NOT_AS_DECLARED: Final = "Not as declared. This will be written"
IS_THAT_RIGHT: Final = "Is that right"


@dataclass(frozen=True, slots=True)
class AttestationReply:
    """Facts that a person confirms as they saw them, until when, and where the evidence is."""

    facts: Mapping[str, tuple[str, ...]]
    expires: date
    evidence: str
