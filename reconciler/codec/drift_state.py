"""Tellings <-> data: what each receiver was told of drift last, as it is kept from one run to the next.

    {formatVersion, kind: DriftTold, workspace, salt,
     receivers: [{receiver, differences: [{school, supplier, action, aspect, name, before, after}],
                  gaps: [{school, supplier, gap}], waysIn: [{school, supplier, wayIn}]}],
     remembered: {attention, fingerprint,
                  differences: [{school, supplier, action, aspect, name, before, after, risk, note, seen}],
                  blindSpots: [{school, supplier, since, last, nights}],
                  accounts: [{schoolId, service, username, application, school, supplier, title, wayIn, since}],
                  orphans: [{school, supplier, title, wayIn, replaced, since}]}}

It holds no more than a snapshot may: names of schools, suppliers, accounts, entities and permissions. A `receiver` is a
hash of its address. `remembered` is what the runs saw, whoever was told of it; an older file has none. Its
`fingerprint` moves when people have something new to look at, and not with a day.
"""

import json
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Final

from reconciler.codec.drift_file import DriftFile
from reconciler.codec.json_types import boolean, number, text
from reconciler.codec.review import orphan_data
from reconciler.errors import InputError
from reconciler.model.address import AccountKey, SchoolDatabase
from reconciler.model.aspect import Action, Aspect, Risk
from reconciler.model.change import Change
from reconciler.model.drift_news import (
    AccountAtPlace,
    Attention,
    BlindSpot,
    Blindspot,
    DifferenceState,
    Notified,
    Place,
    Remembered,
    Sighting,
)
from reconciler.model.entity import entity_key
from reconciler.model.plan import Orphan
from reconciler.model.review import DifferenceKey
from reconciler.planning.drift_memory import lasting

FORMAT_VERSION: Final = 1
KIND: Final = "DriftTold"


def to_data(tellings: DriftFile, workspace: str) -> dict[str, Any]:
    """What the receivers of a workspace were told; the same bytes for the same."""
    return {
        "formatVersion": FORMAT_VERSION,
        "kind": KIND,
        "workspace": workspace,
        "salt": tellings.salt,
        "receivers": [{"receiver": key, **_told_data(told)} for key, told in tellings.receivers.items()],
        "remembered": _remembered_data(tellings.remembered),
    }


