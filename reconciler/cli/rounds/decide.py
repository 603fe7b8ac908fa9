"""`reconciler round decide`: decisions by hand, or of a sheet."""

from __future__ import annotations

from pathlib import Path

import click

from reconciler.cli.clock import today
from reconciler.cli.console import say, tell
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.importing.tables import table_rows
from reconciler.cli.operator_name import operator_name
from reconciler.cli.options.general import FILE, workspace_option
from reconciler.cli.rounds.workspace import open_round, round_option, texts_with, workspace_of
from reconciler.invisible import is_seen
from reconciler.model.address import Address
from reconciler.model.attestation import RoundChoice
from reconciler.report.labels import plural
from reconciler.rounds.deciding import decision_of, edits_of, read_decisions


@verb(
    {
        "Read the decisions of a spreadsheet": "round decide --from decisions.csv",
        "Decide about one access": 'round decide greenfield/cashless-till keep --reason "Used every day"',
        "Let an access keep less": (
            'round decide riverside/library-loans reduce --entity Students --reason "Needs no photographs"'
        ),
    }
)
@click.argument("address", required=False)
@click.argument("choice", type=click.Choice([choice.value for choice in RoundChoice]), required=False)
@workspace_option
@round_option
@click.option("--from", "sheet", type=FILE, help="Read the decisions of this sheet: CSV, or an Excel workbook.")
@click.option("--entity", "entities", multiple=True, metavar="NAME", help="With reduce: what stays; may be repeated.")
@click.option("--reason", metavar="TEXT", help="Why, as you would tell anyone who asks.")
@click.option("--by", metavar="NAME", help="Who decides. [default: git's user.name, or the system's user]")
def command(
    address: str | None,
    choice: str | None,
    workspace: Path,
    name: str | None,
    sheet: Path | None,
    entities: tuple[str, ...],
    reason: str | None,
    by: str | None,
) -> int:
    """Record decisions: of one access, or of a sheet that was filled in.

    keep leaves the access as the manifests have it, reduce lets it keep only what is named, and retire ends it. All
    decisions of a sheet are written, or none. A decision can be made again until the round is closed.
    """
    if bool(sheet) == bool(address) or (address and not choice):
        raise click.UsageError("Give an address and keep, reduce or retire; or a sheet with --from FILE.")
    if sheet and (entities or reason):
        raise click.UsageError("--from reads everything from its file: leave out --entity and --reason.")
    who = (operator_name(workspace, "--by") if by is None else by).strip()
    if not is_seen(who):
        raise click.UsageError("--by is empty: give a name.")
    target, desired = workspace_of(workspace)
    reviewed = open_round(desired, name)
    if sheet:
        decisions = read_decisions(table_rows(sheet, what="the sheet"), str(sheet), reviewed, desired, who, today())
    else:
        assert address
        assert choice
        try:
            place = Address.parse(address)
            decision = decision_of(reviewed, desired, place, choice, entities, reason or "", who, today())
        except ValueError as error:
            raise click.UsageError(f"Nothing was decided: {error}.".replace("..", ".")) from None
        decisions = {place: decision}
    if not decisions:
        say(f"No row of {sheet} has a new decision.")
        return Exit.OK
    file = reviewed.origin.file
    texts, after = texts_with(target, {file: edits_of(reviewed, decisions)})
    target.write(texts)
    left = len(open_round(after, reviewed.name).undecided)
    tell(f"Wrote {plural(len(decisions), 'decision')} to {file}; {left} of {len(reviewed.accesses)} are left.\n")
    if not left:
        say("Everything is decided. Write it into the manifests: `reconciler round close`.")
    return Exit.OK
