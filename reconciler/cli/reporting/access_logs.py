"""The options about an exported access log, and the log that they name."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import click

from reconciler.accountability.access_log import COLUMNS, access_log
from reconciler.accountability.usage import LogScope
from reconciler.cli.console import pasted
from reconciler.cli.options.general import together
from reconciler.errors import SelectionError
from reconciler.model.accountability.access_log import KEPT_DAYS, ExportedLog
from reconciler.model.address import Address
from reconciler.model.desired import Desired
from reconciler.planning.scope import chosen_schools_of
from reconciler.spelling import did_you_mean
from reconciler.spreadsheets import csv_table, read_csv

LOGFILE: Final = click.Path(path_type=Path, dir_okay=False, allow_dash=True)
LOG_OPTIONS: Final = ("subject", "columns", "first", "last")
_WHAT: Final = "the access log"


def _columns(_context: click.Context, parameter: click.Parameter, typed: tuple[str, ...]) -> Mapping[str, str]:
    """Parse `entity=Data set`."""
    named = {}
    for text in typed:
        column, equals, name = (part.strip() for part in text.partition("="))
        if not (equals and name) or column not in COLUMNS:
            known = ", ".join(f"{each}=NAME" for each in COLUMNS)
            raise click.BadParameter(f"{text!r} is none of {known}.", param=parameter)
        named[column] = name
    return named


def _day(_context: click.Context, parameter: click.Parameter, typed: str | None) -> date | None:
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        raise click.BadParameter(f"{typed!r} is not a day such as 2026-11-24.", param=parameter) from None


log_options = together(
    click.option(
        "--of",
        "subject",
        metavar="SCHOOL[/SUPPLIER]",
        help="The log is of this access, or of all third-party accounts of this school, if it does not say so itself.",
    ),
    click.option(
        "--column",
        "columns",
        multiple=True,
        callback=_columns,
        metavar="COLUMN=NAME",
        help=f"The name of a column in the log, such as entity='Data set'. Columns: {', '.join(COLUMNS)}.",
    ),
    click.option(
        "--from",
        "first",
        callback=_day,
        metavar="DAY",
        help="The log was exported from this day. [default: first call]",
    ),
    click.option(
        "--to", "last", callback=_day, metavar="DAY", help="The log was exported until this day. [default: last call]"
    ),
)


def read_log(file: Path, columns: Mapping[str, str], now: datetime) -> ExportedLog:
    """Read an exported log, or with `-` one that is pasted; raises InputError if it cannot be read."""
    if str(file) == "-":
        name = "the pasted log"
        table = csv_table(pasted(), name, what=_WHAT)
    else:
        name, table = file.name, read_csv(file, what=_WHAT)
    log = access_log(table.rows, name, columns, now.date())
    return ExportedLog(log.file, log.lines, tuple(filter(None, (table.remark, *log.remarks))))


def log_scope(desired: Desired, typed: Mapping[str, Any]) -> LogScope:
    """Return what the options say of a log; raises SelectionError for a school or an access that does not exist."""
    first, last = typed["first"], typed["last"]
    if first and last and not timedelta() <= last - first <= timedelta(days=KEPT_DAYS):
        raise click.UsageError(
            "--from and --to must be in order, and at most three months apart: a log goes no further."
        )
    subject: str = typed["subject"] or ""
    school, slash, supplier = subject.partition("/")
    if not subject:
        return LogScope("", None, first, last)
    (name, *others) = sorted(chosen_schools_of([school], desired.schools.values(), "There is no school"))
    if others:
        raise SelectionError(f"{school!r} stands for {len(others) + 1} schools: name one, such as {name}.")
    if not slash:
        return LogScope(name, None, first, last)
    address = Address(name, supplier)
    if address not in desired.accesses:
        there = [each.supplier for each in desired.accesses if each.school == name]
        raise SelectionError(f"There is no supplier {supplier!r} at {name}. {did_you_mean(supplier, there)}".rstrip())
    return LogScope("", address, first, last)
