"""no-end-date: a supplier has a day on which its contract ends, or on which somebody looks at it again.

Old integrations are left on because no day makes anybody ask. Either date is enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.model.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.manifest.linting.context import LintContext

ID: Final = "no-end-date"


def check(overview: LintContext) -> Iterator[Problem]:
    """A supplier with neither `contractEnd` nor `reviewBy`."""
    for supplier in overview.manifests.suppliers:
        if supplier.tells("contractEnd", "reviewBy") and supplier.spec.keys().isdisjoint(("contractEnd", "reviewBy")):
            message = f"nothing says until when `{supplier.name}` is needed, or when somebody asks again"
            hint = "add contractEnd: or reviewBy: with a date, such as the end of the school year"
            yield Problem(ID, Severity.ADVICE, supplier.origin, message, hint)
