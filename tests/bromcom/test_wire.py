"""The wire: what a server, a network or a proxy does, in plain words, and where messages go."""

from __future__ import annotations

import asyncio
import errno
import inspect
import socket
import ssl
import struct
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from reconciler.errors import Unreachable, Unreadable
from reconciler.http.errors import Attempt, translate
from reconciler.http.retry import NoAnswer, TruncatedAnswer
from reconciler.model.evidence import Known, Probed, Unknown, UnknownReason
from reconciler.model.live import Live, Login
from tests.bromcom.answers import entities, healthy
from tests.bromcom.raw_server import Answer, Request, http, serving
from tests.bromcom.workspaces import ADDRESS, QUICK, access, one, platform, probed, school

if TYPE_CHECKING:
    from collections.abc import Iterator

GOOD = entities(["Staff", "Students"])


def after_database(answer: Answer) -> Live:
    """What is found where the school is well and the list is answered like this."""

    def respond(request: Request) -> Answer:
        return answer if request.operation == "findEntitiesBySchoolID" else healthy(request)

    with serving(respond) as server:
        return one(server.url(), replace(QUICK, timeout=1.0))


def reason(live: Live) -> Unknown:
    """Why the login of `greenfield/groupcall` is unknown."""
    login = live.accesses[ADDRESS].login
    assert isinstance(login, Unknown), login
    return login


def test_silence_is_no_answer() -> None:
    """A server that takes the question and says nothing is told with the time that it had."""
    found = reason(after_database(lambda _: time.sleep(2)))
    assert found == Unknown(UnknownReason.UNREACHABLE, "no answer in 1 s")


def test_a_connection_that_is_never_made_is_told_as_that() -> None:
    """What listens there says nothing to the beginning of TLS."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        at = platform(f"https://127.0.0.1:{silent.getsockname()[1]}/x.asmx")
        live = probed([school("greenfield", 1, at)], [], replace(QUICK, timeout=1.0))
    assert live.schools["greenfield"].reason == "no connection to 127.0.0.1 in 0.8 s"


def test_a_lost_connection_is_no_answer() -> None:
    """Closed, or reset, before the answer came."""

    def reset(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    for how in (lambda _: None, reset):
        found = reason(after_database(how))
        assert found == Unknown(UnknownReason.UNREACHABLE, "the connection was lost before the answer came")


def test_an_answer_that_ends_early_is_unreadable() -> None:
    """Fewer bytes than Content-Length says, or a chunk that never comes."""
    chunked = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n<a"
    for answer in (http(GOOD)[:-20], chunked):
        found = reason(after_database(lambda connection, answer=answer: connection.sendall(answer)))  # type: ignore[misc]
        assert found.reason is UnknownReason.UNREADABLE
        assert "cut off" in found.text


def test_a_content_length_that_is_too_small_cuts_the_answer_and_is_noticed() -> None:
    """The rest is left on the wire, and the document has no end."""
    short = http(GOOD).replace(f"Content-Length: {len(GOOD)}".encode(), b"Content-Length: 600")
    assert reason(after_database(short)).reason is UnknownReason.UNREADABLE


def test_a_dripping_answer_is_given_up_in_time() -> None:
    """The time-out is for the whole request, not for each byte."""

    def drip(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
        for _ in range(40):
            connection.sendall(b" ")
            time.sleep(0.1)

    assert reason(after_database(drip)).text == "no answer in 1 s"


def test_an_answer_may_come_in_pieces_and_after_others_that_are_none() -> None:
    """`100 Continue` and early hints announce an answer; each of its bytes may come alone."""

    def slowly(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n")
        for byte in http(GOOD):
            connection.sendall(bytes([byte]))

    assert after_database(slowly).accesses[ADDRESS].login == Known(Login.WORKS, Probed("findEntitiesBySchoolID"))


def test_a_refusal_whose_page_never_ends_is_one() -> None:
    """The status says it, and the time-out ends the wait for the rest."""

    def without_end(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 500\r\n\r\nUnauth")
        time.sleep(3)

    assert after_database(without_end).accesses[ADDRESS].login == Known(Login.REFUSED, Probed("findEntitiesBySchoolID"))


def test_an_endless_answer_is_given_up_at_the_limit() -> None:
    """1 MB are read, and no more kept."""

    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<a>")
        while True:
            connection.sendall(b" " * 65536)

    def respond(request: Request) -> Answer:
        return endless if request.operation == "findEntitiesBySchoolID" else healthy(request)

    with serving(respond) as server:
        found = reason(one(server.url(), replace(QUICK, timeout=30.0)))
    assert "larger than 1 MB" in found.text


def test_an_answer_that_says_it_is_too_large_is_not_read() -> None:
    """Content-Length alone is enough to give it up."""
    found = reason(after_database(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 9000000\r\n\r\n<a>"))
    assert "larger than 1 MB" in found.text


def test_what_does_not_speak_http_is_unreadable() -> None:
    """A printer on the wrong port, say."""
    assert "does not speak HTTP" in reason(after_database(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")).text


def test_http_1_0_and_connections_closed_after_every_answer_are_fine() -> None:
    """Old servers end an answer by closing, and some close after an error."""

    def respond(request: Request) -> Answer:
        answer = healthy(request).replace(b"HTTP/1.1", b"HTTP/1.0")
        head, _, body = answer.partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
        return lambda connection: connection.sendall(b"\r\n".join([*lines, b"", b""]) + body)

    with serving(respond) as server:
        live = one(server.url())
    assert live.accesses[ADDRESS].login == Known(Login.WORKS, Probed("findEntitiesBySchoolID"))


def test_messages_are_posted_unpacked_and_named() -> None:
    """POST alone, no cookies come back, and nothing but the message goes out."""

    def respond(request: Request) -> Answer:
        return healthy(request).replace(b"\r\n", b"\r\nSet-Cookie: session=1; Path=/\r\n", 1)

    with serving(respond) as server:
        one(server.url())
    assert len(server.requests) == 2
    for request in server.requests:
        assert request.line == "POST /Nucleus/WebServices/ThirdParty/TPReadOnlyDataService.asmx HTTP/1.1"
        assert request.headers["accept-encoding"] == "identity"
        assert request.headers["user-agent"].startswith("reconciler/")
        assert request.headers["content-type"] == "text/xml; charset=utf-8"
        assert request.headers["soapaction"] == f'"http://tempuri.org/{request.operation}"'
        assert not {"cookie", "authorization"} & set(request.headers)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
def test_a_redirect_is_never_followed(status: str) -> None:
    """The password goes to the platform's address and nowhere else."""
    with serving(healthy) as other, serving(lambda _: http(status=status, Location=other.url())) as server:
        found = reason(one(server.url()))
    assert not other.requests
    assert "redirects elsewhere" in found.text
    assert "127.0.0.1" in found.text


