"""contract-ending: a contract is not over, and does not end within 30 days.

A supplier whose contract is over keeps reading until its ticks are removed.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.manifest.text.typed_scalars import day_of
from reconciler.model.accountability.coming_date import how_near, is_soon
from reconciler.model.problem import Problem, Severity

ID: Final = "contract-ending"


def check(overview: LintContext) -> Iterator[Problem]:
    """Find a `contractEnd` that is past or near, unless the supplier has left."""
    for supplier in overview.manifests.suppliers:
        day = day_of(supplier.spec.get("contractEnd", ""))
        if day is not None and is_soon(day, overview.today) and supplier.spec.get("state") != "retired":
            ends = "ended" if day < overview.today else "ends"
            message = f"The contract with `{supplier.name}` {ends} {how_near(day, overview.today)}."
            hint = "If it continues, write its new end. If not, plan when to remove the supplier's accounts and ticks."
            place = supplier.document.value(supplier.spec, "contractEnd")
            yield Problem(ID, Severity.ADVICE, place, message, hint)
