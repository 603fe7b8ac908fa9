"""The differences of the last nights as bars. A night without a look is a gap, and never zero."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from reconciler.model.aspect import Action
from reconciler.model.history import HistorySummary, Night
from reconciler.report.labels import plural
from reconciler.report.pages.layout import short_day

_NIGHTS: Final = 30
_WIDTH: Final = 10  # of a night's place, in the drawing's own units
_HEIGHT: Final = 100
_LOW: Final = 40  # the height of the bars of what could not be checked
_RED: Final = (Action.REVOKE, Action.MEND_LOGIN)


class TrendBar(NamedTuple):
    """One day. `night` is None where nobody looked, at a part only, or where hardly anything was seen: a gap.

    red, amber, unseen  heights
    """

    day: date
    x: int
    night: Night | None
    red: float
    amber: float
    unseen: float


class TrendChart(NamedTuple):
    """The days up to the last night, with the most differences of one."""

    bars: Sequence[TrendBar]
    most: int
    most_unseen: int
    said: str
    width: int

    @property
    def nights(self) -> Sequence[TrendBar]:
        """Those that were looked at."""
        return [bar for bar in self.bars if bar.night]


def trend_chart(history: HistorySummary | None) -> TrendChart | None:
    """Return the chart of the last 30 days that a history has; None without one."""
    seen = {night.at.date(): night for night in history.nights if night.whole and not night.blind} if history else {}
    if not history or not seen:
        return None
    last = max(history.nights, key=lambda night: night.at).at.date()
    days = [last - timedelta(days=back) for back in reversed(range(_NIGHTS))]
    shown = {each: seen[each] for each in days if each in seen}
    most = max((_total(night) for night in shown.values()), default=0)
    most_unseen = max((night.unknown for night in shown.values()), default=0)
    bars = [_bar(number, each, shown.get(each), most, most_unseen) for number, each in enumerate(days)]
    return TrendChart(bars, most, most_unseen, _said(shown), _WIDTH * len(days))


def _bar(number: int, on: date, night: Night | None, most: int, most_unseen: int) -> TrendBar:
    if night is None:
        return TrendBar(on, number * _WIDTH, None, 0, 0, 0)
    red, total = sum(night.differences.get(action, 0) for action in _RED), _total(night)
    scale, low = _HEIGHT / max(most, 1), _LOW / max(most_unseen, 1)
    heights = (round(red * scale, 1), round((total - red) * scale, 1), round(night.unknown * low, 1))
    return TrendBar(on, number * _WIDTH, night, *heights)


def _said(shown: dict[date, Night]) -> str:
    """Compare the last night with the one before it, and name the gaps."""
    *_, before, newest = [None, None, *shown.values()]
    gaps = _NIGHTS - len(shown)
    gap = f" {plural(gaps, 'day')} of {_NIGHTS} have no whole look: they are gaps, and not 0." if gaps else ""
    if newest is None:
        return gap.strip()
    now = f"{plural(_total(newest), 'difference')} on {short_day(newest.at)}"
    if before is None:
        return f"{now}.{gap}"
    change = _total(newest) - _total(before)
    words = "as many as" if not change else f"{abs(change)} {'more' if change > 0 else 'fewer'} than"
    return f"{now}, {words} on {short_day(before.at)}.{gap}"


def _total(night: Night) -> int:
    return sum(night.differences.values())
