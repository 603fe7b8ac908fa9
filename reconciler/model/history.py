"""The history of a workspace: who could read what on which nights, and what differed.

A night is the time of an observation. What was not looked at, or could not be checked, is unknown and never filled.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from reconciler.model.address import SchoolDatabase
from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import UnknownFacts
from reconciler.model.evidence import UnknownReason
from reconciler.model.live import Login
from reconciler.model.review import DifferenceKey
from reconciler.startup import dataclass


class Subject(NamedTuple):
    """The thing that is observed: an access, or a school, whose `supplier` and `account` are empty.

    Names are ours and may be given to another database or account; what was known of that proves nothing of this one.

    account  the username in its normal form, or `partner application NAME`
    """

    database: SchoolDatabase
    school: str
    supplier: str
    account: str


class ViewEvidence(StrEnum):
    """The evidence of a view."""

    ASKED = "asked"
    CONFIRMED = "confirmed"  # by a person
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class AccessView:
    """The entities that an access could read, as one observation has it.

    names   as the service spells them, in order; empty where they are not known
    login   None where it is not known
    reason  of not knowing the names; None where they are known
    by      the person who confirmed them, on which day and until when; empty and None where nobody had to
    """

    known: ViewEvidence
    names: tuple[str, ...] = ()
    login: Login | None = None
    reason: UnknownReason | None = None
    by: str = ""
    on: date | None = None
    until: date | None = None


class DifferenceStatus(StrEnum):
    """The status of a difference on a night."""

    OPEN = "open"
    PENDING = "pending"  # asked for since the last apply, and not carried out yet
    ACCEPTED = "accepted"  # by a waiver


class SeenDifference(NamedTuple):
    """A difference in words that a snapshot may hold: its name as spelt, the live value and the declared one."""

    action: Action
    aspect: Aspect
    name: str
    before: str
    after: str
    status: DifferenceStatus


@dataclass(frozen=True, slots=True)
class PlanView:
    """The words of a plan about a school or an access.

    facts    the number of facts that the manifests declared
    unknown  those that could not be checked
    seen     the aspects of which something was known
    """

    facts: int
    differences: tuple[SeenDifference, ...] = ()
    unknown: tuple[UnknownFacts, ...] = ()
    seen: tuple[Aspect, ...] = ()


class ObservedRun(NamedTuple):
    """The findings of one run at one time, in full seconds. `whole`: it looked at all of the workspace."""

    at: datetime
    readings: Mapping[Subject, AccessView]
    comparisons: Mapping[Subject, PlanView]
    whole: bool = False


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
    blind: bool = False
    hidden: int = 0


class Night(NamedTuple):
    """The counts of a run, or of several of one day: of each school the last that looked at it.

    differences  without those that a waiver accepts, and without what is pending
    sensitive    those that open special-category data without being agreed
    unknown      declared facts that could not be checked
    schools      those that were looked at; one that was not is absent
    whole        all of the workspace was looked at: the counts of other nights are of a part
    blind        of ten accesses that the service was to tell of, it told of one at most: no differences means nothing
    hidden       differences that were open when they were seen last, and that could not be seen
    """

    at: datetime
    differences: Mapping[Action, int]
    sensitive: int
    unknown: int
    facts: int
    schools: Mapping[str, SchoolNight]
    whole: bool = True
    blind: bool = False
    hidden: int = 0


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
