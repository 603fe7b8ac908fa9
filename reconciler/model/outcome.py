"""The outcomes of the facts that a plan settles."""

from enum import StrEnum
from typing import TypeAlias

from reconciler.model.aspect import FactRef
from reconciler.model.evidence import Evidence
from reconciler.startup import dataclass


class PageAnswer(StrEnum):
    """A person's answer for a page."""

    DONE = "done"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Verified:
    """It is as declared, with the evidence. There is no other way to be verified.

    absent  a grant was to be removed, and is gone
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
    """It is not done, and no one said that it is: `seen` says what is there."""

    subject: FactRef
    seen: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A person left it for now, and it is not done."""

    subject: FactRef
    seen: str


@dataclass(frozen=True, slots=True)
class Failed:
    """It could not be checked: `reason` says why."""

    subject: FactRef
    reason: str


Outcome: TypeAlias = Verified | Contradicted | Pending | Skipped | Failed
