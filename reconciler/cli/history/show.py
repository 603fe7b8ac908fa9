"""`reconciler history show`: how one access changed."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click

from reconciler.catalogue.details import entity_details
from reconciler.cli.completing import from_manifests, places
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.history.formats import answer_options, write_answer
from reconciler.cli.options.general import history_option, workspace_option
from reconciler.cli.options.history import past_of
from reconciler.errors import SelectionError
from reconciler.model.address import Address
from reconciler.spelling import did_you_mean


@verb(
    {
        "See how one access changed": "history show greenfield/groupcall",
        "Write it for a spreadsheet": "history show greenfield/groupcall --format csv=groupcall.csv",
    }
)
@click.argument("address", shell_complete=from_manifests(places))
@workspace_option
@history_option
@answer_options()
def command(address: str, workspace: Path, history: Path | None, formats: tuple[str, ...], output: Path | None) -> int:
    """Show how the access ADDRESS changed, night by night.

    ADDRESS is written school/supplier. Each row is a time in which the same could be read, by the nights that looked:
    what came, what went, how it is known. A night that could not check it is a row of its own. Days are those of UTC.

    Exits with 4 if the last night could not check it.
    """
    from reconciler.history.answers import access_past
    from reconciler.report.history.access import past_rows, render_past_text
    from reconciler.report.history.json import render_past_json

    try:
        wanted = Address.parse(address)
    except ValueError as error:
        raise click.UsageError(f"{error}.") from None
    past = past_of(workspace, history)
    found = access_past(past, wanted, entity_details)
    if found is None:
        known = [str(each) for each, _ in past.accesses()]
        raise SelectionError(f"The history has no access {address}. {did_you_mean(address, known)}".rstrip())
    code = write_answer(
        (formats, output, workspace),
        partial(render_past_text, found),
        lambda: render_past_json(found),
        lambda: past_rows(found),
    )
    return code or (Exit.INCOMPLETE if found.spells[-1].reading.reason else Exit.OK)
