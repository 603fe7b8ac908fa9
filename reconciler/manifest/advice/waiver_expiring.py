"""waiver-expiring: a waiver has not expired, and does not expire within 30 days.

After its last day the difference counts again, and the nightly job reports it.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.manifest.text.typed_scalars import day_of
from reconciler.model.accountability.coming_date import how_near, is_soon
from reconciler.model.problem import Problem, Severity

ID: Final = "waiver-expiring"


def check(overview: LintContext) -> Iterator[Problem]:
    """Find a waiver whose `expires` is past or near."""
    for waiver in overview.manifests.waivers:
        day = day_of(waiver.spec.get("expires", ""))
        if day is not None and is_soon(day, overview.today):
            near = how_near(day, overview.today)
            if day < overview.today:
                message = f"`{waiver.name}` expired {near}. Its differences count again."
                hint = (
                    "Delete it if the difference is gone. If not, fix the difference, or accept it again with a reason."
                )
            else:
                message = f"`{waiver.name}` expires {near}. Then its differences count again."
                hint = "Fix the difference by then, or accept it again with a reason."
            yield Problem(ID, Severity.ADVICE, waiver.document.value(waiver.spec, "expires"), message, hint)
