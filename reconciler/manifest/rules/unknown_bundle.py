"""unknown-bundle: a supplier uses only bundles that it describes.

Otherwise it would silently lack what is in the bundle.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.resolving.entity_lists import entity_lists
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity
from reconciler.spelling import did_you_mean

ID: Final = "unknown-bundle"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a `{bundle: name}` that the same supplier does not describe."""
    for supplier in manifests.suppliers:
        if not supplier.tells("bundles"):
            continue
        bundles = supplier.spec.get("bundles", {})
        for items in entity_lists(supplier):
            for item in items:
                if isinstance(item, dict) and item["bundle"] not in bundles:
                    yield Problem(
                        ID,
                        Severity.ERROR,
                        supplier.document.value(item, "bundle"),
                        f"`{supplier.name}` has no bundle `{item['bundle']}`.",
                        did_you_mean(item["bundle"], bundles) or "Describe it under spec.bundles.",
                    )
