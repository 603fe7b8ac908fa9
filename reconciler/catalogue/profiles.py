"""The lists of entities that suppliers have published."""

from collections.abc import Mapping
from dataclasses import field
from functools import cache
from types import MappingProxyType
from typing import Any

from reconciler.catalogue.sources import sources, table
from reconciler.startup import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """One version of what a supplier asks for.

    `complete`: the whole list is here. `fields` is what the supplier lists instead of entities, {kind of people:
    fields}; `writes` what it writes back, in its own words; `consent` whose consent it needs. `school_id` and `address`
    are the supplier's own names for the School ID and for the address of the service.
    """

    name: str
    title: str
    date: str
    source: str
    complete: bool
    entities: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    writes: tuple[str, ...] = ()
    consent: tuple[str, ...] = ()
    school_id: str = ""
    address: str = ""
    note: str = ""


@cache
def profile_versions() -> Mapping[str, tuple[Profile, ...]]:
    """{name: every version of that profile, the newest last}."""
    return MappingProxyType(
        {
            name: tuple(profile_of(name, entry, _origin(entry["sources"])) for entry in versions)
            for name, versions in table("profiles").items()
        }
    )


@cache
def profiles() -> Mapping[str, Profile]:
    """{name: the newest version of that profile}."""
    return MappingProxyType({name: versions[-1] for name, versions in profile_versions().items()})


def profile_of(name: str, entry: Mapping[str, Any], source: str) -> Profile:
    """Read a profile from data; the keys are those of a Profile manifest."""
    return Profile(
        name=name,
        title=entry.get("title", name),
        date=str(entry["date"]),
        source=source,
        complete=entry["complete"],
        entities=tuple(entry.get("entities", [])),
        fields=MappingProxyType({people: tuple(names) for people, names in entry.get("fields", {}).items()}),
        writes=tuple(entry.get("writes", [])),
        consent=tuple(entry.get("consent", [])),
        school_id=entry.get("schoolId", ""),
        address=entry.get("address", ""),
        note=entry.get("note", ""),
    )


def _origin(names: list[str]) -> str:
    found = (sources()[name] for name in names)
    return "; ".join(f"{source.title} ({source.address})" if source.address else source.title for source in found)
