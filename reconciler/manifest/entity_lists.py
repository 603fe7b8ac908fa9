"""The lists of entities that a supplier's manifest has, and the names in those that give it something to read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.catalogue import entities
from reconciler.model.entity import entity_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.manifest.document import Data
    from reconciler.manifest.manifests import Manifest
    from reconciler.model.origin import Declared


def entity_lists(supplier: Manifest, *, with_removed: bool = True) -> Iterator[list[Data]]:
    """The bundles, `entities`, and what overrides add and remove; items are names or `{bundle: name}`."""
    spec = supplier.spec
    yield from spec.get("bundles", {}).values()
    if "entities" in spec:
        yield spec["entities"]
    for override in supplier.overrides:
        change = override.get("entities", {})
        yield from (change[key] for key in (("add", "remove") if with_removed else ("add",)) if key in change)


def names_read(supplier: Manifest) -> Iterator[Declared]:
    """Every name that the supplier may read, at some school at least, and where it is written: in `entities`, in what
    overrides add, or in the bundles that these use, whose names come as often as they are used."""
    yield from supplier.names(supplier.spec.get("entities", []))
    for override in supplier.overrides:
        yield from supplier.names(override.get("entities", {}).get("add", []))


def sensitive_names(supplier: Manifest) -> list[str]:
    """The names in the catalogue of the sensitive entities that the supplier may read, sorted."""
    known = (entities().get(entity_key(name.value)) for name in names_read(supplier))
    return sorted({entity.name for entity in known if entity is not None and entity.sensitive})
