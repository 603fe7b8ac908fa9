"""The server that takes e-mails for us, and the account that sends them.

`smtp://` turns to TLS before anything is said (STARTTLS), `smtps://` begins with it. Without TLS a message goes to this
computer alone, and only where `smtp+plain://` says so.
"""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from yarl import URL

from reconciler.errors import InputError
from reconciler.http.proxy_tls import is_loopback
from reconciler.startup import dataclass

if TYPE_CHECKING:
    from reconciler.model.secret import Secret
    from reconciler.notifications.destination import Mailbox


class Security(StrEnum):
    """The protection of a connection, called by the scheme of the server's address."""

    TLS = "smtps"
    STARTTLS = "smtp"
    NONE = "smtp+plain"


_PORTS: Final = {Security.TLS: 465, Security.STARTTLS: 587, Security.NONE: 25}


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server: its host and port, and the protection of the connection."""

    host: str
    port: int
    security: Security


@dataclass(frozen=True, slots=True)
class MailSender:
    """The server, the mailbox that a message is from, and the login; the server asks for none if there is no
    password."""

    server: MailServer
    mailbox: Mailbox
    username: str = field(repr=False)
    password: Secret | None


def mail_server(option: str, address: str) -> MailServer:
    """The server with this address. Raises InputError for one that nothing may be sent to; it is not repeated, since it
    may hold a password."""
    try:
        url = URL(address)
        security, host, port = Security(url.scheme), (url.host or "").rstrip("."), url.port
    except ValueError:
        raise _refused(option, "is not that of a mail server, such as smtp://smtp.school.example:587") from None
    if url.user is not None or url.password is not None:
        raise _refused(option, "contains a login: give it with --mail-username and --mail-password")
    plain = address.isascii() and address.isprintable() and " " not in address
    if not host or not plain or url.raw_path_qs not in ("", "/"):
        raise _refused(option, "has more or less than smtp://HOST:PORT")
    if security is Security.NONE and not is_loopback(host):
        raise _refused(option, "is without TLS, which others on the network could read: write smtp:// or smtps://")
    return MailServer(host, port or _PORTS[security], security)


def _refused(option: str, why: str) -> InputError:
    return InputError(f"The address of {option} {why}. Nothing was asked: correct it.")
