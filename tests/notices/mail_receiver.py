# ruff: noqa: N802  # aiosmtpd finds what answers a command by its name
"""A real mail server on a real socket: whatever it takes is kept, parsed again."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import TYPE_CHECKING, Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator


@dataclass
class MailReceiver:
    """The server, and what came.

    logins   (username, password) of each try; `account` is the one that it knows
    refuses  {a command: the answer to it}, where it is to take none
    """

    account: tuple[str, str] | None = None
    refuses: dict[str, str] = field(default_factory=dict)
    port: int = 0
    came: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    logins: list[tuple[str, str]] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)

    async def handle_MAIL(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _: Any) -> str:
        """Take a sender, or not."""
        envelope.mail_from = address
        return self.refuses.get("MAIL", "250 OK")

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _: Any) -> str:
        """Take a receiver, or not."""
        envelope.rcpt_tos.append(address)
        return self.refuses.get("RCPT", "250 OK")

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        """Keep a message, or refuse it."""
        if "DATA" in self.refuses:
            return self.refuses["DATA"]
        content = cast("bytes", envelope.content)
        self.raw.append(content)
        self.came.append(message_from_bytes(content, policy=default))
        self.envelopes.append((str(envelope.mail_from), list(envelope.rcpt_tos)))
        assert server.transport
        self.over_tls.append(server.transport.get_extra_info("sslcontext") is not None)
        return "250 taken"

    def log_in(self, _server: object, _session: object, _envelope: object, _mechanism: str, given: Any) -> AuthResult:
        """Know the account, or not."""
        assert isinstance(given, LoginPassword)
        self.logins.append((given.login.decode(), given.password.decode()))
        return AuthResult(success=self.logins[-1] == self.account, handled=False)


@contextmanager
def mailing(
    receiver: MailReceiver | None = None, *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None
) -> Iterator[MailReceiver]:
    """A mail server for the time of a test: without TLS, or with one of its two kinds."""
    kept = receiver or MailReceiver()
    started = threading.Event()
    loop = asyncio.new_event_loop()

    def server() -> SMTP:
        return SMTP(
            kept,
            hostname="mail.example",
            loop=loop,
            tls_context=starttls,
            require_starttls=starttls is not None,
            auth_require_tls=starttls is not None,
            auth_required=kept.account is not None and starttls is not None,  # it warns of it without TLS of its own
            authenticator=kept.log_in,
        )

    def run() -> None:
        asyncio.set_event_loop(loop)
        listening = loop.run_until_complete(loop.create_server(server, "127.0.0.1", kept.port, ssl=tls))
        kept.port = listening.sockets[0].getsockname()[1]
        started.set()
        loop.run_forever()
        listening.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0.01))
        loop.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert started.wait(10)
    try:
        yield kept
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
