"""selects-no-school: a supplier, each of its overrides, and a waiver select at least one school.

A label is probably mistyped. It is only a warning, since you may still be writing the schools.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "selects-no-school"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a `schools` that selects nothing, or an override that selects none of the supplier's schools."""
    if not manifests.selections_are_certain:
        return
    yield from _waivers(manifests)
    for supplier in manifests.suppliers:
        if not supplier.tells("schools", "labels") or manifests.names_unknown_school(supplier):
            continue
        own = manifests.selected(supplier.spec.get("schools"))
        if not own:
            place = supplier.document.key(supplier.spec, "schools") if "schools" in supplier.spec else supplier.origin
            yield Problem(
                ID, Severity.WARNING, place, f"`{supplier.name}` selects no school.", "Check its names and labels."
            )
            continue
        for override in supplier.overrides:
            if not own & manifests.selected(override["schools"]):
                yield Problem(
                    ID,
                    Severity.WARNING,
                    supplier.document.key(override, "schools"),
                    f"This override selects no school of `{supplier.name}`.",
                    "Check its names and labels, and those under spec.schools.",
                )


def _waivers(manifests: Manifests) -> Iterator[Problem]:
    for waiver in manifests.waivers:
        if not waiver.tells("schools", "labels") or manifests.names_unknown_school(waiver):
            continue
        if not manifests.selected(waiver.spec["schools"]):
            place = waiver.document.key(waiver.spec, "schools")
            yield Problem(
                ID, Severity.WARNING, place, f"`{waiver.name}` selects no school.", "Check its names and labels."
            )
