"""unknown-access: what a person vouches for, or a school's old export, is a supplier's that is at that school.

Nothing is compared elsewhere, so it would count for nothing. What was right when it was written may be so today
because the supplier has left the school, hence a warning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from reconciler.model.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.manifest.manifests import Manifest, Manifests
    from reconciler.model.origin import Origin

ID: Final = "unknown-access"


class _Named(NamedTuple):
    """A supplier that a manifest names, and the school it is named for."""

    origin: Origin
    school: str
    supplier: str


def check(manifests: Manifests) -> Iterator[Problem]:
    """A supplier that is known, and not at the school that is known; said only where it is certain who is where."""
    if not manifests.selections_are_certain:
        return
    suppliers = {supplier.name: supplier for supplier in manifests.suppliers}
    for named in _named(manifests):
        supplier = suppliers.get(named.supplier)
        if supplier is None or named.school not in manifests.school_named or not _is_certain(manifests, supplier):
            continue
        if named.school not in manifests.selected(supplier.spec.get("schools")):
            message = f"`{named.supplier}` is not at {named.school}: this counts for nothing"
            hint = f"take it out, or add {named.school} to the `schools` of `{named.supplier}`"
            yield Problem(ID, Severity.WARNING, named.origin, message, hint)


def _is_certain(manifests: Manifests, supplier: Manifest) -> bool:
    return supplier.tells("schools", "labels") and not manifests.names_unknown_school(supplier)


def _named(manifests: Manifests) -> Iterator[_Named]:
    for attestation in manifests.attestations:
        spec = attestation.spec
        if "supplier" in spec and "school" in spec:
            yield _Named(attestation.document.value(spec, "supplier"), spec["school"], spec["supplier"])
    for school in manifests.schools:
        exports = school.spec.get("movedFrom", {}).get("exports", [])
        for index, name in enumerate(exports):
            yield _Named(school.document.value(exports, index), school.name, name)
