"""Sending a small JSON message to an address of the web: to that one and no other, tried a few times, and over TLS that
is verified.

The system's proxy is used as it is for the service. A password of `.netrc` is not: nobody asked for it to be sent.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import aiohttp

from reconciler import __version__
from reconciler.bromcom.connections import Names
from reconciler.bromcom.retry import NoAnswer, NoWholeAnswer, wait_after, worth_retrying
from reconciler.bromcom.ways import proxy_for, trusted_authorities
from reconciler.bromcom.wire import FOREIGN, Attempt, proxy_wants_login, translate
from reconciler.errors import LiveError, Throttled, Undelivered, Unreadable

if TYPE_CHECKING:
    from reconciler.notices.receiver import Web

_CONNECT: Final = 10.0  # seconds to reach a server, TLS included
_HEADERS: Final = {"User-Agent": f"reconciler/{__version__}", "Content-Type": "application/json; charset=utf-8"}
_LATER: Final = frozenset({408, 425})  # what a server says of a request that it may take at another moment


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds one try may take, and how often it is tried again."""

    timeout: float
    retries: int


def post(web: Web, body: str, patience: Patience) -> None:
    """Deliver a JSON text. It may arrive twice: where no answer came, it is sent again.

    Raises Undelivered where no server said that it took it.
    """
    try:
        asyncio.run(_tried(web, body.encode(), patience))
    except LiveError as error:
        passing = isinstance(error, NoAnswer | NoWholeAnswer | Throttled)
        raise Undelivered(f"{web.told} was not reached: {error}.", for_good=not passing) from None


async def _tried(web: Web, body: bytes, patience: Patience) -> None:
    attempt = 0
    while True:
        try:
            return await _sent(web, body, patience)
        except LiveError as error:
            if attempt >= patience.retries or not worth_retrying(error):
                raise
            asked = error.retry_after if isinstance(error, Throttled) else None
        await asyncio.sleep(max(asked or 0, wait_after(attempt)))
        attempt += 1


async def _sent(web: Web, body: bytes, patience: Patience) -> None:
    total = patience.timeout
    url = web.url
    name, port = url.host or "", url.port or 0
    proxy = proxy_for(url.scheme, name, port)
    connect = min(_CONNECT, 0.8 * total)
    attempt = Attempt(name, port, str(proxy.with_user(None)) if proxy else None, connect, total)
    try:
        async with (
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=Names(0.8 * total)),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers=_HEADERS,
                timeout=aiohttp.ClientTimeout(total=total, sock_connect=connect),
                trust_env=False,
            ) as session,
            session.post(
                url,
                data=body,
                proxy=proxy,
                ssl=trusted_authorities() if url.scheme == "https" else True,
                allow_redirects=False,
            ) as response,
        ):
            _refuse(response, attempt)
    except FOREIGN as error:
        raise translate(error, attempt) from None


def _refuse(response: aiohttp.ClientResponse, attempt: Attempt) -> None:
    """Raise for every answer that does not say that the message was taken. What a server says is not repeated: it may
    hold the address."""
    status = response.status
    response.close()  # whatever else it has to say
    if 200 <= status < 300:
        return
    if status == 407:
        raise proxy_wants_login(attempt.proxy)
    if status == 429:
        raise Throttled("it asks to be sent less (HTTP 429)", retry_after=_seconds(response))
    if status >= 500 or status in _LATER:
        raise NoWholeAnswer(f"it has a trouble of its own (HTTP {status})")
    if 300 <= status < 400:
        raise Unreadable(f"it points elsewhere (HTTP {status}), and nothing is sent on: correct the address")
    raise Unreadable(
        f"it does not take the message (HTTP {status}): the address may be wrong, or not in force any more, or be "
        "for messages of another form"
    )


def _seconds(response: aiohttp.ClientResponse) -> float | None:
    text = response.headers.get("Retry-After", "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
