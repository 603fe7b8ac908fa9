"""override-removes-nothing: an override removes only what the supplier has.

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
    """Find an item under `remove` that the supplier does not have in `entities`."""
    for supplier in manifests.suppliers:
        if not supplier.tells("entities", "bundles"):
            continue
        removing = [change["remove"] for change in _changes(supplier) if "remove" in change]
        own = entities_of(supplier, ()) if removing else {}
        for items in removing:
            for index, item in enumerate(items):
                names = supplier.bundle(item["bundle"]) if isinstance(item, dict) else [item]
                if names and not any(entity_key(name) in own for name in names):
                    yield Problem(
                        ID,
                        Severity.ERROR,
                        supplier.document.value(items, index),
                        f"`{supplier.name}` does not have {_words(item)}, so there is nothing to remove.",
                        _hint(item, [name.value for name in own.values()]),
                    )


def _changes(supplier: Manifest) -> Iterator[dict[str, Data]]:
    for override in supplier.overrides:
        yield override.get("entities", {})


def _hint(item: Data, own: list[str]) -> str:
    return did_you_mean(item, own) if isinstance(item, str) and own else "Remove this line."


def _words(item: Data) -> str:
    return f"`{item}`" if isinstance(item, str) else f"anything of the bundle `{item['bundle']}`"
