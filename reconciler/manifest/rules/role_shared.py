"""role-shared: suppliers that share a role declare the same permissions for it.

The role can match only one manifest, so the other supplier would always differ.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from reconciler.manifest.resolving.layers import Layer, deciding, layers
from reconciler.manifest.resolving.placeholders import faults, fill, values
from reconciler.manifest.workspace.manifests import Manifest, Manifests, Placement
from reconciler.model.entity import entity_key
from reconciler.model.problem import Origin, Problem, Severity

ID: Final = "role-shared"


class _Held(NamedTuple):
    """A role as a supplier's manifest has it."""

    supplier: str
    role: str
    permissions: frozenset[str]
    origin: Origin


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a role for which two suppliers of a school list different permissions, once for each pair."""
    first: dict[tuple[str, str], _Held] = {}
    reported: set[tuple[str, str]] = set()
    for supplier in manifests.suppliers:
        if not (
            _writes(supplier) and supplier.tells("schools", "labels", "writeBack", "role", "permissions", "overrides")
        ):
            continue
        for placement in manifests.placements_of(supplier):
            held = _held(layers(manifests, supplier, placement.overrides), placement)
            if held is None:
                continue
            first_held = first.setdefault((placement.school.name, entity_key(held.role)), held)
            pair = first_held.supplier, held.supplier
            if first_held.permissions != held.permissions and pair not in reported:
                reported.add(pair)
                yield Problem(
                    ID,
                    Severity.ERROR,
                    held.origin,
                    f"The role `{held.role}` at {placement.school.name} has different permissions for {pair[0]} "
                    f"and {pair[1]}.",
                    "Give each its own role, or list the same permissions for both.",
                )


def _writes(supplier: Manifest) -> bool:
    return any("writeBack" in holder for holder in (supplier.spec, *supplier.overrides))


def _held(applied: list[Layer], placement: Placement) -> _Held | None:
    """The role of a supplier at a school; None where it has none, or none with permissions."""
    role, permissions = deciding(applied, "writeBack", "role"), deciding(applied, "writeBack", "permissions")
    if role is None or permissions is None or not permissions[1]["permissions"] or any(faults(role[1]["role"])):
        return None
    school, supplier = placement.school, placement.supplier.name
    return _Held(
        supplier,
        fill(role[1]["role"], values(school.name, school.spec["schoolId"], supplier)),
        frozenset(map(entity_key, permissions[1]["permissions"])),
        permissions[0].key(permissions[1], "permissions"),
    )
