"""selects-no-school: a supplier, each of its overrides, and a waiver, is about at least one school.

Most likely a label is mistyped. A workspace whose schools are still to be written is no mistake, hence a warning.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "selects-no-school"


def check(manifests: Manifests) -> Iterator[Problem]:
    """A `schools` that selects nothing, or, in an override, only schools at which the supplier is not."""
    if not manifests.selections_are_certain:
        return
    yield from _waivers(manifests)
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


def _waivers(manifests: Manifests) -> Iterator[Problem]:
    for waiver in manifests.waivers:
        if not waiver.tells("schools", "labels") or manifests.names_unknown_school(waiver):
            continue
        if not manifests.selected(waiver.spec["schools"]):
            place = waiver.document.key(waiver.spec, "schools")
            yield Problem(
                ID, Severity.WARNING, place, f"`{waiver.name}` holds at no school", "check its names and labels"
            )
