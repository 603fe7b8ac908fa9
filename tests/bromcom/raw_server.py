"""A server that answers bytes as given, however wrong, and remembers what it was asked."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import ssl


@dataclass(frozen=True)
class Request:
    """What a client sent."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def operation(self) -> str:
        """The operation that a SOAP message calls, by its namespace's prefix in what zeep writes."""
        return self.body.decode().partition("<ns0:")[2].partition(" ")[0]

    def value(self, parameter: str) -> str:
        """A parameter's text as it stands in the message."""
        return self.body.decode().partition(f"<ns0:{parameter}>")[2].partition("<")[0]


# An answer is bytes, or a function that sends what it likes and then leaves the connection to be closed.
Send: TypeAlias = Callable[[socket.socket], None]
Answer: TypeAlias = bytes | Send


@dataclass
class RawServer:
    """One listening socket; a thread for each connection."""

    respond: Callable[[Request], Answer]
    context: ssl.SSLContext | None = None
    requests: list[Request] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    listener: socket.socket = field(init=False)
    port: int = field(init=False)

    def __post_init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(0.05)
        self.port = self.listener.getsockname()[1]

    def url(self, path: str = "/Nucleus/WebServices/ThirdParty/TPReadOnlyDataService.asmx") -> str:
        """Its address."""
        return (
            f"{'https' if self.context else 'http'}://{'localhost' if self.context else '127.0.0.1'}:{self.port}{path}"
        )

    def serve(self) -> None:
        """Accept until stopped."""
        with self.listener:
            while not self.stopping.is_set():
                with suppress(TimeoutError):
                    connection, _ = self.listener.accept()
                    threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        connection.settimeout(10)
        with suppress(OSError), connection:
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as stream:
                while request := _read(stream):
                    self.requests.append(request)
                    answer = self.respond(request)
                    if not isinstance(answer, bytes):
                        answer(connection)
                        return
                    connection.sendall(answer)


def _read(stream: object) -> Request | None:
    line = stream.readline().decode().strip()  # type: ignore[attr-defined]
    if not line:
        return None
    headers = {}
    while header := stream.readline().decode().strip():  # type: ignore[attr-defined]
        name, _, value = header.partition(":")
        headers[name.lower()] = value.strip()
    return Request(line, headers, stream.read(int(headers.get("content-length", 0))))  # type: ignore[attr-defined]


@contextmanager
def serving(respond: Callable[[Request], Answer], context: ssl.SSLContext | None = None) -> Iterator[RawServer]:
    """A server for the time of a test."""
    server = RawServer(respond, context)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        thread.join()


def http(
    body: str | bytes = b"", status: str = "200 OK", kind: str = "text/xml; charset=utf-8", **headers: str
) -> bytes:
    """A whole HTTP answer. A header's name is written with `_` for `-`; `kind=""` leaves the content type out."""
    content = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(content)}"]
    lines += [f"Content-Type: {kind}"] if kind else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + content
