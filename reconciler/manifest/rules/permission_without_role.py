"""permission-without-role: a write-back permission is held through a role.

In Bromcom a role has the permissions, and an account has the role. Without a role there is nothing to tick.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.resolving.layers import deciding, layers
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "permission-without-role"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find permissions of a supplier, or of one of its overrides, without a role."""
    for supplier in manifests.suppliers:
        if not supplier.tells("writeBack", "role"):
            continue
        for numbers in ((), *((number,) for number in range(len(supplier.overrides)))):
            applied = layers(manifests, supplier, numbers)
            permissions = deciding(applied[:1], "writeBack", "permissions")
            if permissions and permissions[1]["permissions"] and deciding(applied, "writeBack", "role") is None:
                yield Problem(
                    ID,
                    Severity.ERROR,
                    permissions[0].key(permissions[1], "permissions"),
                    "These permissions need a role.",
                    "Add role: with the name of the role in Bromcom.",
                )
