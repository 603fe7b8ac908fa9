"""The entities that Bromcom's API is known to have, and which of them are sensitive."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from reconciler.model.entity import entity_key

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Entity:
    """What suppliers may read under one name. `note` says for people what it holds; empty where the name says it.

    sensitive  special category data, or a high risk if it leaks
    """

    name: str
    sensitive: bool
    note: str = ""


@cache
def entities() -> Mapping[str, Entity]:
    """{entity key: entity}, sorted. Bromcom adds names over time: one that is missing here may well exist."""
    data = tomllib.loads(files("reconciler.catalogue").joinpath("entities.toml").read_text(encoding="utf-8"))
    sensitive: dict[str, str] = data["sensitive"]
    names = [*data["names"], *sensitive]
    found = {entity_key(name): Entity(name, name in sensitive, sensitive.get(name, "")) for name in names}
    return MappingProxyType(dict(sorted(found.items())))