def test_a_redirect_to_https_says_what_to_correct() -> None:
    """A school's own server that has moved to https."""
    with serving(lambda _: http(status="301 Moved", Location="https://127.0.0.1/x")) as server:
        assert "change readUrl to https" in reason(one(server.url())).text


def test_a_refused_connection_is_a_school_that_is_not_reachable() -> None:
    """Nobody listens; the access is not asked, for the same reason."""
    with serving(healthy) as server:
        url = server.url()
    live = one(url)
    found = live.schools["greenfield"]
    assert found.reachable == Known(False, Probed("testDatabaseConnection"))
    port = urlsplit(url).port
    assert found.reason == f"the connection to 127.0.0.1 was refused: nothing listens at port {port}"
    assert reason(live) == Unknown(UnknownReason.UNREACHABLE, found.reason)


def test_a_host_of_ipv6_is_told_in_its_brackets() -> None:
    """As it stands in the address: its own colons would be taken for the port's."""
    assert " [::1]" in one("http://[::1]:9/x.asmx").schools["greenfield"].reason
    exposed = probed([school("greenfield", 1, platform("http://[2001:db8::1]/x.asmx"))], []).schools["greenfield"]
    assert "unencrypted to [2001:db8::1]: change" in repr(exposed.reachable)
    with serving(lambda _: http(status="301 Moved", Location="https://[2001:db8::1]/x")) as server:
        assert "to [2001:db8::1])" in reason(one(server.url())).text


def test_a_name_that_does_not_exist_is_told_by_name() -> None:
    """`.invalid` is reserved for names that never do."""
    live = one("https://mis.invalid/TPReadOnlyDataService.asmx")
    assert "the name mis.invalid could not be" in live.schools["greenfield"].reason


