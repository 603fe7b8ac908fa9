"""How long work takes by hand, in words."""

from collections.abc import Iterable, Sequence
from math import ceil
from typing import Final

from reconciler.model.plan import Orphan
from reconciler.model.runbook import SchoolBook
from reconciler.report.labels import plural

_STEP: Final = 5  # nobody knows it to the second
_TO_END_ACCESS: Final = 30  # to open one account, untick that it may log in, and save
_MINUTE: Final = 60
_HOUR: Final = 60  # minutes


def about(seconds: int) -> str:
    """`about 20 seconds`, `about 4 minutes`, `about 2 hours 10 minutes`: rounded up, since it is an estimate."""
    rounded = told(seconds)
    if rounded < _MINUTE:
        return f"about {rounded} seconds"
    hours, rest = divmod(rounded // _MINUTE, _HOUR)
    words = [plural(hours, "hour")] if hours else []
    words += [plural(rest, "minute")] if rest else []
    return f"about {' '.join(words)}"


def told(seconds: int) -> int:
    """The seconds that `about` tells: fives, from a minute on whole minutes."""
    rounded = max(_STEP, _STEP * ceil(seconds / _STEP))
    return rounded if rounded < _MINUTE else _MINUTE * ceil(seconds / _MINUTE)


def effort(schools: Iterable[SchoolBook], orphans: Sequence[Orphan] = ()) -> str:
    """`About 4 minutes by hand on 2 pages.`, a page of each school counted on its own; empty where nothing is to do.

    It is the sum of what is told of each school, so that whoever adds those up finds it. To end the access of an
    account that is no longer agreed is work too, on a page of its own.
    """
    pages, seconds = len(orphans), len(orphans) * _TO_END_ACCESS
    for school in schools:
        pages += sum(bool(visit.page.trail) for visit in school.visits)
        seconds += told(school.seconds)
    if not seconds:
        return ""
    where = f"on {plural(pages, 'page')}" if pages else "outside Bromcom"
    return f"{about(seconds).capitalize()} by hand {where}."
