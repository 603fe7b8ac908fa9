"""override-removes-nothing: an override removes only what the supplier has, and a supplier only what its profile has.

The name is probably mistyped, and the entity you meant stays.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.resolving.accesses import entities_of
from reconciler.manifest.text.document import Data
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.entity import entity_key
from reconciler.model.problem import Problem, Severity
from reconciler.spelling import did_you_mean

ID: Final = "override-removes-nothing"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find an item under `remove` that the supplier does not have in its profile, or for an override at all."""
    for supplier in manifests.suppliers:
        if not supplier.tells_entities:
            continue
        profile = [name.value for name in supplier.profile.entities] if supplier.profile else []
        yield from _idle(supplier, supplier.entities.get("remove", []), profile)
        removing = [items for override in supplier.overrides if (items := override.get("entities", {}).get("remove"))]
        own = [name.value for name in entities_of(supplier, ()).values()] if removing else []
        for items in removing:
            yield from _idle(supplier, items, own)


def _idle(supplier: Manifest, items: list[Data], own: list[str]) -> Iterator[Problem]:
    """The items of which nothing is among the names that there are."""
    keys = {entity_key(name) for name in own}
    for index, item in enumerate(items):
        names = supplier.bundle(item["bundle"]) if isinstance(item, dict) else [item]
        if names and keys.isdisjoint(map(entity_key, names)):
            message = f"`{supplier.name}` does not have {_words(item)}, so there is nothing to remove."
            yield Problem(ID, Severity.ERROR, supplier.document.value(items, index), message, _hint(item, own))


def _hint(item: Data, own: list[str]) -> str:
    return did_you_mean(item, own) if isinstance(item, str) and own else "Remove this line."


def _words(item: Data) -> str:
    return f"`{item}`" if isinstance(item, str) else f"anything of the bundle `{item['bundle']}`"
