"""bundle-unused: a bundle is used.

An unused bundle gives the supplier nothing, but its writer may believe it does.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.manifest.resolving.entity_lists import entity_lists
from reconciler.model.problem import Problem, Severity

ID: Final = "bundle-unused"


def check(overview: LintContext) -> Iterator[Problem]:
    """Find a bundle that neither `entities` nor an override names."""
    for supplier in overview.manifests.suppliers:
        bundles = supplier.spec.get("bundles", {})
        if not bundles or not supplier.tells("bundles", "bundle", "entities", "overrides", "add", "remove"):
            continue
        used = {item["bundle"] for items in entity_lists(supplier) for item in items if isinstance(item, dict)}
        for name in bundles:
            if name not in used:
                place = supplier.document.key(bundles, name)
                message = f"`{supplier.name}` does not use this bundle."
                hint = f"Write {{bundle: {name}}} under entities or in an override, or remove the bundle."
                yield Problem(ID, Severity.ADVICE, place, message, hint)
