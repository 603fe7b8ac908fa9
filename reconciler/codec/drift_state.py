"""The memory of drift runs <-> data: their findings, and what each receiver was told last.

    {formatVersion, kind: DriftTold, workspace, salt,
     receivers: [{receiver, differences: [{school, supplier, action, aspect, name, before, after}],
                  gaps: [{school, supplier, gap}], waysIn: [{school, supplier, wayIn}],
                  passed: [{kind, subject, day}]}],
     remembered: {attention, fingerprint,
                  differences: [{school, supplier, action, aspect, name, before, after, risk, note, seen, pending}],
                  blindSpots: [{school, supplier, since, last, nights}],
                  accounts: [{schoolId, service, username, application, school, supplier, title, wayIn, since}],
                  orphans: [{school, supplier, title, wayIn, replaced, since}],
                  logins: [{schoolId, service, username, application, reference}]}}

It holds no more than a snapshot may: names of schools, suppliers, accounts, entities and permissions. The address of a
webhook is a secret, so a `receiver` is a hash of it, with a salt of this file; a new address is told everything as new.
An older file has no `remembered`. Only a difference that is not carried out yet has `pending`. The `fingerprint` moves
when people have something new to look at, not with a day.
"""

import json
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import field, replace
from hashlib import sha256
from operator import itemgetter
from secrets import token_hex
from typing import Any, Final

from reconciler.codec.json_types import (
    NUMBER,
    TEXT,
    Codec,
    Key,
    KeyGroup,
    Misfit,
    at,
    by_type,
    derived,
    inline,
    keyed,
    listed,
    paired,
    record,
)
from reconciler.codec.plan import ORPHAN
from reconciler.model.accountability.coming_date import DateKind
from reconciler.model.address import AccountKey, SchoolDatabase
from reconciler.model.change import Change
from reconciler.model.drift_news import (
    AccountAtPlace,
    BlindSpot,
    DifferenceState,
    Notified,
    PassedDay,
    Place,
    Remembered,
    Sighting,
    ViewGap,
)
from reconciler.model.entity import entity_key
from reconciler.model.plan import Orphan
from reconciler.model.review import DifferenceKey
from reconciler.planning.drift_memory import lasting
from reconciler.planning.renames import Renames
from reconciler.startup import dataclass

FORMAT_VERSION: Final = 1
KIND: Final = "DriftTold"
MOST: Final = 16  # receivers that are remembered: addresses change, and old ones are never reported as gone


@dataclass(frozen=True, slots=True)
class DriftFile:
    """The memory of drift runs.

    receivers   {the receiver's hash: the drift it was told of}; the one told last is last
    remembered  the findings of the runs, whether or not anyone was told
    """

    salt: str = field(default_factory=lambda: token_hex(16))
    receivers: Mapping[str, Notified] = field(default_factory=dict)
    remembered: Remembered = field(default_factory=Remembered)

    def to(self, address: str) -> Notified | None:
        """The drift that an address was last told of; None if it never was."""
        return self.receivers.get(self._key(address))

    def telling(self, address: str, told: Notified) -> "DriftFile":
        """The same, once that address was told this; of too many receivers the one told longest ago is forgotten."""
        receivers = {key: value for key, value in self.receivers.items() if key != self._key(address)}
        return replace(self, receivers=dict([*receivers.items(), (self._key(address), told)][-MOST:]))

    def renamed(self, names: Renames) -> "DriftFile":
        """The same, in the names that schools and suppliers have now: a new name alone is no news."""
        receivers = {key: _told(told, names) for key, told in self.receivers.items()}
        return replace(self, receivers=receivers, remembered=_remembered(self.remembered, names))

    def _key(self, address: str) -> str:
        return sha256(f"{self.salt} {address}".encode()).hexdigest()[:32]


