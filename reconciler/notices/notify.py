"""Telling people what is news, and remembering that they know.

What is remembered moves on only when a server has taken the message: what could not be sent is news again the next
time. So a difference may be told twice, and is never lost.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.errors import InputError, Undelivered
from reconciler.model.news import News, Told
from reconciler.notices.post import post
from reconciler.planning.news import news

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.errors import ReconcilerError
    from reconciler.notices.memory import Memory
    from reconciler.notices.post import Patience
    from reconciler.notices.receiver import Web
    from reconciler.planning.news import Looked
    from reconciler.report.material import Material


@dataclass(frozen=True, slots=True)
class Notifying:
    """Whom a notification goes to, in which form, and what they know already.

    always  send one where there is no news too
    looked  what the run was to look at
    """

    web: Web
    render: Callable[[Material, News], str]
    always: bool
    memory: Memory
    looked: Looked
    patience: Patience


def notify(
    material: Material,
    notifying: Notifying,
    remark: Callable[[str], None],
    lost: Callable[[ReconcilerError], None],
) -> None:
    """Send a notification where there is news. `lost` hears what could not be sent, read or kept.

    Where what was told last cannot be read, everything is told: rather twice than never.
    """
    workspace = material.plan.workspace
    with ExitStack() as turn:
        try:
            turn.enter_context(notifying.memory.turn())
            last = notifying.memory.read(workspace)
            readable = True
        except InputError as error:
            lost(error)
            last, readable = None, False
        found = news(last or Told(), material.plan, notifying.looked)
        try:
            _send(material, found, notifying, remark)
            if readable and found.told != last:
                notifying.memory.write(found.told, workspace)
        except (InputError, Undelivered) as error:
            lost(error)


def _send(material: Material, found: News, notifying: Notifying, remark: Callable[[str], None]) -> None:
    if not (found or notifying.always):
        remark("No notification was sent: there is no news since the last one.")
        return
    post(notifying.web, notifying.render(material, found), notifying.patience)
    remark(f"Sent a notification to {notifying.web.told}.")
