"""Sending messages: connections for a run, one address for a platform, and a complete answer or an error.

A message goes to the platform's address as written and nowhere else. No redirect is followed, TLS is always verified,
and the HTTP GET binding, which would put passwords into addresses, is not used.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple, Self
from urllib.parse import urljoin, urlsplit

from yarl import URL

from reconciler import __version__
from reconciler.bromcom.contract import SoapMessage
from reconciler.bromcom.endpoint import Endpoint
from reconciler.bromcom.faults import SETTLED, AccessBarred
from reconciler.bromcom.reading import HttpAnswer
from reconciler.errors import Unreadable
from reconciler.http.client_library import aiohttp
from reconciler.http.connections import Connections, ThreadedResolver
from reconciler.http.errors import FOREIGN, Attempt, proxy_wants_login, translate
from reconciler.http.exchange import PartialReply, RequestTarget, reply_to
from reconciler.http.proxy_tls import proxy_for, shown_host, trusted_authorities

if TYPE_CHECKING:
    import ssl

    from aiohttp.http import RawResponseMessage

LARGEST_ANSWER: Final = 1024 * 1024  # bytes; 75 entities are 10 kB, the widest list of columns 100 kB
_CONNECT: Final = 10.0  # seconds to reach a server, TLS included
_LOOK_UP: Final = 15.0  # seconds to find its address: enough to try a second name server

_LONGEST_HOST: Final = 253  # characters that DNS allows
_NO_ADDRESS: Final = "an invalid address"
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})

_HEADERS: Final = {
    "User-Agent": f"reconciler/{__version__}",
    "Accept": "text/xml, application/soap+xml",
    "Accept-Encoding": "identity",
}


class _Route(NamedTuple):
    """The way to an endpoint."""

    target: RequestTarget
    attempt: Attempt


class Transport:
    """The connections of one run; an async context."""

    def __init__(self, timeout: float) -> None:
        self._total = timeout
        # A little less than the whole time, to tell "no connection" from "no answer".
        self._connect = min(_CONNECT, 0.8 * timeout)
        self._timeout = aiohttp.ClientTimeout(total=self._total, sock_connect=self._connect)
        self._routes: dict[tuple[str, str], _Route] = {}
        self._connections: Connections

    async def __aenter__(self) -> Self:
        self._connections = Connections(limit=0, resolver=ThreadedResolver(min(_LOOK_UP, 0.8 * self._total)))
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._connections.close()

    async def post(self, endpoint: Endpoint, message: SoapMessage) -> HttpAnswer:
        """Send a message and read the whole answer of any status. Raises Unreachable or Unreadable."""
        return await self._request(self._route("POST", endpoint), endpoint, message.headers, message.body)

    async def get_wsdl(self, endpoint: Endpoint) -> HttpAnswer:
        """Fetch the contract that the platform publishes, without a login."""
        return await self._request(self._route("GET", endpoint, query="?WSDL"), endpoint, {}, None)

    async def _request(
        self, route: _Route, endpoint: Endpoint, headers: Mapping[str, str], body: bytes | None
    ) -> HttpAnswer:
        try:
            reply = await reply_to(self._connections, route.target, headers, body, self._timeout)
            try:
                _refuse(reply.head, endpoint, route)
                return _answer(reply.head, await _body(reply))
            finally:
                reply.connection.release()  # which also ends it if the body was not read to its end
        except FOREIGN as error:
            raise translate(error, route.attempt) from error

    def _route(self, method: str, endpoint: Endpoint, query: str = "") -> _Route:
        """Return the way to an endpoint. The system is asked for its proxy once for each address."""
        route = self._routes.get((method, endpoint.url))
        if route is None:
            proxy = proxy_for(endpoint.scheme, endpoint.name, endpoint.port)
            shown = str(proxy.with_user(None)) if proxy else None
            attempt = Attempt(endpoint.shown, endpoint.port, shown, self._connect, self._total)
            is_secure = "https" in (endpoint.scheme, proxy.scheme if proxy else "")
            tls = self._trust if is_secure else True
            target = RequestTarget(method, URL(endpoint.url + query), _HEADERS, proxy=proxy, tls=tls)
            route = self._routes[method, endpoint.url] = _Route(target, attempt)
        return route

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """The authorities that the system trusts, read when first needed."""
        return trusted_authorities()


def _answer(head: RawResponseMessage, body: bytes) -> HttpAnswer:
    return HttpAnswer(
        head.code,
        _header(head, "Content-Type"),
        body,
        _header(head, "Content-Encoding"),
        _header(head, "Retry-After"),
        _schemes(head) if head.code == 401 else "",
    )


def _header(head: RawResponseMessage, name: str) -> str:
    """Return a header's text, or ""."""
    text = head.headers.get(name, "")
    # aiohttp leaves bytes that are not UTF-8 as halves of surrogate pairs, which nothing could print.
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _schemes(head: RawResponseMessage) -> str:
    """Return the offered schemes of HTTP authentication: `Negotiate, NTLM`."""
    offers = head.headers.getall("WWW-Authenticate", [])
    schemes = [match[0] for offer in offers if (match := re.match(r"[A-Za-z0-9-]{1,32}", offer.strip()))]
    return ", ".join(schemes) if schemes or not offers else "unknown scheme"


