"""unknown-school: suppliers, attestations and waivers name schools that exist.

A mistyped name would leave a school without its supplier unnoticed. An attestation or a waiver would not count.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from reconciler.manifest.resolving.attestations import tells_only_of_gone
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.problem import Origin, Problem, Severity
from reconciler.spelling import did_you_mean

ID: Final = "unknown-school"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a name in `schools`, or an attestation's `school`, that no School has, if all names could be read."""
    names = manifests.school_names
    if names is None:
        return
    for manifest in (*manifests.suppliers, *manifests.waivers):
        yield from _in_selectors(manifest, names)
    for attestation in manifests.attestations:
        name = attestation.spec.get("school")
        if name is not None and name not in names and not tells_only_of_gone(attestation):
            yield _problem(attestation.document.value(attestation.spec, "school"), name, names)


def _in_selectors(manifest: Manifest, names_of_schools: AbstractSet[str]) -> Iterator[Problem]:
    for holder in (manifest.spec, *manifest.overrides):
        selector = holder.get("schools")
        names: list[str] = selector if isinstance(selector, list) else []
        for index, name in enumerate(names):
            if name not in names_of_schools:
                yield _problem(manifest.document.value(names, index), name, names_of_schools)


def _problem(origin: Origin, name: str, names: AbstractSet[str]) -> Problem:
    return Problem(ID, Severity.ERROR, origin, f"There is no school `{name}`.", did_you_mean(name, names))
