"""An editor to the real yaml-language-server: what it sends over stdio, and what it gets back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import contextmanager
from queue import Empty, Queue
from threading import Thread
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SERVER = os.environ.get("YAML_LANGUAGE_SERVER") or shutil.which("yaml-language-server")
NONE: Mapping[str, Any] = MappingProxyType({})
PATIENCE = 30.0  # seconds; the server is a Node program and slow to start
NEEDS_SERVER = pytest.mark.skipif(
    SERVER is None, reason="yaml-language-server is neither on the PATH nor in YAML_LANGUAGE_SERVER"
)


class Editor:
    """One session with the server: what an editor sends, and what it gets back."""

    def __init__(self, process: subprocess.Popen[bytes], settings: Mapping[str, Any]) -> None:
        self._process = process
        self._settings = settings
        self._received: Queue[dict[str, Any]] = Queue()
        self._number = 0
        Thread(target=self._listen, daemon=True).start()

    def request(self, method: str, parameters: dict[str, Any]) -> Any:
        """Ask, and wait for the answer."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": parameters})
        return self._await(lambda message: message.get("id") == self._number and "method" not in message)["result"]

    def notify(self, method: str, parameters: dict[str, Any]) -> None:
        """Tell, without an answer."""
        self._send({"method": method, "params": parameters})

    def open(self, uri: str, text: str) -> None:
        """Open a file in the editor."""
        item = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def diagnostics(self, uri: str) -> list[dict[str, Any]]:
        """What the server finds wrong in a file that has been opened."""
        message = self._await(
            lambda message: (
                message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri
            )
        )
        found: list[dict[str, Any]] = message["params"]["diagnostics"]
        return found

    def _await(self, wanted: Any) -> dict[str, Any]:
        while True:
            try:
                message = self._received.get(timeout=PATIENCE)
            except Empty:
                raise AssertionError("the language server does not answer") from None
            if "method" in message and "id" in message:  # the server asks the editor for its settings
                sections = [item["section"] for item in message.get("params", {}).get("items", [])]
                answer = [self._settings.get(section) for section in sections]
                self._send({"id": message["id"], "result": answer or None})
            elif wanted(message):
                return message

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _listen(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        while header := stream.readline():
            if header.lower().startswith(b"content-length:"):
                length = int(header.split(b":")[1])
                while stream.readline().strip():
                    pass
                if len(message := stream.read(length)) == length:  # less where it ends in the middle of one
                    self._received.put(json.loads(message))


@contextmanager
def editor(settings: Mapping[str, Any] = NONE) -> Iterator[Editor]:
    """A session with a server of its own; `settings` are {section: what the editor has in it}."""
    process = subprocess.Popen([str(SERVER), "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        session = Editor(process, settings)
        session.request("initialize", {"processId": os.getpid(), "rootUri": None, "capabilities": CAPABILITIES})
        session.notify("initialized", {})
        yield session
    finally:
        process.kill()
        process.communicate()


CAPABILITIES = {
    "textDocument": {
        "completion": {"completionItem": {"documentationFormat": ["plaintext"]}},
        "hover": {"contentFormat": ["plaintext"]},
        "publishDiagnostics": {},
    },
    "workspace": {"configuration": True},
}


def place(text: str, sign: str) -> dict[str, int]:
    """The position behind a piece of a text."""
    before = text[: text.index(sign) + len(sign)].split("\n")
    return {"line": len(before) - 1, "character": len(before[-1])}


def labels(completion: Any) -> set[str]:
    """The names in a completion list."""
    items = completion["items"] if isinstance(completion, dict) else completion
    return {item["label"].strip('"') for item in items}


def ask(session: Editor, method: str, uri: str, position: dict[str, int]) -> Any:
    """Ask about a place in a file."""
    return session.request(method, {"textDocument": {"uri": uri}, "position": position})
