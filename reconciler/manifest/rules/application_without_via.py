"""application-without-via: a supplier that names a partner application uses it somewhere.

Otherwise the supplier is treated as having an account, which it may never have had.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "application-without-via"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find an `application` of a supplier that nowhere has `via: partner-application`."""
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
                    f"`{supplier.name}` names a partner application but does not use it.",
                    "Add via: partner-application, or remove the application.",
                )
