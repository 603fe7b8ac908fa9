"""selects-no-school: a supplier, and each of its overrides, is about at least one school.

Most likely a label is mistyped. A workspace whose schools are still to be written is no mistake, hence a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.model.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.manifest.manifests import Manifests

ID: Final = "selects-no-school"


def check(manifests: Manifests) -> Iterator[Problem]:
    """A `schools` that selects nothing, or, in an override, only schools at which the supplier is not."""
    if not manifests.selections_are_certain:
        return
    for supplier in manifests.suppliers:
        if not supplier.tells("schools", "labels") or manifests.names_unknown_school(supplier):
            continue
        own = manifests.selected(supplier.spec.get("schools"))
        if not own:
            place = supplier.document.key(supplier.spec, "schools") if "schools" in supplier.spec else supplier.origin
            yield Problem(ID, Severity.WARNING, place, f"`{supplier.name}` is at no school", "check names and labels")
            continue
        for override in supplier.overrides:
            if not own & manifests.selected(override["schools"]):
                yield Problem(
                    ID,
                    Severity.WARNING,
                    supplier.document.key(override, "schools"),
                    f"this override holds at no school of `{supplier.name}`",
                    "check its names and labels, and those under spec.schools",
                )
