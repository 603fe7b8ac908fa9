"""Reports that are a table too: rendered for people and programs, and as rows for spreadsheets."""

from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from reconciler.cli.output.destinations import ReportTarget, deliver
from reconciler.errors import ReconcilerError
from reconciler.spreadsheets import csv_text

TableRows: TypeAlias = Sequence[Sequence[str]]
OF_TABLES: Final = ("csv",)  # beside those of the report's renderers


def write_reports_and_tables(
    wanted: Sequence[ReportTarget],
    render: Callable[[ReportTarget], str],
    rows: Callable[[], TableRows],
    on_error: Callable[[ReconcilerError], None],
) -> None:
    """Write every report that is wanted; of a format in OF_TABLES from its rows, the first of them the columns' names.

    If one cannot be written, `on_error` is told why, and the others are written.
    """
    deliver(wanted, lambda to: csv_text(rows()) if to.format == "csv" else render(to), on_error, private=True)
