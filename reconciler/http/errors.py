"""Network errors in plain words: those of aiohttp, asyncio, ssl and the system become ours here and nowhere else."""

import errno
import socket
import ssl
from typing import Final

from yarl import URL

from reconciler.errors import Hop, LiveError, Unreachable, Unreadable
from reconciler.files import too_many_open
from reconciler.http.client_library import aiohttp
from reconciler.http.retry import NoAnswer, TruncatedAnswer
from reconciler.startup import dataclass

# All that a request can raise. A host's name that no DNS could hold is a UnicodeError of the system's resolver.
FOREIGN: Final = (aiohttp.ClientError, OSError, EOFError, UnicodeError)

LONGEST_HEADER: Final = 64 * 1024  # bytes of one header; gateways that sign people on send some of 20 kB

_TOO_LONG: Final = {  # aiohttp's words
    "Got more than": f"a header of more than {LONGEST_HEADER // 1024} kB",
    "Too many headers": "more headers than any answer needs",
}

# What OpenSSL calls an answer in another protocol, which mostly is plain http.
_NO_TLS_THERE: Final = frozenset({"WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"})


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: the host and its port, the proxy on the way (its address without a login), the time-outs, and the key or
    option that names the address."""

    host: str
    port: int
    proxy: str | None
    connect: float
    total: float
    named_by: str = "readUrl"


def translate(error: BaseException, attempt: Attempt) -> LiveError:
    """The LiveError that says what one of `FOREIGN` means, in words of our own: aiohttp's may quote what the peer
    sent, and that what we sent."""
    match error:
        case aiohttp.ClientHttpProxyError():
            return _proxy_refused(error, attempt)
        case aiohttp.ClientProxyConnectionError():
            return _whole_host(
                f"cannot reach the proxy {attempt.proxy}: {words_of_system(error.os_error)}{_plain(attempt)}", Hop.PROXY
            )
        case aiohttp.ClientSSLError():
            return _no_tls(error, attempt)
        case aiohttp.ClientConnectorError():
            return no_connection(error.os_error, attempt)
        case aiohttp.ServerFingerprintMismatch():
            return _whole_host(f"the certificate of {attempt.host} is not the expected one", Hop.CERTIFICATE)
        case aiohttp.ConnectionTimeoutError():
            hop = Hop.PROXY if attempt.proxy else Hop.CONNECTION
            return NoAnswer(f"no connection to {attempt.host} in {attempt.connect:g} s", whole_host=True, hop=hop)
        case TimeoutError():
            return NoAnswer(f"no answer in {attempt.total:g} s")
        case aiohttp.ClientPayloadError():
            return TruncatedAnswer("the answer was cut off: the connection was lost before its end")
        case aiohttp.ClientResponseError():
            return _not_http(error, attempt)
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError() | UnicodeError():
            return Unreachable(
                f"the address of {attempt.host} cannot be used: correct {attempt.named_by}", hop=Hop.ADDRESS
            )
        case aiohttp.ClientConnectionError() | OSError() | EOFError():
            return NoAnswer("the connection was lost before the answer came")
        case _:
            return Unreachable(f"nothing could be asked of {attempt.host} ({type(error).__name__})")


def _whole_host(message: str, hop: Hop) -> Unreachable:
    return Unreachable(message, whole_host=True, hop=hop)


def _proxy_refused(error: aiohttp.ClientHttpProxyError, attempt: Attempt) -> Unreachable:
    if error.status == 407:
        return proxy_wants_login(attempt.proxy)
    return _whole_host(
        f"the proxy {attempt.proxy} would not connect to {attempt.host} (HTTP {error.status})", Hop.PROXY
    )


def proxy_wants_login(proxy: str | None) -> Unreachable:
    """The error for HTTP 407, which a tunnel raises and plain http answers."""
    return _whole_host(
        f"the proxy {proxy or 'on the way'} asks for a login (HTTP 407): put it into the system's proxy settings",
        Hop.PROXY,
    )


def _no_tls(error: aiohttp.ClientSSLError, attempt: Attempt) -> Unreachable:
    """No TLS with the host, or already with its proxy: the error says whose connection it was."""
    to_proxy = attempt.proxy is not None and _names(attempt.proxy, error.host, error.port)
    whose = f"the proxy {attempt.proxy}" if to_proxy else attempt.host
    hop = Hop.PROXY if to_proxy else Hop.CERTIFICATE
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        cause: object = error.certificate_error
        reason = getattr(cause, "verify_message", "") or str(cause)
        return _whole_host(f"the certificate of {whose} is not trusted: {reason}", hop)
    advice = _plain(attempt) if to_proxy else ""
    return _whole_host(f"cannot make a secure connection to {whose}: {words_of_system(error.os_error)}{advice}", hop)


def _plain(attempt: Attempt) -> str:
    """The advice for a proxy with an https address, which few support."""
    if not (attempt.proxy or "").startswith("https:"):
        return ""
    return "; if it speaks plain http, as most proxies do, write http:// for https:// in the system's proxy settings"


def _not_http(error: aiohttp.ClientResponseError, attempt: Attempt) -> Unreadable:
    """The cause, as far as the error tells. Nothing that was sent is quoted."""
    for beginning, what in _TOO_LONG.items():
        if error.message.strip().startswith(beginning):
            return Unreadable(f"cannot read the answer of {attempt.host}: it has {what}")
    whose = attempt.host
    if attempt.proxy:
        whose = f"{attempt.host}, or the proxy {attempt.proxy} on the way,"
        if str(error.request_info.real_url).startswith(attempt.proxy):
            whose = f"the proxy {attempt.proxy}"
    return Unreadable(f"what answers at {whose} does not speak HTTP as it should")


def _names(proxy: str, host: str, port: int | None) -> bool:
    """Tell if a proxy's address has this host and port."""
    address = URL(proxy)
    return (address.host, address.port) == (host, port)


