"""Sending over real sockets: what a receiver, a network or a proxy does, and where a message goes and does not go."""

from __future__ import annotations

import re
import ssl
import time
from typing import TYPE_CHECKING

import pytest
import trustme

from reconciler.errors import Undelivered
from reconciler.notifications.delivery import RetryPolicy
from reconciler.notifications.destination import WebAddress
from reconciler.notifications.webhook import post
from tests.bromcom.raw_server import http, serving

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from tests.bromcom.raw_server import Answer, RawServer, Request

ONCE = RetryPolicy(timeout=5, retries=0)
TWICE = RetryPolicy(timeout=5, retries=1)
SECRET = "/hook/zq7Kx?sig=a%2Fb%20c&next=%3C9vTj%3E"
BODY = '{"state": "drift", "é": 1}'


def web(server: RawServer) -> WebAddress:
    """The receiver's address, with what must stay hidden."""
    return WebAddress(server.url(SECRET), "--notify", "127.0.0.1")


def undelivered(server: RawServer, patience: RetryPolicy = ONCE) -> Undelivered:
    """Send, and be told that it did not arrive: without the address, even in what Python keeps beside an error."""
    with pytest.raises(Undelivered) as caught:
        post(web(server), BODY, patience)
    assert not [piece for piece in ("zq7Kx", "9vTj", "sig=") if piece in f"{caught.value} {caught.value!r}"]
    assert re.match(r"--notify \(127\.0\.0\.1\) (was not reached|did not take the message): ", str(caught.value))
    return caught.value


def taking(_request: Request) -> bytes:
    """A receiver that takes everything."""
    return http("ok")


def test_a_message_arrives_as_it_is_at_the_address_as_it_is() -> None:
    """To the letter: a signature may be of just these. It says what it is, and who sends it."""
    with serving(taking) as server:
        post(web(server), BODY, ONCE)
    (request,) = server.requests
    assert request.line == f"POST {SECRET} HTTP/1.1"
    assert request.body == BODY.encode()
    assert request.headers["content-type"] == "application/json; charset=utf-8"
    assert request.headers["user-agent"].startswith("reconciler/")
    assert "authorization" not in request.headers


@pytest.mark.parametrize("status", ["200 OK", "201 Created", "202 Accepted", "204 No Content"])
def test_every_yes_is_a_yes(status: str) -> None:
    """Teams says that it accepted, Slack that all is well."""
    with serving(lambda _: http(status=status)) as server:
        post(web(server), BODY, ONCE)


@pytest.mark.parametrize(
    ("status", "for_good"),
    [
        ("400 Bad Request", True),
        ("401 Unauthorized", True),
        ("403 Forbidden", True),
        ("404 Not Found", True),
        ("407 Proxy Authentication Required", True),
        ("410 Gone", True),
        ("413 Content Too Large", True),
        ("408 Request Timeout", False),
        ("429 Too Many Requests", False),
        ("500 Internal Server Error", False),
        ("502 Bad Gateway", False),
        ("503 Service Unavailable", False),
    ],
)
def test_a_no_is_told_and_tried_again_where_that_may_help(status: str, for_good: bool) -> None:
    """What the receiver says of it is not repeated."""
    with serving(lambda _: http("no such hook: zq7Kx", status)) as server:
        error = undelivered(server, TWICE)
    assert error.for_good is for_good
    assert f"(HTTP {status[:3]})" in str(error)
    assert "did not take the message" in str(error)
    assert not [piece for piece in ("readUrl", "proxy") if piece in str(error)]
    assert len(server.requests) == (1 if for_good else 2)


def test_a_receiver_that_recovers_gets_the_message() -> None:
    """The second try arrives."""
    answers = iter([http(status="503 Service Unavailable"), http("ok")])
    with serving(lambda _: next(answers)) as server:
        post(web(server), BODY, TWICE)
    assert [request.body for request in server.requests] == [BODY.encode()] * 2


def test_a_receiver_that_asks_for_time_gets_it() -> None:
    """One that names more seconds than a receiver is worth is not asked again."""
    with serving(lambda _: http(status="429 Too Many Requests", Retry_After="6")) as server:
        error = undelivered(server, TWICE)
    assert len(server.requests) == 1
    assert not error.for_good


@pytest.mark.parametrize(
    ("body", "kind", "page"),
    [
        ("<!DOCTYPE html><title>Log in</title>", "text/html; charset=utf-8", True),
        ("\r\n  <html>", "application/xhtml+xml", True),
        ("ok", "text/html", False),
        ("", "text/html", False),
        ("ok", "text/plain", False),
        ('{"ok": true}', "application/json", False),
    ],
)
def test_a_web_page_is_no_yes(body: str, kind: str, page: bool) -> None:
    """A network's or a proxy's login says 200 to everything. Some receivers call their `ok` HTML."""
    with serving(lambda _: http(body, kind=kind)) as server:
        if not page:
            post(web(server), BODY, ONCE)
            return
        error = undelivered(server, TWICE)
    assert error.for_good
    assert "it answered with a web page" in str(error)
    assert len(server.requests) == 1


