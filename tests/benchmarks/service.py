"""The service of the benchmarks: canned answers in the shape of .NET, from a process whose CPU is not ours.

Run as a module with a SHAPE; prints the port that it listens at.
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from tests.benchmarks import REPOSITORY, canned
from tests.benchmarks.shapes import Shape, listed

if TYPE_CHECKING:
    from collections.abc import Iterator

PATH = "/Nucleus/WebServices/ThirdParty/TPReadOnlyDataService.asmx"

# The headers of ASP.NET on IIS.
_HEAD = (
    b"HTTP/1.1 200 OK\r\nCache-Control: private, max-age=0\r\nContent-Type: text/xml; charset=utf-8\r\n"
    b"Server: Microsoft-IIS/10.0\r\nX-AspNet-Version: 4.0.30319\r\nX-Powered-By: ASP.NET\r\n"
    b"Date: Tue, 24 Nov 2026 09:00:00 GMT\r\nContent-Length: %d\r\n\r\n"
)
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_USERNAME = re.compile(rb"username>([^<]*)<")


@contextmanager
def canned_service(shape: Shape = Shape.ALIKE) -> Iterator[str]:
    """Serve the canned answers of a shape; the address of the service."""
    argv = [sys.executable, "-m", "tests.benchmarks.service", shape]
    with subprocess.Popen(argv, cwd=REPOSITORY, stdout=subprocess.PIPE, encoding="ascii") as process:
        try:
            assert process.stdout
            yield f"http://127.0.0.1:{int(process.stdout.readline())}{PATH}"
        finally:
            process.terminate()


class Talk(asyncio.Protocol):
    """One client: each whole question is answered."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if found and len(body) >= int(length[1] if length else 0):
            self._received = b""
            self.answer(body)

    def answer(self, question: bytes) -> None:
        """Answer at once."""
        self.send(_answer(self._shape, question))

    def send(self, answer: bytes) -> None:
        """Send a whole answer."""
        self._transport.write(answer)


def _answer(shape: Shape, question: bytes) -> bytes:
    username = _USERNAME.search(question)
    return _list_of(shape, username[1].decode()) if username else _whole(canned.database_up())


def _list_of(shape: Shape, username: str) -> bytes:
    names = listed(shape, username)
    return _whole(canned.entities(names)) if shape is Shape.EACH else _kept(names)


@cache
def _kept(names: tuple[str, ...]) -> bytes:
    return _whole(canned.entities(names))


def _whole(body: bytes) -> bytes:
    return _HEAD % len(body) + body


async def _serve(shape: Shape) -> None:
    server = await asyncio.get_running_loop().create_server(lambda: Talk(shape), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Shape(sys.argv[1])))
