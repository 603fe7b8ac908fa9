"""http-allowed: no password travels over plain http, and nothing allows it without need.

Everyone on the way to the server can read the passwords, and everything the suppliers read with them.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.manifest.rules.plain_http import is_exposed
from reconciler.model.problem import Problem, Severity

ID: Final = "http-allowed"


def check(overview: LintContext) -> Iterator[Problem]:
    """Find an `allowHttp: true`, needed or not."""
    for workspace in overview.manifests.workspaces:
        for name, platform in workspace.spec.get("platforms", {}).items():
            if not platform.get("allowHttp", False):
                continue
            detour = workspace.document.detour("spec", "platforms", name, "allowHttp")
            place = detour or workspace.document.value(platform, "allowHttp")
            if any(is_exposed(platform[key]) for key in ("readUrl", "writeUrl")):
                message = "Passwords for this platform travel over plain http, where everyone on the way can read them."
                hint = (
                    f"Ask the server's administrator for https. For now, add # reconciler: allow {ID} until DATE: why"
                )
            else:
                message, hint = "Neither address uses plain http, so this is not needed.", "Remove this line."
            yield Problem(ID, Severity.ADVICE, place, message, hint)
