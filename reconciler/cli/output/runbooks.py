"""Rendering a runbook in the format that was asked for, and putting it where it belongs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from reconciler.cli.console import columns_of, paint_for, tell
from reconciler.cli.printed_commands import options_for, shell_line
from reconciler.files import write_text_atomically
from reconciler.report.style import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.model.runbook import Runbook

RUNBOOK_FORMATS: Final = ("text", "markdown", "html")
F = TypeVar("F", bound="Callable[..., Any]")


def runbook_options(command: F) -> F:
    """`--format text|markdown|html` and `--output FILE`, for a runbook."""
    output = click.option(
        "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the runbook here, and not to stdout."
    )
    style = click.option(
        "--format",
        "style",
        type=click.Choice(RUNBOOK_FORMATS),
        default="text",
        show_default=True,
        help="html is one page to tick off or to print; markdown a task list for an issue or a wiki.",
    )
    return style(output(command))


def write_runbook(runbook: Runbook, style: str, output: Path | None, plan: Path | None) -> None:
    """Write the runbook to a file that its owner alone may read, or to stdout; raises InputError where it cannot be.

    It ends with the command that says whether it is done: of the file `plan`, or a new plan where there is none.
    """
    words = ("verify", str(plan)) if plan else ("plan",)
    check = shell_line("reconciler", *words, *options_for(words[0]))
    text = _rendered(runbook, style, check, to_file=bool(output))
    if output:
        write_text_atomically(output, text, private=True)
    else:
        tell(text)


def _rendered(runbook: Runbook, style: str, check: str, *, to_file: bool) -> str:
    match style:
        case "html":
            from reconciler.report.runbooks.html import render_runbook_html

            return render_runbook_html(runbook, check=check)
        case "markdown":
            from reconciler.report.runbooks.markdown import render_runbook_markdown

            return render_runbook_markdown(runbook, check=check)
        case _:
            from reconciler.report.runbooks.text import render_runbook_text

            paint, columns = (plain, None) if to_file else (paint_for(sys.stdout), columns_of(sys.stdout))
            return render_runbook_text(runbook, paint=paint, columns=columns, check=check)
