"""Telling a watcher that a run came to its end."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.errors import InputError, Undelivered
from reconciler.files import write_text_atomically
from reconciler.notices.post import post
from reconciler.planning.news import verdict_of
from reconciler.report.heartbeat import render_heartbeat

if TYPE_CHECKING:
    from datetime import datetime

    from reconciler.notices.post import Patience
    from reconciler.notices.receiver import Web
    from reconciler.report.material import Material


def beat(material: Material, where: Web | Path, finished: datetime, patience: Patience) -> None:
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
