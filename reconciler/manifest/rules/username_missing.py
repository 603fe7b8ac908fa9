"""username-missing: every supplier with an account has a username, of its own or from the Workspace.

Bromcom knows a supplier by its account.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.resolving.layers import Layer, by_application, deciding, layers
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "username-missing"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a supplier whose account has no username at some school, if nothing about it is mistyped."""
    if not manifests.workspace_tells("account", "username"):
        return
    nameless = {
        placement.supplier.origin: placement.supplier.name
        for placement in manifests.placements
        if placement.supplier.tells("schools", "account", "username", "via", "overrides")
        and _is_nameless(layers(manifests, placement.supplier, placement.overrides))
    }
    for origin, name in nameless.items():
        yield Problem(
            ID,
            Severity.ERROR,
            origin,
            f"The account of `{name}` has no username.",
            'Add spec.account.username here, or to the Workspace for all suppliers: username: "{supplier}.{school}"',
        )


def _is_nameless(applied: list[Layer]) -> bool:
    return not by_application(applied) and deciding(applied, "account", "username") is None
