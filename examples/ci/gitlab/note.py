"""Keep one note on a GitLab merge request, and change it in place: `python3 -I note.py REPORT ERRORS`.

It reads the commit, CI_API_V4_URL, CI_PROJECT_ID and CI_MERGE_REQUEST_IID, as GitLab sets them, and the token in
RECONCILER_NOTE_TOKEN.
A note is ours if it begins with our mark and the token's own user wrote it. It names the commit that it is about. If
there is no REPORT, it repeats the reason in ERRORS.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Final

sys.path.append(str(Path(__file__).resolve().parents[3] / ".github/actions/reconciler/steps"))
from about import comment_of, is_ours, yields  # found beside this file, and nowhere else

_PER_PAGE: Final = 100
_SECONDS: Final = 30


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the token along."""

    def redirect_request(self, *_arguments: object) -> None:
        return None


_OPENER: Final = urllib.request.build_opener(_NoRedirect)


def main(report: Path, errors: Path) -> str | None:
    """Make or change the note, and delete any others of ours. Return the error, if there is one."""
    request = f"/projects/{os.environ['CI_PROJECT_ID']}/merge_requests/{os.environ['CI_MERGE_REQUEST_IID']}"
    # A pipeline for the merged result runs on another commit.
    commit = os.environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or os.environ["CI_COMMIT_SHA"]
    try:
        _keep(request, commit, report, errors)
    except urllib.error.HTTPError as refused:
        return f"No note was left: {refused.url} was answered with {refused.code}. {_advice(refused.code)}"
    except (OSError, ValueError) as lost:
        return f"No note was left: cannot read GitLab's answer ({lost}). Run the job again."
    return None


def _advice(status: int) -> str:
    if status in (401, 403, 404):
        return "RECONCILER_NOTE_TOKEN must be a token of this project with the role Reporter and the scope `api`."
    return "Run the job again."


def _keep(request: str, commit: str, report: Path, errors: Path) -> None:
    newest = str(_ask("GET", request)["sha"])
    ours = _ours(f"{request}/notes")
    if yields(commit, newest, (note["body"] for note in ours)):
        return
    body = {"body": comment_of(commit, newest, report, errors)}
    if not ours:
        _ask("POST", f"{request}/notes", body)
        return
    _ask("PUT", f"{request}/notes/{ours[0]['id']}", body)
    for other in ours[1:]:
        _ask("DELETE", f"{request}/notes/{other['id']}")


def _ours(notes_of: str) -> list[dict[str, Any]]:
    """Our notes, the oldest first."""
    author = _ask("GET", "/user")["id"]
    notes: list[dict[str, Any]] = []
    page = 1
    while len(notes) == (page - 1) * _PER_PAGE:
        notes += _ask("GET", f"{notes_of}?sort=asc&order_by=created_at&per_page={_PER_PAGE}&page={page}")
        page += 1
    return [note for note in notes if note["author"]["id"] == author and is_ours(note["body"])]


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
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
