"""`reconciler report`: answer for third-party access. Its commands are in `cli/reporting/`."""

from collections.abc import Mapping
from typing import Final

import click

from reconciler.cli.help import LazyVerbGroup

# The first line of each command's own help; a test compares them.
_LINES: Final[Mapping[str, str]] = {
    "access": "Show who can read what, and what could be taken away.",
    "privacy-notice": "Write the table of a privacy notice: who has data from us, and why, in words for parents.",
    "register": "Write the record of processing activities (UK GDPR, Article 30).",
    "supplier": "Write one page about the supplier NAME, for a head.",
    "usage": "Show what suppliers called: last seen, never called, called without being agreed.",
}


@click.group(
    cls=LazyVerbGroup,
    lines=_LINES,
    package="reconciler.cli.reporting",
    examples={
        "Who can read special category data of our pupils?": (
            "report access --category special-category --people students"
        ),
    },
)
def command() -> None:
    """Answer for third-party access: who can read what, what is used, what can be taken away.

    Each report says how everything in it is known: asked just now, confirmed by a person, or not known. None changes
    anything, in Bromcom or in the manifests.
    """
