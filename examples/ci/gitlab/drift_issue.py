"""Keep one confidential GitLab issue for drift: `python3 -I drift_issue.py REPORTS MEMORY`.

REPORTS is the folder that the night's job left, MEMORY what it remembers of the nights so far. The script reads what
GitLab sets, and the token in RECONCILER_ISSUE_TOKEN. An issue is ours if it begins with our mark and the token's own
user wrote it. RECONCILER_KEY keeps the issues of several workspaces apart.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

sys.path.append(str(Path(__file__).resolve().parents[3] / ".github/actions/reconciler/steps"))
from api import NotFound, gitlab  # found beside this file, and nowhere else
from keeping import LABEL, LEFT, Issue, issue_of, keep, night_in
from runner import StepError

if TYPE_CHECKING:
    from api import Forge

_ADVICE: Final = (
    "RECONCILER_ISSUE_TOKEN must be a token of this project with the role Reporter and the scope `api`, and the "
    "project must have issues."
)


def main(reports: Path, memory: Path) -> str | None:
    """Bring the issue in line. Return the error, if there is one."""
    token = os.environ.get("RECONCILER_ISSUE_TOKEN", "")
    if not token:
        print("No issue is kept: this branch has no RECONCILER_ISSUE_TOKEN.")
        return None
    try:
        night = night_in(reports, memory, os.environ["CI_PIPELINE_URL"])
        if night is None:
            print(f"The drift issue is unchanged. {LEFT}")
            return None
        api = gitlab(token, _ADVICE)
        keep(Issues(api, f"/projects/{os.environ['CI_PROJECT_ID']}/issues"), night)
    except StepError as failed:
        advice = f" {_ADVICE}" if isinstance(failed, NotFound) else ""
        return f"The drift issue was not updated. {failed.title}: {failed}{advice}"
    return None


class Issues:
    """The issues of a project, as `keeping` wants them."""

    def __init__(self, api: Forge, issues: str) -> None:
        self._api, self._issues = api, issues

    def ours(self, name: str) -> list[Issue]:
        """Our issues for this workspace, the newest first."""
        author = self._api.get("/user")["id"]
        query = {"author_id": str(author), "scope": "all", "state": "all", "order_by": "created_at", "sort": "desc"}
        listed = self._api.numbered(self._issues, query)
        found = [_issue(each, name) for each in listed if each["author"]["id"] == author]
        return [issue for issue in found if issue is not None]

    def open(self, title: str, body: str) -> None:
        """Make an issue; GitLab makes its label."""
        self._api.post(self._issues, {**_about(title, body), "labels": LABEL})

    def change(self, number: int, title: str, body: str) -> None:
        """Give an issue its title and text, and open it."""
        self._api.put(f"{self._issues}/{number}", {**_about(title, body), "state_event": "reopen"})

    def close(self, number: int, body: str | None) -> None:
        """Close an issue, with a last text if there is one."""
        text = {} if body is None else {"description": body}
        self._api.put(f"{self._issues}/{number}", {**text, "state_event": "close"})

    def say(self, number: int, text: str) -> None:
        """Add a note."""
        self._api.post(f"{self._issues}/{number}/notes", {"body": text})

    def warn(self, title: str, message: str) -> None:
        """Print a warning."""
        print(f"{title}. {message}")


def _about(title: str, body: str) -> dict[str, object]:
    return {"title": title, "description": body, "confidential": True}


def _issue(item: dict[str, Any], name: str) -> Issue | None:
    return issue_of(
        int(item["iid"]),
        item["title"],
        item["description"] or "",
        name,
        is_open=item["state"] == "opened",
        is_whole=item["confidential"],
    )


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
