"""Telling people what is news to them, and remembering that they know.

What is remembered moves on only when a server has taken the message: what could not be sent is news again the next
time. So a difference may be told twice, and is never lost. Each receiver has a memory of its own.

Telling a watcher that a run came to its end.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reconciler.codec.drift_file import DriftFile
from reconciler.errors import InputError, ReconcilerError, Undelivered
from reconciler.files import write_text_atomically
from reconciler.model.drift_news import News, Notified
from reconciler.notifications.destination import WebAddress
from reconciler.notifications.state_file import StateFile
from reconciler.notifications.webhook import RetryPolicy, post
from reconciler.planning.drift_news import ObservedScope, news, verdict_of
from reconciler.report.input import ReportInput
from reconciler.report.notifications.heartbeat import render_heartbeat


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Whom a notification goes to, and in which form."""

    web: WebAddress
    render: Callable[[ReportInput, News], str]


@dataclass(frozen=True, slots=True)
class NotificationJob:
    """Who is to hear of a run, and what they know already.

    always  send a notification where there is no news too
    looked  what the run was to look at
    """

    hearers: Sequence[Subscriber]
    always: bool
    memory: StateFile
    looked: ObservedScope
    patience: RetryPolicy


def notify(
    material: ReportInput,
    notifying: NotificationJob,
    remark: Callable[[str], None],
    lost: Callable[[ReconcilerError], None],
) -> None:
    """Send a notification to everybody for whom there is news. `lost` hears what could not be sent, read or kept; one
    receiver that does not take its message costs the others nothing.

    Where what was told last cannot be read, everything is told: rather twice than never.
    """
    workspace = material.plan.workspace
    with ExitStack() as turn:
        try:
            turn.enter_context(notifying.memory.turn())
            tellings = notifying.memory.read(workspace)
            readable = True
        except InputError as error:
            lost(error)
            tellings, readable = DriftFile(), False
        for hearer in notifying.hearers:
            last = tellings.to(hearer.web.address)
            found = news(last or Notified(), material.plan, notifying.looked, material.orphans)
            try:
                _send(material, found, hearer, notifying, remark)
                if readable and found.told != last:
                    tellings = tellings.telling(hearer.web.address, found.told)
                    notifying.memory.write(tellings, workspace)
            except (InputError, Undelivered) as error:
                lost(error)


def _send(
    material: ReportInput, found: News, hearer: Subscriber, notifying: NotificationJob, remark: Callable[[str], None]
) -> None:
    if not (found or notifying.always):
        remark(f"No notification was sent to {hearer.web.told}: there is no news since the last one.")
        return
    post(hearer.web, hearer.render(material, found), notifying.patience)
    remark(f"Sent a notification to {hearer.web.told}.")


def send_heartbeat(material: ReportInput, where: WebAddress | Path, finished: datetime, patience: RetryPolicy) -> None:
    """Send one heartbeat. Raises Undelivered where it did not arrive; one that cannot be written to its file never
    will."""
    text = render_heartbeat(material, finished)
    if not isinstance(where, Path):
        post(where.saying(verdict_of(material.plan, material.orphans).value), text, patience)
        return
    try:
        write_text_atomically(where, text)
    except InputError as error:
        raise Undelivered(str(error), for_good=True) from None
