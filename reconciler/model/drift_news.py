"""The memory of drift runs, and the news in a new one."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import field
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from reconciler.model.address import AccountKey
from reconciler.model.change import Change
from reconciler.model.plan import Orphan
from reconciler.model.review import DifferenceKey
from reconciler.startup import dataclass


class Verdict(StrEnum):
    """The result of a run, in one word. Blind comes first, since hardly anything was seen; then drift, then
    pending."""

    IN_SYNC = "in-sync"
    DRIFT = "drift"
    PENDING = "pending"  # nothing moved, and something that the manifests ask for is not carried out yet
    INCOMPLETE = "incomplete"  # no difference seen, and not everything was
    BLIND = "blind"  # of ten accesses that the service was to tell of, it told of one at most


class ViewGap(StrEnum):
    """A kind of gap in the view."""

    UNSEEN = "unseen"  # it was to be asked, and there was no answer that says
    TO_ATTEST = "to-attest"  # no probe can see it, and nobody vouches for it now


class Place(NamedTuple):
    """A school, or an access; `supplier` is empty for what is the school's own."""

    school: str
    supplier: str

    def __str__(self) -> str:
        return f"{self.school}/{self.supplier}" if self.supplier else self.school


class AccountAtPlace(NamedTuple):
    """An account, or a partner application, and the place that it was for."""

    place: Place
    name: str


class DifferenceState(NamedTuple):
    """A difference in words that a snapshot may hold: its name as spelt, the live value and the desired one.

    pending  nobody has carried it out yet, so it is no drift
    """

    name: str
    before: str
    after: str
    pending: bool = False


class PassedDay(NamedTuple):
    """A day that passed before what was due was done: the kind, subject and day of a coming date."""

    kind: str
    subject: str
    day: date


@dataclass(frozen=True, slots=True)
class Notified:
    """Drift that people were told of: differences that may still be there, gaps in the view by place, ways in that are
    no longer agreed, and days that passed."""

    differences: Mapping[DifferenceKey, DifferenceState] = field(default_factory=dict)
    gaps: AbstractSet[tuple[Place, ViewGap]] = frozenset()
    ways_in: AbstractSet[AccountAtPlace] = frozenset()
    passed: AbstractSet[PassedDay] = frozenset()


LASTING: Final = 3  # nights running: a place unseen for so long is no longer an outage


class Sighting(NamedTuple):
    """A difference as a drift run saw it last, and the day (UTC) of that run. Its change has no origin, no waiver, and
    no note but an entity's sensitivity.

    pending  the applied commit since which the manifests ask for it, if nobody has carried it out; empty for drift
    """

    change: Change
    seen: date
    pending: str = ""


class BlindSpot(NamedTuple):
    """A place that drift runs could not see: the first and the last day of that, and the number of nights."""

    since: date
    last: date
    nights: int


class Attention(StrEnum):
    """The need for people to look at the findings of drift runs."""

    NEEDED = "needed"  # a difference that is not pending is, or may still be, there
    UNSEEN = "unseen"  # no difference is known, and a place was not seen for several nights
    PENDING = "pending"  # all that the service can tell was seen, and only what is not carried out yet differs
    NONE = "none"  # all that the service can tell was seen, and nothing differs
    UNCLEAR = "unclear"  # no difference is known, and not everything was seen tonight


@dataclass(frozen=True, slots=True)
class Remembered:
    """The last sight of everything by drift runs, whether or not anyone was told.

    accounts  those that the manifests name or have named, and that no attestation says are gone
    orphans   those of them that are no longer agreed
    logins    {account: the reference to the password that its login worked with last, as text}
    """

    sightings: Mapping[DifferenceKey, Sighting] = field(default_factory=dict)
    blind_spots: Mapping[Place, BlindSpot] = field(default_factory=dict)
    attention: Attention = Attention.UNCLEAR
    accounts: Mapping[AccountKey, Orphan] = field(default_factory=dict)
    orphans: tuple[Orphan, ...] = ()
    logins: Mapping[AccountKey, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recalled:
    """The findings of earlier runs that this one could not see: differences, places unseen for long, and accounts no
    longer agreed."""

    sightings: Mapping[DifferenceKey, Sighting] = field(default_factory=dict)
    blind_spots: Mapping[Place, BlindSpot] = field(default_factory=dict)
    orphans: tuple[Orphan, ...] = ()


@dataclass(frozen=True, slots=True)
class NewDifference:
    """A difference that people were not told of yet."""

    place: Place
    change: Change


@dataclass(frozen=True, slots=True)
class Resolved:
    """A difference that people were told of, and that is settled, accepted or no longer declared."""

    difference: DifferenceKey
    state: DifferenceState


@dataclass(frozen=True, slots=True)
class News:
    """The news of a run: everything that people were not told yet.

    new       the riskiest first
    mended    it was looked at, and is as declared now
    dropped   the manifests no longer declare it
    accepted  a waiver accepts it now
    lost      places that were seen last time, as far as people know, and are not seen now
    regained  places that were not, and are seen now
    opened    kinds of gap that are new to the view
    closed    kinds of gap that it no longer has
    still     how many differences they know of and are still there, as far as is known
    unseen    how many of those could not be seen this time
    told      everything they know once this is sent
    orphans   accounts that are no longer agreed since they were told last
    overdue   days that have passed since, on which something was due
    """

    new: tuple[NewDifference, ...]
    mended: tuple[Resolved, ...]
    dropped: tuple[Resolved, ...]
    accepted: tuple[Resolved, ...]
    lost: tuple[Place, ...]
    regained: tuple[Place, ...]
    opened: tuple[ViewGap, ...]
    closed: tuple[ViewGap, ...]
    still: int
    unseen: int
    told: Notified
    orphans: tuple[Orphan, ...] = ()
    overdue: AbstractSet[PassedDay] = frozenset()

    def __bool__(self) -> bool:
        """Tell if there is any news."""
        differences = (self.new, self.mended, self.dropped, self.accepted)
        return any(differences) or any((self.orphans, self.overdue, self.lost, self.regained, self.opened, self.closed))