async def _body(reply: PartialReply) -> bytes:
    """Return the whole body, or nothing if it is cut off but the status alone decides."""
    try:
        return await _whole_body(reply)
    except (*FOREIGN, Unreadable):
        if reply.head.code in SETTLED:  # a refused login with a cut-off page is refused, and must not be tried again
            return b""
        raise


async def _whole_body(reply: PartialReply) -> bytes:
    """Return the body up to its end. One that is too large, or endless, is given up at the limit."""
    size = int(reply.head.headers.get("Content-Length", 0))
    body = b""
    if size <= LARGEST_ANSWER:
        body = reply.content.read_nowait() if reply.content.is_eof() else await _remaining(reply)
    if max(size, len(body)) > LARGEST_ANSWER:
        raise Unreadable(f"the answer is larger than {LARGEST_ANSWER // 1024**2} MB, so it was not read to its end")
    return body


async def _remaining(reply: PartialReply) -> bytes:
    """Return a body that is still coming, up to its end or beyond the limit."""
    chunks: list[bytes] = []
    size = 0
    async with asyncio.timeout_at(reply.until):
        while size <= LARGEST_ANSWER and (chunk := await reply.content.readany()):
            chunks.append(chunk)
            size += len(chunk)
    return b"".join(chunks)


def _refuse(head: RawResponseMessage, endpoint: Endpoint, route: _Route) -> None:
    """Raise for an answer that is not the service's: a proxy's, or a redirect."""
    if head.code == 407:
        raise proxy_wants_login(route.attempt.proxy)
    if 300 <= head.code < 400:
        if head.code in _REDIRECTS and "Location" in head.headers:
            raise _redirect(head, endpoint)
        raise AccessBarred(f"what came is not an answer from Bromcom (HTTP {head.code})")


def _redirect(head: RawResponseMessage, endpoint: Endpoint) -> AccessBarred:
    """Return the error for a redirect. It names the host, but no path: that may contain a session's key."""
    try:
        target = urlsplit(urljoin(endpoint.url, _header(head, "Location")))
        host = (target.hostname or "").lower()
    except ValueError:
        target, host = urlsplit(""), _NO_ADDRESS
    if len(host) > _LONGEST_HOST:
        host = _NO_ADDRESS
    same = host == endpoint.name and target.scheme == "https" and endpoint.host.startswith("http:")
    end = "and no password is sent there" + (": change readUrl to https" if same else "")
    return AccessBarred(
        f"Bromcom redirects elsewhere (HTTP {head.code}, to {shown_host(host)}), {end}",
        own_text=f"Bromcom redirects elsewhere (HTTP {head.code}), {end}",
    )
