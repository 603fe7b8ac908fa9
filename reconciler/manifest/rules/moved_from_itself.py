"""moved-from-itself: a school moved from another platform than the one it is on.

Otherwise suppliers would be sent from an address to the same one.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "moved-from-itself"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a school whose `platform` and `movedFrom.platform` are the same."""
    for school in manifests.schools:
        moved = school.spec.get("movedFrom", {})
        if moved.get("platform") == school.spec["platform"]:
            place = school.document.value(moved, "platform")
            message = f"`{school.name}` is still on the platform that it moved from."
            yield Problem(
                ID, Severity.ERROR, place, message, "Name the platform it was on before, or remove movedFrom."
            )
