"""Write a runbook in the format that was asked for, to a file or to stdout."""

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
        "--output",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Write the runbook to this file instead of stdout.",
    )
    style = click.option(
        "--format",
        "style",
        type=click.Choice(OF_RUNBOOKS.formats),
        default="text",
        show_default=True,
        help="html is a page to tick off or print; markdown a task list for an issue or a wiki.",
    )
    return style(output(command))


def write_runbook(runbook: Runbook, style: str, output: Path | None, plan: Path | None) -> None:
    """Write the runbook to stdout, or to a file that only its owner may read; raises InputError if that fails.

    It ends with the command that checks if it is done: `verify` of the file `plan`, or else a new plan.
    """
    words = ("verify", str(plan)) if plan else ("plan",)
    check = shell_line("reconciler", *words, *options_for(words[0]))
    text = OF_RUNBOOKS.renderer(style, output)(runbook, check=check)
    if output:
        write_text_atomically(output, text, private=True)
    else:
        tell(text)
