"""via-without-application: a supplier that uses a partner application names it.

The name is what a person looks for on Bromcom's page *Partner Applications*.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.resolving.layers import by_application, deciding, layers
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "via-without-application"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a `via: partner-application` without an application at some school."""
    reported = set()
    for placement in manifests.placements:
        if not placement.supplier.tells("schools", "labels", "via", "application", "overrides"):
            continue
        applied = layers(manifests, placement.supplier, placement.overrides)
        via = deciding(applied, "via")
        if via is None or not by_application(applied) or deciding(applied, "application") is not None:
            continue
        if (place := via[0].value(via[1], "via")) not in reported:
            reported.add(place)
            message = f"`{placement.supplier.name}` uses a partner application, but does not name it."
            yield Problem(ID, Severity.ERROR, place, message, "Add application: with its name in Bromcom.")
