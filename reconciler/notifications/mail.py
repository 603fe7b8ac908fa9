"""Send an e-mail by SMTP, over verified TLS, with a few tries. Mail does not go through the system's proxy.

A server's words are not repeated: they may hold an address, or what was sent.
"""

import asyncio
import smtplib
import socket
import ssl
from contextlib import suppress
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from typing import Any, Final

from reconciler.errors import LiveError, Unreachable, Unreadable
from reconciler.http.connections import in_thread
from reconciler.http.errors import Attempt, no_connection, words_of_system
from reconciler.http.proxy_tls import shown_host, trusted_authorities
from reconciler.http.retry import NoAnswer, TruncatedAnswer
from reconciler.notifications.delivery import RetryPolicy, deliver
from reconciler.notifications.destination import Mailbox
from reconciler.notifications.mail_server import MailSender, MailServer, Security
from reconciler.report.notifications.mail import MailText

_OWN_NAME: Final = "[127.0.0.1]"  # said in EHLO: this computer's own name is nobody's business
_OTHER_PORT: Final = "Port 465 is for smtps://, and 587 for smtp://"


def send_mail(receiver: Mailbox, sender: MailSender, text: MailText, patience: RetryPolicy) -> None:
    """Deliver an e-mail. Raises Undelivered where no server said that it took it."""
    message = composed(receiver, sender.mailbox, text)
    deliver(receiver.told, lambda: _sent(message, receiver, sender, patience.timeout), patience)


def composed(receiver: Mailbox, sender: Mailbox, text: MailText) -> EmailMessage:
    """The e-mail, to the letter but for its date and id. Programs that answer mail are asked not to."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address("reconciler", addr_spec=sender.address)
    message["To"] = Address(addr_spec=receiver.address)
    # The header would be decoded where it holds `=?...?=`, perhaps to a line break.
    message["Subject"] = text.subject.replace("=?", "= ?")
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain=sender.domain)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(text.text, cte="quoted-printable")
    message.add_alternative(text.html, subtype="html", cte="quoted-printable")
    return message


class _Connection(smtplib.SMTP):
    """A connection that `opened` has before anything is waited for, so that it can be ended."""

    def __init__(self, server: MailServer, opened: list[smtplib.SMTP], **options: Any) -> None:
        opened.append(self)
        super().__init__(server.host, server.port, local_hostname=_OWN_NAME, **options)


class _TlsConnection(_Connection, smtplib.SMTP_SSL):
    """The same with TLS from the start."""


async def _sent(message: EmailMessage, receiver: Mailbox, sender: MailSender, total: float) -> None:
    opened: list[smtplib.SMTP] = []
    try:
        async with asyncio.timeout(total):
            # A time-out of smtplib looks like a lost connection: ours is to come first.
            await in_thread(lambda: _conversation(message, receiver, sender, opened, 2 * total), "mail")
    except (OSError, UnicodeError, ValueError) as error:
        raise translate(error, sender.server, total) from None
    finally:
        _end(opened)


def _conversation(
    message: EmailMessage, receiver: Mailbox, sender: MailSender, opened: list[smtplib.SMTP], seconds: float
) -> None:
    server = sender.server
    context = None if server.security is Security.NONE else trusted_authorities(protocol="")
    try:
        if server.security is Security.TLS:
            smtp: smtplib.SMTP = _TlsConnection(server, opened, timeout=seconds, context=context)
        else:
            smtp = _Connection(server, opened, timeout=seconds)
        if server.security is Security.STARTTLS:
            _turn_to_tls(smtp, server, context)
        if sender.password is not None:
            smtp.login(sender.username, sender.password.reveal())
        smtp.sendmail(sender.mailbox.address, [receiver.address], message.as_bytes())
        smtp.putcmd("QUIT")  # the message was taken: the answer to this is not waited for
    finally:
        for each in opened:
            each.close()


def _turn_to_tls(smtp: smtplib.SMTP, server: MailServer, context: ssl.SSLContext | None) -> None:
    smtp.ehlo_or_helo_if_needed()
    if not smtp.has_extn("starttls"):
        host = shown_host(server.host)
        raise Unreadable(f"{host} offers no TLS (STARTTLS) at port {server.port}, so nothing was sent. {_OTHER_PORT}")
    smtp.starttls(context=context)


def _end(opened: list[smtplib.SMTP]) -> None:
    """End a connection below a thread that still reads: a server may answer without an end."""
    for smtp in opened:
        if smtp.sock is not None:
            with suppress(OSError):
                smtp.sock.shutdown(socket.SHUT_RDWR)


def translate(error: Exception, server: MailServer, total: float) -> LiveError:
    """The LiveError that says what an error of smtplib, ssl or the system means."""
    host = shown_host(server.host)
    match error:
        case ssl.SSLCertVerificationError():
            return Unreachable(f"the certificate of {host} is not trusted: {error.verify_message}")
        case ssl.SSLError():
            return Unreachable(f"cannot make a secure connection to {host}: {words_of_system(error)}. {_OTHER_PORT}")
        case smtplib.SMTPException():
            return _refused(error, host)
        case TimeoutError():
            return NoAnswer(f"no answer from {host} in {total:g} s. {_OTHER_PORT}")
        case ConnectionResetError() | BrokenPipeError() | ConnectionAbortedError():
            return NoAnswer(f"the connection to {host} was lost before it took the message")
        case OSError():
            return no_connection(error, Attempt(host, server.port, None, total, total, "--mail-server"))
        case _:
            return Unreachable(f"nothing could be sent by {host} ({type(error).__name__}): correct --mail-server")


def _refused(error: smtplib.SMTPException, host: str) -> LiveError:
    """The meaning of an answer. One of 400 to 499 is for now: the next night may fare better."""
    match error:
        case smtplib.SMTPServerDisconnected():
            return NoAnswer(f"{host} closed the connection before it took the message")
        case smtplib.SMTPNotSupportedError():
            return Unreadable(f"{host} takes no login at this port: correct it, or leave --mail-password out")
        case smtplib.SMTPRecipientsRefused():
            code, about = next(iter(error.recipients.values()))[0], "the receiver's address: correct --notify"
        case smtplib.SMTPAuthenticationError():
            code, about = (
                error.smtp_code,
                ("the login: check --mail-username and --mail-password, and that this mailbox may send by SMTP"),
            )
        case smtplib.SMTPSenderRefused():
            code, about = error.smtp_code, "the sender: check --mail-from, and that the server lets this login send"
        case smtplib.SMTPResponseException():
            code, about = error.smtp_code, "the message"
        case _:
            return Unreadable(f"{host} did not answer as a mail server does ({type(error).__name__}). {_OTHER_PORT}")
    if 400 <= code < 500:
        return TruncatedAnswer(f"{host} refused for now (SMTP {code})")
    return Unreadable(f"{host} refused (SMTP {code}) {about}")
