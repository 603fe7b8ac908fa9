"""`reconciler round close`: the decisions become manifests."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Final

import click

from reconciler.cli.attesting.questions import day_option
from reconciler.cli.clock import today
from reconciler.cli.console import say, tell
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.options.general import workspace_option
from reconciler.cli.rounds.workspace import open_round, round_option, texts_with, workspace_of
from reconciler.editing.target import diff_of
from reconciler.errors import InputError
from reconciler.rounds.closing import closing_edits, missed

_NEXT: Final = timedelta(days=365)


@verb({"See what closing the round would write": "round close --dry-run"})
@workspace_option
@round_option
@click.option(
    "--review-by",
    metavar="YYYY-MM-DD",
    callback=day_option,
    help="The next `reviewBy` of each supplier whose accesses were all in the round. [default: a year from now]",
)
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
def command(workspace: Path, name: str | None, review_by: date | None, dry_run: bool) -> int:
    """Write the decisions of the round into the manifests, and close it.

    Each access must be decided. An access that is reduced keeps only what was named, at its school alone; one that is
    retired gets `state: retired`. The manifests are read again before anything is written, and must say what was
    decided of each access, and the same as before of all others. The round stays as a record.
    """
    target, desired = workspace_of(workspace)
    reviewed = open_round(desired, name)
    on = today()
    next_review = review_by or on + _NEXT
    if next_review <= on:
        raise click.UsageError(f"--review-by {next_review} is not to come.")
    texts, after = texts_with(target, closing_edits(reviewed, desired, target.manifests, on, next_review))
    if wrong := next(missed(reviewed, desired, after), None):
        raise InputError(
            f"Nothing was written: the manifests would not say what was decided of {wrong}. Change them by hand, and "
            f"write `closed: {on}` into {reviewed.origin}."
        )
    for line in diff_of(workspace, texts):
        tell(f"{line}\n")
    if dry_run:
        say("Nothing was written.")
        return Exit.OK
    target.write(texts)
    say(f"Closed the round {reviewed.name}. See what to do in Bromcom: `reconciler plan`.")
    return Exit.OK
