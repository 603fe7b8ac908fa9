"""Every list of entities that a supplier's manifest has."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.manifest.document import Data
    from reconciler.manifest.manifests import Manifest


def entity_lists(supplier: Manifest, *, with_removed: bool = True) -> Iterator[list[Data]]:
    """The bundles, `entities`, and what overrides add and remove; items are names or `{bundle: name}`."""
    spec = supplier.spec
    yield from spec.get("bundles", {}).values()
    if "entities" in spec:
        yield spec["entities"]
    for override in supplier.overrides:
        change = override.get("entities", {})
        yield from (change[key] for key in (("add", "remove") if with_removed else ("add",)) if key in change)
