"""username-shared: at one school, one account belongs to one supplier.

Suppliers that share an account have the same entities whatever their manifests say.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.resolving.layers import by_application, deciding, layers
from reconciler.manifest.resolving.placeholders import faults, fill, values
from reconciler.manifest.workspace.manifests import Manifests, Placement
from reconciler.model.address import username_key
from reconciler.model.problem import Problem, Severity

ID: Final = "username-shared"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a username that another supplier has at the same school, once for each pair."""
    first: dict[tuple[str, str], Placement] = {}
    reported: set[tuple[str, str]] = set()
    for placement in manifests.placements:
        if not placement.supplier.tells("schools", "labels", "account", "username", "via", "overrides"):
            continue
        applied = layers(manifests, placement.supplier, placement.overrides)
        layer = None if by_application(applied) else deciding(applied, "account", "username")
        if layer is None or any(faults(layer[1]["username"])):
            continue
        username = _filled(layer[1]["username"], placement)
        first_placement = first.setdefault((placement.school.name, username_key(username)), placement)
        pair = first_placement.supplier.name, placement.supplier.name
        if pair[0] != pair[1] and pair not in reported:
            reported.add(pair)
            yield Problem(
                ID,
                Severity.ERROR,
                layer[0].value(layer[1], "username"),
                f"{pair[0]} and {pair[1]} share the account `{username}` at {placement.school.name}.",
                "Give each its own account, for example with {supplier} in the username.",
            )


def _filled(username: str, placement: Placement) -> str:
    school = placement.school
    return fill(username, values(school.name, school.spec["schoolId"], placement.supplier.name))
