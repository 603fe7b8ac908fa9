"""expires-too-early: a word counts on the day on which it is given.

One that expires before it was given never counts: one of the two dates is mistyped, most likely the year.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.text.typed_scalars import read_date, read_moment
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "expires-too-early"


def check(manifests: Manifests) -> Iterator[Problem]:
    """An attestation that expires before the day that it is of."""
    for attestation in manifests.attestations:
        on, expires = attestation.spec.get("date"), attestation.spec.get("expires")
        if on is not None and expires is not None and attestation.tells("date", "expires") and _is_over(on, expires):
            place = attestation.document.value(attestation.spec, "expires")
            message = f"this expires on {expires}, before it was given, on {on[:10]}"
            yield Problem(ID, Severity.ERROR, place, message, "check the years")


def _is_over(on: str, expires: str) -> bool:
    try:
        return read_date(expires) < read_moment(on).date()
    except ValueError:  # the rule no-such-date says it
        return False
