"""The rows of an exported access log -> its calls. No format is published, so columns are found by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from reconciler.accountability.log_times import LogTimes
from reconciler.errors import InputError
from reconciler.model.accountability.access_log import KEPT_DAYS, ExportedLog, LoggedLine
from reconciler.spelling import did_you_mean

_NOT_A_LETTER: Final = re.compile(r"[\W_]+")
# {column: the names that it may have, without capitals, spaces and punctuation}; the first is how we write it.
_HEADINGS: Final[Mapping[str, Sequence[str]]] = {
    "time": ("Time", "Date", "Date and time", "Datetime", "Timestamp", "Accessed", "Access date", "Log date", "Called"),
    "school": ("School ID", "School", "Bromcom School ID", "MIS OrgID", "Org ID", "Database ID"),
    "account": ("Account", "Username", "User", "Login", "Third party", "Third party account", "Account name"),
    "entity": ("Entity", "Entity name", "Entities", "Table", "Data set", "Dataset"),
}
COLUMNS: Final = tuple(_HEADINGS)
_FIRST_ROWS: Final = 20  # a page that was copied has a title above its table
_SHOWN: Final = 5  # faults
_VALUES: Final = ("school", "account", "entity")


def access_log(
    rows: Sequence[tuple[int, Sequence[str]]], file: str, typed: Mapping[str, str], today: date
) -> ExportedLog:
    """Return the calls that rows of (line, cells) list.

    typed  {column: the name that it has in this log}

    Raises InputError if the columns or a row cannot be read: a log with gaps would say "not called".
    """
    start, columns = _headed(rows, file, typed)
    calls = [(line, cells) for line, cells in rows[start + 1 :] if sum(map(bool, map(str.strip, cells))) > 1]
    texts = [" ".join(filter(None, (_cell(cells, place) for place in columns["time"]))) for _, cells in calls]
    times = LogTimes()
    times.learn(texts)
    _refuse_faults(calls, texts, times, file)
    lines = sorted(_lines(calls, texts, times, columns), key=lambda line: (line.time, line.line))
    if not lines:
        raise InputError(f"Cannot read the access log {file}: it has no call below the names of its columns.")
    _refuse_to_come(lines[-1], today, file)
    there = {line for line, _ in calls}
    footers = [line for line, _ in rows[start + 1 :] if line not in there]
    remarks = [*times.remarks, *(f"{file}:{line} was left out: it is no call." for line in footers)]
    kept = [line for line in lines if lines[-1].time - line.time <= timedelta(days=KEPT_DAYS)]
    if len(kept) < len(lines):
        remarks.append(f"Calls of more than three months before the last one were left out: {len(lines) - len(kept)}.")
    return ExportedLog(file, tuple(kept), tuple(remarks))


def _lines(
    rows: Iterable[tuple[int, Sequence[str]]],
    texts: Iterable[str],
    times: LogTimes,
    columns: Mapping[str, Sequence[int]],
) -> Iterator[LoggedLine]:
    for (number, cells), text in zip(rows, texts, strict=True):
        values = (next((_cell(cells, place) for place in columns.get(name, ())), "") for name in _VALUES)
        if time := times.read(text):
            school, account, entity = values
            yield LoggedLine(number, time, school, account, "".join(entity.split()))  # names have no spaces


def _refuse_faults(
    calls: Iterable[tuple[int, Sequence[str]]], texts: Iterable[str], times: LogTimes, file: str
) -> None:
    faults = [
        f"{file}:{line}: {text!r} is not a date"
        for (line, _), text in zip(calls, texts, strict=True)
        if times.read(text) is None
    ]
    if faults:
        more = [f"and {len(faults) - _SHOWN} more"] if len(faults) > _SHOWN else []
        raise InputError("\n  ".join((f"Cannot read the access log {file}:", *faults[:_SHOWN], *more)))


def _cell(cells: Sequence[str], place: int) -> str:
    return cells[place].strip() if place < len(cells) else ""


def _refuse_to_come(last: LoggedLine, today: date, file: str) -> None:
    if last.time.date() > today + timedelta(days=1):
        raise InputError(
            f"Cannot read the access log {file}: line {last.line} is of {last.time:%Y-%m-%d}, which is to come. "
            "Dates are read as day, month, year. Write them as 2026-11-24 and try again."
        )


def _headed(
    rows: Sequence[tuple[int, Sequence[str]]], file: str, typed: Mapping[str, str]
) -> tuple[int, Mapping[str, Sequence[int]]]:
    """The number of the row with the columns' names, and {column: its places}; a time may stand in two: day, clock."""
    for number, (_, cells) in enumerate(rows[:_FIRST_ROWS]):
        columns = _columns(cells, typed)
        if "time" in columns and "entity" in columns and typed.keys() <= columns.keys():
            return number, columns
    first = [cell.strip() for cell in (rows[0][1] if rows else ()) if cell.strip()]
    for column, name in typed.items():
        if not any(column in _columns(cells, {column: name}) for _, cells in rows[:_FIRST_ROWS]):
            raise InputError(f"The access log {file} has no column {name!r}. {did_you_mean(name, first)}".rstrip())
    raise InputError(
        f"Cannot read the access log {file}: no line names its columns. It needs Time and Entity, and "
        f"may have Account and School ID. Its first line has: {', '.join(first) or 'nothing'}. Name a column that is "
        "called otherwise: --column entity='Data set'."
    )


def _columns(cells: Sequence[str], typed: Mapping[str, str]) -> dict[str, list[int]]:
    """{column: its places} by the names in a row; the names that were typed replace ours."""
    named = {column: [typed[column]] if column in typed else names for column, names in _HEADINGS.items()}
    by_heading = {_plain(name): column for column, names in named.items() for name in names}
    columns: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        if column := by_heading.get(_plain(cell)):
            columns.setdefault(column, []).append(place)
    twice = columns.get("time", [])
    if len(twice) > 1:  # the day stands before the clock, whichever column is the first
        twice.sort(key=lambda place: "date" not in _plain(cells[place]))
    return columns


def _plain(heading: str) -> str:
    return _NOT_A_LETTER.sub("", heading).casefold()
