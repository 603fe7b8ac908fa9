"""Keep one note on a GitLab merge request, and change it in place: `python3 -I note.py REPORT`.

It reads CI_API_V4_URL, CI_PROJECT_ID and CI_MERGE_REQUEST_IID, which GitLab sets, and RECONCILER_NOTE_TOKEN. A note is
ours where it begins with our mark and was written by the token's own user.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import Any, Final

_MARK: Final = "<!-- reconciler:review -->"
_PER_PAGE: Final = 100
_SECONDS: Final = 30


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the token along."""

    def redirect_request(self, *_arguments: object) -> None:
        return None


_OPENER: Final = urllib.request.build_opener(_NoRedirect)


def main(report: Path) -> None:
    """Make the note, or change the one that is there; more of ours than one are taken away."""
    request = f"/projects/{os.environ['CI_PROJECT_ID']}/merge_requests/{os.environ['CI_MERGE_REQUEST_IID']}/notes"
    body = {"body": f"{_MARK}\n{_told(report)}"}
    ours = _ours(request)
    if not ours:
        _ask("POST", request, body)
        return
    _ask("PUT", f"{request}/{ours[0]}", body)
    for other in ours[1:]:
        _ask("DELETE", f"{request}/{other}")


def _told(report: Path) -> str:
    if report.is_file():
        return report.read_text(encoding="utf-8")
    return "### There is no review: the run failed\n\nThe log of the job says why. Nothing is known of this change.\n"


def _ours(request: str) -> list[int]:
    """The ids of our notes, the oldest first."""
    author = _ask("GET", "/user")["id"]
    notes: list[dict[str, Any]] = []
    page = 1
    while len(notes) == (page - 1) * _PER_PAGE:
        notes += _ask("GET", f"{request}?sort=asc&order_by=created_at&per_page={_PER_PAGE}&page={page}")
        page += 1
    return [note["id"] for note in notes if note["author"]["id"] == author and note["body"].startswith(_MARK)]


def _ask(method: str, path: str, data: object = None) -> Any:
    address = os.environ["CI_API_V4_URL"] + path
    request = urllib.request.Request(address, method=method)  # noqa: S310  # GitLab's own address
    request.add_header("PRIVATE-TOKEN", os.environ["RECONCILER_NOTE_TOKEN"])
    if data is not None:
        request.data = json.dumps(data).encode()
        request.add_header("Content-Type", "application/json")
    with _OPENER.open(request, timeout=_SECONDS) as answer:
        content = answer.read()
    return json.loads(content) if content else None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
