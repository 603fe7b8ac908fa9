"""role-without-account: only a supplier with an account has a role.

What a partner application may write is part of its scope, and it has no account to give a role to.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.resolving.layers import Layer, by_application, deciding, layers, no_permissions
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Origin, Problem, Severity

ID: Final = "role-without-account"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a role, permissions or `none` of a supplier at a school where it uses a partner application."""
    reported = set()
    for placement in manifests.placements:
        if not placement.supplier.tells("schools", "labels", "via", "overrides"):
            continue
        applied = layers(manifests, placement.supplier, placement.overrides)
        for place in sorted(set(_held(applied))) if by_application(applied) else ():
            if place not in reported:
                reported.add(place)
                message = (
                    f"`{placement.supplier.name}` has no account at {placement.school.name}, so it cannot have this."
                )
                yield Problem(ID, Severity.ERROR, place, message, "Remove this, or set via: account.")


def _held(applied: list[Layer]) -> Iterator[Origin]:
    """The places that set an account's role and its permissions."""
    for key in ("role", "permissions"):
        layer = deciding(applied, "writeBack", key)
        if layer is not None:
            yield layer[0].key(layer[1], key)
    nothing = no_permissions(applied)
    if nothing is not None:
        yield nothing
