"""`reconciler round sheet`: a table to decide in."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.console import say, tell
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.options.general import FILE, workspace_option
from reconciler.cli.output.overwrite_guard import refuse_overwriting
from reconciler.cli.output.tables import write_sheet_to
from reconciler.cli.rounds.workspace import open_round, round_option, workspace_of
from reconciler.report.labels import plural
from reconciler.rounds.deciding import sheet_rows


@verb({"Decide in a spreadsheet": "round sheet to-decide.csv", "Decide in Excel": "round sheet to-decide.xlsx"})
@click.argument("file", type=FILE)
@workspace_option
@round_option
def command(file: Path, workspace: Path, name: str | None) -> int:
    """Write a row for each access of the round to FILE, to decide in a spreadsheet.

    FILE is an Excel workbook if its name ends with .xlsx, else CSV. Fill in Decision (keep, reduce or retire) and
    Reason, and with reduce all that stays under Keep only.
    Then read it back with `reconciler round decide --from FILE`.
    """
    refuse_overwriting([file], workspace)
    if file.exists():
        raise click.UsageError(f"{file} exists, and may have decisions in it. Name another file, or remove it first.")
    _, desired = workspace_of(workspace)
    reviewed = open_round(desired, name)
    write_sheet_to(file, sheet_rows(reviewed, desired))
    rows, left = plural(len(reviewed.accesses), "row"), len(reviewed.undecided)
    tell(f"Wrote {file}: {rows}, {left} of them not decided.\n")
    say(f"Fill in Decision and Reason. Then run `reconciler round decide --from {file}`.")
    return Exit.OK
