"""Keep one note on a GitLab merge request, and change it in place: `python3 -I note.py REPORT ERRORS`.

It reads the commit, CI_API_V4_URL, CI_PROJECT_ID and CI_MERGE_REQUEST_IID, as GitLab sets them, and the token in
RECONCILER_NOTE_TOKEN.
A note is ours if it begins with our mark and the token's own user wrote it. It names the commit that it is about. If
there is no REPORT, it repeats the reason in ERRORS.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

sys.path.append(str(Path(__file__).resolve().parents[3] / ".github/actions/reconciler/steps"))
from about import comment_of, is_ours, yields  # found beside this file, and nowhere else
from api import NotFound, Uncertain, gitlab
from runner import StepError

if TYPE_CHECKING:
    from api import Forge

_ADVICE: Final = "RECONCILER_NOTE_TOKEN must be a token of this project with the role Reporter and the scope `api`."


def main(report: Path, errors: Path) -> str | None:
    """Make or change the note, and delete any others of ours. Return the error, if there is one."""
    request = f"/projects/{os.environ['CI_PROJECT_ID']}/merge_requests/{os.environ['CI_MERGE_REQUEST_IID']}"
    # A pipeline for the merged result runs on another commit.
    commit = os.environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA") or os.environ["CI_COMMIT_SHA"]
    try:
        _keep(gitlab(os.environ["RECONCILER_NOTE_TOKEN"], _ADVICE), request, commit, report, errors)
    except StepError as failed:
        return f"No note was left. {failed.title}: {failed} {_ADVICE if isinstance(failed, NotFound) else ''}".rstrip()
    except Uncertain:
        return "No note was left: GitLab's answer was lost. Run the job again."
    return None


def _keep(api: Forge, request: str, commit: str, report: Path, errors: Path) -> None:
    newest = str(api.get(request)["sha"])
    ours = _ours(api, f"{request}/notes")
    if yields(commit, newest, (note["body"] for note in ours)):
        return
    body = {"body": comment_of(commit, newest, report, errors)}
    if not ours:
        api.post(f"{request}/notes", body)
        return
    api.put(f"{request}/notes/{ours[0]['id']}", body)
    for other in ours[1:]:
        api.delete(f"{request}/notes/{other['id']}")


def _ours(api: Forge, notes: str) -> list[dict[str, Any]]:
    """Our notes, the oldest first."""
    author = api.get("/user")["id"]
    listed = api.numbered(notes, {"sort": "asc", "order_by": "created_at"})
    return [note for note in listed if note["author"]["id"] == author and is_ours(note["body"])]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
