"""Make a plan, show it, and have it approved by typing how much it is."""

from collections.abc import Collection
from typing import Final

import click

from reconciler import __version__
from reconciler.applying.preflight import ApplyInputs, refuse_breaches
from reconciler.cli.clock import clock
from reconciler.cli.console import say, watching
from reconciler.cli.exit_codes import Exit, exit_of
from reconciler.cli.options.service import ServiceOptions, service_reader
from reconciler.cli.output.destinations import ReportTarget
from reconciler.cli.output.plan_files import approval_of
from reconciler.cli.output.reports import write_reports
from reconciler.errors import ReconcilerError
from reconciler.model.desired import Desired
from reconciler.model.live import Live
from reconciler.model.plan import Plan, SavedPlan
from reconciler.planning.approved.due import due
from reconciler.report.effort import effort
from reconciler.report.input import PLAN, ReportInput
from reconciler.report.labels import plural
from reconciler.workflow import desired_of, runbook, sensitivity

_TRIES: Final = 2


def apply_inputs(service: ServiceOptions) -> ApplyInputs:
    """Read the manifests, and prepare to read the live side with its progress shown."""
    now = clock()
    manifests = desired_of(service.workspace, now())

    def read_live(desired: Desired) -> Live:
        with watching(service.quiet) as progress:
            return service_reader(service, progress, [manifests])(desired)

    return ApplyInputs(manifests, read_live, now)


def approve_here(plan: Plan, inputs: ApplyInputs, accepted: Collection[str], *, ask: bool) -> SavedPlan:
    """Show a plan that was just made and, if `ask`, have it confirmed.

    Leaves the command if there is nothing to do, or if the person types anything else. Raises PlanRefused if the plan
    exceeds a limit that was not accepted.
    """
    _show(plan)
    number = len(due(plan))
    if not number:
        click.get_current_context().exit(exit_of(plan))
    refuse_breaches(plan, inputs.desired, accepted)
    if ask and not _confirmed(number, plan.summary.changes):
        say("Nothing was started, and nothing was changed.")
        click.get_current_context().exit(Exit.WAITING)
    return approval_of(plan, inputs.clock())


def _show(plan: Plan) -> None:
    errors: list[ReconcilerError] = []
    material = ReportInput(plan, PLAN, __version__, sensitivity(), effort=lambda: effort(runbook(plan)))
    write_reports(material, [ReportTarget("text", None)], errors.append)
    for error in errors:
        raise error


def _confirmed(number: int, changes: int) -> bool:
    """Tell if the person types how much it is, which takes having read it. One slip is no refusal."""
    word = f"apply {number}"
    looks = f" ({changes} to change, {number - changes} to check in Bromcom)" if number > changes else ""
    question = f"\nType `{word}` to work on {plural(number, 'fact')}{looks} by hand, page by page:"
    for _ in range(_TRIES):
        typed: str = click.prompt(question, default="", show_default=False, prompt_suffix=" ", err=True)
        if typed.split() == word.split():
            return True
        if not typed.strip():
            break
        question = f"Please type `{word}`, or press Enter to leave:"
    return False
