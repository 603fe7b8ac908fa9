"""Plans that are approved: read from their file, or shown here and now and confirmed by typing how much it is."""

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


def apply_inputs(asking: ServiceOptions) -> ApplyInputs:
    """The manifests as they are now, and a reader that shows how far it is each time it asks."""
    now = clock()
    written = desired_of(asking.workspace, now())

    def read_live(desired: Desired) -> Live:
        with watching(asking.quiet) as progress:
            return service_reader(asking, progress, [written])(desired)

    return ApplyInputs(written, read_live, now)


def approve_here(plan: Plan, sides: ApplyInputs, accepted: Collection[str], *, ask: bool) -> SavedPlan:
    """Show a plan that was just made, and have it confirmed where `ask` says so.

    Leaves the command where there is nothing to do, and where the person types anything else. Raises PlanRefused where
    it goes over a limit that was not accepted: that is no matter of typing a number.
    """
    _show(plan)
    number = len(due(plan))
    if not number:
        click.get_current_context().exit(exit_of(plan))
    refuse_breaches(plan, sides.desired, accepted)
    if ask and not _confirmed(number, plan.summary.changes):
        say("Nothing was changed, and nothing was begun.")
        click.get_current_context().exit(Exit.WAITING)
    return approval_of(plan, sides.clock())


def _show(plan: Plan) -> None:
    lost: list[ReconcilerError] = []
    material = ReportInput(plan, PLAN, __version__, sensitivity(), effort=lambda: effort(runbook(plan)))
    write_reports(material, [ReportTarget("text", None)], lost.append)
    for error in lost:
        raise error


def _confirmed(number: int, changes: int) -> bool:
    """Whether the person types how much it is, which nobody does without having read it. A slip is no refusal."""
    word = f"apply {number}"
    looks = f" ({changes} that differ, {number - changes} to look at)" if number > changes else ""
    question = f"\nType `{word}` to settle {plural(number, 'fact')}{looks} by hand, page by page:"
    for _ in range(_TRIES):
        typed: str = click.prompt(question, default="", show_default=False, prompt_suffix=" ", err=True)
        if typed.split() == word.split():
            return True
        if not typed.strip():
            break
        question = f"That is not `{word}`. Type it, or press Enter to begin nothing:"
    return False
