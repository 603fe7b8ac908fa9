"""Reports that are a table too: rendered for people and programs, and as rows for spreadsheets."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import click

from reconciler.cli.output.destinations import ReportTarget, deliver, write_to
from reconciler.errors import InputError, ReconcilerError
from reconciler.files import write_bytes_atomically
from reconciler.spreadsheets import csv_text, refuse_no_workbooks, workbook

TableRows: TypeAlias = Sequence[Sequence[str]]
_NOT_WRITTEN: Final = {".xls", ".xlsm", ".xlsb", ".ods"}
OF_TABLES: Final = ("csv", "xlsx")  # beside those of the report's renderers


def write_reports_and_tables(
    wanted: Sequence[ReportTarget],
    render: Callable[[ReportTarget], str],
    rows: Callable[[], TableRows],
    on_error: Callable[[ReconcilerError], None],
) -> None:
    """Write every report that is wanted; of a format in OF_TABLES from its rows, the first of them the columns' names.

    If one cannot be written, `on_error` is told why, and the others are written.
    """
    texts = [to for to in wanted if to.format != "xlsx"]
    for to in wanted:
        if to.format == "xlsx" and to.file:
            try:
                write_bytes_atomically(to.file, workbook(rows()), private=True)
            except InputError as error:
                on_error(error)
    deliver(texts, lambda to: csv_text(rows()) if to.format == "csv" else render(to), on_error, private=True)


def write_sheet_to(file: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write a sheet for a person to fill in: an Excel workbook if the file is called so, else CSV.

    Raises InputError if it cannot be written, and click.UsageError for a name that only other programs' files have.
    """
    kind = file.suffix.casefold()
    if kind in _NOT_WRITTEN:
        raise click.UsageError(f"{kind} cannot be written: name the file .xlsx or .csv.")
    if kind == ".xlsx":
        write_bytes_atomically(file, workbook(rows), private=True)
    else:
        write_to(file, csv_text(rows), private=True)


def refuse_no_workbook(wanted: Sequence[ReportTarget]) -> None:
    """Raise click.UsageError for a workbook without a file, and InputError if none can be written here."""
    if any(to.format == "xlsx" for to in wanted):
        refuse_no_workbooks()
    if any(to.format == "xlsx" and to.file is None for to in wanted):
        raise click.UsageError("A workbook is no text: name its file, as in --format xlsx=report.xlsx.")
