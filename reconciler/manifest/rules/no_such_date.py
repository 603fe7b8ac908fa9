"""no-such-date: a date is in the calendar, and a time in the day.

A day that never comes leaves it unclear what counts when.
"""

from collections.abc import Iterator
from itertools import product
from typing import Final

from reconciler.manifest.resolving.attestations import counts_in
from reconciler.manifest.resolving.rounds import decisions_in
from reconciler.manifest.text.typed_scalars import read_moment
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "no-such-date"
_DATES: Final = (
    *("date", "expires", "contractEnd", "reviewBy", "accessFrom", "accessUntil"),
    *("opened", "due", "closed", "decided"),
)


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a date that does not exist in an attestation, a waiver, a supplier or a round."""
    for manifest in (*manifests.attestations, *manifests.waivers, *manifests.suppliers, *manifests.rounds):
        counted = counts_in(manifest) if manifest in manifests.attestations else ()
        held = product((manifest.spec, *manifest.overrides, *decisions_in(manifest)), _DATES)
        for holder, key in (*held, *((counts, "when") for counts in counted)):
            text = holder.get(key)
            if text is not None and not _comes(text):
                place = manifest.document.value(holder, key)
                yield Problem(
                    ID,
                    Severity.ERROR,
                    place,
                    f"The date {text} does not exist.",
                    "Check the month, the day and the time.",
                )


def _comes(text: str) -> bool:
    try:
        read_moment(text)
    except ValueError:
        return False
    return True
