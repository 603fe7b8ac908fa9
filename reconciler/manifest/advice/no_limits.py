"""no-limits: a workspace does not switch its limits off.

A mistyped label lets a supplier drop out of a hundred schools in one line of a change. With limits a plan like that is
not carried out before somebody has said yes to it by name.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.manifest.resolving.layers import NONE
from reconciler.model.problem import Problem, Severity

ID: Final = "no-limits"


def check(overview: LintContext) -> Iterator[Problem]:
    """A Workspace with `limits: none`."""
    for workspace in overview.manifests.workspaces:
        if workspace.spec.get("limits") == NONE:
            message = "no limit on how much one plan may take away, or let be read"
            hint = "take it out: by default revoke is {count: 10, share: 30%}, and widenConsent and wordDays hold too"
            yield Problem(ID, Severity.ADVICE, workspace.document.key(workspace.spec, "limits"), message, hint)
