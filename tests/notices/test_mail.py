"""E-mails over real sockets to a real mail server: what goes where, what does not, and what is said of it."""

from __future__ import annotations

import re
import socket
import ssl
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import InputError, Undelivered
from reconciler.model.secret import Secret
from reconciler.notifications.delivery import RetryPolicy
from reconciler.notifications.destination import Mailbox, destination, mailbox
from reconciler.notifications.mail import composed, send_mail
from reconciler.notifications.mail_server import MailSender, MailServer, Security, mail_server
from reconciler.report.notifications.mail import MailText
from reconciler.secrets.environment import Environment
from tests.notices.mail_receiver import MailReceiver, mailing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ONCE = RetryPolicy(timeout=5, retries=0)
TO = mailbox("--notify", "ict.office@school.example")
FROM = mailbox("--mail-from", "nightly@school.example")
KINDS = {Security.STARTTLS: "starttls", Security.TLS: "tls"}
PASSWORD = "zq7Kx \"'\\ 9vTj"
TEXT = MailText("Action needed: our-trust (1 new)", "till: PersonPhotos … too much\n.\n..\nFrom x\n", "<p>é</p>\n")


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """An authority of the school's own."""
    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's side, whose authority the system trusts."""
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return certificate("localhost", authority)


def certificate(name: str, authority: trustme.CA) -> ssl.SSLContext:
    """A server's side with a certificate for this name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def sender(server: MailReceiver, security: Security, password: str | None = None) -> MailSender:
    """The way to a server of a test."""
    host = "127.0.0.1" if security is Security.NONE else "localhost"
    secret = None if password is None else Secret(password)
    return MailSender(MailServer(host, server.port, security), FROM, FROM.address, secret)


def undelivered(way: MailSender, patience: RetryPolicy = ONCE) -> Undelivered:
    """Send, and be told that it did not arrive: with no password and no address, even in what Python keeps."""
    with pytest.raises(Undelivered) as caught:
        send_mail(TO, way, TEXT, patience)
    said = f"{caught.value} {caught.value!r} {way!r}"
    assert not [piece for piece in ("zq7Kx", "9vTj", "ict.office", "nightly") if piece in said]
    assert re.match(
        r"--notify \(mail to school\.example\) (was not reached|did not take the message): ", str(caught.value)
    )
    return caught.value


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_a_message_arrives_over_tls_after_a_login(security: Security, trusted: ssl.SSLContext) -> None:
    """With both kinds of TLS, in a text and in HTML; programs that answer mail are asked not to."""
    with mailing(MailReceiver(account=(FROM.address, PASSWORD)), **{KINDS[security]: trusted}) as server:
        send_mail(TO, sender(server, security, PASSWORD), TEXT, ONCE)
    (message,) = server.came
    assert server.over_tls == [True]
    assert server.logins == [(FROM.address, PASSWORD)]
    assert server.envelopes == [(FROM.address, [TO.address])]
    assert (message["From"], message["To"]) == (f"reconciler <{FROM.address}>", TO.address)
    assert message["Subject"] == TEXT.subject
    assert message["Auto-Submitted"] == "auto-generated"
    parts = {part.get_content_type(): part.get_content() for part in message.iter_parts()}
    assert {kind: text.replace("\r\n", "\n") for kind, text in parts.items()} == {
        "text/plain": TEXT.text,
        "text/html": TEXT.html,
    }
    assert socket.gethostname().encode() not in server.raw[0]


def test_without_tls_a_message_goes_to_this_computer_alone() -> None:
    """And only where that was said."""
    with mailing() as server:
        send_mail(TO, sender(server, Security.NONE), TEXT, ONCE)
    assert (len(server.came), server.over_tls, server.logins) == (1, [False], [])


def test_a_server_without_tls_gets_neither_login_nor_message() -> None:
    """Whoever sits between could have taken its offer away."""
    with mailing(MailReceiver(account=(FROM.address, PASSWORD))) as server:
        error = undelivered(sender(server, Security.STARTTLS, PASSWORD))
    assert error.for_good
    assert "offers no TLS (STARTTLS)" in str(error)
    assert not server.came
    assert not server.logins


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
@pytest.mark.parametrize("name", ["localhost", "elsewhere.example"])
def test_a_certificate_that_is_not_the_servers_gets_nothing(
    security: Security, name: str, trusted: ssl.SSLContext, authority: trustme.CA
) -> None:
    """One of an authority that no one trusts, or one for another name."""
    theirs = certificate(name, trustme.CA() if name == "localhost" else authority)
    with mailing(MailReceiver(account=(FROM.address, PASSWORD)), **{KINDS[security]: theirs}) as server:
        error = undelivered(sender(server, security, PASSWORD))
    assert error.for_good
    assert "the certificate of localhost is not trusted" in str(error)
    assert not server.came
    assert not server.logins


def test_the_wrong_kind_of_tls_is_told_with_the_ports(trusted: ssl.SSLContext) -> None:
    """One waits for the other to begin, or hears what is no TLS."""
    with mailing(tls=trusted) as server:
        waiting = undelivered(sender(server, Security.STARTTLS), RetryPolicy(timeout=0.4, retries=0))
    with mailing(starttls=trusted) as server:
        plain = undelivered(sender(server, Security.TLS))
    assert "no answer from localhost in 0.4 s. Port 465 is for smtps://, and 587 for smtp://" in str(waiting)
    assert "does not speak TLS" in str(plain)


@pytest.mark.parametrize(
    ("command", "answer", "for_good", "told"),
    [
        ("RCPT", "550 no such user zq7Kx", True, "refused (SMTP 550) the receiver's address"),
        ("RCPT", "450 greylisted zq7Kx", False, "refused for now (SMTP 450)"),
        ("MAIL", "553 not yours zq7Kx", True, "refused (SMTP 553) the sender"),
        ("DATA", "552 too large zq7Kx", True, "refused (SMTP 552) the message"),
        ("DATA", "451 try later zq7Kx", False, "refused for now (SMTP 451)"),
    ],
)
def test_a_no_is_told_without_the_servers_words(command: str, answer: str, for_good: bool, told: str) -> None:
    """It is tried again where that may help."""
    with mailing(MailReceiver(refuses={command: answer})) as server:
        error = undelivered(sender(server, Security.NONE), RetryPolicy(timeout=5, retries=1))
    assert error.for_good is for_good
    assert told in str(error)


def test_a_refused_login_is_told(trusted: ssl.SSLContext) -> None:
    """With what to check, and without what was tried."""
    with mailing(MailReceiver(account=(FROM.address, "other")), starttls=trusted) as server:
        error = undelivered(sender(server, Security.STARTTLS, PASSWORD))
    assert error.for_good
    assert "localhost refused (SMTP 535) the login: check --mail-username" in str(error)
    assert not server.came


def test_a_server_without_logins_is_told() -> None:
    """A relay inside the school takes none."""

    def relay(stream: socket.socket) -> None:
        stream.sendall(b"220 relay\r\n")
        stream.recv(1000)
        stream.sendall(b"250 relay\r\n")
        stream.recv(1000)

    with answering(relay) as port:
        error = undelivered(sender(MailReceiver(port=port), Security.NONE, PASSWORD))
    assert "takes no login at this port" in str(error)


@contextmanager
def answering(talk: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port at which something talks to whoever comes."""

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, suppress(OSError):
                    talk(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield listener.getsockname()[1]
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def endless(connection: socket.socket) -> None:
    """A greeting without an end."""
    while True:
        connection.sendall(b"220-welcome\r\n" * 100)


def dripping(connection: socket.socket) -> None:
    """A greeting, one letter at a time: each comes in time."""
    while True:
        connection.sendall(b"2")
        threading.Event().wait(0.05)


def silent(connection: socket.socket) -> None:
    """Nothing at all."""
    connection.recv(1)


@pytest.mark.parametrize("talk", [endless, dripping, silent])
def test_a_server_that_does_not_come_to_an_end_is_given_up(talk: Callable[[socket.socket], None]) -> None:
    """In the time that one try may take, and its thread ends too."""
    before = threading.active_count()
    with answering(talk) as port:
        error = undelivered(sender(MailReceiver(port=port), Security.NONE), RetryPolicy(timeout=0.3, retries=0))
        assert not error.for_good
        assert "no answer from 127.0.0.1 in 0.3 s" in str(error)
        for _ in range(200):
            if not any(thread.name == "mail" for thread in threading.enumerate()):
                break
            threading.Event().wait(0.02)
        assert not [thread for thread in threading.enumerate() if thread.name == "mail"]
    assert threading.active_count() <= before + 1


@pytest.mark.parametrize(
    "talk",
    [
        lambda connection: None,
        lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        lambda connection: connection.sendall(b"\xff\xfe\x00" * 9000 + b"\r\n"),
        lambda connection: connection.sendall(b"554 no\r\n"),
        lambda connection: connection.sendall(b"220 hi\r\n500 what\r\n500 what\r\n"),
        lambda connection: connection.sendall(b"220 hi\r\n250-x\r\n250-AUTH \xff\r\n250 y\r\n334 \xff=\r\n"),
    ],
)
@pytest.mark.parametrize("security", list(Security))
def test_whatever_answers_is_told_in_words(talk: Callable[[socket.socket], None], security: Security) -> None:
    """No error of a library comes through."""
    with answering(talk) as port:
        undelivered(sender(MailReceiver(port=port), security, PASSWORD))


def test_a_server_that_is_not_there_is_told() -> None:
    """Nothing listens, or no one knows the name."""
    with mailing() as server:
        pass
    assert "nothing listens at port" in str(undelivered(sender(server, Security.NONE)))
    nowhere = MailSender(MailServer("mail.invalid", 587, Security.STARTTLS), FROM, "", None)
    assert "the name mail.invalid could not be" in str(undelivered(nowhere))


HEADERS = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"}
NASTY = st.sampled_from(
    ["\r\nBcc: boss@evil.example", "=?utf-8?q?=0ABcc:_a=40b?=", "\n.\n", "é", "<b>", "\u202e", ",", '"', "=?", "x" * 90]
)


@given(st.lists(NASTY | st.text(max_size=8), max_size=8).map("".join))
def test_no_text_becomes_a_header_or_a_receiver(text: str) -> None:
    """Whatever a name holds: the subject is printable as reports make it, the body is only encoded."""
    from reconciler.report.escape import printable

    message = composed(TO, FROM, MailText(printable(text), printable(text), printable(text)))
    data = message.as_bytes()
    head = data.partition(b"\r\n\r\n")[0].replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").split(b"\r\n")
    assert {line.partition(b":")[0].decode() for line in head} == HEADERS | {"MIME-Version", "Content-Type"}
    assert len(head) == len(HEADERS) + 2
    assert b"evil.example" not in b"".join(line for line in head if line.startswith((b"To:", b"From:")))
    assert all(len(line) < 999 for line in data.split(b"\r\n"))
    from email import message_from_bytes
    from email.policy import default

    read = message_from_bytes(data, policy=default)
    assert read["To"] == TO.address
    assert str(read["Subject"]).split() == printable(text).replace("=?", "= ?").split()


@pytest.mark.parametrize(
    "written",
    [
        "",
        "office",
        "@b.example",
        "office@",
        "a@b.example,c@d.example",
        "Office <a@b.example>",
        "a@b.example?cc=c@d.example",
        "a@b.example\r\nRCPT TO:<c@d.example>",
        "a@b.example ",
        "é@b.example",
        "a@-b.example",
        "a@b@c.example",
        "x" * 250 + "@b.example",
    ],
)
def test_what_is_not_one_plain_address_is_refused_and_not_shown(written: str) -> None:
    """A second receiver, a name, another header: each receiver has an option of its own."""
    with pytest.raises(InputError, match="is not one e-mail address") as caught:
        destination("--notify", f"mailto:{written}", Environment({}))
    assert len(written) < 9 or written not in str(caught.value)


def test_a_mailbox_is_shown_by_its_domain_alone() -> None:
    """It may be a person's. A variable may hold it as well as an address of the web."""
    found = destination("--notify", "env:HOOK", Environment({"HOOK": "mailto:j.smith@school.example\n"}))
    assert isinstance(found, Mailbox)
    assert (found.address, found.told) == ("j.smith@school.example", "--notify (mail to school.example)")
    assert "smith" not in repr(found)


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("smtp://smtp.school.example", MailServer("smtp.school.example", 587, Security.STARTTLS)),
        ("smtp://smtp.school.example:25", MailServer("smtp.school.example", 25, Security.STARTTLS)),
        ("smtps://smtp.school.example/", MailServer("smtp.school.example", 465, Security.TLS)),
        ("smtp+plain://localhost", MailServer("localhost", 25, Security.NONE)),
        ("smtp+plain://[::1]:2525", MailServer("::1", 2525, Security.NONE)),
    ],
)
def test_a_servers_scheme_says_how_it_is_protected(address: str, server: MailServer) -> None:
    """Each has the port that servers have for it."""
    assert mail_server("--mail-server", address) == server


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("smtp.school.example:587", "is not that of a mail server"),
        ("https://smtp.school.example", "is not that of a mail server"),
        ("smtp://smtp.school.example:port", "is not that of a mail server"),
        ("smtp://", "has more or less"),
        ("smtp://smtp.school.example/zq7Kx", "has more or less"),
        ("smtp://smtp.school.example?zq7Kx", "has more or less"),
        ("smtp://smtp.school.example\r\nEHLO", "has more or less"),
        ("smtp://me:zq7Kx@smtp.school.example", "contains a login"),
        ("smtp+plain://smtp.school.example:25", "is without TLS"),
        ("smtp+plain://127.0.0.1.evil.example", "is without TLS"),
    ],
)
def test_a_server_that_nothing_may_be_sent_to_is_refused_and_not_shown(address: str, why: str) -> None:
    """It may hold a password."""
    with pytest.raises(InputError, match=f"The address of --mail-server {why}") as caught:
        mail_server("--mail-server", address)
    assert "zq7Kx" not in str(caught.value)
