"""Rendering a runbook in the format that was asked for, and putting it where it belongs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from reconciler.cli.console import tell
from reconciler.cli.output.renderers import OF_RUNBOOKS
from reconciler.cli.printed_commands import options_for, shell_line
from reconciler.files import write_text_atomically
from reconciler.model.runbook import Runbook

F = TypeVar("F", bound="Callable[..., Any]")


def runbook_options(command: F) -> F:
    """`--format text|markdown|html` and `--output FILE`, for a runbook."""
    output = click.option(
        "--output", type=click.Path(path_type=Path, dir_okay=False), help="Write the runbook here, and not to stdout."
    )
    style = click.option(
        "--format",
        "style",
        type=click.Choice(OF_RUNBOOKS.formats),
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
    text = OF_RUNBOOKS.renderer(style, output)(runbook, check=check)
    if output:
        write_text_atomically(output, text, private=True)
    else:
        tell(text)
