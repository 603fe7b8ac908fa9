"""The platforms that every workspace knows."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from reconciler.model.desired import Platform


@cache
def platforms() -> Mapping[str, Platform]:
    """{name: platform}, sorted: what a school may name without the Workspace describing it."""
    data = tomllib.loads(files("reconciler.catalogue").joinpath("platforms.toml").read_text(encoding="utf-8"))
    by_name = {name: Platform(name, entry["readUrl"], entry["writeUrl"]) for name, entry in data.items()}
    return MappingProxyType(dict(sorted(by_name.items())))
