"""impossible-counts: the counts of an attestation fit together.

Those who consented, those who refused and those without an answer are all the people that there are.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.resolving.attestations import counts_in
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.attestation import counts_from
from reconciler.model.problem import Problem, Severity

ID: Final = "impossible-counts"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find counts of consent that add up to more people than there are, or to fewer."""
    for attestation in manifests.attestations:
        for counts in counts_in(attestation):
            if fault := counts_from(counts).fault:
                place = attestation.document.value(counts, "of")
                hint = "Count again: granted, refused and notSet together are of, or leave out what was not counted."
                yield Problem(ID, Severity.ERROR, place, f"These counts do not fit: {fault}.", hint)
