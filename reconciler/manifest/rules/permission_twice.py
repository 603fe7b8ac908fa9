"""permission-twice: a list names a write-back permission once, whatever its capitals.

One of the two was probably meant to be something else.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.resolving.layers import write_back
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.entity import entity_key
from reconciler.model.problem import Origin, Problem, Severity

ID: Final = "permission-twice"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a permission that is twice in the list of a supplier, or of one of its overrides."""
    for supplier in manifests.suppliers:
        for holder in (supplier.spec, *supplier.overrides):
            first: dict[str, Origin] = {}
            for permission in supplier.names(write_back(holder).get("permissions", [])):
                place = first.setdefault(entity_key(permission.value), permission.origin)
                if place != permission.origin:
                    message = f"`{permission.value}` is listed twice. The first is at {place}."
                    yield Problem(ID, Severity.ERROR, permission.origin, message, "Keep one. Bromcom ignores capitals.")
