"""moved-from-itself: a school moved from another platform than it is on.

Suppliers would be sent from an address to the same one.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "moved-from-itself"


def check(manifests: Manifests) -> Iterator[Problem]:
    """A school whose `platform` and `movedFrom.platform` are one."""
    for school in manifests.schools:
        moved = school.spec.get("movedFrom", {})
        if moved.get("platform") == school.spec["platform"]:
            place = school.document.value(moved, "platform")
            message = f"`{school.name}` is on the platform that it moved from"
            yield Problem(ID, Severity.ERROR, place, message, "say where it was before, or take movedFrom out")