def no_connection(cause: OSError, attempt: Attempt) -> Unreachable:
    """The error for a host without a name, a listener or a route."""
    if isinstance(cause, socket.gaierror):
        # Behind a proxy only its name is looked up; the host's is the proxy's business.
        name = f"name of the proxy {attempt.proxy}" if attempt.proxy else f"name {attempt.host}"
        hop = Hop.PROXY if attempt.proxy else Hop.NAME
        if cause.errno == socket.EAI_AGAIN:
            message = f"the {name} could not be looked up: the name server did not answer"
            return NoAnswer(message, whole_host=True, hop=hop)
        return _whole_host(f"the {name} could not be found", hop)
    if isinstance(cause, ConnectionRefusedError):
        # A service that is just being started again refuses for a moment.
        message = f"the connection to {attempt.host} was refused: nothing listens at port {attempt.port}"
        return NoAnswer(message, whole_host=True, hop=Hop.CONNECTION)
    if advice := too_many_open(cause):
        return NoAnswer(advice)
    if cause.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return _whole_host(f"there is no route to {attempt.host}: {words_of_system(cause)}", Hop.CONNECTION)
    return _whole_host(f"cannot connect to {attempt.host}: {words_of_system(cause)}", Hop.CONNECTION)


def words_of_system(cause: OSError) -> str:
    """The system's own words for an error, without numbers."""
    if isinstance(cause, ssl.SSLError) and (reason := getattr(cause, "reason", None)):
        words = str(reason).replace("_", " ").lower()
        return f"what listens there does not speak TLS ({words})" if reason in _NO_TLS_THERE else words
    if isinstance(cause, ConnectionRefusedError):
        return "the connection was refused"  # asyncio has words of its own for it
    if isinstance(cause, ConnectionError) and not cause.strerror:
        return "the connection was closed"
    return cause.strerror or str(cause) or type(cause).__name__
