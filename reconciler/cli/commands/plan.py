"""`reconciler plan`: show what differs between the manifests and Bromcom."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Protocol

from reconciler import __version__, review, workflow
from reconciler.bromcom.options import HostLoad
from reconciler.cli.clock import clock
from reconciler.cli.console import remarks, say, say_problems, watching
from reconciler.cli.exit_codes import Exit, exit_of
from reconciler.cli.help import verb
from reconciler.cli.options.applied import AppliedManifests, applied_manifests, told_apart
from reconciler.cli.options.general import planning_options, review_options
from reconciler.cli.options.live_side import load_text, reader_of
from reconciler.cli.options.nights import SeenRun, add_night, keeps_history, refuse_unkept_history
from reconciler.cli.options.plan_and_drift import (
    FollowUp,
    PlanOptions,
    SavePlan,
    as_of_option,
    refuse_contradictions,
    saving_options,
)
from reconciler.cli.options.service import shared_out
from reconciler.cli.options.shard import shard_option
from reconciler.cli.output.destinations import targets
from reconciler.cli.output.renderers import OF_PLANS
from reconciler.cli.output.reports import save_for_approval, write_reports
from reconciler.cli.password_files import exposed_password_files
from reconciler.cli.signals import GO_ON, stopped_by
from reconciler.errors import InputError, ReconcilerError
from reconciler.git.checkout import folder_in_repository
from reconciler.manifest.workspace.digest import manifests_digest
from reconciler.model.aspect import Action
from reconciler.model.desired import Desired
from reconciler.model.drift_news import Recalled
from reconciler.model.live import Live
from reconciler.model.plan import Plan
from reconciler.model.problem import Severity
from reconciler.model.review import AppliedRevision, NoReview, Review
from reconciler.model.shard import PlanPart
from reconciler.planning.parts.merging import part_of
from reconciler.planning.validity.coming_dates import coming_dates
from reconciler.planning.waivers import unused_waivers
from reconciler.report.effort import effort
from reconciler.report.input import ReportInput, ReportKind
from reconciler.report.labels import plural
from reconciler.review import Base
from reconciler.workflow import Reader, books, sensitivity


@verb(
    {
        "Compare every school with Bromcom": "plan",
        "Compare one supplier at one school": "plan --school greenfield --supplier groupcall",
        "Save the plan, to be approved and carried out": "plan --out plan.json",
        "Write a page to send on, and JSON": "plan --format html=report.html --format json=plan-report.json",
        "Review a change of the manifests": "plan --base origin/main --changed-only",
        "See what the manifests will ask for on a day": "plan --as-of 2027-09-01",
        "Check one part of eight, on one of eight machines": "plan --shard 1/8 --format json=part-1.json",
    },
)
@planning_options
@review_options
@shard_option
@as_of_option
@saving_options
def command(out: Path | None, valid_days: int, **options: Any) -> int:
    """Show what must change for Bromcom to match the manifests.

    Each access is checked once, with the supplier's own account, which only reads. Exits with 0 if everything is in
    sync, 2 if something differs, and 4 if nothing differs but something could not be checked.
    """
    return plan_and_report(PlanOptions(**options), ReportKind.PLAN, SavePlan(out, valid_days) if out else None)


def plan_and_report(
    options: PlanOptions, kind: ReportKind, saving: SavePlan | None = None, after: FollowUp | None = None
) -> int:
    """Make a plan, write its reports and return the exit code; `drift` is the same in other words."""
    wanted = targets(options.formats, options.output, OF_PLANS.formats)
    refuse_contradictions(options, wanted, saving, after)
    refuse_unkept_history(options, kind)
    command_clock = clock()
    observed_at = cache(command_clock)  # the snapshot and the history name one time
    options = shared_out(options, options.shard)
    now = _moment(options.as_of, command_clock())  # attestations and waivers are judged as of this moment
    log = remarks(quiet=options.quiet)
    detail = remarks(quiet=options.quiet or not options.verbose)

    digest = manifests_digest(options.workspace) if options.shard else ""  # before the run, which may take hours
    desired, warnings = workflow.written(options.workspace, now.date())
    warnings += exposed_password_files(options.workspace, desired, Severity.WARNING, options.env_file)
    if warnings and not options.quiet:
        say_problems(warnings)
    detail(f"Read the manifests: {_sizes(desired)}.")
    base = review.base_of(options.workspace, options.base, desired, now.date()) if options.base is not None else None
    is_drift = kind is ReportKind.DRIFT
    is_kept, warn = keeps_history(options, kind), log if is_drift else detail
    applied = applied_manifests(options.workspace, options.applied, desired, now.date(), warn) if is_kept else ()
    errors: list[ReconcilerError] = []
    with watching(options.quiet) as progress:
        manifests = [desired, base.desired] if base else [desired]
        loads: list[HostLoad] = []
        read_live = reader_of(options, progress, errors.append, observed_at, manifests, after, loads.append)
        plan, review_of_change, last_apply, seen = _planned(options, desired, base or applied, read_live, now)
    for load in loads:
        detail(load_text(load))
    if seen and is_kept:
        add_night(options, SeenRun(*seen, plan, last_apply, observed_at()), errors.append)
    if options.record and not errors:
        detail(f"Wrote the snapshot {options.record}.")
    recalled = after.recall(plan, desired.gone, last_apply, now.date(), errors.append) if after else Recalled()
    now = command_clock()  # when the reports are made
    material = report_input(plan, kind, options, now, review_of_change, recalled)
    coming = coming_dates(_selected(options).of(desired), now.date()) if is_drift else ()
    material = replace(material, part=_part(options, desired, digest, now), coming=coming)
    material = replace(material, applied=last_apply) if is_drift else material
    write_reports(material, wanted, errors.append)
    if saving:
        save_plan(plan, saving, now, errors.append, log)
    _remark(plan, desired, options, kind, log)
    code = _exit_code(material, options, errors)
    return after(material, code) if after else code


def _exit_code(material: ReportInput, options: PlanOptions, errors: Sequence[ReconcilerError]) -> Exit:
    """Print the errors, and return the exit code of a run without what comes after its reports."""
    for error in errors:
        say(f"Error: {error}")
    changed = material.review
    may_be_empty = bool(options.shard) or (isinstance(changed, Review) and changed.passed > 0)
    code = Exit.FAILED if errors else exit_of(material.plan, len(material.pending), may_be_empty=may_be_empty)
    # No one agreed to what the accounts can read that are no longer agreed.
    if material.orphans and code in (Exit.OK, Exit.INCOMPLETE, Exit.WAITING):
        return Exit.DIFFERENCES
    return code


def _selected(options: PlanOptions) -> workflow.Selection:
    return workflow.Selection(options.schools, options.suppliers)


def _moment(day: date | None, now: datetime) -> datetime:
    """The moment that a plan is of: now, unless it is of another day."""
    return datetime.combine(day, now.timetz()) if day else now


def _sizes(desired: Desired) -> str:
    return f"{plural(len(desired.schools), 'school')}, {plural(len(desired.accesses), 'access', 'accesses')}"


def _remark(plan: Plan, desired: Desired, options: PlanOptions, kind: ReportKind, log: Callable[[str], None]) -> None:
    """Say what belongs beside the reports."""
    for warning in unused_waivers(desired.waivers, plan):
        log(f"Warning: {warning}")
    if kind is not ReportKind.DRIFT:
        _point_to_doctor(plan, log)
    if options.as_of:
        log(f"Note: this is what the manifests ask for on {options.as_of}, compared with Bromcom as it is today.")
    if options.shard and not plan.schools:
        log(f"Note: part {options.shard} has no school. `merge` needs its report all the same.")
    if plan.interrupted and options.against:
        log("The snapshot is of a run that was stopped: record a new one with `reconciler plan --record FILE`.")
    elif plan.interrupted:
        incomplete = "The report has what was known until then. Nothing was changed in Bromcom."
        log(f"Stopped by {stopped_by()}. {incomplete} {GO_ON}")


def _point_to_doctor(plan: Plan, log: Callable[[str], None]) -> None:
    """Name the command that looks for the cause of a refused login, so that nobody begins with a new password."""
    for access in plan.accesses:
        if access.particulars.password and any(c.action is Action.MEND_LOGIN and not c.waived for c in access.changes):
            log(f"To find out why Bromcom refuses a login: `reconciler doctor {access.address}`.")
            return


def _planned(
    options: PlanOptions, desired: Desired, other: Base | Sequence[AppliedManifests], read_live: Reader, now: datetime
) -> tuple[Plan, Review | NoReview | None, AppliedRevision | None, tuple[Desired, Live] | None]:
    """Return the plan; beside it the review of what changed since a base, or the work since the last apply with what
    was compared."""
    selection, today = _selected(options), now.date()
    if not isinstance(other, Base):
        wanted = selection.of(workflow.as_of(desired, now))
        wanted = part_of(wanted, [options.shard]) if options.shard else wanted
        live = read_live(wanted)
        plan, attested = workflow.plan_and_live(wanted, live, today)
        return plan, None, told_apart(other, plan, live, wanted, today), (wanted, attested)
    if options.passwords_of_base:
        read_live = review.asking_what_is_reviewed(read_live, options.workspace, other, today)
    changed_only = options.changed_only
    return *review.plan_of_change(desired, other, selection, read_live, now, changed_only=changed_only), None, None


_NOTHING_RECALLED: Final = Recalled()


class ReportOptions(Protocol):
    """The options about reports, as they were typed."""

    @property
    def workspace(self) -> Path: ...
    @property
    def details_url(self) -> str: ...
    @property
    def timestamps(self) -> bool: ...
    @property
    def everything(self) -> bool: ...


def report_input(
    plan: Plan,
    kind: ReportKind,
    options: ReportOptions,
    now: datetime,
    review: Review | NoReview | None = None,
    recalled: Recalled = _NOTHING_RECALLED,
) -> ReportInput:
    """Gather what reports of a plan are made of."""
    orphans = review.orphans if isinstance(review, Review) else recalled.orphans
    return ReportInput(
        plan,
        kind,
        __version__,
        sensitivity(),
        review=review,
        effort=cache(lambda: effort(books(plan), orphans)),
        age=now - plan.recorded if plan.recorded else None,
        created=now if options.timestamps else None,
        made=now,
        details=options.details_url,
        folder=folder_in_repository(options.workspace),
        recalled=recalled,
        everything=options.everything,
    )


def _part(options: PlanOptions, desired: Desired, digest: str, now: datetime) -> PlanPart | None:
    """Tell what the plan is a part of."""
    if not options.shard:
        return None
    return PlanPart(options.shard, now, digest, options.schools, options.suppliers, options.deep, desired.limits)


def save_plan(
    plan: Plan, saving: SavePlan, now: datetime, on_error: Callable[[ReconcilerError], None], log: Callable[[str], None]
) -> None:
    """Write the plan for approval, unless it is incomplete."""
    try:
        log(save_for_approval(plan, saving.file, saving.valid_days, now))
    except InputError as error:
        on_error(error)
