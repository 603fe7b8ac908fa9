"""nothing-granted: a supplier has something to read or to write.

It may be leaving: its manifest then says that all its ticks must go, and is deleted afterwards. Or its list was
forgotten.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.manifest.resolving.entity_lists import names_read
from reconciler.manifest.resolving.layers import write_back
from reconciler.model.problem import Problem, Severity

ID: Final = "nothing-granted"


def check(overview: LintContext) -> Iterator[Problem]:
    """Find a supplier with an account that has neither an entity nor write-back at any school."""
    for supplier in overview.manifests.suppliers:
        if not supplier.tells("entities", "bundles", "writeBack", "via", "overrides", "add"):
            continue
        holders = (supplier.spec, *supplier.overrides)
        if any(any(write_back(one).values()) or one.get("via") == "partner-application" for one in holders):
            continue
        if not any(names_read(supplier)):
            message = f"`{supplier.name}` has nothing to read and nothing to write."
            hint = "List its entities, or delete this manifest if its accounts are gone."
            yield Problem(ID, Severity.ADVICE, supplier.origin, message, hint)
