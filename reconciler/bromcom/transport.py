"""Sending messages: one session for a run, one address for a platform, and a complete answer or an error.

A message goes to the platform's address as written and nowhere else. No redirect is followed, TLS is always verified,
and the HTTP GET binding, which would put passwords into addresses, is not used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple, Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

from reconciler import __version__
from reconciler.bromcom.contract import SoapMessage
from reconciler.bromcom.endpoint import Endpoint
from reconciler.bromcom.faults import SETTLED, AccessBarred
from reconciler.bromcom.reading import HttpAnswer
from reconciler.errors import Unreadable
from reconciler.http.connections import Connections, ThreadedResolver
from reconciler.http.errors import FOREIGN, LONGEST_HEADER, Attempt, proxy_wants_login, translate
from reconciler.http.proxy_tls import proxy_for, shown_host, trusted_authorities

if TYPE_CHECKING:
    import ssl

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

    url: URL
    proxy: URL | None
    tls: ssl.SSLContext | bool
    attempt: Attempt


class Transport:
    """The session of one run; an async context."""

    def __init__(self, timeout: float) -> None:
        self._total = timeout
        # A little less than the whole time, to tell "no connection" from "no answer".
        self._connect = min(_CONNECT, 0.8 * timeout)
        self._routes: dict[str, _Route] = {}
        self._session: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=Connections(limit=0, resolver=ThreadedResolver(min(_LOOK_UP, 0.8 * self._total))),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=_HEADERS,
            timeout=aiohttp.ClientTimeout(total=self._total, sock_connect=self._connect),
            auto_decompress=False,
            max_line_size=LONGEST_HEADER,
            max_field_size=LONGEST_HEADER,
            trust_env=False,
        )
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._session.close()

    async def post(self, endpoint: Endpoint, message: SoapMessage) -> HttpAnswer:
        """Send a message and read the whole answer of any status. Raises Unreachable or Unreadable."""
        return await self._request("POST", self._route(endpoint), endpoint, message.headers, message.body)

    async def get_wsdl(self, endpoint: Endpoint) -> HttpAnswer:
        """Fetch the contract that the platform publishes, without a login."""
        return await self._request("GET", self._route(endpoint, query="WSDL"), endpoint, {}, None)

    async def _request(
        self, method: str, route: _Route, endpoint: Endpoint, headers: Mapping[str, str], body: bytes | None
    ) -> HttpAnswer:
        try:
            response = await self._session.request(
                method,
                route.url,
                data=body,
                headers=headers,
                proxy=route.proxy,
                ssl=route.tls,
                allow_redirects=False,
            )
            try:
                _refuse(response, endpoint, route)
                return _answer(response, await _body(response))
            finally:
                response.release()  # which also ends the connection if the body was not read to its end
        except FOREIGN as error:
            raise translate(error, route.attempt) from error

    def _route(self, endpoint: Endpoint, query: str = "") -> _Route:
        """Return the way to an endpoint. The system is asked for its proxy once for each address."""
        written = f"{endpoint.url}?{query}" if query else endpoint.url
        if written not in self._routes:
            proxy = proxy_for(endpoint.scheme, endpoint.name, endpoint.port)
            shown = str(proxy.with_user(None)) if proxy else None
            attempt = Attempt(endpoint.shown, endpoint.port, shown, self._connect, self._total)
            tls = self._trust if endpoint.scheme == "https" else True
            self._routes[written] = _Route(URL(written), proxy, tls, attempt)
        return self._routes[written]

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """The authorities that the system trusts, read when first needed."""
        return trusted_authorities()


def _answer(response: aiohttp.ClientResponse, body: bytes) -> HttpAnswer:
    return HttpAnswer(
        response.status,
        _header(response, "Content-Type"),
        body,
        _header(response, "Content-Encoding"),
        _header(response, "Retry-After"),
        _schemes(response) if response.status == 401 else "",
    )


def _header(response: aiohttp.ClientResponse, name: str) -> str:
    """Return a header's text, or ""."""
    text = response.headers.get(name, "")
    # aiohttp leaves bytes that are not UTF-8 as halves of surrogate pairs, which nothing could print.
    return text if text.isascii() else text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _schemes(response: aiohttp.ClientResponse) -> str:
    """Return the offered schemes of HTTP authentication: `Negotiate, NTLM`."""
    offers = response.headers.getall("WWW-Authenticate", [])
    schemes = [match[0] for offer in offers if (match := re.match(r"[A-Za-z0-9-]{1,32}", offer.strip()))]
    return ", ".join(schemes) if schemes or not offers else "unknown scheme"


async def _body(response: aiohttp.ClientResponse) -> bytes:
    """Return the whole body, or nothing if it is cut off but the status alone decides."""
    try:
        return await _whole_body(response)
    except (*FOREIGN, Unreadable):
        if response.status in SETTLED:  # a refused login with a cut-off page is refused, and must not be tried again
            return b""
        raise


async def _whole_body(response: aiohttp.ClientResponse) -> bytes:
    """Return the body up to its end. One that is too large, or endless, is given up at the limit."""
    chunks: list[bytes] = []
    size = response.content_length or 0
    if size <= LARGEST_ANSWER:
        size = 0
        while chunk := await response.content.readany():
            chunks.append(chunk)
            size += len(chunk)
            if size > LARGEST_ANSWER:
                break
    if size > LARGEST_ANSWER:
        raise Unreadable(f"the answer is larger than {LARGEST_ANSWER // 1024**2} MB, so it was not read to its end")
    return b"".join(chunks)


def _refuse(response: aiohttp.ClientResponse, endpoint: Endpoint, route: _Route) -> None:
    """Raise for an answer that is not the service's: a proxy's, or a redirect."""
    if response.status == 407:
        raise proxy_wants_login(route.attempt.proxy)
    if 300 <= response.status < 400:
        if response.status in _REDIRECTS and "Location" in response.headers:
            raise _redirect(response, endpoint)
        raise AccessBarred(f"what came is not an answer from Bromcom (HTTP {response.status})")


def _redirect(response: aiohttp.ClientResponse, endpoint: Endpoint) -> AccessBarred:
    """Return the error for a redirect. It names the host, but no path: that may contain a session's key."""
    try:
        target = urlsplit(urljoin(endpoint.url, _header(response, "Location")))
        host = (target.hostname or "").lower()
    except ValueError:
        target, host = urlsplit(""), _NO_ADDRESS
    if len(host) > _LONGEST_HOST:
        host = _NO_ADDRESS
    same = host == endpoint.name and target.scheme == "https" and endpoint.host.startswith("http:")
    end = "and no password is sent there" + (": change readUrl to https" if same else "")
    return AccessBarred(
        f"Bromcom redirects elsewhere (HTTP {response.status}, to {shown_host(host)}), {end}",
        own_text=f"Bromcom redirects elsewhere (HTTP {response.status}), {end}",
    )
