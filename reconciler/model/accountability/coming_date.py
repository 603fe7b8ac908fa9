"""A day in the manifests on which something ends, begins or is due."""

from datetime import date
from enum import StrEnum
from typing import Final

from reconciler.model.problem import Origin
from reconciler.startup import dataclass

SOON: Final = 30  # days before one on which people first hear of it


class DateKind(StrEnum):
    """The kinds of days that people should hear of before they come."""

    ROUND_DUE = "round-due"
    REVIEW_DUE = "review-due"
    CONTRACT_END = "contract-end"
    ACCESS_BEGINS = "access-begins"
    ACCESS_ENDS = "access-ends"
    ATTESTATION_ENDS = "attestation-ends"
    WAIVER_ENDS = "waiver-ends"


class Urgency(StrEnum):
    """The time that is left; the gravest first."""

    OVERDUE = "overdue"
    NEAR = "near"  # within a week
    COMING = "coming"


@dataclass(frozen=True, slots=True)
class ComingDate:
    """One such day; what is alike at several schools is one.

    subject   the name in the manifests of the supplier, the round or the waiver; the school's if it is one
              school's own; empty if it is that of several
    supplier  its name in the manifests; empty if it is about no supplier, or several
    schools   those that it is about, sorted; empty for a round, which is the workspace's
    words     the event, as a sentence without its day and without a full stop; its names are as the manifests have them
    remedy    the thing to do, as a sentence; commands stand in backticks
    origin    the place in the manifests
    """

    day: date
    kind: DateKind
    urgency: Urgency
    subject: str
    supplier: str
    schools: tuple[str, ...]
    words: str
    remedy: str
    origin: Origin


def is_soon(day: date, today: date) -> bool:
    """Tell if a day is over, or near."""
    return (day - today).days <= SOON


def how_near(day: date, today: date) -> str:
    """`in 7 days`, `tomorrow`, `today`, `yesterday`, `7 days ago`."""
    days = (day - today).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    return near.get(days) or (f"in {days} days" if days > 0 else f"{-days} days ago")