def test_a_name_that_cannot_be_one_is_told() -> None:
    """Not every text is a host's name, and the resolver's complaint is not shown."""
    live = one(f"https://{'a' * 70}.example/x.asmx")
    assert "correct readUrl" in live.schools["greenfield"].reason


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://mis.example/x.asmx", "allowHttp: true"),
        ("ftp://mis.example/x.asmx", "not the address of a web service"),
        ("https://user:pw@mis.example/x.asmx", "contains a login"),
        ("https://mis.example:99999/x.asmx", "port"),
        ("https://user:pw@mis.example:99999/x.asmx", "correct readUrl"),
        ("https://mis.green\N{SOFT HYPHEN}field.example/x.asmx", "correct readUrl"),
        ("https://mis%\N{FULLWIDTH FULL STOP}example/x.asmx", "correct readUrl"),
        ("https://mis\\.example/x.asmx", "correct readUrl"),
        ("https://mis\N{IDEOGRAPHIC FULL STOP}\N{IDEOGRAPHIC FULL STOP}example/x.asmx", "correct readUrl"),
        ("https://[::1/x.asmx", "correct readUrl"),
        ("https:///x.asmx", "correct readUrl"),
        ("", "correct readUrl"),
    ],
)
def test_an_address_that_no_password_may_go_to_is_not_asked(url: str, words: str) -> None:
    """Nothing was asked, so nothing is known; the other schools go on."""
    with serving(healthy) as server:
        live = probed(
            [school("greenfield", 1, platform(url)), school("riverside", 2, platform(server.url()))],
            [access("greenfield/groupcall"), access("riverside/groupcall")],
        )
    found = live.schools["greenfield"].reachable
    assert isinstance(found, Unknown)
    assert words in found.text
    assert "pw" not in found.text
    assert reason(live) == found
    assert live.schools["riverside"].reachable == Known(True, Probed("testDatabaseConnection"))


