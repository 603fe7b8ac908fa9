"""`reconciler round start`: open a round."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from reconciler.accountability.register import EVERY_ENTITY
from reconciler.cli.attesting.questions import day_option
from reconciler.cli.clock import clock
from reconciler.cli.console import say, tell, watching
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.options.general import probing_options, selection_options, snapshot_options, workspace_option
from reconciler.cli.options.plan_and_drift import refuse_asking_options
from reconciler.cli.reporting.access import AccessOptions, access_report
from reconciler.cli.reporting.access_logs import LOGFILE
from reconciler.cli.rounds.workspace import refuse_unread, texts_with, workspace_of
from reconciler.formatting.edits import AddDocument
from reconciler.report.labels import plural
from reconciler.rounds.opening import round_document


@verb(
    {
        "Open a round of one supplier": "round start --name tills --due 2035-12-18 --supplier cashless-till",
        "Open a round that ends by Christmas": 'round start --due 2035-12-18 --reviewer "J. Smith"',
    }
)
@workspace_option
@click.option(
    "--due", required=True, metavar="YYYY-MM-DD", callback=day_option, help="The day by which it is to be closed."
)
@click.option("--reviewer", "reviewers", multiple=True, metavar="NAME", help="Who is to decide; may be repeated.")
@click.option("--name", metavar="NAME", help="The name of the round. [default: round- and today's date]")
@selection_options
@probing_options
@snapshot_options
@click.option("--usage", type=LOGFILE, metavar="LOGFILE", help="Also say what was not called, by this access log.")
@click.option("-q", "--quiet", is_flag=True, help="No progress and no remarks on stderr; errors stay.")
def command(due: date, reviewers: tuple[str, ...], name: str | None, **typed: Any) -> int:
    """Open a round: what each access can read now, and what deserves a look.

    The selected accesses are asked once, as `report access` does, and what was found goes to rounds/NAME.yaml, with the
    reasons to look again: not agreed, not called, not in the supplier's published list, not usual at other schools.
    """
    options = AccessOptions(
        **typed,
        categories=(),
        people=(),
        entities=(),
        subject=None,
        columns={},
        first=None,
        last=None,
        formats=(),
        patch=None,
        output=None,
    )
    if options.against:
        refuse_asking_options()
    now = clock()()
    if due < now.date():
        raise click.UsageError(f"--due {due} is over.")
    name = name or f"round-{now:%Y-%m-%d}"
    workspace, desired = workspace_of(options.workspace)
    if any(each.name == name for each in desired.rounds):
        raise click.UsageError(f"There is a round {name} already: give this one another --name.")
    with watching(options.quiet) as progress:
        report = access_report(options, EVERY_ENTITY, progress, now)
    document = round_document(name, report.accesses, (report.recorded or now).date(), due, reviewers)
    file = f"rounds/{name}.yaml"
    texts, after = texts_with(workspace, {file: [AddDocument(document)]})
    refuse_unread(any(each.name == name for each in after.rounds), file)
    workspace.write(texts)
    unknown = sum(access.granted is None for access in report.accesses)
    tell(f"Wrote {file}: {plural(len(report.accesses), 'access', 'accesses')} to decide by {due}.\n")
    if unknown:
        say(f"Of {plural(unknown, 'access', 'accesses')} it is not known what can be read: the file says why.")
    say("Decide in a spreadsheet: `reconciler round sheet decisions.csv`.")
    return Exit.INCOMPLETE if unknown else Exit.OK
