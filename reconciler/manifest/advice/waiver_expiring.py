"""waiver-expiring: a waiver has not expired, and does not within 30 days.

After its last day the difference counts again, in the nightly job first.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.manifest.text.typed_scalars import day_of, how_near, is_soon
from reconciler.model.problem import Problem, Severity

ID: Final = "waiver-expiring"


def check(overview: LintContext) -> Iterator[Problem]:
    """A waiver whose `expires` is past or near."""
    for waiver in overview.manifests.waivers:
        day = day_of(waiver.spec.get("expires", ""))
        if day is not None and is_soon(day, overview.today):
            near = how_near(day, overview.today)
            if day < overview.today:
                message = f"`{waiver.name}` expired {near}: what it accepted is a difference again"
                hint = "delete it if the difference is gone; if not, mend that, or accept it anew with a reason"
            else:
                message = f"`{waiver.name}` expires {near}: what it accepts is a difference after that"
                hint = "mend the difference by then, or accept it anew with a reason"
            yield Problem(ID, Severity.ADVICE, waiver.document.value(waiver.spec, "expires"), message, hint)
