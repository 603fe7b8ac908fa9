"""Answers of a history as JSON: schemas `history-access`, `history-day` and `history-trend`."""

from datetime import datetime
from typing import Any

from reconciler.model.accountability.least_privilege import EntityDetails
from reconciler.model.accountability.past_access import (
    AccessPast,
    DayReport,
    NearestView,
    PastAccess,
    PastEntity,
    TrendReport,
)
from reconciler.model.aspect import Action
from reconciler.model.history import AccessView, ClosedDifference, Night, Since
from reconciler.model.review import DifferenceKey
from reconciler.report.accountability.access_json import since_data
from reconciler.report.escape import json_text


def render_past_json(past: AccessPast) -> str:
    """Render how an access changed."""
    spells = [
        {
            "first": _time(spell.first),
            "last": _time(spell.last),
            **_reading(spell.reading),
            "entities": list(spell.reading.names) if spell.reading.reason is None else None,
            "added": [about.name for about in spell.added],
            "removed": [about.name for about in spell.removed],
        }
        for spell in past.spells
    ]
    return json_text(
        {
            "formatVersion": 1,
            "school": past.address.school,
            "supplier": past.address.supplier,
            "account": past.account,
            "nights": past.nights,
            "nightsNotKnown": past.unseen,
            "spells": spells,
            "differences": [_open(key, since) for key, since in past.different.items()],
            "settled": list(map(_closed, past.closed)),
        }
    )


def render_day_json(report: DayReport) -> str:
    """Render who could read what on a day; null is what is not known, or what there is not."""
    return json_text(
        {
            "formatVersion": 1,
            "workspace": report.workspace,
            "day": report.day.isoformat(),
            "filters": report.filters,
            "firstNight": _time(report.first),
            "lastNight": _time(report.last),
            "accesses": list(map(_access, report.accesses)),
        }
    )


def render_trend_json(report: TrendReport) -> str:
    """Render the counts of each night; a day without a run is absent."""
    return json_text(
        {
            "formatVersion": 1,
            "workspace": report.workspace,
            "filters": report.filters,
            "nights": list(map(_night, report.nights)),
            "differences": [_open(key, since) for key, since in report.different.items()],
            "settled": list(map(_closed, report.closed)),
        }
    )


def _access(access: PastAccess) -> dict[str, Any]:
    reading = access.reading
    nothing = {"known": "unknown", "reason": "not-looked-at", "login": None, "confirmedBy": None, "confirmedOn": None}
    return {
        "school": access.address.school,
        "supplier": access.address.supplier,
        "account": access.account,
        "at": _time(access.at),
        **(_reading(reading) if reading else nothing),
        "entities": list(map(_entity, access.entities)),
    }


def _entity(entity: PastEntity) -> dict[str, Any]:
    return {
        **_about(entity.about),
        "granted": entity.granted.value,
        "since": since_data(entity.since),
        "before": _nearest(entity.before),
        "after": _nearest(entity.after),
    }


def _about(about: EntityDetails) -> dict[str, Any]:
    return {
        "name": about.name,
        "category": about.category or None,
        "people": list(about.people) if about.is_known else None,
        "sensitivity": about.sensitivity,
    }


def _nearest(view: NearestView | None) -> dict[str, Any] | None:
    return {"at": _time(view.at), "granted": view.granted.value} if view else None


def _reading(reading: AccessView) -> dict[str, Any]:
    return {
        "known": reading.known.value,
        "reason": reading.reason.value if reading.reason else None,
        "login": reading.login.value if reading.login else None,
        "confirmedBy": reading.by or None,
        "confirmedOn": reading.on.isoformat() if reading.on else None,
    }


def _night(night: Night) -> dict[str, Any]:
    return {
        "at": _time(night.at),
        "whole": night.whole,
        "blind": night.blind,
        "hidden": night.hidden,
        "differences": {_camel(action): night.differences.get(action, 0) for action in Action},
        "specialCategoryTooMuch": night.sensitive,
        "unknown": night.unknown,
        "facts": night.facts,
        "schools": {name: school._asdict() for name, school in night.schools.items()},
    }


def _camel(action: Action) -> str:
    head, *rest = action.value.split("-")
    return head + "".join(map(str.title, rest))


def _open(key: DifferenceKey, since: Since) -> dict[str, Any]:
    return {**_key(key), "since": since_data(since)}


def _closed(each: ClosedDifference) -> dict[str, Any]:
    return {**_key(each.key), "opened": _time(each.opened), "settled": _time(each.closed)}


def _key(key: DifferenceKey) -> dict[str, Any]:
    return {
        "school": key.school,
        "supplier": key.supplier or None,
        "action": key.action.value,
        "aspect": key.aspect.value,
        "name": key.key,
    }


def _time(time: datetime | None) -> str | None:
    return time.isoformat() if time else None
