"""The entities that this Bromcom knows, from `entities.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TypeAlias

import yaml

Value: TypeAlias = str | int | bool | None


Row: TypeAlias = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name and its XML Schema type without prefix (`string`, `int`, `boolean`, `dateTime`)."""

    name: str
    kind: str


@cache
def _known() -> Mapping[str, tuple[str, tuple[Column, ...]]]:
    """{name in lower case: (name, columns)}."""
    text = files("reconciler.sandbox").joinpath("entities.yaml").read_text(encoding="utf-8")
    document = yaml.safe_load(text)
    empty = _columns(document["withoutRows"])
    tables = {name: _columns(columns) for name, columns in document["withRows"].items()}
    tables |= dict.fromkeys(document["names"], empty)
    return {name.casefold(): (name, columns) for name, columns in tables.items()}


def _columns(types: Mapping[str, str]) -> tuple[Column, ...]:
    return tuple(Column(name, kind) for name, kind in types.items())


def spelling(name: str) -> str | None:
    """The service's spelling of an entity typed in any case; None for an entity that it does not know."""
    entry = _known().get(name.strip().casefold())
    return None if entry is None else entry[0]


def columns(name: str) -> tuple[Column, ...]:
    """The columns of an entity that the service knows, in any case."""
    return _known()[name.strip().casefold()][1]


def names() -> list[str]:
    """Every entity that the service knows, in its order."""
    return sorted((name for name, _ in _known().values()), key=str.casefold)
