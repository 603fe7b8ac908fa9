"""Keep one comment on an Azure DevOps pull request, and change it in place: `python3 -I thread.py REPORT ERRORS`.

It reads what Azure Pipelines sets, and SYSTEM_ACCESSTOKEN. The build service needs the permission *Contribute to pull
requests* on the repository. A thread is ours if its first comment begins with our mark and the token's own identity
wrote it. It names the commit that it is about. If there is no REPORT, it repeats the reason in ERRORS.
"""

from __future__ import annotations

import os
import sys
import urllib.parse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

sys.path.append(str(Path(__file__).resolve().parents[3] / ".github/actions/reconciler/steps"))
from about import comment_of, is_ours, yields  # found beside this file, and nowhere else
from api import Uncertain, azure
from runner import StepError

if TYPE_CHECKING:
    from api import Forge

_ADVICE: Final = "The build service needs the permission *Contribute to pull requests* on the repository."
_VERSION: Final = {"api-version": "7.1"}
_OF_CONNECTION: Final = {"api-version": "7.1-preview.1"}
_CLOSED: Final = "closed"  # an active thread could block the merge; people decide that


def main(report: Path, errors: Path) -> str | None:
    """Make or change the comment. Return the error, if there is one."""
    project = urllib.parse.quote(os.environ["SYSTEM_TEAMPROJECT"])
    repository = f"/{project}/_apis/git/repositories/{os.environ['BUILD_REPOSITORY_ID']}"
    request = f"{repository}/pullRequests/{os.environ['SYSTEM_PULLREQUEST_PULLREQUESTID']}"
    commit = os.environ["SYSTEM_PULLREQUEST_SOURCECOMMITID"]
    try:
        _keep(azure(os.environ["SYSTEM_ACCESSTOKEN"], _ADVICE), request, commit, report, errors)
    except StepError as failed:
        return f"No comment was left. {failed.title}: {failed}"
    except Uncertain:
        return "No comment was left: Azure DevOps' answer was lost. Run the job again."
    return None


def _keep(api: Forge, request: str, commit: str, report: Path, errors: Path) -> None:
    threads = f"{request}/threads"
    newest = str(api.get(request, _VERSION)["lastMergeSourceCommit"]["commitId"])
    author = api.get("/_apis/connectionData", _OF_CONNECTION)["authenticatedUser"]["id"]
    ours = [each for each in api.get(threads, _VERSION)["value"] if _is_ours(each, author)]
    if yields(commit, newest, (each["comments"][0]["content"] for each in ours)):
        return
    content = comment_of(commit, newest, report, errors)
    if ours:
        first = f"{threads}/{ours[0]['id']}/comments/{ours[0]['comments'][0]['id']}"
        api.patch(first, {"content": content}, _VERSION)
        return
    thread = {"comments": [{"content": content, "commentType": "text"}], "status": _CLOSED}
    api.post(threads, thread, _VERSION)


def _is_ours(thread: dict[str, Any], author: str) -> bool:
    first = (thread.get("comments") or [{}])[0]
    wrote = (first.get("author") or {}).get("id")
    return wrote == author and not thread.get("isDeleted") and is_ours(first.get("content") or "")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
