"""The guard of the app: who may ask for what. Values in, values out; `server.py` asks it about every request.

a page elsewhere that asks       its Host is another name (DNS rebinding), its Origin another site: refused
a page in another page's frame   no answer may be framed
another user of this computer    has neither a link, which works once and for a short time, nor a cookie
their server on another port     gets no cookie: browsers send those to every port of a host, but only below the path
                                 that each names, and ours has a random part
a form of another page           lacks the token of the session
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final

from reconciler.startup import dataclass

HOST: Final = "127.0.0.1"
COOKIE: Final = "reconciler"
CSRF_FIELD: Final = "csrf"
VALID: Final = timedelta(minutes=10)  # a link that was not opened
_BYTES: Final = 24  # of a secret
_MOST_SESSIONS: Final = 100  # browsers; the oldest has to open a new link

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    # With `no-referrer` browsers would also hide the Origin of our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class LinkUse(StrEnum):
    """The reasons why a link opens nothing."""

    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request that is not answered: the status of HTTP, and the reason in words."""

    status: int
    title: str
    text: str


_AGAIN: Final = "Run `reconciler ui` again: it opens the app that is running, with a new link."
ANOTHER_HOST: Final = Refusal(
    403, "This address is not the app's", "Only the address that `reconciler ui` printed is answered."
)
ANOTHER_SITE: Final = Refusal(
    403, "A page of another site asked for this", "Nothing was done. Open the page from the app itself."
)
NO_SESSION: Final = Refusal(401, "This browser has not opened the app", _AGAIN)
STALE_FORM: Final = Refusal(
    403, "This form is not from this session", "Nothing was done. Open the page again, and send the form from there."
)
LINKS: Final[Mapping[LinkUse, Refusal]] = {
    LinkUse.UNKNOWN: Refusal(403, "This link is not of the app that runs now", _AGAIN),
    LinkUse.USED: Refusal(403, "This link was used already", f"A link opens the app once. {_AGAIN}"),
    LinkUse.EXPIRED: Refusal(403, "This link is too old", f"A link is good for ten minutes. {_AGAIN}"),
}


class Guard:
    """The secrets of one running app, and the rules by which requests are answered."""

    def __init__(self) -> None:
        self.root = f"/{token_urlsafe(12)}/"
        self.origin = ""  # known once it serves
        self._tokens: dict[str, datetime | None] = {}  # {digest: until when; None: used}
        self._sessions: dict[str, None] = {}  # digests of cookies, in order
        self._csrf_key = token_urlsafe(_BYTES)

    def serve_at(self, port: int) -> None:
        """Note the port that is served."""
        self.origin = f"http://{HOST}:{port}"

    def new_token(self, now: datetime) -> str:
        """Make the token of a link that opens the app once."""
        token = token_urlsafe(_BYTES)
        self._tokens[_digest(token)] = now + VALID
        return token

    def link(self, now: datetime) -> str:
        """Make an address that opens the app once."""
        return f"{self.origin}/?token={self.new_token(now)}"

    def open(self, token: str, now: datetime) -> str | LinkUse:
        """Return the cookie of a new session for a token, which is used up; or the reason why there is none."""
        key = _digest(token)
        if key not in self._tokens:
            return LinkUse.UNKNOWN
        until = self._tokens[key]
        if until is None:
            return LinkUse.USED
        if now > until:
            return LinkUse.EXPIRED
        self._tokens[key] = None
        cookie = token_urlsafe(_BYTES)
        self._sessions[_digest(cookie)] = None
        while len(self._sessions) > _MOST_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        return cookie

    def csrf(self, cookie: str) -> str:
        """Return the token that forms of a session carry; empty if there is no such session."""
        if _digest(cookie) not in self._sessions:
            return ""
        return hmac.new(self._csrf_key.encode(), cookie.encode(errors="surrogatepass"), sha256).hexdigest()

    def refusal(self, method: str, hosts: Sequence[str], headers: Mapping[str, str]) -> Refusal | None:
        """Return the reason to refuse a request before anything is looked at; None if it comes from the app's own
        pages, or from the person."""
        if list(hosts) != [self.origin.removeprefix("http://")]:
            return ANOTHER_HOST
        origin = headers.get("Origin")
        site, mode = headers.get("Sec-Fetch-Site", "none"), headers.get("Sec-Fetch-Mode", "navigate")
        only_reads = method in ("GET", "HEAD")
        if origin not in (None, self.origin) or (origin is None and not only_reads):
            return ANOTHER_SITE
        if site not in ("none", "same-origin") and not (only_reads and mode == "navigate"):
            return ANOTHER_SITE
        return None

    def may_send(self, cookie: str, token: str) -> bool:
        """Tell if a form carries the token of its session."""
        expected = self.csrf(cookie)
        return bool(expected) and same(expected, token)


def same(expected: str, given: str) -> bool:
    """Compare secrets in a time that tells nothing; what was given may be any text."""
    return hmac.compare_digest(_digest(expected), _digest(given))


def _digest(secret: str) -> str:
    """Return what is kept of a secret: looking it up tells an attacker's clock nothing."""
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()
