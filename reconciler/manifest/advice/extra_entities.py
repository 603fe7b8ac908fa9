"""extra-entities: entities that are granted and not declared are differences.

With `extraEntities: report` or `ignore` they are none, and that is where data leaks. Both are for the time of adoption.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.model.problem import Problem, Severity

ID: Final = "extra-entities"
_WHAT: Final = {
    "report": "is mentioned in plans, and is no difference",
    "ignore": "is left out of every plan",
}


def check(overview: LintContext) -> Iterator[Problem]:
    """An `extraEntities` that is not `revoke`."""
    manifests = overview.manifests
    for manifest in (*manifests.workspaces, *manifests.suppliers):
        for holder in (manifest.spec, *manifest.overrides):
            what = _WHAT.get(holder.get("extraEntities", ""))
            if what is not None:
                message = f"what somebody ticks beside the declared entities {what}"
                hint = (
                    f"take it out when the manifests are complete; until then, # reconciler: allow {ID} until DATE: why"
                )
                place = manifest.document.value(holder, "extraEntities")
                yield Problem(ID, Severity.ADVICE, place, message, hint)
