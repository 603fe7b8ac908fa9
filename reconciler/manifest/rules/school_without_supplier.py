"""school-without-supplier: a school is selected by at least one supplier.

A mistyped label silently drops a school from every comparison.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "school-without-supplier"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a School that no supplier selects; nothing-declared reports that there is no supplier at all."""
    if not manifests.suppliers or not manifests.selections_are_certain or "Supplier" in manifests.gaps.kinds:
        return
    if any(not one.tells("schools", "labels") or manifests.names_unknown_school(one) for one in manifests.suppliers):
        return
    reached = set().union(*(manifests.selected(supplier.spec.get("schools")) for supplier in manifests.suppliers))
    for school in manifests.schools:
        if school.name not in reached:
            yield Problem(
                ID,
                Severity.WARNING,
                school.origin,
                f"No supplier selects `{school.name}`, so nothing is compared there.",
                "Check its labels, and the `schools` of the suppliers.",
            )
