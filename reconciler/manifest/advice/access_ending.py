"""access-ending: no supplier's access begins or ends within 30 days.

A person then has work in Bromcom, and the supplier, or whoever relies on it, should hear of it before.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.manifest.text.typed_scalars import day_of
from reconciler.model.accountability.coming_date import how_near, is_soon
from reconciler.model.problem import Problem, Severity

ID: Final = "access-ending"
_TURNS: Final = {
    "accessFrom": ("begins", "Have its account ready by then: until that day a plan expects none that works."),
    "accessUntil": ("has its last day", "If it goes on, write its new last day. If not, plan who closes its accounts."),
}


def check(overview: LintContext) -> Iterator[Problem]:
    """Find an `accessFrom` or `accessUntil` that is near, of a supplier or of one of its overrides."""
    for supplier in overview.manifests.suppliers:
        for holder in (supplier.spec, *supplier.overrides):
            for key, (turns, hint) in _TURNS.items():
                day = day_of(holder.get(key, ""))
                if day is not None and day >= overview.today and is_soon(day, overview.today):
                    message = f"The access of `{supplier.name}` {turns} {how_near(day, overview.today)}."
                    yield Problem(ID, Severity.ADVICE, supplier.document.value(holder, key), message, hint)
