"""http-allowed: no password travels over plain http, and nothing allows it without need.

Where `allowHttp: true` stands, everybody on the way to the server can read the passwords, and later everything that
the suppliers read with them.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.linting.context import LintContext
from reconciler.manifest.rules.plain_http import is_exposed
from reconciler.model.problem import Problem, Severity

ID: Final = "http-allowed"


def check(overview: LintContext) -> Iterator[Problem]:
    """An `allowHttp: true`: with an address that needs it, and with none."""
    for workspace in overview.manifests.workspaces:
        for name, platform in workspace.spec.get("platforms", {}).items():
            if not platform.get("allowHttp", False):
                continue
            detour = workspace.document.detour("spec", "platforms", name, "allowHttp")
            place = detour or workspace.document.value(platform, "allowHttp")
            if any(is_exposed(platform[key]) for key in ("readUrl", "writeUrl")):
                message = "passwords for this platform travel over plain http, where everybody on the way can read them"
                hint = f"ask whoever runs the server for https; until then, # reconciler: allow {ID} until DATE: why"
            else:
                message, hint = "both addresses do without plain http: this allows it without need", "take it out"
            yield Problem(ID, Severity.ADVICE, place, message, hint)
