"""no-end-date: a supplier has a day on which its contract ends, or on which somebody looks at it again.

Old integrations are left on because no day makes anybody ask. Either date is enough.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.model.problem import Problem, Severity

ID: Final = "no-end-date"


def check(overview: LintContext) -> Iterator[Problem]:
    """A supplier with neither `contractEnd` nor `reviewBy`."""
    for supplier in overview.manifests.suppliers:
        if supplier.tells("contractEnd", "reviewBy") and supplier.spec.keys().isdisjoint(("contractEnd", "reviewBy")):
            message = f"nothing says until when `{supplier.name}` is needed, or when somebody asks again"
            hint = "add contractEnd: or reviewBy: with a date, such as the end of the school year"
            yield Problem(ID, Severity.ADVICE, supplier.origin, message, hint)
