"""school-without-supplier: a school is selected by at least one supplier.

A mistyped label lets a school drop out of every comparison without a word. A school whose suppliers are still to be
written is no mistake, hence a warning.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "school-without-supplier"


def check(manifests: Manifests) -> Iterator[Problem]:
    """A School at which no supplier is; where there is no supplier at all, that has been said."""
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
                f"no supplier is at `{school.name}`: nothing is compared there",
                "check its labels, and the `schools` of the suppliers",
            )
