"""counts-later: a word counts from its date on.

One of a day to come says nothing today: until then what it says stays unknown, though somebody may believe it said.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.text.typed_scalars import day_of
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "counts-later"


def check(manifests: Manifests) -> Iterator[Problem]:
    """An attestation of a day to come."""
    for attestation in manifests.attestations:
        day = day_of(attestation.spec.get("date", "")[:10]) if attestation.tells("date") else None
        if day is not None and day > manifests.today:
            place = attestation.document.value(attestation.spec, "date")
            message = f"this counts from {day} on: until then nothing that it says is known by it"
            yield Problem(ID, Severity.WARNING, place, message, "check the year; if it is right, wait for that day")
