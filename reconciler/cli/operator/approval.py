"""Plans that are approved: read from their file, or shown here and now and confirmed by typing how much it is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import click

from reconciler import __version__
from reconciler.cli.console import say
from reconciler.cli.exit_codes import Exit, exit_of
from reconciler.cli.output.destinations import ReportTarget
from reconciler.cli.output.reports import write_reports
from reconciler.model.plan import SavedPlan
from reconciler.planning.approved.due import due
from reconciler.report.effort import effort
from reconciler.report.input import PLAN, ReportInput
from reconciler.report.labels import plural

if TYPE_CHECKING:
    from collections.abc import Collection

    from reconciler.applying.preflight import ApplyInputs
    from reconciler.errors import ReconcilerError
    from reconciler.model.plan import Plan

VALID_DAYS: Final = 7
_TRIES: Final = 2


def approval_of(plan: Plan, now: datetime, days: int = VALID_DAYS) -> SavedPlan:
    """Return the plan as one that may be carried out for so many days from now."""
    return SavedPlan(plan, now, now + timedelta(days=days))


def approve_here(plan: Plan, sides: ApplyInputs, accepted: Collection[str], *, ask: bool) -> SavedPlan:
    """Show a plan that was just made, and have it confirmed where `ask` says so.

    Leaves the command where there is nothing to do, and where the person types anything else. Raises PlanRefused where
    it goes over a limit that was not accepted: that is no matter of typing a number.
    """
    from reconciler.applying.preflight import refuse_breaches

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
    from reconciler.workflow import runbook, sensitivity  # the verbs that only read a plan need none of it

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
