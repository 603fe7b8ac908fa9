"""`reconciler runbook`: print the clicks that carry out a saved plan."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from reconciler.applying.preflight import refuse_expired
from reconciler.cli.clock import clock
from reconciler.cli.console import say
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.options.general import runbook_options
from reconciler.cli.output.overwrite_guard import refuse_overwriting
from reconciler.cli.output.plan_files import read_plan
from reconciler.cli.output.reports import write_runbook
from reconciler.errors import PlanRefused
from reconciler.model.plan import SavedPlan
from reconciler.model.runbook import Runbook
from reconciler.planning.scope import chosen
from reconciler.workflow import runbook


@verb(
    {
        "Print the clicks": "runbook plan.json",
        "Print those of one school": "runbook plan.json --school greenfield",
        "Write a page to tick off": "runbook plan.json --format html --output runbook.html",
    },
)
@click.argument("plan", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--school", "schools", multiple=True, metavar="GLOB", help="Only this school; may be repeated.")
@runbook_options
def command(plan: Path, schools: tuple[str, ...], style: str, output: Path | None) -> int:
    """Print the clicks that carry out the saved PLAN.

    PLAN is a file that `plan --out` or `plan --format json` wrote. The service is not asked: the runbook is made from
    that file alone, school by school and page by page. It contains no passwords.
    """
    refuse_overwriting([output], Path(), [plan])
    saved = read_plan(plan)
    made = _of_schools(runbook(saved.plan), [school.name for school in saved.plan.schools], schools)
    write_runbook(made, style, output, plan)
    _warn_of_age(saved)
    return Exit.OK


def _of_schools(runbook: Runbook, names: Sequence[str], globs: Sequence[str]) -> Runbook:
    """Return the part of a runbook for the selected schools; raises SelectionError if a glob selects none.

    An edit of a central user stays if all its schools are selected.
    """
    if not globs:
        return runbook
    wanted = chosen(globs, names, "There is no runbook: no school of the plan is called")
    return replace(
        runbook,
        schools=tuple(book for book in runbook.schools if book.school in wanted),
        central=tuple(offer for offer in runbook.central if wanted.issuperset(offer.schools)),
    )


def _warn_of_age(saved: SavedPlan) -> None:
    """Warn of a plan that `apply` does not take: its runbook is still worth reading."""
    now = clock()()
    if saved.expires is None:
        return  # a report, which is not for `apply`
    if saved.expires < now:
        say(f"This plan expired at {saved.expires.isoformat()}. Make a new one before you carry this out.")
        return
    try:
        refuse_expired(saved, now)
    except PlanRefused as error:
        say(f"`reconciler apply` refuses this plan: {error}")
