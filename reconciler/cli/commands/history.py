"""`reconciler history`: who could read what, and how that changed. Its commands are in `cli/history/`."""

from collections.abc import Mapping
from typing import Final

import click

from reconciler.cli.help import LazyVerbGroup

# The first line of each command's own help; a test compares them.
_LINES: Final[Mapping[str, str]] = {
    "at": "Show who could read what on a DAY.",
    "check": "Check that the history is whole.",
    "import": "Add kept snapshots to the history, in any order.",
    "prune": "Delete the nights that are older than --keep.",
    "show": "Show how the access ADDRESS changed, night by night.",
    "trend": "Show the differences of each night, and how long they lasted.",
}


@click.group(
    cls=LazyVerbGroup,
    lines=_LINES,
    package="reconciler.cli.history",
    examples={"Who could read special category data on a day?": "history at 2026-11-24 --category special-category"},
)
def command() -> None:
    """Show who could read what in the past, and how that changed.

    `drift` and `plan --record` add each run to .reconciler/history.sqlite: who could read what, how that is known, what
    differed and what could not be checked. It has no password, and it says who could read what: protect it as you
    protect the reports. What was not looked at, or could not be checked, is never filled in.
    """