def test_an_address_that_nothing_can_be_sent_to_is_the_options_own() -> None:
    """It is corrected where it stands, which is no manifest."""
    host = "a" * 70 + ".example"
    with pytest.raises(Undelivered) as caught:
        post(WebAddress(f"https://{host}/zq7Kx", "--notify", host), BODY, ONCE)
    assert "readUrl" not in str(caught.value)
    assert "zq7Kx" not in str(caught.value)


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect"])
def test_a_redirect_is_followed_nowhere(status: str) -> None:
    """Not even where the receiver may be trusted with it: nobody chose that place."""
    with serving(taking) as elsewhere:
        location = elsewhere.url("/taken")
        with serving(lambda _: http(status=status, Location=location)) as server:
            error = undelivered(server, TWICE)
        assert not elsewhere.requests
    assert error.for_good
    assert "redirects elsewhere" in str(error)


def test_a_receiver_that_never_answers_is_given_up() -> None:
    """In the time that one try may take."""

    def hanging(_request: Request) -> Answer:
        return lambda connection: time.sleep(1.5)

    with serving(hanging) as server:
        error = undelivered(server, RetryPolicy(timeout=0.3, retries=0))
    assert not error.for_good
    assert "no answer in 0.3 s" in str(error)


def test_a_receiver_that_hangs_up_is_tried_again() -> None:
    """It may have been started again just now."""
    with serving(lambda _: lambda connection: None) as server:
        error = undelivered(server, TWICE)
    assert len(server.requests) == 2
    assert not error.for_good


def test_a_receiver_that_speaks_something_else_is_told() -> None:
    """A mail server, say."""
    with serving(lambda _: b"220 mail.example ESMTP\r\n") as server:
        error = undelivered(server)
    assert error.for_good
    assert "does not speak HTTP" in str(error)


def test_a_receiver_with_an_endless_answer_is_not_listened_to() -> None:
    """Its status is all that counts."""

    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    with serving(lambda _: endless) as server:
        post(web(server), BODY, ONCE)


def test_nobody_who_listens_is_told() -> None:
    """A watcher that is not running."""
    with serving(taking) as server:
        pass
    error = undelivered(server)
    assert not error.for_good
    assert "refused" in str(error)


def test_a_password_of_netrc_is_not_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A login that somebody keeps for another program of this computer."""
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password mine\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with serving(taking) as server:
        post(web(server), BODY, ONCE)
    assert "authorization" not in server.requests[0].headers


def certificate(name: str, authority: trustme.CA) -> ssl.SSLContext:
    """A server's side with a certificate for this name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_an_authority_that_nobody_trusts_gets_no_message() -> None:
    """The message says what is live, and the address is a secret."""
    with serving(taking, certificate("localhost", trustme.CA())) as server, pytest.raises(Undelivered) as caught:
        post(WebAddress(server.url(SECRET), "--notify", "localhost"), BODY, ONCE)
    assert not server.requests
    assert caught.value.for_good
    assert "is not trusted" in str(caught.value)


def test_an_authority_that_the_system_trusts_is_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A network that inspects TLS has one of its own."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    with serving(taking, certificate("localhost", authority)) as server:
        post(WebAddress(server.url(SECRET), "--notify", "localhost"), BODY, ONCE)
    assert len(server.requests) == 1


def test_the_systems_proxy_leads_out_and_learns_the_host_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As schools have it. The address stays inside TLS; a proxy that refuses is named without its login."""
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with serving(lambda _: http(status="502 Bad Gateway")) as proxy:
        monkeypatch.setenv("https_proxy", f"http://user:p4ss@127.0.0.1:{proxy.port}")
        with pytest.raises(Undelivered) as caught:
            post(WebAddress(f"https://hooks.invalid{SECRET}", "--notify", "hooks.invalid"), BODY, ONCE)
    assert [request.line for request in proxy.requests] == ["CONNECT hooks.invalid:443 HTTP/1.1"]
    assert not [piece for piece in ("zq7Kx", "p4ss") if piece in str(caught.value)]
    assert re.search(r"the proxy http://127\.0\.0\.1:\d+ would not connect to hooks\.invalid", str(caught.value))


def test_a_receiver_on_this_computer_needs_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A watcher beside the job."""
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with serving(taking) as server:
        post(web(server), BODY, ONCE)
    assert len(server.requests) == 1
