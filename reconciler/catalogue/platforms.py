"""The platforms that every workspace knows."""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from reconciler.catalogue.sources import table
from reconciler.model.desired import Platform


@cache
def platforms() -> Mapping[str, Platform]:
    """{name: platform}, sorted: what a school may name without the Workspace describing it."""
    data = table("platforms")
    by_name = {name: Platform(name, entry["readUrl"], entry["writeUrl"]) for name, entry in data.items()}
    return MappingProxyType(dict(sorted(by_name.items())))
