"""unknown-platform: a school is on, and moved from, a platform that is built in or described in the Workspace.

The address of any other platform is unknown.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.resolving.resolve import platforms_of
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity
from reconciler.spelling import did_you_mean

ID: Final = "unknown-platform"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a school's platform that does not exist, if the Workspace could be read."""
    if not manifests.workspace_tells("platforms"):
        return
    names = platforms_of(manifests.workspace_spec)
    for school in manifests.schools:
        for holder in (school.spec, school.spec.get("movedFrom", {})):
            name = holder.get("platform")
            if name is not None and name not in names:
                yield Problem(
                    ID,
                    Severity.ERROR,
                    school.document.value(holder, "platform"),
                    f"There is no platform `{name}`.",
                    did_you_mean(name, names),
                )
