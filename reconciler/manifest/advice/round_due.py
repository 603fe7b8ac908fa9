"""round-due: a round is closed by the day that was set for it.

Until then its decisions are in no manifest, and what it found too much can still be read.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.manifest.text.typed_scalars import day_of
from reconciler.model.accountability.coming_date import how_near, is_soon
from reconciler.model.problem import Problem, Severity

ID: Final = "round-due"


def check(overview: LintContext) -> Iterator[Problem]:
    """Find an open round whose `due` is past or near."""
    for manifest in overview.manifests.rounds:
        day = day_of(manifest.spec.get("due", ""))
        if "closed" in manifest.spec or day is None or not is_soon(day, overview.today):
            continue
        was = "was" if day < overview.today else "is"
        accesses = manifest.spec.get("accesses", {})
        undecided = sum("decision" not in access for access in accesses.values())
        message = (
            f"The round `{manifest.name}` {was} due {how_near(day, overview.today)}: "
            f"{undecided} of {len(accesses)} accesses are not decided."
        )
        hint = f"Decide them, then run `reconciler round close {manifest.name}`."
        yield Problem(ID, Severity.ADVICE, manifest.document.value(manifest.spec, "due"), message, hint)
