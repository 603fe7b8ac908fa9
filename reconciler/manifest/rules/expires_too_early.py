"""expires-too-early: an attestation counts on the day it is given.

One that expires before its own date never counts. One of the two dates is mistyped, probably the year.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.text.typed_scalars import read_date, read_moment
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "expires-too-early"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find an attestation that expires before its own date."""
    for attestation in manifests.attestations:
        on, expires = attestation.spec.get("date"), attestation.spec.get("expires")
        if on is not None and expires is not None and attestation.tells("date", "expires") and _is_over(on, expires):
            place = attestation.document.value(attestation.spec, "expires")
            message = f"This expires on {expires}, before its own date, {on[:10]}."
            yield Problem(ID, Severity.ERROR, place, message, "Check the years.")


def _is_over(on: str, expires: str) -> bool:
    try:
        return read_date(expires) < read_moment(on).date()
    except ValueError:  # reported by no-such-date
        return False
