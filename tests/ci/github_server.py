"""A small GitHub that works: issues, comments, labels, runs, artifacts and commits of one repository, over real HTTP.

It knows which permission each call needs, as GitHub documents it, and refuses a token that was not given it.
"""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, unquote, urlsplit
from zipfile import ZipFile

from tests.ci.github_routes import STORAGE, Answer, Refused, answer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

BOT = "github-actions[bot]"
REPOSITORY = "example-trust/access"


@dataclass
class Hub:
    """What the repository holds. `tokens` are {token: {permission: `read` or `write`}}; `pages` is what GitHub says of
    its Pages, None if it has none, and `published` the pages of each deployment."""

    private: bool = True
    default_branch: str = "main"
    branches: dict[str, str] = field(default_factory=dict)
    histories: dict[str, list[str]] = field(default_factory=dict)  # {commit: it and all before it}
    pulls: set[int] = field(default_factory=set)
    heads: dict[int, str] = field(default_factory=dict)  # {pull request: its newest commit}
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    comments: dict[int, dict[str, Any]] = field(default_factory=dict)
    labels: dict[str, dict[str, Any]] = field(default_factory=dict)
    runs: list[dict[str, Any]] = field(default_factory=list)
    artifacts: list[dict[str, Any]] = field(default_factory=list)
    folders: dict[int, Path] = field(default_factory=dict)  # {artifact: what is in it}
    tokens: dict[str, Mapping[str, str]] = field(default_factory=dict)
    pages: dict[str, Any] | None = None
    published: list[list[str]] = field(default_factory=list)
    identity: int = 1000

    def next(self) -> int:
        """A number that nothing has yet; later things have greater ones."""
        self.identity += 1
        return self.identity

    def comment(self, number: int, body: str, author: str = BOT) -> dict[str, Any]:
        """Somebody comments on an issue or pull request."""
        identity = self.next()
        made = {"id": identity, "issue": number, "body": body, "user": {"login": author}}
        self.comments[identity] = made
        return made

    def comments_on(self, number: int) -> list[dict[str, Any]]:
        """The comments of an issue or pull request, the oldest first."""
        return [each for each in self.comments.values() if each["issue"] == number]

    def run(self, **changed: Any) -> int:
        """A successful nightly run of the default branch, changed in the ways that are named; its id."""
        identity = self.next()
        repository = {"id": 1, "full_name": REPOSITORY}
        usual = {
            "id": identity,
            "event": "schedule",
            "path": ".github/workflows/reconciler-drift.yml",
            "head_branch": self.default_branch,
            "head_sha": self.branches.get(self.default_branch, "c0"),
            "conclusion": "success",
            "repository": repository,
            "head_repository": repository,
        }
        self.runs.append({**usual, **changed})
        return identity

    def artifact(self, run: int, name: str, folder: Path | None = None, **changed: Any) -> None:
        """An artifact that a run uploaded: what is in the folder."""
        identity = self.next()
        self.artifacts.append({"id": identity, "run": run, "name": name, "expired": False, **changed})
        if folder:
            self.folders[identity] = folder

    def archive(self, artifact: int) -> bytes:
        """An artifact as it is downloaded."""
        content = BytesIO()
        with ZipFile(content, "w") as files:
            for file in sorted(self.folders[artifact].rglob("*")):
                files.write(file, file.relative_to(self.folders[artifact]))
        return content.getvalue()


@dataclass(frozen=True)
class Trouble:
    """How the next call of a method goes wrong. `done`: it is carried out, and the answer is lost."""

    method: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    done: bool = False


class GitHubServer:
    """The server. Entering it starts to serve."""

    def __init__(self) -> None:
        self.hub = Hub()
        self.troubles: list[Trouble] = []
        self.calls: list[str] = []
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                data = json.loads(self.rfile.read(length)) if length else {}
                given = server.handle(self.command, self.path, self.headers.get("Authorization", ""), data)
                content = given.data
                if not isinstance(content, bytes):
                    content = json.dumps(content).encode() if content is not None else b""
                self.send_response(given.status)
                for name, value in {**given.headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815  # the names are http.server's

            def log_message(self, *_arguments: object) -> None:
                """Nobody reads it."""

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True)

    @property
    def url(self) -> str:
        """What GITHUB_API_URL is."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def token(self, **permissions: str) -> str:
        """A new token that may do what is named, such as `issues="write"`."""
        token = f"ghs_{self.hub.next()}"
        self.hub.tokens[token] = {name.replace("_", "-"): level for name, level in permissions.items()}
        return token

    def handle(self, method: str, target: str, authorization: str, data: Mapping[str, Any]) -> Answer:
        """Answer one call, or go wrong as the next trouble says."""
        parts = urlsplit(target)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        with self._lock:
            self.calls.append(f"{method} {unquote(parts.path)}")
            trouble = next((each for each in self.troubles if each.method == method), None)
            if trouble:
                self.troubles.remove(trouble)
            if trouble and not trouble.done:
                return Answer(trouble.status, {"message": "trouble"}, dict(trouble.headers))
            if parts.path.startswith(STORAGE):  # of another host, which a token must not reach
                stored = "" if authorization else parts.path.removeprefix(STORAGE)
                return Answer(200, self.hub.archive(int(stored))) if stored else Answer(400, {"message": "a token"})
            permissions = self.hub.tokens.get(authorization.removeprefix("Bearer "))
            if permissions is None:
                return Answer(401, {"message": "Bad credentials"})
            try:
                given = answer(self.hub, permissions, method, parts.path, query, data, self.url)
            except Refused as refused:
                return Answer(refused.status, {"message": str(refused)})
            return Answer(trouble.status, {"message": "trouble"}) if trouble else given

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
