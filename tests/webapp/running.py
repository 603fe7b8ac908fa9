"""The app as a real process, and a client that speaks HTTP to it as a browser does, or as one does that should not."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from tests.cli.world import environment
from tests.ctrl_c import OWN_GROUP, press_ctrl_c

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_LINK = re.compile(r"http://127\.0\.0\.1:\d+/\?token=\S+")
_PATIENCE = 30.0  # seconds for anything that is expected


@dataclass(frozen=True)
class Response:
    """An answer."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def csrf(self) -> str:
        """The token of the page's first form."""
        match = re.search(r'name="csrf" value="([0-9a-f]+)"', self.text)
        assert match, self.text
        return match[1]

    @property
    def words(self) -> str:
        """What people read of it."""
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", self.text)).split())


@dataclass
class Client:
    """A browser without a window: it keeps its cookie and sends what browsers send. `root` is the app's."""

    link: str
    cookie: str = ""
    root: str = ""
    _parts: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        """The app's address."""
        there = urlsplit(self.link)
        return f"{there.scheme}://{there.netloc}"

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> Response:
        """Ask for any address of the server with these headers alone (`X_Y` is `X-Y`), and with the cookie."""
        connection = HTTPConnection(urlsplit(self.link).netloc, timeout=_PATIENCE)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookie:
            sent.setdefault("Cookie", f"reconciler={self.cookie}")
        try:
            connection.request(method, path, body or None, sent)
            answer = connection.getresponse()
            return Response(answer.status, dict(answer.headers), answer.read().decode("utf-8"))
        finally:
            connection.close()

    def open(self) -> Response:
        """Open the link, keep the cookie, and go where it leads."""
        there = urlsplit(self.link)
        answer = self.ask("GET", f"{there.path}?{there.query}")
        if answer.status != 303:
            return answer
        match = re.match(r"reconciler=([^;]+)", answer.headers["Set-Cookie"])
        assert match
        self.cookie = match[1]
        self.root = answer.headers["Location"].removesuffix("index.html")
        return self.get("index.html")

    def get(self, path: str, **headers: str) -> Response:
        """Open a page of the app."""
        return self.ask("GET", self.root + path, **headers)

    def send(self, path: str, page: str = "index.html", **values: str) -> Response:
        """Send a form of a page, and go where it leads."""
        fields = {"csrf": self.get(page).csrf, **values}
        answer = self.post(path, urlencode(fields), Origin=self.origin)
        if answer.status != 303:
            return answer
        return self.ask("GET", answer.headers["Location"])

    def post(self, path: str, body: str, **headers: str) -> Response:
        """Post a form, with these headers."""
        headers.setdefault("Content_Type", "application/x-www-form-urlencoded")
        return self.ask("POST", self.root + path, body, **headers)

    def until(self, text: str, path: str = "check.html") -> Response:
        """Open a page until it has a text."""
        end = time.monotonic() + _PATIENCE
        while text not in (answer := self.get(path)).words:
            assert time.monotonic() < end, answer.words
            time.sleep(0.05)
        return answer

    def until_without(self, text: str, path: str) -> Response:
        """Open a page, wherever it leads, until it has no such text."""
        end = time.monotonic() + _PATIENCE
        while text in (answer := self.follow(self.get(path))).words:
            assert time.monotonic() < end, answer.words
            time.sleep(0.05)
        return answer

    def follow(self, answer: Response) -> Response:
        """Go where an answer leads, until it is a page."""
        while answer.status == 303:
            answer = self.ask("GET", answer.headers["Location"])
        return answer


@dataclass
class AppProcess:
    """A running `reconciler ui`."""

    process: subprocess.Popen[str]
    workspace: Path
    link: str

    def browser(self) -> Client:
        """A browser that opened the app, with the link of a start of its own."""
        client = Client(self.link)
        if client.open().status != 200:
            client = Client(second_link(self.workspace))
            assert client.open().status == 200
        return client

    def end(self) -> str:
        """End it as Ctrl-C does; return what it said on stderr."""
        press_ctrl_c(self.process)
        return self.process.communicate(timeout=_PATIENCE)[1]


def second_link(workspace: Path) -> str:
    """The link that a second start prints."""
    command = [sys.executable, "-m", "reconciler", "ui", "--no-browser", "-C", str(workspace)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=_PATIENCE, check=True)
    match = _LINK.search(done.stdout)
    assert match, done.stderr
    return match[0]


@contextmanager
def running_app(
    workspace: Path,
    arguments: Sequence[str] = ("--no-browser",),
    program: Sequence[str] = ("-m", "reconciler"),
    **changed: str,
) -> Iterator[AppProcess]:
    """`reconciler ui` as a process; it is killed at the end if it still runs."""
    with subprocess.Popen(
        [sys.executable, *program, "ui", "-C", str(workspace), *arguments],
        env=environment(**changed),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        creationflags=OWN_GROUP,
    ) as process:
        try:
            assert process.stdout
            line = process.stdout.readline()
            match = _LINK.search(line)
            if match is None:
                raise AssertionError(line + process.communicate(timeout=_PATIENCE)[1])
            yield AppProcess(process, workspace, match[0])
        finally:
            if process.poll() is None:
                process.kill()
