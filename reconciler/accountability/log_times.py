"""Dates and times as people's exports have them. British logs have the day before the month."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MOST_MONTHS: Final = 12
_CENTURY: Final = 100
_ISO: Final = re.compile(r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})")
_NUMBERS: Final = re.compile(r"(?P<first>\d{1,2})[-/.](?P<second>\d{1,2})[-/.](?P<year>\d{4}|\d{2})(?!\d)")
_NAMED: Final = re.compile(
    r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[- ](?P<month>[A-Za-z]{3,9})[-, ]+(?P<year>\d{4}|\d{2})(?!\d)"
)
_CLOCK: Final = re.compile(
    r"(?:^|[T ,])(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?(?:\.\d+)?\s*(?P<half>[AaPp][Mm])?"
)


class LogTimes:
    """The dates of one log, which are all written alike: whether the month comes first shows in some of them."""

    def __init__(self) -> None:
        self.remarks: list[str] = []
        self._month_first = False

    def learn(self, texts: Iterable[str]) -> None:
        """Find out from all dates which number is the month. If all could be either, it is the second."""
        pairs = [(int(match["first"]), int(match["second"])) for match in map(_NUMBERS.search, texts) if match]
        day_first = any(first > _MOST_MONTHS for first, _ in pairs)
        self._month_first = not day_first and any(second > _MOST_MONTHS for _, second in pairs)
        if self._month_first:
            self.remarks.append("Its dates were read as month, day, year: some of them can be nothing else.")
        elif pairs and not day_first:
            self.remarks.append("Its dates were read as day, month, year: none of them shows which it is.")

    def read(self, text: str) -> datetime | None:
        """Return the time of a text; None if it has no date. Of a log without clocks it is midnight."""
        day = _ISO.search(text) or _NAMED.search(text) or _NUMBERS.search(text)
        if day is None:
            return None
        parts = day.groupdict()
        if "first" in parts:
            names = ("second", "first") if self._month_first else ("first", "second")
            number, month = (int(parts[name]) for name in names)
        else:
            number, month = int(parts["day"]), _month(parts["month"])
        year = int(parts["year"])
        hour, minute, second = _clock(text[: day.start()] + text[day.end() :])
        try:
            return datetime(year + 2000 if year < _CENTURY else year, month, number, hour, minute, second, tzinfo=UTC)
        except ValueError:
            return None


def _month(text: str) -> int:
    """The number of a month; 0, which is none, for any other word."""
    if text.isdigit():
        return int(text)
    short = text[:3].casefold()
    return _MONTHS.index(short) + 1 if short in _MONTHS else 0


def _clock(text: str) -> tuple[int, int, int]:
    match = _CLOCK.search(text)
    if match is None:
        return 0, 0, 0
    hour, half = int(match["hour"]), (match["half"] or "").casefold()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour, int(match["minute"]), int(match["second"] or 0)
