"""How long work takes by hand, in words."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Final

from reconciler.report.counted import counted

if TYPE_CHECKING:
    from reconciler.model.runbook import Runbook

_STEP: Final = 5  # nobody knows it to the second
_MINUTE: Final = 60
_HOUR: Final = 60  # minutes


def about(seconds: int) -> str:
    """`about 20 seconds`, `about 4 minutes`, `about 2 hours 10 minutes`: rounded up, since it is an estimate."""
    rounded = max(_STEP, _STEP * ceil(seconds / _STEP))
    if rounded < _MINUTE:
        return f"about {rounded} seconds"
    minutes = ceil(seconds / _MINUTE)
    hours, rest = divmod(minutes, _HOUR)
    told = [counted(hours, "hour")] if hours else []
    told += [counted(rest, "minute")] if rest else []
    return f"about {' '.join(told)}"


def effort(runbook: Runbook) -> str:
    """`About 4 minutes by hand on 2 pages.`, a page of each school counted on its own; empty where nothing is to do."""
    if not runbook.steps:
        return ""
    pages = sum(bool(visit.page.trail) for visit in runbook.visits)
    where = f"on {counted(pages, 'page')}" if pages else "outside Bromcom"
    return f"{about(runbook.seconds).capitalize()} by hand {where}."
