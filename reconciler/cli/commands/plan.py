"""`reconciler plan`: what differs between the manifests and the live side."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import click

from reconciler import __version__, review, workflow
from reconciler.bromcom.options import ProbeProgress
from reconciler.cli.clock import clock
from reconciler.cli.console import say, say_problems, watching
from reconciler.cli.exit_codes import Exit, exit_of
from reconciler.cli.options.general import planning_options, review_options
from reconciler.cli.options.plan_and_drift import FollowUp, PlanOptions, SavePlan, refuse_what_cannot_be_meant
from reconciler.cli.options.service import service_reader
from reconciler.cli.output.destinations import targets
from reconciler.cli.output.plan_files import VALID_DAYS, approval_of, write_plan
from reconciler.cli.output.renderers import OF_PLANS
from reconciler.cli.output.reports import write_reports
from reconciler.cli.password_files import exposed_password_files
from reconciler.cli.printed_commands import shell_line
from reconciler.cli.signals import GO_ON, stopped_by
from reconciler.codec.plan_file import MOST_VALID_DAYS
from reconciler.errors import InputError, ReconcilerError
from reconciler.git.checkout import folder_in_repository
from reconciler.model.desired import Desired
from reconciler.model.drift_news import Recalled
from reconciler.model.plan import Plan
from reconciler.model.problem import Severity
from reconciler.model.review import NoReview, Review
from reconciler.planning.waivers import unused_waivers
from reconciler.report.effort import effort
from reconciler.report.input import PLAN, PlanWording, ReportInput
from reconciler.report.labels import plural
from reconciler.review import Base
from reconciler.workflow import Reader, runbook, sensitivity


@click.command()
@planning_options
@review_options
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write the plan to this file, to be approved and then carried out with `apply FILE`.",
)
@click.option(
    "--valid-days",
    type=click.IntRange(1, MOST_VALID_DAYS),
    default=VALID_DAYS,
    show_default=True,
    help="How many days the plan of --out may be carried out.",
)
def command(out: Path | None, valid_days: int, **options: Any) -> int:
    """Show what must change for Bromcom to match the manifests.

    Each access is asked once, with the supplier's own account and reading only. Exits with 0 where all is in sync,
    2 where something differs, 4 where nothing differs but something could not be known.
    """
    return plan_and_report(PlanOptions(**options), PLAN, SavePlan(out, valid_days) if out else None)


def plan_and_report(
    options: PlanOptions, wording: PlanWording, saving: SavePlan | None = None, after: FollowUp | None = None
) -> int:
    """Plan as the options say, write the reports, and give the exit code; `drift` is the same in other words."""
    wanted = targets(options.formats, options.output, OF_PLANS.formats)
    refuse_what_cannot_be_meant(options, wanted, saving, after)
    command_clock = clock()
    now = command_clock()  # attestations and waivers are judged as of this moment
    remark = _silent if options.quiet else say
    detail = remark if options.verbose else _silent

    desired, warnings = workflow.written(options.workspace)
    warnings += exposed_password_files(options.workspace, desired, Severity.WARNING, options.env_file)
    if warnings and not options.quiet:
        say_problems(warnings)
    schools, accesses = plural(len(desired.schools), "school"), plural(len(desired.accesses), "access", "accesses")
    detail(f"Read the manifests: {schools}, {accesses}.")
    base = review.base_of(options.workspace, options.base, desired) if options.base is not None else None
    lost: list[ReconcilerError] = []
    with watching(options.quiet) as progress:
        manifests = [desired, base.desired] if base else [desired]
        addresses = after.variables if after else ()
        read_live = reader_of(options, progress, lost.append, manifests, addresses)
        plan, seen = _planned(options, desired, base, read_live, now)
    if options.record and not lost:
        detail(f"Wrote the snapshot {options.record}.")
    recalled = after.recall(plan, desired.gone, now.date(), lost.append) if after else Recalled()
    now = command_clock()  # when the reports are made
    material = _material(plan, seen, wording, options, recalled, now)
    write_reports(material, wanted, lost.append)
    if saving:
        _save(plan, saving, now, lost.append, remark)
    for idle in unused_waivers(desired.waivers, plan):
        remark(f"Warning: {idle}")
    if plan.interrupted:
        known = "the report holds what was known by then. Nothing was changed in Bromcom."
        remark(f"Stopped by {stopped_by()}: {known} {GO_ON}")
    for error in lost:
        say(f"Error: {error}")
    code = Exit.FAILED if lost else _code(plan, seen)
    if material.orphans and code in (Exit.OK, Exit.INCOMPLETE):  # nobody agreed to what these accounts can read
        code = Exit.DIFFERENCES
    return after(material, code) if after else code


def _code(plan: Plan, seen: Review | NoReview | None) -> Exit:
    if (
        isinstance(seen, Review) and seen.passed and not (plan.accesses or plan.schools)
    ):  # this change is about no access at all
        return Exit.OK
    return exit_of(plan)


def _planned(
    options: PlanOptions, desired: Desired, base: Base | None, read_live: Reader, now: datetime
) -> tuple[Plan, Review | NoReview | None]:
    """The plan, and the review of what changed, where there is something to compare with."""
    selection = workflow.Selection(options.schools, options.suppliers)
    if base is None:
        wanted = selection.of(workflow.as_of(desired, now))
        return workflow.plan_of(wanted, read_live(wanted), now.date()), None
    if options.passwords_of_base:
        read_live = review.asking_what_is_reviewed(read_live, options.workspace, base)
    return review.plan_of_change(desired, base, selection, read_live, now, changed_only=options.changed_only)


def _material(
    plan: Plan,
    seen: Review | NoReview | None,
    wording: PlanWording,
    options: PlanOptions,
    recalled: Recalled,
    now: datetime,
) -> ReportInput:
    orphans = seen.orphans if isinstance(seen, Review) else recalled.orphans
    return ReportInput(
        plan,
        wording,
        __version__,
        sensitivity(),
        review=seen,
        effort=cache(lambda: effort(runbook(plan), orphans)),
        age=now - plan.recorded if plan.recorded else None,
        created=now if options.timestamps else None,
        details=options.details_url,
        folder=folder_in_repository(options.workspace),
        recalled=recalled,
    )


def _save(
    plan: Plan, saving: SavePlan, now: datetime, lost: Callable[[ReconcilerError], None], remark: Callable[[str], None]
) -> None:
    """Write the plan down for approval. A part of a picture is nothing to approve."""
    if plan.interrupted:
        lost(InputError(f"{saving.file} was not written: the run was stopped, and a part of a plan is not approved."))
        return
    saved = approval_of(plan, now, saving.valid_days)
    try:
        write_plan(saved, saving.file)
    except InputError as error:
        lost(error)
        return
    until = f" until {saved.expires.date()}" if saved.expires else ""
    remark(
        f"Wrote the plan {saving.file}: `{shell_line('reconciler', 'apply', str(saving.file))}` carries it out{until}."
    )


# Of a change that nobody reviewed: it has none because somebody wants it so, and not since a file was forgotten.
_NO_PASSWORDS: Final = "this review has no passwords, by design, and no record of Bromcom was there to compare with"


def reader_of(
    options: PlanOptions,
    progress: Callable[[ProbeProgress], None] | None,
    lost: Callable[[ReconcilerError], None],
    manifests: Sequence[Desired],
    addresses: Sequence[str],
) -> Reader:
    """What reads the live side as the options say: the service, or a snapshot."""
    if options.against:
        return workflow.recorded(options.against, clock()(), options.max_age)
    none_given = _NO_PASSWORDS if options.passwords_of_base else ""
    reader = service_reader(options, progress, manifests, addresses, none_given)
    return workflow.recording(reader, options.record, clock(), lost) if options.record else reader


def _silent(_text: str) -> None:
    """Say nothing."""
