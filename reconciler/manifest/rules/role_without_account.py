"""role-without-account: a role is held by an account, which a partner application does not have.

What an application may write is part of its scope, so that this role could be given to nobody.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.resolving.layers import Layer, by_application, deciding, layers, no_permissions
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Origin, Problem, Severity

ID: Final = "role-without-account"


def check(manifests: Manifests) -> Iterator[Problem]:
    """A role, permissions or `none` of a supplier at a school where it gets in by a partner application."""
    said = set()
    for placement in manifests.placements:
        if not placement.supplier.tells("schools", "labels", "via", "overrides"):
            continue
        found = layers(manifests, placement.supplier, placement.overrides)
        for place in sorted(set(_held(found))) if by_application(found) else ():
            if place not in said:
                said.add(place)
                message = f"at {placement.school.name} `{placement.supplier.name}` has no account to hold this"
                yield Problem(ID, Severity.ERROR, place, message, "take it out, or say via: account")


def _held(found: list[Layer]) -> Iterator[Origin]:
    """Where something is said of an account's roles and what they allow."""
    for key in ("role", "permissions"):
        layer = deciding(found, "writeBack", key)
        if layer is not None:
            yield layer[0].key(layer[1], key)
    nothing = no_permissions(found)
    if nothing is not None:
        yield nothing
