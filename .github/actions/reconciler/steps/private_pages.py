"""Tell if this repository's GitHub Pages are private. Pages are published only if GitHub itself says so.

| GitHub answers             | then it is | and                                           |
|----------------------------|------------|-----------------------------------------------|
| `public` is false          | private    | the pages are published                       |
| `public` is true           | public     | nothing is published                          |
| anything else, or nothing  | unknown    | nothing is published                          |

A private repository does not make its Pages private.
"""

from __future__ import annotations

from typing import Any, Final

import runner
from api import NotFound, github
from runner import StepError

_KEPT: Final = "They are in an artifact of this run."
_CHOOSE: Final = "Under Settings > Pages, set the source to GitHub Actions and the visibility to Private."
_PLAN: Final = "If there is no such choice, your plan has no private Pages: read the artifact."
_PUBLIC: Final = (
    "Everyone on the internet can read this repository's Pages. What was published before is public too: under "
    f"Settings > Pages, unpublish it. Then set the visibility to Private. {_PLAN}"
)
_NO_PAGES: Final = f"This repository has no Pages, or the job may not see them (`pages: write`). {_CHOOSE} {_PLAN}"
_UNCLEAR: Final = f"GitHub does not say if this repository's Pages are private. {_CHOOSE} {_PLAN}"


def step() -> None:
    """Output `private`, and say why nothing is published if the Pages are not known to be private."""
    reason = reason_against()
    runner.output("private", "false" if reason else "true")
    if reason:
        runner.warning("The pages were not published", f"{reason} {_KEPT}")
        runner.summary(f"> **The pages were not published.** {reason} {_KEPT}")


def reason_against() -> str:
    """Return the reason not to publish; empty if GitHub says that the Pages are private."""
    try:
        answer: Any = github().get("/pages")
    except NotFound:
        return _NO_PAGES
    except StepError as failed:
        return f"GitHub did not say if this repository's Pages are private. {failed}"
    public = answer.get("public") if isinstance(answer, dict) else None
    if public is False:
        return ""
    return _PUBLIC if public is True else _UNCLEAR
