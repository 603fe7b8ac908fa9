"""The days that are over or come soon: as text, and as rows of a table.

Overdue, or within 30 days:
  2026-01-31  overdue  The round autumn was due, and 4 of 4 accesses are not decided. Decide: `reconciler round ...`.
  2026-12-18           The contract with Library Loans ends. If it continues, write its new `contractEnd`. If not ...
"""

from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Final, NamedTuple

from reconciler.model.accountability.coming_date import SOON, ComingDate, DateKind, Urgency
from reconciler.model.drift_news import News
from reconciler.planning.drift_news import passed_day
from reconciler.planning.ranking import AGREED, BESIDE, Rank
from reconciler.report.escape import printable
from reconciler.report.input import ReportInput
from reconciler.report.rich_text import Mark, Part
from reconciler.report.style import Paint, Style

COMING: Final = f"Overdue, or within {SOON} days"
_FEW: Final = 10  # in a text that is not to show everything
_STYLES: Final = {Urgency.OVERDUE: Style.BROKEN, Urgency.NEAR: Style.ATTENTION, Urgency.COMING: Style.QUIET}


class ComingRow(NamedTuple):
    """A day of a table: what happens, and what to do."""

    day: str
    overdue: bool
    words: str
    remedy: tuple[Part, ...]
    rank: Rank


def coming_rows(material: ReportInput) -> tuple[ComingRow, ...]:
    """The days of a drift report, the first one first."""
    return tuple(
        ComingRow(
            str(coming.day),
            coming.urgency is Urgency.OVERDUE,
            f"{coming.words}.",
            # Text between backticks is what a person types; no text from outside stands in a remedy.
            tuple(map(Part, coming.remedy.split("`"), cycle((Mark.WORDS, Mark.VALUE)))),
            BESIDE if coming.urgency is Urgency.OVERDUE else AGREED,
        )
        for coming in material.coming
    )


def coming_lines(material: ReportInput, paint: Paint) -> Iterator[str]:
    """The same as text; of many the first ones."""
    shown = material.coming if material.everything else material.coming[:_FEW]
    if shown:
        yield ""
        yield f"{COMING}:"
    is_late = any(coming.urgency is Urgency.OVERDUE for coming in shown)
    for coming in shown:
        late = "overdue" if coming.urgency is Urgency.OVERDUE else ""
        day = f"{coming.day}  {late:<7}" if is_late else str(coming.day)
        yield f"  {paint(day, _STYLES[coming.urgency])}  {printable(coming.words)}. {coming.remedy}"
    if len(shown) < len(material.coming):
        yield f"  {len(material.coming) - len(shown)} more: `reconciler lint` names each"


def overdue_lines(overdue: Sequence[ComingDate]) -> Iterator[str]:
    """Each that is overdue, in a sentence for a message."""
    yield from (f"{coming.day}: {coming.words}. {coming.remedy}" for coming in overdue)


def overdue_rounds(material: ReportInput) -> Sequence[ComingDate]:
    """The rounds that should have been closed by now."""
    return [day for day in material.coming if (day.urgency, day.kind) == (Urgency.OVERDUE, DateKind.ROUND_DUE)]


def newly_overdue(material: ReportInput, news: News) -> Sequence[ComingDate]:
    """The days of which people were not told yet that they have passed."""
    return [day for day in material.coming if passed_day(day) in news.overdue]
