"""Fail unless GitLab Pages of this project are known to be private: `python3 -I pages_access.py`.

It reads what GitLab sets, the token in RECONCILER_PAGES_TOKEN, and PAGES_ACCESS_CONTROL. A private project does not
make its Pages private. Where an administrator has not turned access control on, Pages are public whatever a project
says, and GitLab's API does not tell: a person must, with PAGES_ACCESS_CONTROL.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Final

sys.path.append(str(Path(__file__).resolve().parents[3] / ".github/actions/reconciler/steps"))
from api import NotFound, gitlab  # found beside this file, and nowhere else
from runner import StepError

_ADVICE: Final = (
    "RECONCILER_PAGES_TOKEN must be a token of this project with the role Reporter and the scope `read_api`."
)
_CHOOSE: Final = "Under Settings > General > Visibility, set Pages to Only project members."
_CONTROLLED: Final = "gitlab.com"  # it has access control


def main() -> str | None:
    """Return the reason not to publish, or None if only members of the project can read its Pages."""
    reason = reason_against()
    return f"The pages were not published. {reason} They are in this job's artifacts." if reason else None


def reason_against() -> str:
    """Return the reason not to publish; empty if the Pages are private."""
    token = os.environ.get("RECONCILER_PAGES_TOKEN", "")
    if not token:
        return f"This branch has no RECONCILER_PAGES_TOKEN, so it is not known who could read them. {_ADVICE}"
    try:
        answer: Any = gitlab(token, _ADVICE).get(f"/projects/{os.environ['CI_PROJECT_ID']}")
    except StepError as failed:
        advice = f" {_ADVICE}" if isinstance(failed, NotFound) else ""
        return f"GitLab did not say who can read them. {failed.title}: {failed}{advice}"
    level = answer.get("pages_access_level") if isinstance(answer, dict) else None
    if level != "private":
        said = f"are {level!r}, not 'private'" if level else "are not said to be private"
        return f"The Pages of this project {said}. {_CHOOSE}"
    if os.environ.get("CI_SERVER_HOST") != _CONTROLLED and os.environ.get("PAGES_ACCESS_CONTROL") != "yes":
        return (
            "The project's Pages are for its members, but this GitLab may show all Pages to everyone: ask its "
            "administrator if access control of Pages is on. If it is, set PAGES_ACCESS_CONTROL to yes."
        )
    return ""


if __name__ == "__main__":
    sys.exit(main())
