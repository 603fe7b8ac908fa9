"""What became of what a plan asked for."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from reconciler.model.aspect import FactRef
from reconciler.model.evidence import Evidence


class PageAnswer(StrEnum):
    """What a person answered for a page."""

    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Verified:
    """It is as declared, and this is how that is known. There is no other way to be verified.

    absent  what was to be taken away is not there any more; else it is there
    """

    subject: FactRef
    evidence: Evidence
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Contradicted:
    """A person said that it is done, and a probe, or their own word on it, says that it is not: `seen` says what is."""

    subject: FactRef
    seen: str


@dataclass(frozen=True, slots=True)
class Pending:
    """Nobody said that it is done, and it is not: `seen` says what is."""

    subject: FactRef
    seen: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A person left it for now, and it is not done."""

    subject: FactRef
    seen: str


@dataclass(frozen=True, slots=True)
class Failed:
    """It could not be found out: `reason` says why."""

    subject: FactRef
    reason: str


Outcome: TypeAlias = Verified | Contradicted | Pending | Skipped | Failed
