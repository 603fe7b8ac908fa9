"""The entities that Bromcom's API is known to have, how sensitive they are, and whose records they open."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from reconciler.model.entity import Care, Reach, entity_key


@dataclass(frozen=True, slots=True)
class Entity:
    """What suppliers may read under one name. `note` says for people what a sensitive one holds; empty for others."""

    name: str
    care: Care
    reach: Reach
    note: str = ""

    @property
    def sensitive(self) -> bool:
        """Special category data, or a high risk if it leaks."""
        return self.care <= Care.SENSITIVE


@cache
def entities() -> Mapping[str, Entity]:
    """{entity key: entity}, sorted. Bromcom adds names over time: one that is missing here may well exist."""
    data = tomllib.loads(files("reconciler.catalogue").joinpath("entities.toml").read_text(encoding="utf-8"))
    notes: dict[str, str] = data["special"] | data["sensitive"]
    cares = dict.fromkeys(data["special"], Care.SPECIAL) | dict.fromkeys(data["sensitive"], Care.SENSITIVE)
    by_key = {}
    for reach in Reach:
        ordinary = Care.NONE if reach is Reach.NOBODY else Care.PERSONAL
        for name in data["reach"][reach.name.lower()]:
            by_key[entity_key(name)] = Entity(name, cares.get(name, ordinary), reach, notes.get(name, ""))
    return MappingProxyType(dict(sorted(by_key.items())))
