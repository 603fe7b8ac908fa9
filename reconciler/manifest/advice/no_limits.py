"""no-limits: a workspace has limits on how much one plan may change.

A mistyped label lets a supplier drop out of a hundred schools in one line of a change. With limits a plan like that is
not carried out before somebody has said yes to it by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.model.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.manifest.overview import Overview

ID: Final = "no-limits"


def check(overview: Overview) -> Iterator[Problem]:
    """A Workspace without `limits`."""
    for workspace in overview.manifests.workspaces:
        if workspace.tells("limits") and "limits" not in workspace.spec:
            message = "nothing bounds how much one plan may take away or let be read"
            hint = "add limits: {revoke: {count: 10, share: 30%}, widen: {count: 25}}"
            yield Problem(ID, Severity.ADVICE, workspace.origin, message, hint)
