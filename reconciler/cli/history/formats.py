"""The formats of an answer of a history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reconciler.cli.output.renderers import text_style
from reconciler.cli.output.tables import TableRows, write_reports_and_tables
from reconciler.cli.reporting.answers import format_options, report_targets, told

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reconciler.cli.exit_codes import Exit
    from reconciler.cli.options.general import Options
    from reconciler.errors import ReconcilerError

_FORMATS: Final = ("text", "json", "csv", "xlsx")


def answer_options() -> Options:
    """Return the options about the formats of an answer, and its file."""
    return format_options(_FORMATS)


def write_answer(
    typed: tuple[tuple[str, ...], Path | None, Path],
    text: Callable[..., str],
    json: Callable[[], str],
    rows: Callable[[], TableRows],
) -> Exit:
    """Write an answer as it was asked for, and return the exit code. `typed` is the formats, the output and the
    workspace."""
    formats, output, workspace = typed
    wanted = report_targets(formats, output, _FORMATS, workspace)
    errors: list[ReconcilerError] = []

    def render(to: Any) -> str:
        return json() if to.format == "json" else text(**text_style(to.file))

    write_reports_and_tables(wanted, render, rows, errors.append)
    return told(errors)
