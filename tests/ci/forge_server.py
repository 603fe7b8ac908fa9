"""As much of GitLab and of Azure DevOps as their examples ask: notes and threads, issues and work items, tokens, and a
kept snapshot."""

from __future__ import annotations

import base64
import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from tests.ci import azure_items, gitlab_issues

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTE_TOKEN, PAGES_TOKEN, JOB_TOKEN, ACCESS_TOKEN = "glpat-note", "glpat-pages", "glcbt-job", "azure-access"
OURS, SOMEBODY = 7, 8
BUILD_SERVICE = "build-service"
_NOTES = r"/projects/5/merge_requests/3/notes"
_THREADS = r"/access/_apis/git/repositories/9/pullRequests/3/threads"


_ISSUE_TOKENS = {
    gitlab_issues.ISSUE_TOKEN,
    gitlab_issues.GUEST_TOKEN,
    gitlab_issues.READ_TOKEN,
    gitlab_issues.FOREIGN_TOKEN,
}
_IDENTITIES = {
    ACCESS_TOKEN: BUILD_SERVICE,
    azure_items.PERSONAL_TOKEN: azure_items.A_PERSON,
    azure_items.VIEWER_TOKEN: azure_items.A_COLLEAGUE,
}


class ForgeServer:
    """The server. `kept` is what the last night kept by its path, `notes` and `threads` what stands on the request,
    `project` what GitLab says of the project to whoever may read it."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.project: Any = {"id": 5}
        self.notes: list[dict[str, Any]] = []
        self.threads: list[dict[str, Any]] = []
        self.visibility = "private"
        self.head = ""  # the newest commit of the request
        self.issues = gitlab_issues.Issues()
        self.items = azure_items.Items()
        self.lost: list[tuple[str, bool]] = []  # answers that get lost: the end of the path, and whether it was done
        server = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                data = json.loads(self.rfile.read(length)) if length else {}
                status, content = server.handle(self.command, self.path, dict(self.headers), data)
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _answer  # noqa: N815  # the names are http.server's

            def log_message(self, *_arguments: object) -> None:
                """Nobody reads it."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """Where it serves; for Azure DevOps a `/` belongs behind it."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def note(self, body: str, author: int = OURS) -> None:
        """Somebody writes a note."""
        self.notes.append({"id": len(self.notes) + 1, "body": body, "author": {"id": author}})

    def thread(self, content: str, author: str = BUILD_SERVICE, status: str = "active") -> None:
        """Somebody starts a thread."""
        comment = {"id": 1, "author": {"id": author}, "content": content}
        self.threads.append({"id": len(self.threads) + 1, "status": status, "comments": [comment]})

    def handle(self, method: str, target: str, headers: Mapping[str, str], data: Any) -> tuple[int, bytes]:
        """The status and the content of the answer."""
        parts = urlsplit(target)
        path, query = unquote(parts.path), parse_qs(parts.query)
        if "/jobs/artifacts/main/raw/" in path:
            kept = self.kept.get(path.partition("/raw/")[2])
            return (200, kept) if kept is not None and headers.get("JOB-TOKEN") == JOB_TOKEN else (404, b"")
        trouble = next((each for each in self.lost if method == "POST" and path.endswith(each[0])), None)
        if trouble:
            self.lost.remove(trouble)
        answer = self._routed(method, path, headers, query, data) if trouble is None or trouble[1] else (504, b"{}")
        return (504, b"{}") if trouble else answer

    def _routed(
        self, method: str, path: str, headers: Mapping[str, str], query: Mapping[str, list[str]], data: Any
    ) -> tuple[int, bytes]:
        token = headers.get("Private-Token", headers.get("PRIVATE-TOKEN"))
        if token == PAGES_TOKEN and path == "/projects/5":
            return _json(self.project)
        if token == NOTE_TOKEN:
            return self._gitlab(method, path, query, data)
        if token in _ISSUE_TOKENS:
            status, told = self.issues.handle(token, method, path, query, data)
            return _json(told, status)
        given = base64.b64decode(headers.get("Authorization", "").removeprefix("Basic ")).decode().removeprefix(":")
        if given == azure_items.EXPIRED_TOKEN:
            return 203, b"<html>Sign in</html>"
        if given not in _IDENTITIES:
            return 401, b"{}"
        if path == "/_apis/connectionData":
            return _json({"authenticatedUser": {"id": _IDENTITIES[given]}})
        if "/_apis/wit/" in path:
            kind = headers.get("Content-Type", headers.get("Content-type", "")) if method != "GET" else ""
            status, told = self.items.handle(_IDENTITIES[given], method, path, query, kind, data or None)
            return _json(told, status)
        return self._azure(method, path, data)

    def _gitlab(
        self, method: str, path: str, query: Mapping[str, list[str]], data: Mapping[str, Any]
    ) -> tuple[int, bytes]:
        if path == "/user":
            return _json({"id": OURS})
        if (method, path) == ("GET", _NOTES.removesuffix("/notes")):
            return _json({"iid": 3, "sha": self.head})
        if (method, path) == ("GET", _NOTES):
            size, number = int(query["per_page"][0]), int(query["page"][0])
            return _json(self.notes[size * (number - 1) : size * number])
        if (method, path) == ("POST", _NOTES):
            self.note(data["body"])
            return _json(self.notes[-1], 201)
        found = re.fullmatch(rf"{_NOTES}/(\d+)", path)
        note = next(each for each in self.notes if found and each["id"] == int(found[1]))
        if method == "DELETE":
            self.notes.remove(note)
            return 204, b""
        note["body"] = data["body"]
        return _json(note)

    def _azure(self, method: str, path: str, data: Mapping[str, Any]) -> tuple[int, bytes]:
        if path == "/_apis/projects/access":
            return _json({"name": "access", "visibility": self.visibility})
        if (method, path) == ("GET", _THREADS.removesuffix("/threads")):
            return _json({"pullRequestId": 3, "lastMergeSourceCommit": {"commitId": self.head}})
        if (method, path) == ("GET", _THREADS):
            return _json({"value": self.threads})
        if (method, path) == ("POST", _THREADS):
            self.thread(data["comments"][0]["content"], status=data["status"])
            return _json(self.threads[-1])
        found = re.fullmatch(rf"{_THREADS}/(\d+)/comments/1", path)
        assert found
        assert method == "PATCH"
        comment = self.threads[int(found[1]) - 1]["comments"][0]
        comment["content"] = data["content"]
        return _json(comment)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def _json(data: object, status: int = 200) -> tuple[int, bytes]:
    return status, json.dumps(data).encode()
