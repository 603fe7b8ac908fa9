"""Keep one comment on an Azure DevOps pull request, and change it in place: `python3 -I thread.py REPORT ERRORS`.

It reads what Azure Pipelines sets, and SYSTEM_ACCESSTOKEN. The build service needs the permission *Contribute to pull
requests* on the repository. A thread is ours if its first comment begins with our mark and the token's own identity
wrote it. It names the commit that it is about. If there is no REPORT, it repeats the reason in ERRORS.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, Final

sys.path.append(str(Path(__file__).resolve().parents[3] / ".github/actions/reconciler/steps"))
from about import comment_of, is_ours, yields  # found beside this file, and nowhere else

_VERSION: Final = "api-version=7.1"
_SECONDS: Final = 30
_CLOSED: Final = "closed"  # an active thread could block the merge; people decide that


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the token along."""

    def redirect_request(self, *_arguments: object) -> None:
        return None


_OPENER: Final = urllib.request.build_opener(_NoRedirect)


def main(report: Path, errors: Path) -> str | None:
    """Make or change the comment. Return the error, if there is one."""
    project = urllib.parse.quote(os.environ["SYSTEM_TEAMPROJECT"])
    repository = f"{project}/_apis/git/repositories/{os.environ['BUILD_REPOSITORY_ID']}"
    request = f"{repository}/pullRequests/{os.environ['SYSTEM_PULLREQUEST_PULLREQUESTID']}"
    try:
        _keep(request, os.environ["SYSTEM_PULLREQUEST_SOURCECOMMITID"], report, errors)
    except urllib.error.HTTPError as refused:
        return (
            f"No comment was left: {refused.url} was answered with {refused.code}. The build service needs the "
            "permission *Contribute to pull requests* on the repository."
        )
    except (OSError, ValueError) as lost:
        return f"No comment was left: cannot read Azure DevOps' answer ({lost}). Run the job again."
    return None


def _keep(request: str, commit: str, report: Path, errors: Path) -> None:
    threads = f"{request}/threads"
    newest = str(_ask("GET", request)["lastMergeSourceCommit"]["commitId"])
    author = _ask("GET", "_apis/connectionData", version="api-version=7.1-preview.1")["authenticatedUser"]["id"]
    ours = [each for each in _ask("GET", threads)["value"] if _is_ours(each, author)]
    if yields(commit, newest, (each["comments"][0]["content"] for each in ours)):
        return
    content = comment_of(commit, newest, report, errors)
    if ours:
        _ask("PATCH", f"{threads}/{ours[0]['id']}/comments/{ours[0]['comments'][0]['id']}", {"content": content})
        return
    _ask("POST", threads, {"comments": [{"content": content, "commentType": "text"}], "status": _CLOSED})


def _is_ours(thread: dict[str, Any], author: str) -> bool:
    first = (thread.get("comments") or [{}])[0]
    wrote = (first.get("author") or {}).get("id")
    return wrote == author and not thread.get("isDeleted") and is_ours(first.get("content") or "")


def _ask(method: str, path: str, data: object = None, version: str = _VERSION) -> Any:
    address = f"{os.environ['SYSTEM_COLLECTIONURI']}{path}?{version}"
    request = urllib.request.Request(address, method=method)  # noqa: S310  # Azure DevOps' own address
    token = base64.b64encode(f":{os.environ['SYSTEM_ACCESSTOKEN']}".encode()).decode()
    request.add_header("Authorization", f"Basic {token}")
    if data is not None:
        request.data = json.dumps(data).encode()
        request.add_header("Content-Type", "application/json")
    with _OPENER.open(request, timeout=_SECONDS) as answer:
        return json.loads(answer.read())


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