def test_the_systems_proxy_is_used_and_asked_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plain-http platform behind a proxy: the proxy gets the whole address."""
    with serving(healthy) as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        at = platform("http://mis.example/x.asmx", allow_http=True)
        live = probed([school("greenfield", 1, at)], [access("greenfield/groupcall")])
    assert live.accesses[ADDRESS].login == Known(Login.WORKS, Probed("findEntitiesBySchoolID"))
    assert {request.line for request in proxy.requests} == {"POST http://mis.example/x.asmx HTTP/1.1"}


def test_the_login_of_a_proxy_goes_to_it_with_each_message(monkeypatch: pytest.MonkeyPatch) -> None:
    """As its address has it, also on the way to plain http."""
    with serving(healthy) as proxy:
        monkeypatch.setenv("http_proxy", f"http://me:secret@127.0.0.1:{proxy.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        at = platform("http://mis.example/x.asmx", allow_http=True)
        live = probed([school("greenfield", 1, at)], [access("greenfield/groupcall")])
    assert live.accesses[ADDRESS].login == Known(Login.WORKS, Probed("findEntitiesBySchoolID"))
    assert [request.headers["proxy-authorization"] for request in proxy.requests] == ["Basic bWU6c2VjcmV0"] * 2


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_wants_a_login_is_named(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """407 is the proxy's, whether it is answered or met in building a tunnel."""
    with serving(lambda _: http(status="407 Proxy Authentication Required")) as proxy:
        monkeypatch.setenv(f"{scheme}_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        at = platform(f"{scheme}://mis.example/x.asmx", allow_http=True)
        live = probed([school("greenfield", 1, at)], [])
    assert f"proxy http://127.0.0.1:{proxy.port} asks for a login (HTTP 407)" in live.schools["greenfield"].reason


def answering_bytes(answer: bytes, connections: int) -> Iterator[int]:
    """The port of a server that says this to whatever comes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            for _ in range(connections):
                with listener.accept()[0] as connection:
                    connection.recv(4096)
                    connection.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b""], ids=["an error", "nothing"])
def test_a_proxy_that_does_not_speak_tls_is_the_one_that_is_told(
    scheme: str, answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`https://` in the setting means TLS to the proxy itself, which few can: the host has nothing to do with it."""
    monkeypatch.delenv("no_proxy", raising=False)
    with contextmanager(answering_bytes)(answer, 1) as port:
        monkeypatch.setenv(f"{scheme}_proxy", f"https://u:pw@127.0.0.1:{port}")
        at = platform(f"{scheme}://mis.example/x.asmx", allow_http=True)
        reason = probed([school("greenfield", 1, at)], []).schools["greenfield"].reason
    assert reason.startswith(("cannot reach", "cannot make a secure connection to"))
    assert f" the proxy https://127.0.0.1:{port}: " in reason
    assert "if it speaks plain http, as most proxies do, write http:// for https://" in reason
    assert "mis.example" not in reason
    assert "pw" not in reason


def test_a_proxy_that_is_not_there_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """And not in asyncio's, which repeat its address as Python writes it."""
    monkeypatch.delenv("no_proxy", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
    at = platform("http://mis.example/x.asmx", allow_http=True)
    reason = probed([school("greenfield", 1, at)], []).schools["greenfield"].reason
    assert reason == f"cannot reach the proxy http://127.0.0.1:{port}: the connection was refused"


def test_a_proxy_that_speaks_tls_alone_is_told_as_the_proxys(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it says to a plain CONNECT is no HTTP."""
    monkeypatch.delenv("no_proxy", raising=False)
    with contextmanager(answering_bytes)(b"\x15\x03\x01\x00\x02\x02\x46", 1) as port:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        at = platform("https://mis.example/x.asmx")
        found = probed([school("greenfield", 1, at)], []).schools["greenfield"].reachable
    assert isinstance(found, Unknown)
    assert found.text == f"what answers at the proxy http://127.0.0.1:{port} does not speak HTTP as it should"


def test_a_header_of_20_kb_is_read_and_a_longer_one_told() -> None:
    """Gateways that sign people on send such; and 300 headers are no answer of a service."""

    def with_header(length: int, number: int = 1) -> Live:
        headers = "".join(f"X-{place}: {'a' * length}\r\n" for place in range(number)).encode()
        return after_database(http(GOOD).replace(b"\r\n", b"\r\n" + headers, 1))

    assert with_header(20_000).accesses[ADDRESS].login == Known(Login.WORKS, Probed("findEntitiesBySchoolID"))
    too_long = "cannot read the answer of 127.0.0.1: it has a header of more than 64 kB"
    assert reason(with_header(70_000)) == Unknown(UnknownReason.UNREADABLE, too_long)
    assert reason(with_header(1, 300)).text.endswith("it has more headers than any answer needs")


@pytest.mark.parametrize("setting", ["http://u:pw@proxy:notaport", "http:proxy", "http://", "http://[::1"])
def test_a_proxy_that_is_no_address_is_told_and_not_shown(setting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its schools are not reached, the others are."""
    monkeypatch.setenv("https_proxy", setting)
    monkeypatch.delenv("no_proxy", raising=False)
    with serving(healthy) as server:
        behind = platform("https://mis.example/x.asmx")
        live = probed([school("greenfield", 1, behind), school("riverside", 2, platform(server.url()))], [])
    assert live.schools["greenfield"].reason == (
        "the system's proxy for https is not an address: correct the proxy settings"
    )
    assert live.schools["riverside"].reachable == Known(True, Probed("testDatabaseConnection"))


def test_a_proxy_whose_name_is_not_found_is_the_one_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The host's name is for the proxy to look up."""
    monkeypatch.setenv("https_proxy", "http://u:pw@proxy.invalid:3128")
    monkeypatch.delenv("no_proxy", raising=False)

    def not_found(*_: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", not_found)
    live = probed([school("greenfield", 1, platform("https://mis.example/x.asmx"))], [])
    assert live.schools["greenfield"].reason == "the name of the proxy http://proxy.invalid:3128 could not be found"


@pytest.mark.parametrize(("excepted", "proxied"), [("mis.example:8080", False), ("mis.example:81", True)])
def test_an_exception_from_the_proxy_may_be_for_one_port(
    excepted: str, proxied: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`no_proxy` with `host:port` holds for that port."""

    def not_found(*_: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with serving(healthy) as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("no_proxy", excepted)
        monkeypatch.setattr(socket, "getaddrinfo", not_found)
        live = probed([school("greenfield", 1, platform("http://mis.example:8080/x.asmx", allow_http=True))], [])
    assert bool(proxy.requests) is proxied
    assert live.schools["greenfield"].reason == ("" if proxied else "the name mis.example could not be found")


def test_this_computer_is_never_reached_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox works at a desk whose system has a proxy."""
    with serving(healthy) as server, serving(healthy) as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        live = one(server.url())
    assert not proxy.requests
    assert live.schools["greenfield"].reachable == Known(True, Probed("testDatabaseConnection"))


KEY = ConnectionKey("mis.example", 443, True, True, None, None, None)
_INFO = aiohttp.RequestInfo(
    URL("https://mis.example/"), "POST", CIMultiDictProxy(CIMultiDict()), URL("https://mis.example/")
)


def foreign() -> Iterator[tuple[BaseException, type[Exception], str]]:
    """One of each kind of error that can be raised on the way, its meaning, and words that must be in the reason."""
    refused = ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused")
    no_name = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    yield aiohttp.ClientConnectorError(KEY, refused), NoAnswer, "refused"
    yield aiohttp.ClientConnectorError(KEY, OSError(errno.EHOSTUNREACH, "No route to host")), Unreachable, "no route"
    yield (
        aiohttp.ClientConnectorError(KEY, OSError(errno.EACCES, "Permission denied")),
        Unreachable,
        "Permission denied",
    )
    yield aiohttp.ClientConnectorDNSError(KEY, no_name), Unreachable, "proxy http://proxy could not be found"
    yield aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(socket.EAI_AGAIN, "again")), NoAnswer, "name server"
    yield (
        aiohttp.ClientConnectorSSLError(KEY, ssl.SSLError(1, "[SSL: WRONG] x")),
        Unreachable,
        "cannot make a secure connection",
    )
    yield aiohttp.ClientSSLError(KEY, ssl.SSLError(1, "x")), Unreachable, "cannot make a secure connection"
    untrusted = ssl.SSLCertVerificationError("self-signed certificate")
    yield aiohttp.ClientConnectorCertificateError(KEY, untrusted), Unreachable, "not trusted: "
    yield aiohttp.ClientProxyConnectionError(KEY, refused), Unreachable, "cannot reach the proxy http://proxy"
    yield aiohttp.ClientHttpProxyError(_INFO, (), status=407), Unreachable, "asks for a login"
    yield aiohttp.ClientHttpProxyError(_INFO, (), status=502), Unreachable, "HTTP 502"
    yield aiohttp.client_exceptions.UnixClientConnectorError("/x", KEY, refused), NoAnswer, "refused"
    yield aiohttp.ServerFingerprintMismatch(b"a", b"b", "mis.example", 443), Unreachable, "certificate"
    yield aiohttp.ConnectionTimeoutError(), NoAnswer, "no connection to mis.example in 10 s"
    yield aiohttp.SocketTimeoutError(), NoAnswer, "no answer in 30 s"
    yield aiohttp.ServerTimeoutError(), NoAnswer, "no answer in 30 s"
    yield TimeoutError(), NoAnswer, "no answer in 30 s"
    yield aiohttp.ServerDisconnectedError(), NoAnswer, "lost"
    yield aiohttp.ServerConnectionError(), NoAnswer, "lost"
    yield aiohttp.ClientConnectionError(), NoAnswer, "lost"
    yield aiohttp.ClientConnectionResetError(), NoAnswer, "lost"
    yield aiohttp.ClientOSError(errno.EPIPE, "Broken pipe"), NoAnswer, "lost"
    yield aiohttp.ClientPayloadError(), TruncatedAnswer, "cut off"
    yield aiohttp.ClientResponseError(_INFO, (), message="s3cret"), Unreadable, "does not speak HTTP"
    yield aiohttp.ContentTypeError(_INFO, ()), Unreadable, "HTTP"
    yield aiohttp.WSServerHandshakeError(_INFO, ()), Unreadable, "HTTP"
    yield aiohttp.TooManyRedirects(_INFO, ()), Unreadable, "HTTP"
    yield aiohttp.InvalidURL("x"), Unreachable, "correct readUrl"
    yield aiohttp.InvalidUrlClientError("x"), Unreachable, "correct readUrl"
    yield aiohttp.InvalidUrlRedirectClientError("x"), Unreachable, "correct readUrl"
    yield aiohttp.NonHttpUrlClientError("x"), Unreachable, "correct readUrl"
    yield aiohttp.NonHttpUrlRedirectClientError("x"), Unreachable, "correct readUrl"
    yield aiohttp.RedirectClientError("x"), Unreachable, "nothing could be asked"
    yield aiohttp.ClientError("s3cret"), Unreachable, "nothing could be asked of mis.example (ClientError)"
    yield aiohttp.client_exceptions.UploadAbortedError("x"), Unreachable, "nothing could be asked"
    yield ConnectionResetError(errno.ECONNRESET, "reset"), NoAnswer, "lost"
    yield BrokenPipeError(errno.EPIPE, "pipe"), NoAnswer, "lost"
    yield ssl.SSLError(1, "bad record"), NoAnswer, "lost"
    yield asyncio.IncompleteReadError(b"", 1), NoAnswer, "lost"
    yield OSError(errno.EIO, "I/O"), NoAnswer, "lost"
    yield UnicodeError("label empty or too long"), Unreachable, "correct readUrl"


def test_every_foreign_error_has_a_meaning() -> None:
    """A kind of error that aiohttp adds one day fails here, before a school meets it."""
    attempt = Attempt("mis.example", 443, "http://proxy", 10.0, 30.0)
    meant = set()
    for error, kind, words in foreign():
        meant.add(type(error))
        translated = translate(error, attempt)
        assert type(translated) is kind, error
        assert words in str(translated), error
        assert "s3cret" not in str(translated)

    known = {kind for _, kind in inspect.getmembers(aiohttp.client_exceptions, inspect.isclass)}
    assert {kind for kind in known if issubclass(kind, aiohttp.ClientError)} - meant == set()
