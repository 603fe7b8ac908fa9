"""ends-before-it-begins: an access has a day on which it counts.

Of one whose last day is before its first nothing is ever expected. One of the two dates is mistyped, probably the year.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.resolving.layers import deciding, layers
from reconciler.manifest.text.typed_scalars import day_of
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Origin, Problem, Severity

ID: Final = "ends-before-it-begins"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find an `accessUntil` before the `accessFrom` that counts with it, each place once."""
    found: set[Origin] = set()
    for supplier, _, overrides in manifests.placements:
        if not supplier.tells("accessFrom", "accessUntil", "overrides"):
            continue
        in_order = layers(manifests, supplier, overrides)
        begins, ends = deciding(in_order, "accessFrom"), deciding(in_order, "accessUntil")
        if not (begins and ends):
            continue
        first, last = day_of(begins[1]["accessFrom"]), day_of(ends[1]["accessUntil"])
        place = ends[0].value(ends[1], "accessUntil")
        if first and last and last < first and place not in found:
            found.add(place)
            message = f"The access of `{supplier.name}` ends on {last}, before it begins on {first}."
            yield Problem(ID, Severity.ERROR, place, message, "Check the years.")
