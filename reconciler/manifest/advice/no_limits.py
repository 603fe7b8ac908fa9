"""no-limits: a workspace does not switch its limits off.

One mistyped label can take a supplier away from a hundred schools. With limits, someone has to accept such a plan by
name.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.manifest.resolving.layers import NONE
from reconciler.model.problem import Problem, Severity

ID: Final = "no-limits"


def check(overview: LintContext) -> Iterator[Problem]:
    """Find a Workspace with `limits: none`."""
    for workspace in overview.manifests.workspaces:
        if workspace.spec.get("limits") == NONE:
            message = "There is no limit on how much one plan may change."
            hint = (
                "Remove this line. By default revoke is {count: 10, share: 30%}; widenConsent and wordDays have theirs."
            )
            yield Problem(ID, Severity.ADVICE, workspace.document.key(workspace.spec, "limits"), message, hint)
