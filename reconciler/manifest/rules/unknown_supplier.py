"""unknown-supplier: schools, attestations and waivers name suppliers that exist.

An attestation or a waiver of an unknown supplier would not count. An export that is still connected would not be
looked for.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.resolving.attestations import tells_only_of_gone
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Origin, Problem, Severity
from reconciler.spelling import did_you_mean

ID: Final = "unknown-supplier"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a `supplier`, or one of the `exports` of a school that moved, that no Supplier has as its name, if all names
    could be read."""
    names = manifests.supplier_names
    if names is None:
        return
    for origin, name in _named(manifests):
        if name not in names:
            yield Problem(ID, Severity.ERROR, origin, f"There is no supplier `{name}`.", _hint(name, names))


def _named(manifests: Manifests) -> Iterator[tuple[Origin, str]]:
    for manifest in (*manifests.attestations, *manifests.waivers):
        if "supplier" in manifest.spec and not tells_only_of_gone(manifest):
            yield manifest.document.value(manifest.spec, "supplier"), manifest.spec["supplier"]
    for school in manifests.schools:
        exports = school.spec.get("movedFrom", {}).get("exports", [])
        for index, name in enumerate(exports):
            yield school.document.value(exports, index), name


def _hint(name: str, names: frozenset[str]) -> str:
    return did_you_mean(name, names) or "Remove it, or write a manifest with kind: Supplier."
