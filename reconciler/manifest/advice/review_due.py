"""review-due: a supplier is reviewed by the day that was set for it.

Lists of entities only grow, unless someone asks from time to time what is still needed.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.manifest.text.typed_scalars import day_of
from reconciler.model.accountability.coming_date import how_near, is_soon
from reconciler.model.problem import Problem, Severity

ID: Final = "review-due"


def check(overview: LintContext) -> Iterator[Problem]:
    """Find a `reviewBy` that is past or near."""
    for supplier in overview.manifests.suppliers:
        day = day_of(supplier.spec.get("reviewBy", ""))
        if day is not None and is_soon(day, overview.today):
            was = "was" if day < overview.today else "is"
            message = f"The review of `{supplier.name}` {was} due {how_near(day, overview.today)}."
            hint = "Check what it still needs, remove the rest, and write the next date."
            place = supplier.document.value(supplier.spec, "reviewBy")
            yield Problem(ID, Severity.ADVICE, place, message, hint)
