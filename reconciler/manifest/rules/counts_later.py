"""counts-later: an attestation counts from today.

One with a date in the future does not count before that day.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.text.typed_scalars import day_of
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "counts-later"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find an attestation with a date in the future."""
    for attestation in manifests.attestations:
        day = day_of(attestation.spec.get("date", "")[:10]) if attestation.tells("date") else None
        if day is not None and day > manifests.today:
            place = attestation.document.value(attestation.spec, "date")
            message = f"This does not count before {day}."
            yield Problem(ID, Severity.WARNING, place, message, "Check the year. If it is right, wait for that day.")
