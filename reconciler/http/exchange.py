"""One message and its reply over aiohttp's connections, without aiohttp's session.

A session works out cookies, forms, redirects and hooks anew for each request, and that took half of the CPU of a probe.
Connections, TLS, proxies and the parser of replies are aiohttp's all the same.
"""

from __future__ import annotations

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from reconciler.http.client_library import aiohttp
from reconciler.http.errors import LONGEST_HEADER

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from aiohttp import StreamReader
    from aiohttp.connector import Connection
    from aiohttp.http import RawResponseMessage
    from yarl import URL

_LENGTH: Final = "Content-Length"
_INTERIM: Final = frozenset(range(100, 200)) - {101}  # a reply of one of these statuses has another one after it


class RequestTarget:
    """An address, the way to it, and what is the same in each request to it; made in a running loop.

    Raises aiohttp's InvalidURL for an address without a host.
    """

    def __init__(
        self, method: str, url: URL, headers: Mapping[str, str], *, proxy: URL | None, tls: ssl.SSLContext | bool
    ) -> None:
        loop = asyncio.get_running_loop()
        self.request = aiohttp.ClientRequest(method, url, headers=headers, proxy=proxy, ssl=tls, loop=loop)

    def message(self, headers: Mapping[str, str], body: bytes | None) -> bytes:
        """Return a whole request. Of a proxy's login it knows once there is a connection."""
        length = {} if body is None else {_LENGTH: str(len(body))}
        return b"%b%b\r\n%b" % (self._start, _lines({**headers, **length}), body or b"")

    @cached_property
    def _start(self) -> bytes:
        request = self.request
        # A proxy on the way to plain http is told the whole address; TLS goes through it in a tunnel.
        path = str(request.url) if request.proxy and not request.is_ssl() else request.url.raw_path_qs
        headers = {name: value for name, value in request.headers.items() if name != _LENGTH}
        return f"{request.method} {path} HTTP/1.1\r\n".encode("ascii") + _lines(headers)


class PartialReply(NamedTuple):
    """The beginning of a reply: its status and headers. Its body comes by `content`, up to this time of the loop's
    clock; whoever has the reply releases its connection."""

    head: RawResponseMessage
    content: StreamReader
    connection: Connection
    until: float | None


async def reply_to(
    connector: aiohttp.BaseConnector,
    target: RequestTarget,
    headers: Mapping[str, str],
    body: bytes | None,
    patience: aiohttp.ClientTimeout,
) -> PartialReply:
    """Send a request and return the beginning of its reply. Raises what `http.errors.FOREIGN` names."""
    async with asyncio.timeout(patience.total) as limit:
        connection = await _connection(connector, target, patience)
        try:
            head, content = await _sent(connection, target, headers, body)
        except BaseException:
            connection.close()  # used again, it would bring this reply to the next question
            raise
    return PartialReply(head, content, connection, limit.when())


async def _connection(
    connector: aiohttp.BaseConnector, target: RequestTarget, patience: aiohttp.ClientTimeout
) -> Connection:
    try:
        return await connector.connect(target.request, [], patience)
    except TimeoutError as error:  # of connecting: the end of the whole time would come as a cancellation
        raise aiohttp.ConnectionTimeoutError from error


async def _sent(
    connection: Connection, target: RequestTarget, headers: Mapping[str, str], body: bytes | None
) -> tuple[RawResponseMessage, StreamReader]:
    protocol, transport = connection.protocol, connection.transport
    if protocol is None or transport is None or transport.is_closing():
        raise ConnectionResetError
    protocol.set_response_params(
        auto_decompress=False,
        read_until_eof=True,
        max_line_size=LONGEST_HEADER,
        max_field_size=LONGEST_HEADER,
    )
    transport.write(target.message(headers, body))
    try:
        head, content = await protocol.read()
        while head.code in _INTERIM:
            head, content = await protocol.read()
    except aiohttp.http.HttpProcessingError as error:
        raise aiohttp.ClientResponseError(
            target.request.request_info, (), status=error.code, message=error.message
        ) from error
    return head, content


def _lines(headers: Mapping[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode("utf-8")
