"""The sources of the catalogue's facts, and the reading of its tables."""

import json
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from reconciler.files import package_data


class Source(NamedTuple):
    """A public page, program or answer, and the month in which it was read. Some have no address."""

    title: str
    read: str
    address: str = ""


def table(name: str) -> Mapping[str, Any]:
    """Read one file of the catalogue's data: `NAME.toml`, from its copy in JSON, which costs a start a tenth of it."""
    read: Mapping[str, Any] = json.loads(package_data("reconciler.catalogue", f"{name}.json"))
    return read


@cache
def sources() -> Mapping[str, Source]:
    """{short name: source}."""
    return MappingProxyType({name: Source(**entry) for name, entry in table("sources").items()})
