"""bundle-unused: a bundle is used.

One that is described and used nowhere gives the supplier nothing, while its writer may believe that it does.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.manifest.resolving.entity_lists import entity_lists
from reconciler.model.problem import Problem, Severity

ID: Final = "bundle-unused"


def check(overview: LintContext) -> Iterator[Problem]:
    """A bundle that neither `entities` nor an override names."""
    for supplier in overview.manifests.suppliers:
        bundles = supplier.spec.get("bundles", {})
        if not bundles or not supplier.tells("bundles", "bundle", "entities", "overrides", "add", "remove"):
            continue
        used = {item["bundle"] for items in entity_lists(supplier) for item in items if isinstance(item, dict)}
        for name in bundles:
            if name not in used:
                place = supplier.document.key(bundles, name)
                message = f"`{supplier.name}` has nothing of this bundle: it is used nowhere"
                hint = f"write {{bundle: {name}}} under entities, or in an override, or take the bundle out"
                yield Problem(ID, Severity.ADVICE, place, message, hint)
