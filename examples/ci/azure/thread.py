"""Keep one comment on an Azure DevOps pull request, and change it in place: `python3 -I thread.py REPORT`.

It reads what Azure Pipelines sets, and SYSTEM_ACCESSTOKEN. The build service needs the permission *Contribute to pull
requests* on the repository. A thread is ours where its first comment begins with our mark and the token's own identity
wrote it.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, Final

_MARK: Final = "<!-- reconciler:review -->"
_VERSION: Final = "api-version=7.1"
_SECONDS: Final = 30
_CLOSED: Final = "closed"  # so that it holds up no merge by itself; people decide that


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would take the token along."""

    def redirect_request(self, *_arguments: object) -> None:
        return None


_OPENER: Final = urllib.request.build_opener(_NoRedirect)


def main(report: Path) -> None:
    """Make the comment, or change the one that is there."""
    project = urllib.parse.quote(os.environ["SYSTEM_TEAMPROJECT"])
    repository = f"{project}/_apis/git/repositories/{os.environ['BUILD_REPOSITORY_ID']}"
    threads = f"{repository}/pullRequests/{os.environ['SYSTEM_PULLREQUEST_PULLREQUESTID']}/threads"
    content = f"{_MARK}\n{_told(report)}"
    author = _ask("GET", "_apis/connectionData", version="api-version=7.1-preview.1")["authenticatedUser"]["id"]
    ours = [each for each in _ask("GET", threads)["value"] if _is_ours(each, author)]
    if ours:
        _ask("PATCH", f"{threads}/{ours[0]['id']}/comments/{ours[0]['comments'][0]['id']}", {"content": content})
        return
    _ask("POST", threads, {"comments": [{"content": content, "commentType": "text"}], "status": _CLOSED})


def _told(report: Path) -> str:
    if report.is_file():
        return report.read_text(encoding="utf-8")
    return "### There is no review: the run failed\n\nThe log of the run says why. Nothing is known of this change.\n"


def _is_ours(thread: dict[str, Any], author: str) -> bool:
    first = (thread.get("comments") or [{}])[0]
    wrote = (first.get("author") or {}).get("id")
    return wrote == author and not thread.get("isDeleted") and (first.get("content") or "").startswith(_MARK)


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
    main(Path(sys.argv[1]))
