"""platform-redefined: a built-in platform keeps its addresses.

Passwords are sent to these addresses. A manifest must not quietly move `scomis` elsewhere.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.catalogue import platforms
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "platform-redefined"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a platform of the Workspace with the name of a built-in one."""
    for workspace in manifests.workspaces:
        own = workspace.spec.get("platforms", {})
        for name in own:
            if name in platforms():
                yield Problem(
                    ID,
                    Severity.ERROR,
                    workspace.document.key(own, name),
                    f"The platform `{name}` is built in and cannot be redefined.",
                    "Give yours another name, and use that name in the schools.",
                )
