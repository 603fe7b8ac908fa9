"""Answers of a history: who could read what on a day, and how one access changed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from reconciler.model.accountability.least_privilege import EntityDetails, Truth
from reconciler.model.address import Address
from reconciler.model.history import AccessView, ClosedDifference, Night, Since
from reconciler.model.review import DifferenceKey


class NearestView(NamedTuple):
    """The word of the nearest night that tells of an entity."""

    at: datetime
    granted: Truth


class PastEntity(NamedTuple):
    """One entity of an access on a day.

    since          set where it could be read
    before, after  set where that is not known: the nearest nights that tell
    """

    about: EntityDetails
    granted: Truth
    since: Since | None = None
    before: NearestView | None = None
    after: NearestView | None = None


class PastAccess(NamedTuple):
    """One access on a day.

    at        when it was looked at last on that day; None if it was not, or not yet
    reading   as it was then; None without a look
    entities  those that the filters let through and that it could read, or perhaps could
    """

    address: Address
    account: str
    at: datetime | None
    reading: AccessView | None
    entities: tuple[PastEntity, ...]

    @property
    def is_known(self) -> bool:
        """Tell if it is known what it could read."""
        return self.reading is not None and self.reading.reason is None


class DayReport(NamedTuple):
    """The readers of a day of UTC. `first` and `last` are the nights that the history has."""

    workspace: str
    day: date
    filters: str
    first: datetime
    last: datetime
    accesses: tuple[PastAccess, ...]


class ReadingSpell(NamedTuple):
    """A time in which an access was seen to be the same, and what changed in it since the last time that was known."""

    first: datetime
    last: datetime
    reading: AccessView
    added: tuple[EntityDetails, ...]
    removed: tuple[EntityDetails, ...]


class AccessPast(NamedTuple):
    """The past of one access, the oldest first. `nights` is the number of days on which it was looked at, and `unseen`
    of how many days in that time it is not known what it could read. `names` spells the names of differences by key."""

    address: Address
    account: str
    nights: int
    unseen: int
    spells: tuple[ReadingSpell, ...]
    different: Mapping[DifferenceKey, Since]
    closed: tuple[ClosedDifference, ...]
    names: Mapping[str, str]


class TrendReport(NamedTuple):
    """The counts of each night, the differences that are open, and those that were settled."""

    workspace: str
    filters: str
    nights: tuple[Night, ...]
    different: Mapping[DifferenceKey, Since]
    closed: tuple[ClosedDifference, ...]

    @property
    def days(self) -> Sequence[date]:
        """Every day from the first night to the last."""
        if not self.nights:
            return ()
        first, last = self.nights[0].at.date().toordinal(), self.nights[-1].at.date().toordinal()
        return [date.fromordinal(day) for day in range(first, last + 1)]
