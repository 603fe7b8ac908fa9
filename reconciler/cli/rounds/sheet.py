"""`reconciler round sheet`: a table to decide in."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.console import say, tell
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.options.general import FILE, workspace_option
from reconciler.cli.output.destinations import write_to
from reconciler.cli.output.overwrite_guard import refuse_overwriting
from reconciler.cli.rounds.workspace import open_round, round_option, workspace_of
from reconciler.report.labels import plural
from reconciler.rounds.deciding import sheet_rows
from reconciler.spreadsheets import csv_text


@verb({"Decide in a spreadsheet": "round sheet to-decide.csv"})
@click.argument("file", type=FILE)
@workspace_option
@round_option
def command(file: Path, workspace: Path, name: str | None) -> int:
    """Write a row for each access of the round to FILE, to decide in a spreadsheet.

    FILE is CSV. Fill in Decision (keep, reduce or retire) and Reason, and with reduce all that stays under Keep only.
    Then read it back with `reconciler round decide --from FILE`.
    """
    refuse_overwriting([file], workspace)
    if file.exists():
        raise click.UsageError(f"{file} exists, and may have decisions in it. Name another file, or remove it first.")
    _, desired = workspace_of(workspace)
    reviewed = open_round(desired, name)
    write_to(file, csv_text(sheet_rows(reviewed, desired)), private=True)
    rows, left = plural(len(reviewed.accesses), "row"), len(reviewed.undecided)
    tell(f"Wrote {file}: {rows}, {left} of them not decided.\n")
    say(f"Fill in Decision and Reason. Then run `reconciler round decide --from {file}`.")
    return Exit.OK
