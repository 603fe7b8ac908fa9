"""The sources of the catalogue's facts, and the reading of its tables."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple


class Source(NamedTuple):
    """A public page, program or answer, and the month in which it was read. Some have no address."""

    title: str
    read: str
    address: str = ""


def table(name: str) -> Mapping[str, Any]:
    """Read one file of the catalogue's data."""
    return tomllib.loads(files("reconciler.catalogue").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


@cache
def sources() -> Mapping[str, Source]:
    """{short name: source}."""
    return MappingProxyType({name: Source(**entry) for name, entry in table("sources").items()})
