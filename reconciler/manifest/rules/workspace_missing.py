"""workspace-missing: a folder of manifests has one Workspace.

Without it there is no name to head a plan, and limits and defaults that somebody believes in would not hold.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.model.origin import Origin
from reconciler.model.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.manifest.manifests import Manifests

ID: Final = "workspace-missing"


def check(manifests: Manifests) -> Iterator[Problem]:
    """A folder without a Workspace; said only where every file could be read."""
    if manifests.complete and not manifests.workspaces:
        yield Problem(
            ID,
            Severity.ERROR,
            Origin("reconciler.yaml", 1, 1),
            "this folder has no Workspace",
            "make a file reconciler.yaml with kind: Workspace and a metadata.name",
        )
