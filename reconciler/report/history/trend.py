"""The counts of each night: a line of text for each kind and each school, and rows for spreadsheets.

A night without a run is a gap in the line, and so is one that looked at a part only, or that could not see what
was open before: none of them is zero.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from statistics import median_low
from typing import Final

from reconciler.model.accountability.past_access import TrendReport
from reconciler.model.aspect import Action
from reconciler.model.history import Night, SchoolNight
from reconciler.report.accountability.access_text import part
from reconciler.report.accountability.phrases import day_of, since_when
from reconciler.report.escape import printable
from reconciler.report.labels import DIFFERENCES, plural
from reconciler.report.style import Paint, plain

_NOT_CHECKED: Final = "not checked"
TREND_COLUMNS: Final = (
    *("day", "time", "school", "whole", "differences"),
    *(label.word for label in DIFFERENCES.values()),
    *("special category too much", "open and not seen", _NOT_CHECKED, "facts"),
)
_BARS, _GAP = "▁▂▃▄▅▆▇█", "·"
_ASCII_BARS, _ASCII_GAP = "_.-=+*#@", "?"
_ROOM: Final = 60  # characters of a line that goes to no terminal
_BESIDE: Final = 46  # of a line in a terminal, for its name and its numbers
_LEAST: Final = 10
_MOST_SCHOOLS: Final = 20


def render_trend_text(
    report: TrendReport, *, paint: Paint = plain, columns: int | None = None, ascii_only: bool = False
) -> str:
    """Render the trend: the counts of all, those of each school, and how long differences last."""
    room = max(columns - _BESIDE, _LEAST) if columns else _ROOM
    lines = list(_headline(report))
    if drawn(report):
        lines += ["", *_lines(report, room, ascii_only=ascii_only)]
        lines += part("By school, the worst first", _schools(report, room, ascii_only=ascii_only), paint)
    lines += part("How long differences last", _durations(report), paint)
    return "".join(f"{line}\n" for line in lines)


def trend_rows(report: TrendReport) -> list[tuple[str, ...]]:
    """Return the names of the columns, then each night: all of it, then each school. A day without a run has no row."""
    rows = []
    for night in report.nights:
        when = (day_of(night.at), f"{night.at:%H:%M}")
        actions = [str(night.differences.get(action, 0)) for action in DIFFERENCES]
        total = str(sum(night.differences.values()))
        counts = (str(night.sensitive), str(night.hidden), str(night.unknown), str(night.facts))
        rows.append((*when, "", "yes" if night.whole else "no", total, *actions, *counts))
        for name, school in night.schools.items():
            of_school = (
                str(school.differences),
                *("" for _ in DIFFERENCES),
                "",
                str(school.unknown),
                str(school.facts),
            )
            rows.append((*when, name, "", *of_school))
    return [TREND_COLUMNS, *rows]


def sparkline(values: Sequence[int | None], room: int, *, ascii_only: bool = False) -> str:
    """Draw values as a line of text, the largest of each piece where there is no room for all; None is a gap."""
    bars, gap = (_ASCII_BARS, _ASCII_GAP) if ascii_only else (_BARS, _GAP)
    size = -(-len(values) // room)
    pieces = [values[start : start + size] for start in range(0, len(values), size)]
    tops = [max((value for value in piece if value is not None), default=None) for piece in pieces]
    highest = max((top for top in tops if top is not None), default=0)
    return "".join(gap if top is None else bars[-(-top * (len(bars) - 1) // highest) if highest else 0] for top in tops)


def drawn(report: TrendReport) -> Sequence[Night]:
    """Return the nights that a line of all schools is of: those that looked at everything, if there are any,
    and saw it."""
    seen = [night for night in report.nights if tells(night, sum(night.differences.values()))]
    return [night for night in seen if night.whole] or seen


def tells(night: Night | SchoolNight, differences: int) -> bool:
    """Tell if a night's number of differences says anything: hardly any was open before and could not be seen."""
    return not night.blind and 10 * night.hidden <= differences + night.hidden


def _headline(report: TrendReport) -> Iterator[str]:
    name = printable(f"{report.workspace}: {report.filters}" if report.filters else report.workspace)
    if not report.nights:
        yield f"{name}: no night was compared with the manifests yet. `reconciler drift` adds one."
        return
    first, last = report.nights[0].at, report.nights[-1].at
    yield f"{name}: {plural(len(report.nights), 'night')} from {day_of(first)} to {day_of(last)}."
    if gaps := len(report.days) - len(report.nights):
        yield f"{plural(gaps, 'day has', 'days have')} no run: a gap in the line, not zero."
    if partial := len(report.nights) - len(drawn(report)):
        yield f"{plural(partial, 'night')} looked at a part only, or could not see enough: a gap too."


def _lines(report: TrendReport, room: int, *, ascii_only: bool) -> Iterator[str]:
    nights, whole = drawn(report), [night for night in report.nights if night.whole] or report.nights
    kinds: list[tuple[str, Callable[[Night], int]]] = [
        ("differences", lambda night: sum(night.differences.values())),
        *((label.word, _count_of(action)) for action, label in DIFFERENCES.items()),
        ("special category too much", lambda night: night.sensitive),
        (_NOT_CHECKED, lambda night: night.unknown),
    ]
    lines = {
        name: {night.at.date(): count(night) for night in (whole if name == _NOT_CHECKED else nights)}
        for name, count in kinds
    }
    shown = {name: values for name, values in lines.items() if name == kinds[0][0] or any(values.values())}
    width = max(map(len, shown))
    for name, values in shown.items():
        yield f"  {name.ljust(width)}  {_line(report.days, values, room, ascii_only=ascii_only)}"


def _schools(report: TrendReport, room: int, *, ascii_only: bool) -> Iterator[str]:
    of_school: dict[str, dict[date, int]] = {}
    for night in report.nights:
        for name, school in night.schools.items():
            if tells(school, school.differences):
                of_school.setdefault(name, {})[night.at.date()] = school.differences
    if len(of_school) < 2:  # the line of all says the same
        return
    latest = {name: values[max(values)] for name, values in of_school.items()}
    ranked = sorted(of_school, key=lambda name: (-latest[name], -max(of_school[name].values()), name))
    width = max(map(len, ranked[:_MOST_SCHOOLS]))
    for name in ranked[:_MOST_SCHOOLS]:
        line = _line(report.days, of_school[name], room, ascii_only=ascii_only)
        yield f"  {printable(name).ljust(width)}  {line}"
    if (rest := len(ranked) - _MOST_SCHOOLS) > 0:
        yield f"  {plural(rest, 'more school')}: --format csv has all."


def _line(days: Sequence[date], values: dict[date, int], room: int, *, ascii_only: bool) -> str:
    line = sparkline([values.get(day) for day in days], room, ascii_only=ascii_only)
    return f"{line}  last {values[max(values)]}, most {max(values.values())}"


def _durations(report: TrendReport) -> Iterator[str]:
    if report.closed:
        nights = [(each.closed.date() - each.opened.date()).days for each in report.closed]
        settled = f"  {plural(len(nights), 'difference was', 'differences were')} settled"
        half, longest = plural(median_low(nights), "day"), plural(max(nights), "day")
        yield (
            f"{settled}, half of them within {half}; the longest took {longest}."
            if nights[1:]
            else (f"{settled}, after {longest}.")
        )
    if report.different:
        oldest = min(report.different.values())
        yield (
            f"  {plural(len(report.different), 'difference is', 'differences are')} open, the oldest "
            f"{since_when(oldest)}."
        )


def _count_of(action: Action) -> Callable[[Night], int]:
    return lambda night: night.differences.get(action, 0)