def _told(told: Notified, names: Renames) -> Notified:
    return Notified(
        {_difference(key, names): state for key, state in told.differences.items()},
        frozenset((_place(place, names), gap) for place, gap in told.gaps),
        frozenset(way_in._replace(place=_place(way_in.place, names)) for way_in in told.ways_in),
        frozenset(_passed(day, names) for day in told.passed),
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


def _passed(day: PassedDay, names: Renames) -> PassedDay:
    is_round = day.kind == DateKind.ROUND_DUE
    return day if is_round else day._replace(subject=names.suppliers.get(day.subject, day.subject))


def _mapping(pair: Codec[tuple[Any, Any]]) -> Codec[Mapping[Any, Any]]:
    """A mapping, as a list of objects that hold key and value both, in order of the keys."""
    items = listed(pair)
    return Codec(
        lambda mapping: items.dump(sorted(mapping.items(), key=itemgetter(0))), lambda data: dict(items.load(data))
    )


def _set(item: Codec[Any]) -> Codec[AbstractSet[Any]]:
    items = listed(item)
    return Codec(lambda values: items.dump(sorted(values)), lambda data: frozenset(items.load(data)))


def _fingerprint(remembered: Remembered) -> str:
    """Of what people must look at: neither a day nor a night in which it was not seen moves it."""
    sightings = [
        [bool(value) if name == "pending" else value for name, value in data.items() if name != "seen"]
        for data in _SIGHTINGS.dump(remembered.sightings)
    ]
    substance: list[object] = [remembered.attention.value, sightings, list(lasting(remembered.blind_spots))]
    if remembered.orphans:
        substance.append([[orphan.school, orphan.supplier, orphan.way_in] for orphan in remembered.orphans])
    return sha256(json.dumps(substance).encode()).hexdigest()


_PLACE: Final = by_type(Place)
_STATE: Final = record(DifferenceState, "name", "before", "after", Key("pending", sparse=True))
_DIFFERENCE: Final = record(
    DifferenceKey,
    *("school", "supplier", "action", "aspect"),
    KeyGroup(lambda _: {}, lambda data: {"key": entity_key(at("name", TEXT, data))}),
)
_CHANGE: Final = record(
    Change,
    *("action", "aspect", "name", "before", "after", "risk", "note"),
    KeyGroup(lambda _: {}, lambda _: {"origin": None}),
)
_SIGHTING: Final = record(Sighting, inline("change", _CHANGE), "seen", Key("pending", sparse=True))
_SIGHTINGS: Final = _mapping(paired(_DIFFERENCE, _SIGHTING))
_ACCOUNT: Final = record(AccountKey, inline("database", by_type(SchoolDatabase)), "username", "application")
_AGREED: Final = record(Orphan, "school", "supplier", "title", "way_in", "since")
_NOTIFIED: Final = record(
    Notified,
    Key("differences", codec=_mapping(paired(_DIFFERENCE, _STATE))),
    Key("gaps", codec=_set(paired(_PLACE, keyed("gap", by_type(ViewGap))))),
    Key("ways_in", codec=_set(record(AccountAtPlace, inline("place", _PLACE), Key("name", "wayIn"))), late=True),
    Key("passed", codec=_set(by_type(PassedDay)), late=True),
)
_REMEMBERED: Final = record(
    Remembered,
    *("attention", derived("fingerprint", _fingerprint), Key("sightings", "differences", _SIGHTINGS)),
    Key("blind_spots", codec=_mapping(paired(_PLACE, by_type(BlindSpot)))),
    Key("accounts", codec=_mapping(paired(_ACCOUNT, _AGREED)), late=True),
    Key("orphans", codec=listed(ORPHAN), late=True),
    Key("logins", codec=_mapping(paired(_ACCOUNT, keyed("reference", TEXT))), late=True),
)
_RECEIVERS: Final = listed(paired(keyed("receiver", TEXT), _NOTIFIED))  # in their order: the one told last is last
_FILE: Final = record(
    DriftFile,
    "salt",
    Key(
        "receivers",
        codec=Codec(lambda told: _RECEIVERS.dump(tuple(told.items())), lambda data: dict(_RECEIVERS.load(data))),
    ),
    Key("remembered", codec=_REMEMBERED, late=True),
)


def to_data(tellings: DriftFile, workspace: str) -> dict[str, Any]:
    """The memory of a workspace's drift runs as data; the same bytes for the same."""
    return {"formatVersion": FORMAT_VERSION, "kind": KIND, "workspace": workspace, **_FILE.dump(tellings)}


def from_data(data: Any, workspace: str) -> DriftFile:
    """The memory of this workspace's drift runs. Raises Misfit for anything else."""
    for key, wanted in (("kind", KIND), ("formatVersion", FORMAT_VERSION), ("workspace", workspace)):
        value = at(key, TEXT if isinstance(wanted, str) else NUMBER, data)
        if value != wanted:
            raise Misfit(f"is {value!r}, and should be {wanted!r}", key)
    return _FILE.load(data)
