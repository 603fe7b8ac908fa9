"""The history of a workspace: who could read what on which nights, and what differed.

A night is the time of an observation. What was not looked at, or could not be checked, is unknown and never filled.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import NamedTuple

from reconciler.model.aspect import Action
from reconciler.model.review import DifferenceKey
from reconciler.startup import dataclass


class Since(NamedTuple):
    """The beginning of what is so now.

    first   the first night on which it was seen, with none since on which it was known otherwise
    before  the last night before that on which it was known otherwise; None if the history goes no further back
    unseen  the number of nights since `first` on which it could not be checked, or was not looked at
    """

    first: datetime
    before: datetime | None
    unseen: int = 0


class SchoolNight(NamedTuple):
    """The counts of one school on a night: as those of `Night`."""

    differences: int
    unknown: int
    facts: int


class Night(NamedTuple):
    """The counts of a run, or of several of one day: of each school the last that looked at it.

    differences  without those that a waiver accepts, and without what is pending
    sensitive    those that open special-category data without being agreed
    unknown      declared facts that could not be checked
    schools      those that were looked at; one that was not is absent
    """

    at: datetime
    differences: Mapping[Action, int]
    sensitive: int
    unknown: int
    facts: int
    schools: Mapping[str, SchoolNight]


class ClosedDifference(NamedTuple):
    """A difference that is settled: the first night on which it was seen, and the first after it on which it was known
    to be right."""

    key: DifferenceKey
    opened: datetime
    closed: datetime


@dataclass(frozen=True, slots=True)
class HistorySummary:
    """The history as pages tell it.

    nights     oldest first; a day without a run is absent: a gap, never zero
    readable   {(school, supplier, entity key): since when}, of all that can be read now
    different  {difference: since when}, of those that are open, or were when they were seen last
    closed     oldest first
    """

    nights: tuple[Night, ...] = ()
    readable: Mapping[tuple[str, str, str], Since] = field(default_factory=dict)
    different: Mapping[DifferenceKey, Since] = field(default_factory=dict)
    closed: tuple[ClosedDifference, ...] = ()
