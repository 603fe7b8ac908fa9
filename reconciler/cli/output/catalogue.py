"""What the catalogue has, as rows for people and spreadsheets, and as data for programs."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from reconciler.catalogue import CatalogueEntity, Profile, entities
from reconciler.catalogue.details import member
from reconciler.catalogue.sources import Source
from reconciler.model.entity import entity_key
from reconciler.report.escape import json_text
from reconciler.report.labels import plural
from reconciler.report.tables import render_table
from reconciler.spreadsheets import csv_text

SENSITIVITIES: Final = ("none", "personal", "sensitive", "special-category")  # the mildest first
COLUMNS: Final = ("name", "sensitivity", "category", "people", "about")
_OF_CSV: Final = ("kind", *COLUMNS, "reason", "judged by", "sources")


def rendered(form: str, found: Sequence[CatalogueEntity | Profile], room: int | None) -> str:
    """Show entities and profiles in one of the formats `text`, `json` and `csv`."""
    if form == "json":
        return json_text({"formatVersion": 1, **listed(found)})
    rows = [_row(thing) for thing in found]
    if form == "csv":
        return csv_text([_OF_CSV, *rows])
    return render_table(COLUMNS, [row[1:-3] for row in rows], room)


def listed(found: Iterable[CatalogueEntity | Profile]) -> dict[str, list[dict[str, Any]]]:
    """Return entities and profiles as data."""
    things = list(found)
    return {
        "entities": [_entity_data(thing) for thing in things if isinstance(thing, CatalogueEntity)],
        "profiles": [_profile_data(thing) for thing in things if isinstance(thing, Profile)],
    }


def _row(thing: CatalogueEntity | Profile) -> tuple[str, ...]:
    if isinstance(thing, CatalogueEntity):
        people = ", ".join(thing.people)
        sources = "; ".join(source.title for source in thing.sources)
        why = (thing.reason, thing.judged_by, sources)
        return ("entity", thing.name, thing.sensitivity, thing.category, people, thing.holds, *why)
    number = plural(len(thing.entities), "entity", "entities")
    about = f"{thing.title}: {number}, {'the whole list' if thing.complete else 'not the whole list'}."
    return ("profile", thing.name, _highest(thing), "", ", ".join(thing.consent), about, thing.note, "", thing.source)


def _highest(profile: Profile) -> str:
    """The most sensitive of a profile's entities; empty without any."""
    return max((member(name).sensitivity for name in profile.entities), key=SENSITIVITIES.index, default="")


def entity_lines(entity: CatalogueEntity, profiles: Iterable[Profile]) -> Iterator[tuple[str, str]]:
    """(what, value) of all that is known of an entity."""
    yield "about", entity.holds
    yield "category", entity.category
    yield "people", ", ".join(entity.people) or "none"
    yield "sensitivity", f"{entity.sensitivity}: {entity.reason}." if entity.reason else entity.sensitivity
    yield "judged by", entity.judged_by
    yield from _source_lines(entity.sources)
    for spelling in entity.spellings:
        yield "also called", f"{spelling.name} ({spelling.source.title})"
    for change in entity.changes:
        yield change.kind, f"from {change.of} in {change.on} ({change.source.title})"
    for later in entities().values():
        for change in later.changes:
            if change.of == entity.name:
                yield change.kind, f"into {later.name} as well, in {change.on} ({change.source.title})"
    names = [profile.name for profile in profiles if entity_key(entity.name) in map(entity_key, profile.entities)]
    yield "in profiles", ", ".join(names) or "none"


def profile_lines(profile: Profile) -> Iterator[tuple[str, str]]:
    """(what, value) of all that is known of a profile, without its entities."""
    yield "title", profile.title
    yield "date", profile.date
    yield "complete", "yes" if profile.complete else "no: the supplier may ask for more"
    yield "source", profile.source
    for people, names in profile.fields.items():
        yield f"fields of {people}", ", ".join(names)
    values = {
        "writes": ", ".join(profile.writes),
        "needs consent of": ", ".join(profile.consent),
        "School ID is called": profile.school_id,
        "address is called": profile.address,
        "note": profile.note,
    }
    yield from ((key, value) for key, value in values.items() if value)
    yield "entities", str(len(profile.entities))


def _source_lines(sources: Iterable[Source]) -> Iterator[tuple[str, str]]:
    for source in sources:
        yield "source", f"{source.title}, read in {source.read}" + (f": {source.address}" if source.address else "")


def _entity_data(entity: CatalogueEntity) -> dict[str, Any]:
    return {
        "name": entity.name,
        "holds": entity.holds,
        "category": entity.category,
        "people": list(entity.people),
        "sensitivity": entity.sensitivity,
        "reason": entity.reason,
        "judgedBy": entity.judged_by,
        "sources": [source._asdict() for source in entity.sources],
        "spellings": [spelling.name for spelling in entity.spellings],
        "changes": [{"kind": change.kind, "of": change.of, "on": change.on} for change in entity.changes],
    }


def _profile_data(profile: Profile) -> dict[str, Any]:
    return {
        "name": profile.name,
        "title": profile.title,
        "date": profile.date,
        "source": profile.source,
        "complete": profile.complete,
        "entities": list(profile.entities),
        "fields": {people: list(names) for people, names in profile.fields.items()},
        "writes": list(profile.writes),
        "consent": list(profile.consent),
        "schoolIdName": profile.school_id,
        "addressName": profile.address,
        "note": profile.note,
    }