def from_data(data: Any, workspace: str) -> DriftFile:
    """What the receivers of this workspace were told. Raises InputError, whose message goes on after a file's name, for
    anything else."""
    try:
        if data["kind"] != KIND:
            raise InputError("it is another kind of document")
        if data["formatVersion"] != FORMAT_VERSION:
            raise InputError(f"its format is version {data['formatVersion']!r}, and this program reads version 1")
        if data["workspace"] != workspace:
            raise InputError(f"it is of the workspace {text(data['workspace'])}, and this one is {workspace}")
        return DriftFile(
            text(data["salt"]),
            {text(each["receiver"]): _told(each) for each in data["receivers"]},
            _remembered(data["remembered"]) if "remembered" in data else Remembered(),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise InputError("it is not what `drift --notify` writes") from None


def _told_data(told: Notified) -> dict[str, Any]:
    return {
        "differences": [_difference_data(key, state) for key, state in sorted(told.differences.items())],
        "gaps": [{**_place_data(place), "gap": gap.value} for place, gap in sorted(told.gaps)],
        "waysIn": [{**_place_data(each.place), "wayIn": each.name} for each in sorted(told.ways_in)],
    }


def _told(data: Any) -> Notified:
    ways_in = frozenset(map(_way_in, data.get("waysIn", ())))  # an older file has none
    return Notified(dict(map(_difference, data["differences"])), frozenset(map(_gap, data["gaps"])), ways_in)


def _difference_data(key: DifferenceKey, state: DifferenceState) -> dict[str, str]:
    return {
        "school": key.school,
        "supplier": key.supplier,
        "action": key.action.value,
        "aspect": key.aspect.value,
        "name": state.name,
        "before": state.before,
        "after": state.after,
    }


def _difference(data: Any) -> tuple[DifferenceKey, DifferenceState]:
    state = DifferenceState(text(data["name"]), text(data["before"]), text(data["after"]))
    key = DifferenceKey(
        text(data["school"]),
        text(data["supplier"]),
        Action(data["action"]),
        Aspect(data["aspect"]),
        entity_key(state.name),
    )
    return key, state


def _remembered_data(remembered: Remembered) -> dict[str, Any]:
    sightings = [_sighting_data(key, sighting) for key, sighting in sorted(remembered.sightings.items())]
    spots = sorted(remembered.blind_spots.items())
    return {
        "attention": remembered.attention.value,
        "fingerprint": _fingerprint(remembered, sightings),
        "differences": sightings,
        "blindSpots": [
            {
                **_place_data(place),
                "since": spot.since.isoformat(),
                "last": spot.last.isoformat(),
                "nights": spot.nights,
            }
            for place, spot in spots
        ],
        "accounts": [_account_data(key, orphan) for key, orphan in sorted(remembered.accounts.items(), key=_key)],
        "orphans": [orphan_data(orphan) for orphan in remembered.orphans],
    }


def _fingerprint(remembered: Remembered, sightings: Sequence[dict[str, str]]) -> str:
    """Of what people must look at: neither a day nor a night in which it was not seen moves it."""
    told = [[value for name, value in each.items() if name != "seen"] for each in sightings]
    substance = [remembered.attention.value, told, list(lasting(remembered.blind_spots))]
    if remembered.orphans:
        substance.append([[orphan.school, orphan.supplier, orphan.way_in] for orphan in remembered.orphans])
    return sha256(json.dumps(substance).encode()).hexdigest()


def _remembered(data: Any) -> Remembered:
    return Remembered(
        dict(map(_sighting, data["differences"])),
        {_place(each): _blind_spot(each) for each in data["blindSpots"]},
        Attention(data["attention"]),
        dict(map(_account, data.get("accounts", ()))),
        tuple(map(_orphan, data.get("orphans", ()))),
    )


def _key(item: tuple[AccountKey, Orphan]) -> AccountKey:
    return item[0]


def _account_data(key: AccountKey, orphan: Orphan) -> dict[str, Any]:
    database = {"schoolId": key.database.school_id, "service": key.database.service}
    told = {name: value for name, value in orphan_data(orphan).items() if name != "replaced"}
    return {**database, "username": key.username, "application": key.application, **told}


def _account(data: Any) -> tuple[AccountKey, Orphan]:
    database = SchoolDatabase(number(data["schoolId"]), text(data["service"]))
    return AccountKey(database, text(data["username"]), text(data["application"])), _orphan(data)


def _orphan(data: Any) -> Orphan:
    return Orphan(
        text(data["school"]),
        text(data["supplier"]),
        text(data["title"]),
        text(data["wayIn"]),
        boolean(data.get("replaced", False)),
        date.fromisoformat(data["since"]) if data["since"] else None,
    )


def _sighting_data(key: DifferenceKey, sighting: Sighting) -> dict[str, str]:
    change = sighting.change
    state = DifferenceState(change.name, change.before, change.after)
    return {
        **_difference_data(key, state),
        "risk": change.risk.value,
        "note": change.note,
        "seen": sighting.seen.isoformat(),
    }


def _sighting(data: Any) -> tuple[DifferenceKey, Sighting]:
    key, state = _difference(data)
    change = Change(key.action, key.aspect, *state, Risk(data["risk"]), text(data["note"]), None)
    return key, Sighting(change, date.fromisoformat(data["seen"]))


def _blind_spot(data: Any) -> BlindSpot:
    return BlindSpot(date.fromisoformat(data["since"]), date.fromisoformat(data["last"]), number(data["nights"]))


def _place_data(place: Place) -> dict[str, str]:
    return {"school": place.school, "supplier": place.supplier}


def _place(data: Any) -> Place:
    return Place(text(data["school"]), text(data["supplier"]))


def _way_in(data: Any) -> AccountAtPlace:
    return AccountAtPlace(_place(data), text(data["wayIn"]))


def _gap(data: Any) -> tuple[Place, Blindspot]:
    return _place(data), Blindspot(data["gap"])
