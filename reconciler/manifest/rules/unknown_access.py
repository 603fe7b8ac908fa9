"""unknown-access: an attestation, a waiver or an old export is of a supplier at that school.

Nothing is compared anywhere else, so it would not count. It is only a warning, since it may be left over from a
supplier that has gone.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from reconciler.manifest.resolving.attestations import tells_only_of_gone
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.problem import Origin, Problem, Severity

ID: Final = "unknown-access"


class _Named(NamedTuple):
    """A supplier that a manifest names, and the schools that it is named for."""

    origin: Origin
    schools: frozenset[str]
    supplier: str


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a supplier that is at none of the named schools, if all names and labels could be read."""
    if not manifests.selections_are_certain:
        return
    suppliers = {supplier.name: supplier for supplier in manifests.suppliers}
    for named in _named(manifests):
        supplier = suppliers.get(named.supplier)
        schools = named.schools & manifests.school_named.keys()
        if supplier is None or not schools or not _is_certain(manifests, supplier):
            continue
        if schools.isdisjoint(manifests.selected(supplier.spec.get("schools"))):
            missing_at = (
                f"not at {next(iter(schools))}" if len(schools) == 1 else f"not at any of these {len(schools)} schools"
            )
            message = f"`{named.supplier}` is {missing_at}, so this does not count."
            hint = f"Remove it, or check the `schools` of `{named.supplier}`."
            yield Problem(ID, Severity.WARNING, named.origin, message, hint)


def _is_certain(manifests: Manifests, manifest: Manifest) -> bool:
    """Tell if the schools that a supplier or a waiver selects are certain."""
    return manifest.tells("schools", "labels") and not manifests.names_unknown_school(manifest)


def _named(manifests: Manifests) -> Iterator[_Named]:
    for attestation in manifests.attestations:
        spec = attestation.spec
        if "supplier" in spec and "school" in spec and not tells_only_of_gone(attestation):
            place = attestation.document.value(spec, "supplier")
            yield _Named(place, frozenset({spec["school"]}), spec["supplier"])
    for waiver in manifests.waivers:
        if "supplier" in waiver.spec and _is_certain(manifests, waiver):
            place = waiver.document.value(waiver.spec, "supplier")
            yield _Named(place, manifests.selected(waiver.spec["schools"]), waiver.spec["supplier"])
    for school in manifests.schools:
        exports = school.spec.get("movedFrom", {}).get("exports", [])
        for index, name in enumerate(exports):
            yield _Named(school.document.value(exports, index), frozenset({school.name}), name)
