"""application-without-via: a supplier that names a partner application gets in by it somewhere.

Without `via: partner-application` an account is looked for that the supplier may never have had.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "application-without-via"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Every `application` of a supplier that nowhere has `via: partner-application`."""
    for supplier in manifests.suppliers:
        holders = (supplier.spec, *supplier.overrides)
        if not supplier.tells("via", "overrides") or any(one.get("via") == "partner-application" for one in holders):
            continue
        for holder in holders:
            if "application" in holder:
                yield Problem(
                    ID,
                    Severity.ERROR,
                    supplier.document.key(holder, "application"),
                    f"`{supplier.name}` has a partner application and does not get in by it",
                    "add via: partner-application, or take the application out",
                )
