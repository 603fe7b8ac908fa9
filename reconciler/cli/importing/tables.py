"""Tables that people have: CSV, or an Excel workbook."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from pathlib import Path
from typing import Final

from reconciler.cli.console import say
from reconciler.errors import InputError
from reconciler.files import read_text
from reconciler.importing.sheet import AccountRow, rows_of_csv, rows_of_table
from reconciler.spreadsheets import NumberedRows, read_csv, workbook_text

_WORKBOOKS: Final = (".xlsx", ".xlsm")


def account_rows(file: Path) -> list[AccountRow]:
    """Return the accounts of a table; raises InputError with all that is wrong in it."""
    if file.suffix.casefold() in _WORKBOOKS:
        return rows_of_table(_cells(file), file.name)
    return rows_of_csv(read_text(file, what="the accounts"), file.name)


def list_text(file: Path) -> str:
    """Return the text of a list; of a workbook as CSV."""
    if file.suffix.casefold() not in _WORKBOOKS:
        return read_text(file, what="the list")
    text = StringIO(newline="")
    csv.writer(text).writerows(cells for _, cells in _cells(file))
    return text.getvalue()


def table_rows(file: Path, *, what: str) -> NumberedRows:
    """Return (row, its cells) of a table that need not have headings; raises InputError if it cannot be read."""
    if file.suffix.casefold() in _WORKBOOKS:
        return [(number, cells) for number, cells in _cells(file) if any(map(str.strip, cells))]
    table = read_csv(file, what=what)
    if table.remark:
        say(table.remark)
    return table.rows


def _cells(file: Path) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield (row, its cells) of the first sheet of a workbook."""
    try:
        from openpyxl import load_workbook  # an extra: most people have CSV
    except ImportError:
        raise InputError(
            f"Cannot read {file}: reading Excel workbooks needs openpyxl. Save the file as CSV (UTF-8), or install "
            "this program again, as `bromcom-reconciler[xlsx]` (pipx then wants `--force` too)."
        ) from None
    try:
        with file.open("rb") as stream:
            sheet = load_workbook(stream, read_only=True, data_only=True).worksheets[0]
            rows = [list(map(_text, cells)) for cells in sheet.iter_rows(values_only=True)]
    except Exception as error:  # noqa: BLE001  # it raises whatever its parsers do
        reason = getattr(error, "strerror", None) or "it is no Excel workbook"
        raise InputError(f"Cannot read {file}: {reason}. Save it again as .xlsx, or as CSV (UTF-8).") from None
    yield from enumerate(rows, 1)


def _text(value: object) -> str:
    """The text of a cell: Excel keeps a School ID as 12345.0 in some places."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else workbook_text(str(value))
