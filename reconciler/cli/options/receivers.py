"""The receivers of heartbeats and notifications, from the options that name them.

An address that was typed and cannot be used is a mistyped command line (64); one that comes from a variable is an input
that cannot be used (1).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from reconciler.cli.output.renderers import OF_NOTIFICATIONS
from reconciler.errors import InputError, SecretError
from reconciler.importing.passwords import reference_in
from reconciler.model.secret import CommandRef, Secret, SecretRef
from reconciler.notifications.destination import (
    ENVIRONMENT,
    MAILTO,
    Mailbox,
    WebAddress,
    destination,
    mailbox,
    value_of,
)
from reconciler.notifications.mail_server import MailSender, mail_server
from reconciler.notifications.notify import Subscriber, by_mail, by_web
from reconciler.secrets import passwords

if TYPE_CHECKING:
    from reconciler.cli.options.plan_and_drift import NoticeOptions
    from reconciler.secrets.environment import Environment

V = TypeVar("V")


def heartbeat_target(written: str, variables: Environment) -> WebAddress | Path:
    """Return the watcher that `--heartbeat` names. Raises click.UsageError, and InputError for a variable's value."""
    target = _usable(written, lambda: destination("--heartbeat", written, variables))
    if isinstance(target, Mailbox):
        raise click.UsageError("--heartbeat takes a file or a web address: a mailbox does not miss a message.")
    return target


def subscribers(notices: NoticeOptions, variables: Environment) -> Sequence[Subscriber]:
    """Return the receivers that `--notify` names. Raises click.UsageError, and InputError for a variable's value."""
    receivers = [_receiver(written, variables) for written in notices.notify]
    if len({receiver.address for receiver in receivers}) < len(receivers):
        raise click.UsageError("--notify names the same receiver twice.")
    webhooks = [receiver for receiver in receivers if isinstance(receiver, WebAddress)]
    mailboxes = [receiver for receiver in receivers if isinstance(receiver, Mailbox)]
    forms = notices.notify_as or ("json",)
    if len(forms) == 1:
        forms *= len(webhooks)
    if len(forms) != len(webhooks):
        raise click.UsageError("Give --notify-as once for each webhook of --notify, or once for all of them.")
    if notices.of_mail and not mailboxes:
        raise click.UsageError(f"{notices.of_mail[0]} needs a receiver of mail: --notify mailto:ADDRESS.")
    found = [by_web(web, OF_NOTIFICATIONS.renderer(form)) for web, form in zip(webhooks, forms, strict=True)]
    if mailboxes:
        sender = _sender(notices, variables)
        found += [by_mail(receiver, sender) for receiver in mailboxes]
    return found


def _receiver(written: str, variables: Environment) -> WebAddress | Mailbox:
    if written.strip() and "://" not in written and not written.startswith((ENVIRONMENT, MAILTO)):
        raise click.UsageError(
            "--notify takes a web address, https://..., a mailbox, mailto:..., or env:NAME for a variable with one."
        )
    receiver = _usable(written, lambda: destination("--notify", written, variables))
    assert not isinstance(receiver, Path)  # a path has no ://
    return receiver


def _sender(notices: NoticeOptions, variables: Environment) -> MailSender:
    if not (notices.mail_server and notices.mail_from):
        raise click.UsageError("--notify mailto:... needs --mail-server, such as smtp://HOST:587, and --mail-from.")
    server = _looked_up("--mail-server", notices.mail_server, variables, mail_server)
    sender = _looked_up("--mail-from", notices.mail_from, variables, mailbox)
    login = notices.mail_username or sender.address
    username = _looked_up("--mail-username", login, variables, _in_ascii)
    password = _password(notices.mail_password, variables)
    if notices.mail_username and not password:
        raise click.UsageError("--mail-username needs --mail-password.")
    return MailSender(server, sender, username, password)


def _password(reference: str | None, variables: Environment) -> Secret | None:
    """Return the password; what was typed is not shown, since it may be one."""
    if reference is None:
        return None
    forms = "--mail-password takes env:NAME, file:PATH or keyring:SERVICE/USERNAME, never the password itself"
    try:
        ref = reference_in(reference, {})
    except ValueError as error:
        raise click.UsageError(f"{forms}: {error}.") from None
    if ref is None or isinstance(ref, CommandRef):
        raise click.UsageError(f"{forms}.")
    try:
        password = asyncio.run(_resolved(ref, variables))
    except SecretError as error:
        raise InputError(f"The password of --mail-password cannot be read: {error}. Nothing was asked.") from None
    _in_ascii("--mail-password", password.reveal())
    return password


async def _resolved(ref: SecretRef, variables: Environment) -> Secret:
    return await passwords(variables, Path(), lambda text, _: text)(ref)  # no program is run, whose text to mask


def _in_ascii(option: str, value: str) -> str:
    """Return a login's part; SMTP, as we speak it, has no other letters."""
    if not value.isascii() or not value.isprintable():
        raise InputError(
            f"{option} has a character that a login by SMTP cannot hold, such as £ or é. Nothing was asked: give this "
            "mailbox another."
        )
    return value


def _looked_up(option: str, written: str, variables: Environment, made: Callable[[str, str], V]) -> V:
    return _usable(written, lambda: made(option, value_of(option, written, variables)))


def _usable(written: str, made: Callable[[], V]) -> V:
    try:
        return made()
    except InputError as error:
        if written.startswith(ENVIRONMENT):
            raise
        raise click.UsageError(str(error)) from None
