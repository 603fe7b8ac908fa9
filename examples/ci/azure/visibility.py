"""Fail unless the Azure DevOps project is known to be private: `python3 -I visibility.py`.

It reads what Azure Pipelines sets, and SYSTEM_ACCESSTOKEN. The reports show what each supplier may read and which
logins are broken: they must not be public.
"""

from __future__ import annotations

import os
import sys
import urllib.parse
from pathlib import Path
from typing import Final

sys.path.append(str(Path(__file__).resolve().parents[3] / ".github/actions/reconciler/steps"))
from api import azure  # found beside this file, and nowhere else
from runner import StepError

_ADVICE: Final = "Let the build service view the project."


def main() -> str | None:
    """Return the error, or None if the project is private."""
    project = urllib.parse.quote(os.environ["SYSTEM_TEAMPROJECT"])
    try:
        told = azure(os.environ["SYSTEM_ACCESSTOKEN"], _ADVICE).get(
            f"/_apis/projects/{project}", {"api-version": "7.1"}
        )
    except StepError as failed:
        return f"Cannot tell whether this project is private. {failed.title}: {failed}"
    visibility = str(told.get("visibility") or "")
    if visibility != "private":
        return f"This project is {visibility or 'not known to be private'}. Make it private to protect the reports."
    return None


if __name__ == "__main__":
    sys.exit(main())
