"""extra-entities: entities that are granted and not declared are differences.

With `report` or `ignore`, extra ticks do not count as differences, and that is where data leaks. Both settings are
for the time of adoption.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.model.problem import Problem, Severity

ID: Final = "extra-entities"
_EFFECT: Final = {
    "report": "are listed in plans, but do not count as differences",
    "ignore": "are left out of every plan",
}


def check(overview: LintContext) -> Iterator[Problem]:
    """Find an `extraEntities` that is not `revoke`."""
    manifests = overview.manifests
    for manifest in (*manifests.workspaces, *manifests.suppliers):
        for holder in (manifest.spec, *manifest.overrides):
            what = _EFFECT.get(holder.get("extraEntities", ""))
            if what is not None:
                message = f"Entities that are ticked but not declared {what}."
                hint = (
                    f"Remove it once the manifests are complete. For now, add # reconciler: allow {ID} until DATE: why"
                )
                place = manifest.document.value(holder, "extraEntities")
                yield Problem(ID, Severity.ADVICE, place, message, hint)
