"""no-end-date: a supplier has a day on which its contract ends or is reviewed.

Without a day on which someone asks, old integrations stay connected for years.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.model.problem import Problem, Severity

ID: Final = "no-end-date"


def check(overview: LintContext) -> Iterator[Problem]:
    """Find a supplier with neither `contractEnd` nor `reviewBy`, unless it has left."""
    for supplier in overview.manifests.suppliers:
        dated = not supplier.spec.keys().isdisjoint(("contractEnd", "reviewBy"))
        if supplier.tells("contractEnd", "reviewBy") and not dated and supplier.spec.get("state") != "retired":
            message = f"`{supplier.name}` has no end or review date."
            hint = "Add contractEnd: or reviewBy: with a date, such as the end of the school year."
            yield Problem(ID, Severity.ADVICE, supplier.origin, message, hint)
