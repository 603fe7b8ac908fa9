"""Post a small JSON message to a web address, over verified TLS, with a few tries and no redirects.

The system's proxy is used as for the service. A password of `.netrc` is never sent.
"""

from typing import Final

from reconciler import __version__
from reconciler.errors import Throttled, Unreadable
from reconciler.http.client_library import aiohttp
from reconciler.http.connections import ThreadedResolver
from reconciler.http.errors import FOREIGN, Attempt, translate
from reconciler.http.proxy_tls import proxy_for, shown_host, trusted_authorities
from reconciler.http.retry import TruncatedAnswer, seconds_asked
from reconciler.notifications.delivery import RetryPolicy, deliver
from reconciler.notifications.destination import WebAddress

_CONNECT: Final = 10.0  # seconds to reach a server, TLS included
_HEADERS: Final = {"User-Agent": f"reconciler/{__version__}", "Content-Type": "application/json; charset=utf-8"}
_LATER: Final = frozenset({408, 425})  # what a server says of a request that it may take at another moment
_BLANK: Final = b"\xef\xbb\xbf \t\r\n"  # what may stand before a page
_LOOKED_AT: Final = 1024  # bytes of an answer: a page says that it is one in its first


def post(web: WebAddress, body: str, patience: RetryPolicy) -> None:
    """Deliver a JSON text. Raises Undelivered where no server said that it took it."""
    deliver(web.told, lambda: _sent(web, body.encode(), patience), patience)


async def _sent(web: WebAddress, body: bytes, patience: RetryPolicy) -> None:
    total = patience.timeout
    url = web.url
    name, port = url.host or "", url.port or 0
    proxy = proxy_for(url.scheme, name, port)
    connect = min(_CONNECT, 0.8 * total)
    attempt = Attempt(shown_host(name), port, str(proxy.with_user(None)) if proxy else None, connect, total, web.option)
    try:
        async with (
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(resolver=ThreadedResolver(0.8 * total)),
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
            try:
                await _refuse(response)
            finally:
                response.close()  # whatever else it has to say
    except FOREIGN as error:
        raise translate(error, attempt) from None


async def _refuse(response: aiohttp.ClientResponse) -> None:
    """Raise for every answer that does not say that the message was taken. What a server says is not repeated: it may
    hold the address. A proxy's own answers are none of these: to https it has no part in them, and plain http goes to
    this computer alone, where no proxy leads."""
    status = response.status
    if 200 <= status < 300:
        if await _is_a_page(response):
            raise Unreadable(
                f"it answered with a web page (HTTP {status}), perhaps a network's or a proxy's login page. "
                "Log in there on this computer, or correct the address"
            )
        return
    if status == 429:
        raise Throttled(
            "it asked for fewer messages (HTTP 429)", retry_after=seconds_asked(response.headers.get("Retry-After", ""))
        )
    if status >= 500 or status in _LATER:
        raise TruncatedAnswer(f"it failed (HTTP {status})")
    if 300 <= status < 400:
        raise Unreadable(f"it redirects elsewhere (HTTP {status}), which is not followed: correct the address")
    raise Unreadable(
        f"it refused the message (HTTP {status}): the address may be wrong, expired, or for another form of message"
    )


async def _is_a_page(response: aiohttp.ClientResponse) -> bool:
    """Tell if an answer is a web page. Some receivers call a bare `ok` HTML, so its beginning is read; the rest of an
    answer is not waited for."""
    if response.content_type not in ("text/html", "application/xhtml+xml"):
        return False
    beginning = b""
    while len(beginning) < _LOOKED_AT and (chunk := await response.content.readany()):
        beginning += chunk
        if beginning.strip(_BLANK):
            break
    return beginning.lstrip(_BLANK).startswith(b"<")
