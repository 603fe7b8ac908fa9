"""What people were told of drift, and what is news to them."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple

from reconciler.model.address import AccountKey
from reconciler.model.change import Change
from reconciler.model.plan import Orphan
from reconciler.model.review import DifferenceKey


class Verdict(StrEnum):
    """What a run came to, in one word. Drift comes before what was not seen beside it, and before both that hardly
    anything was seen: what differs then is what people said or what was seen in passing, and no picture."""

    IN_SYNC = "in-sync"
    DRIFT = "drift"
    INCOMPLETE = "incomplete"  # no difference seen, and not everything was
    BLIND = "blind"  # of ten accesses that the service was to tell of, it told of one at most


class Blindspot(StrEnum):
    """What a view can lack."""

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
    """What a difference is, in words that a snapshot may hold: its name as it is spelt, what is, and what should be."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Notified:
    """What people know of drift: the differences that they were told of and that, as far as is known, are still there;
    where the view had which gap; and the ways in that are no longer agreed."""

    differences: Mapping[DifferenceKey, DifferenceState] = field(default_factory=dict)
    gaps: AbstractSet[tuple[Place, Blindspot]] = frozenset()
    ways_in: AbstractSet[AccountAtPlace] = frozenset()


LASTING: Final = 3  # nights running: a place unseen for so long is no longer an outage


class Sighting(NamedTuple):
    """A difference as a drift run saw it last, and the day (UTC) of that run. Its change has no origin, no waiver, and
    no note but an entity's sensitivity."""

    change: Change
    seen: date


class BlindSpot(NamedTuple):
    """How long drift runs have not seen a place: the first and the last day of it, and on how many days they ran."""

    since: date
    last: date
    nights: int


class Attention(StrEnum):
    """Whether people must look at what drift runs found, up to the last of them."""

    NEEDED = "needed"  # a difference is, or may still be, there
    UNSEEN = "unseen"  # no difference is known, and a place was not seen for several nights
    NONE = "none"  # all that the service can tell was seen, and nothing differs
    UNCLEAR = "unclear"  # no difference is known, and not everything was seen tonight


@dataclass(frozen=True, slots=True)
class Remembered:
    """What drift runs saw last, whoever was told of it: one picture, whatever the last run could not see.

    accounts  those that the manifests name, or have named, and of which nobody says that they are gone; each as it is
              told once it is no longer agreed
    orphans   those of them that are no longer agreed
    """

    sightings: Mapping[DifferenceKey, Sighting] = field(default_factory=dict)
    blind_spots: Mapping[Place, BlindSpot] = field(default_factory=dict)
    attention: Attention = Attention.UNCLEAR
    accounts: Mapping[AccountKey, Orphan] = field(default_factory=dict)
    orphans: tuple[Orphan, ...] = ()


@dataclass(frozen=True, slots=True)
class Recalled:
    """What earlier runs say of what this one did not see: differences, places that were not seen for long, and accounts
    that were agreed and are not any more."""

    sightings: Mapping[DifferenceKey, Sighting] = field(default_factory=dict)
    blind_spots: Mapping[Place, BlindSpot] = field(default_factory=dict)
    orphans: tuple[Orphan, ...] = ()


@dataclass(frozen=True, slots=True)
class NewDifference:
    """A difference that people do not know of yet."""

    place: Place
    change: Change


@dataclass(frozen=True, slots=True)
class Resolved:
    """A difference that people know of, and that is none any more, is accepted, or is not looked at any more."""

    difference: DifferenceKey
    state: DifferenceState


@dataclass(frozen=True, slots=True)
class News:
    """What people do not know yet.

    new       the riskiest first
    mended    it was looked at, and is as declared by now
    dropped   nobody looks at it any more, since the manifests do not declare it
    accepted  a waiver accepts it by now
    lost      places that were seen last time, as far as people know, and are not seen now
    regained  places that were not, and are seen now
    opened    gaps that the view has had since nowhere but now
    closed    gaps that it has nowhere any more
    still     how many differences they know of and are still there, as far as is known
    unseen    how many of those could not be seen this time
    told      what they know once they have heard it
    orphans   accounts that are no longer agreed since they were told last
    """

    new: tuple[NewDifference, ...]
    mended: tuple[Resolved, ...]
    dropped: tuple[Resolved, ...]
    accepted: tuple[Resolved, ...]
    lost: tuple[Place, ...]
    regained: tuple[Place, ...]
    opened: tuple[Blindspot, ...]
    closed: tuple[Blindspot, ...]
    still: int
    unseen: int
    told: Notified
    orphans: tuple[Orphan, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to tell."""
        differences = (self.new, self.mended, self.dropped, self.accepted)
        return any(differences) or any((self.orphans, self.lost, self.regained, self.opened, self.closed))
