"""What drift runs remember: what they saw last, and what each receiver of notifications was told, without a word on who
they are.

The address of a webhook is a secret, so that a receiver is known by a hash of it, with a salt of the file in which that
is kept. A receiver that nobody told anything hears everything as new: one that was added, or one whose address is
another by now.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from secrets import token_hex
from typing import Final

from reconciler.model.drift_news import Notified, Place, Remembered
from reconciler.model.plan import Orphan
from reconciler.model.review import DifferenceKey
from reconciler.planning.renames import Renames

MOST: Final = 16  # receivers that are remembered: addresses change, and nobody says that an old one is gone


def _salt() -> str:
    return token_hex(16)


@dataclass(frozen=True, slots=True)
class DriftFile:
    """What was told, {the receiver's hash: what}; whoever was told last stands last. `remembered` is what the runs saw,
    whoever was told of it."""

    salt: str = field(default_factory=_salt)
    receivers: Mapping[str, Notified] = field(default_factory=dict)
    remembered: Remembered = field(default_factory=Remembered)

    def to(self, address: str) -> Notified | None:
        """What was told at an address last; None where nothing was."""
        return self.receivers.get(self._key(address))

    def telling(self, address: str, told: Notified) -> DriftFile:
        """The same, once this was told at that address; of too many receivers the one told longest ago is forgotten."""
        others = [(key, known) for key, known in self.receivers.items() if key != self._key(address)]
        return replace(self, receivers=dict([*others, (self._key(address), told)][-MOST:]))

    def renamed(self, names: Renames) -> DriftFile:
        """The same, in the names that schools and suppliers have now: nobody is told anew what has another name."""
        receivers = {key: _told(told, names) for key, told in self.receivers.items()}
        return replace(self, receivers=receivers, remembered=_remembered(self.remembered, names))

    def _key(self, address: str) -> str:
        return hashlib.sha256(f"{self.salt} {address}".encode()).hexdigest()[:32]


def _told(told: Notified, names: Renames) -> Notified:
    return Notified(
        {_difference(key, names): state for key, state in told.differences.items()},
        frozenset((_place(place, names), gap) for place, gap in told.gaps),
        frozenset(way_in._replace(place=_place(way_in.place, names)) for way_in in told.ways_in),
    )


def _remembered(last: Remembered, names: Renames) -> Remembered:
    return replace(
        last,
        sightings={_difference(key, names): sighting for key, sighting in last.sightings.items()},
        blind_spots={_place(place, names): spot for place, spot in last.blind_spots.items()},
        accounts={key: _orphan(account, names) for key, account in last.accounts.items()},
        orphans=tuple(_orphan(orphan, names) for orphan in last.orphans),
    )


def _difference(key: DifferenceKey, names: Renames) -> DifferenceKey:
    school, supplier = _place(Place(key.school, key.supplier), names)
    return key._replace(school=school, supplier=supplier)


def _orphan(orphan: Orphan, names: Renames) -> Orphan:
    school, supplier = _place(Place(orphan.school, orphan.supplier), names)
    return replace(orphan, school=school, supplier=supplier)


def _place(place: Place, names: Renames) -> Place:
    return Place(names.schools.get(place.school, place.school), names.suppliers.get(place.supplier, place.supplier))
