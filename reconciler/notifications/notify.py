"""Notify people of what is news to them, and a watcher that a run has ended.

A receiver's memory moves on only when its server has taken the message, so a difference may be told twice, and is
never on_error.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reconciler.codec.drift_state import DriftFile
from reconciler.errors import InputError, ReconcilerError, Undelivered
from reconciler.files import write_text_atomically
from reconciler.model.drift_news import News, Notified
from reconciler.notifications.delivery import RetryPolicy
from reconciler.notifications.destination import Mailbox, WebAddress
from reconciler.notifications.mail_server import MailSender
from reconciler.notifications.state_file import StateFile
from reconciler.notifications.webhook import post
from reconciler.planning.drift_news import ObservedScope, news
from reconciler.report.input import ReportInput
from reconciler.report.notifications.heartbeat import render_heartbeat
from reconciler.report.notifications.mail import render_notice_mail


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A receiver of notifications, by its kind: the form for it, and how it is called where people read."""

    receiver: WebAddress | Mailbox
    send: Callable[[ReportInput, News, RetryPolicy], None]


def by_web(web: WebAddress, render: Callable[[ReportInput, News], str]) -> Subscriber:
    """Subscribe a webhook, in a form."""
    return Subscriber(web, lambda material, update, patience: post(web, render(material, update), patience))


def by_mail(mailbox: Mailbox, sender: MailSender) -> Subscriber:
    """Subscribe a mailbox."""
    from reconciler.notifications.mail import send_mail  # smtplib is for mail alone

    return Subscriber(
        mailbox,
        lambda material, update, patience: send_mail(mailbox, sender, render_notice_mail(material, update), patience),
    )


@dataclass(frozen=True, slots=True)
class NotificationJob:
    """The receivers to notify of a run, and the memory of what they know.

    always  send a notification even without news
    looked  the scope of the run
    """

    subscribers: Sequence[Subscriber]
    always: bool
    memory: StateFile
    looked: ObservedScope
    patience: RetryPolicy


def notify(
    material: ReportInput,
    notifying: NotificationJob,
    log: Callable[[str], None],
    on_error: Callable[[ReconcilerError], None],
) -> None:
    """Send a notification to each receiver for whom there is news. `on_error` hears of anything not sent, read or kept;
    one receiver that fails costs the others nothing.

    If the memory cannot be read, everything is sent: rather twice than never.
    """
    workspace = material.plan.workspace
    with ExitStack() as turn:
        try:
            turn.enter_context(notifying.memory.turn())
            memory = notifying.memory.read(workspace)
            readable = True
        except InputError as error:
            on_error(error)
            memory, readable = DriftFile(), False
        for subscriber in notifying.subscribers:
            last = memory.to(subscriber.receiver.address)
            update = news(
                last or Notified(),
                material.plan,
                notifying.looked,
                material.orphans,
                material.pending,
                material.coming,
            )
            try:
                _send(material, update, subscriber, notifying, log)
                if readable and update.told != last:
                    memory = memory.telling(subscriber.receiver.address, update.told)
                    notifying.memory.write(memory, workspace)
            except (InputError, Undelivered) as error:
                on_error(error)


def _send(
    material: ReportInput, update: News, subscriber: Subscriber, notifying: NotificationJob, log: Callable[[str], None]
) -> None:
    if not (update or notifying.always):
        log(f"No notification was sent to {subscriber.receiver.told}: there is no news since the last one.")
        return
    subscriber.send(material, update, notifying.patience)
    log(f"Sent a notification to {subscriber.receiver.told}.")


def send_heartbeat(material: ReportInput, where: WebAddress | Path, finished: datetime, patience: RetryPolicy) -> None:
    """Send one heartbeat. Raises Undelivered where it did not arrive; one that cannot be written to its file never
    will."""
    text = render_heartbeat(material, finished)
    if not isinstance(where, Path):
        post(where.saying(material.verdict.value), text, patience)
        return
    try:
        write_text_atomically(where, text)
    except InputError as error:
        raise Undelivered(str(error), for_good=True) from None
