"""The drift issue on GitHub."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import runner
from api import NotFound, github
from keeping import KIND, LABEL, LEFT, Issue, issue_of, keep, night_of
from marks import key, mark_of
from program import FAILED, REPORT

if TYPE_CHECKING:
    from api import Forge


def step() -> None:
    """Bring the issue in line with the findings of the nights so far."""
    report = Path(runner.setting("REPORTS")) / REPORT
    memory = {name: runner.setting(name.upper(), "") for name in ("attention", "fingerprint")}
    night = night_of(key(), runner.setting("STATE", FAILED), memory, report, runner.setting("RUN_URL"))
    if night is None:
        runner.summary(f"The drift issue is unchanged. {LEFT}")
        runner.notice("The drift issue is unchanged", LEFT)
        return
    keep(Issues(github()), night)


class Issues:
    """The issues of the repository, as `keeping` wants them."""

    def __init__(self, api: Forge) -> None:
        self._api = api

    def ours(self, name: str) -> list[Issue]:
        """Our issues for this workspace, the newest first."""
        listed = self._api.pages("/issues", {"state": "all", "sort": "created", "direction": "desc"})
        ours = [each for each in listed if "pull_request" not in each and mark_of(KIND, each) is not None]
        found = [
            issue_of(int(each["number"]), each["title"], each["body"], name, is_open=each["state"] == "open")
            for each in ours
        ]
        return [issue for issue in found if issue is not None]

    def open(self, title: str, body: str) -> None:
        """Make an issue, and its label if the repository has none."""
        try:
            self._api.get(f"/labels/{LABEL}")
        except NotFound:
            about = "Bromcom differs from the manifests"
            self._api.post("/labels", {"name": LABEL, "color": "b60205", "description": about})
        self._api.post("/issues", {"title": title, "body": body, "labels": [LABEL]})

    def change(self, number: int, title: str, body: str) -> None:
        """Give an issue its title and text, and open it."""
        self._api.patch(f"/issues/{number}", {"title": title, "body": body, "state": "open"})

    def close(self, number: int, body: str | None) -> None:
        """Close an issue as completed; without a text as not planned."""
        reason = "not_planned" if body is None else "completed"
        text = {} if body is None else {"body": body}
        self._api.patch(f"/issues/{number}", {**text, "state": "closed", "state_reason": reason})

    def say(self, number: int, text: str) -> None:
        """Add a comment."""
        self._api.post(f"/issues/{number}/comments", {"body": text})

    def warn(self, title: str, message: str) -> None:
        """Show a warning on the run's page."""
        runner.warning(title, message)
