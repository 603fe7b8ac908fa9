"""`reconciler runbook`: print the clicks that carry out a saved plan, or all that the manifests could need."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import click

from reconciler.applying.plan_files import read_plan
from reconciler.applying.preflight import refuse_expired
from reconciler.cli.clock import clock
from reconciler.cli.console import say, waiting_for
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.options.general import runbook_options, selection_options, workspace_option
from reconciler.cli.output.overwrite_guard import refuse_overwriting
from reconciler.cli.output.reports import write_runbook
from reconciler.errors import PlanRefused
from reconciler.model.plan import Plan, SavedPlan, SchoolPlan
from reconciler.model.runbook import Runbook
from reconciler.planning.parts.unasked import with_missed
from reconciler.planning.plan import with_parts
from reconciler.planning.scope import chosen, chosen_schools_of
from reconciler.workflow import Selection, desired_of, runbook, runbook_of_manifests


@verb(
    {
        "Print the clicks": "runbook plan.json",
        "Print those of one school": "runbook plan.json --school greenfield",
        "Print all for a new supplier": "runbook --supplier groupcall --school greenfield",
        "Write a page to tick off": "runbook plan.json --format html --output runbook.html",
    },
)
@click.argument("plan", required=False, type=click.Path(path_type=Path, dir_okay=False))
@workspace_option
@selection_options
@click.option("--checked-only", is_flag=True, help="Leave out the accesses that PLAN could not check.")
@runbook_options
def command(
    plan: Path | None,
    workspace: Path,
    schools: tuple[str, ...],
    suppliers: tuple[str, ...],
    *,
    checked_only: bool,
    style: str,
    output: Path | None,
) -> int:
    """Print the clicks that carry out the saved PLAN, or those for a new supplier.

    PLAN is a file that `plan --out` or `plan --format json` wrote. Accesses that it could not check are marked as not
    checked. Without PLAN, name the supplier with --supplier: you get the whole way from the manifests alone, with what
    to do if a part of it is there already. Either way the service is not asked. A runbook contains no passwords.
    """
    if plan is None:
        return _of_manifests(workspace, schools, suppliers, style, output, checked_only=checked_only)
    refuse_overwriting([output], Path(), [plan])
    with waiting_for(plan):
        saved = read_plan(plan)
    selected = _of_suppliers(saved.plan, suppliers)
    made = runbook(selected if checked_only else with_missed(selected))
    # The fingerprint is that of the file, which is what people compare.
    made = replace(made, fingerprint=saved.plan.fingerprint)
    write_runbook(_of_schools(made, saved.plan.schools, schools), style, output, plan)
    _warn_of_age(saved)
    return Exit.OK


def _of_manifests(
    workspace: Path,
    schools: Sequence[str],
    suppliers: Sequence[str],
    style: str,
    output: Path | None,
    *,
    checked_only: bool,
) -> int:
    if not suppliers:
        raise click.UsageError("Name a PLAN, or a supplier with --supplier to start from the manifests alone.")
    if checked_only:
        raise click.UsageError("--checked-only needs a PLAN.")
    refuse_overwriting([output], workspace)
    now = clock()()
    wanted = Selection(schools, suppliers).of(desired_of(workspace, now))
    write_runbook(runbook_of_manifests(wanted, now.date()), style, output, None)
    return Exit.OK


def _of_suppliers(plan: Plan, globs: Iterable[str]) -> Plan:
    """Return the part of a plan for the selected suppliers; raises SelectionError if a glob selects none."""
    names = {access.address.supplier for access in plan.accesses}
    wanted = chosen(tuple(globs), names, "There is no runbook: no supplier of the plan is called")
    if wanted == names:
        return plan
    accesses = [access for access in plan.accesses if access.address.supplier in wanted]
    its_schools = {access.address.school for access in accesses}
    return with_parts(plan, (school for school in plan.schools if school.name in its_schools), accesses)


def _of_schools(runbook: Runbook, there: Sequence[SchoolPlan], typed: Sequence[str]) -> Runbook:
    """Return the part of a runbook for the selected schools; raises SelectionError if one does not exist.

    An edit of a central user stays if all its schools are selected.
    """
    if not typed:
        return runbook
    wanted = chosen_schools_of(typed, there, "There is no runbook: no school of the plan is called")
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
