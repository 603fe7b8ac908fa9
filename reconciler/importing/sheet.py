"""A table of accounts -> rows: School ID, Supplier, Username, Password, and perhaps School and Platform."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import Final

from reconciler.errors import InputError
from reconciler.model.problem import Origin
from reconciler.spelling import did_you_mean

_LARGEST_ID: Final = 2**31 - 1  # the service's `int`
_NOT_A_LETTER: Final = re.compile(r"[\W_]+")
# {column: its headings, without capitals, spaces and punctuation}; the first is how we write it.
_HEADINGS: Final[Mapping[str, Sequence[str]]] = {
    "school_id": ("School ID", "Bromcom School ID", "MIS OrgID", "Org ID", "Database ID"),
    "supplier": ("Supplier", "Third Party", "Product"),
    "username": ("Username", "User", "User name", "Login", "Account"),
    "password": ("Password", "Password reference"),
    "school": ("School", "School name", "Title"),
    "platform": ("Platform", "Hosted by"),
}
_REQUIRED: Final = ("school_id", "supplier", "username")
_DELIMITERS: Final = ",;\t"


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account as people list it. `password` is a reference or the password itself; never print it."""

    place: Origin
    school_id: int
    supplier: str
    username: str
    password: str = field(default="", repr=False)
    school: str = ""
    platform: str = ""


def rows_of_csv(text: str, file: str) -> list[AccountRow]:
    """Return the rows of a CSV file; raises InputError with all that is wrong in it."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter_of(text))
    try:
        return rows_of_table([(reader.line_num, cells) for cells in reader], file)
    except csv.Error:
        raise InputError(
            f"Nothing was imported: {file}:{reader.line_num} is not CSV. Save the file as CSV (UTF-8)."
        ) from None


def delimiter_of(text: str) -> str:
    """Return the sign between the cells of a CSV text, by its first line."""
    return max(_DELIMITERS, key=lambda sign: text.partition("\n")[0].count(sign))


def rows_of_table(lines: Iterable[tuple[int, Sequence[str]]], file: str) -> list[AccountRow]:
    """Return the rows below the headings of a table: (line, its cells)."""
    filled = [(line, cells) for line, cells in lines if any(cell.strip() for cell in cells)]
    if not filled:
        raise InputError(f"Nothing was imported: {file} is empty. Its first line names the columns: {_expected()}.")
    columns = _columns(filled[0][1], file)
    faults: list[str] = []
    rows = [_row(columns, cells, Origin(file, line, 1), faults) for line, cells in filled[1:]]
    faults += _repeated([row for row in rows if row])
    if faults:
        raise InputError("\n  ".join((f"Nothing was imported, because {file} is wrong:", *faults)))
    if not rows:
        raise InputError(f"Nothing was imported: {file} has no line below its headings.")
    return [row for row in rows if row]


def _expected() -> str:
    return ", ".join(headings[0] for column, headings in _HEADINGS.items() if column in (*_REQUIRED, "password"))


def _columns(headings: Sequence[str], file: str) -> Mapping[str, int]:
    """{column: its place}, by the names in the first line."""
    by_heading = {_plain(heading): column for column, names in _HEADINGS.items() for heading in names}
    columns: dict[str, int] = {}
    for place, heading in enumerate(headings):
        column = by_heading.get(_plain(heading))
        if column in columns:
            raise InputError(f"Nothing was imported: {file} has two columns for {_HEADINGS[column][0]}. Keep one.")
        if column:
            columns[column] = place
    for column in _REQUIRED:
        if column not in columns:
            hint = did_you_mean(_HEADINGS[column][0], filter(None, map(str.strip, headings)))
            near = f" {hint}" if hint.startswith("Did") else ""
            raise InputError(
                f"Nothing was imported: {file} has no column {_HEADINGS[column][0]}. "
                f"Its first line must name the columns: {_expected()}.{near}"
            )
    return columns


def _plain(heading: str) -> str:
    return _NOT_A_LETTER.sub("", heading).casefold()


def _row(columns: Mapping[str, int], cells: Sequence[str], place: Origin, faults: list[str]) -> AccountRow | None:
    values = {column: cells[at] if at < len(cells) else "" for column, at in columns.items()}
    texts = {column: value.strip() for column, value in values.items()}
    number = texts["school_id"]
    before = len(faults)
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= _LARGEST_ID):
        faults.append(f"{place.file}:{place.line}: the School ID must be a whole number, and is {number!r}")
    faults += [
        f"{place.file}:{place.line}: {_HEADINGS[column][0]} is empty"
        for column in ("supplier", "username")
        if not texts[column]
    ]
    if len(faults) > before:
        return None
    texts["password"] = values.get("password", "")  # as typed: a space may be part of it
    return AccountRow(place, int(texts.pop("school_id")), **texts)


def _repeated(rows: Sequence[AccountRow]) -> Iterator[str]:
    first: dict[tuple[int, str, str], AccountRow] = {}
    for row in rows:
        key = row.school_id, row.platform.casefold(), row.supplier.casefold()
        if key in first:
            yield (
                f"{row.place.file}:{row.place.line}: {row.supplier} at School ID {row.school_id} is also on line "
                f"{first[key].place.line}. Keep one account for each supplier and school"
            )
        first.setdefault(key, row)
