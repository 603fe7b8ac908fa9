"""nothing-granted: a supplier has something to read or to write.

One with nothing may be leaving: then its manifest says that all its ticks must go, and goes itself when they are gone.
Or its list was forgotten.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.manifest.resolving.entity_lists import names_read
from reconciler.manifest.resolving.layers import write_back
from reconciler.model.problem import Problem, Severity

ID: Final = "nothing-granted"


def check(overview: LintContext) -> Iterator[Problem]:
    """A supplier with an account, and with neither an entity nor write-back at any school."""
    for supplier in overview.manifests.suppliers:
        if not supplier.tells("entities", "bundles", "writeBack", "via", "overrides", "add"):
            continue
        holders = (supplier.spec, *supplier.overrides)
        if any(any(write_back(one).values()) or one.get("via") == "partner-application" for one in holders):
            continue
        if not any(names_read(supplier)):
            message = f"`{supplier.name}` has nothing to read and nothing to write"
            hint = "list its entities; or, if its accounts are gone, delete this manifest"
            yield Problem(ID, Severity.ADVICE, supplier.origin, message, hint)
