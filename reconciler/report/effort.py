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
    rounded = told(seconds)
    if rounded < _MINUTE:
        return f"about {rounded} seconds"
    hours, rest = divmod(rounded // _MINUTE, _HOUR)
    words = [counted(hours, "hour")] if hours else []
    words += [counted(rest, "minute")] if rest else []
    return f"about {' '.join(words)}"


def told(seconds: int) -> int:
    """The seconds that `about` tells: fives, from a minute on whole minutes."""
    rounded = max(_STEP, _STEP * ceil(seconds / _STEP))
    return rounded if rounded < _MINUTE else _MINUTE * ceil(seconds / _MINUTE)


def effort(runbook: Runbook) -> str:
    """`About 4 minutes by hand on 2 pages.`, a page of each school counted on its own; empty where nothing is to do.

    It is the sum of what is told of each school, so that whoever adds those up finds it.
    """
    if not runbook.steps:
        return ""
    pages = sum(bool(visit.page.trail) for visit in runbook.visits)
    where = f"on {counted(pages, 'page')}" if pages else "outside Bromcom"
    seconds = sum(told(school.seconds) for school in runbook.schools)
    return f"{about(seconds).capitalize()} by hand {where}."
