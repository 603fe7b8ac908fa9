"""`reconciler round`: go through what suppliers can read, and decide what stays. Its commands are in `cli/rounds/`."""

from collections.abc import Mapping
from typing import Final

import click

from reconciler.cli.help import LazyVerbGroup

# The first line of each command's own help; a test compares them.
_LINES: Final[Mapping[str, str]] = {
    "start": "Open a round: what each access can read now, and what deserves a look.",
    "sheet": "Write a row for each access of the round to FILE, to decide in a spreadsheet.",
    "decide": "Record decisions: of one access, or of a sheet that was filled in.",
    "close": "Write the decisions of the round into the manifests, and close it.",
}


@click.group(
    cls=LazyVerbGroup,
    lines=_LINES,
    package="reconciler.cli.rounds",
    examples={"Open a round that ends by Christmas": 'round start --due 2035-12-18 --reviewer "J. Smith"'},
)
def command() -> None:
    """Go through what suppliers can read, and decide of each access what stays.

    A round is a manifest in rounds/: what each access could read when it was opened, who decided what, when and why.
    Closing it writes the decisions into the other manifests; `plan` then says what to do in Bromcom.
    """
