"""`reconciler plan`: what differs between the manifests and the live side."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click
from click.core import ParameterSource

from reconciler import __version__
from reconciler.checkout import checkout, folder_in_repository
from reconciler.cli.approve import VALID_DAYS, approval_of, write_plan
from reconciler.cli.asking import Asking, asking_reader
from reconciler.cli.exits import Exit, exit_of
from reconciler.cli.options import planning_options, review_options
from reconciler.cli.overwriting import refuse_no_plan, refuse_overwriting, refuse_recording_over
from reconciler.cli.progress import watching
from reconciler.cli.reports import FORMATS, write_reports
from reconciler.cli.targets import refuse_one_file_for_two, targets
from reconciler.cli.terminal import paint_for, say
from reconciler.errors import InputError
from reconciler.model.review import Review
from reconciler.planning.idle import idle_waivers
from reconciler.report.counted import counted
from reconciler.report.effort import effort
from reconciler.report.material import Material
from reconciler.report.problems import render_problems
from reconciler.report.summary import PLAN, Wording

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from reconciler.bromcom.options import Progress
    from reconciler.errors import ReconcilerError
    from reconciler.model.desired import Desired
    from reconciler.model.plan import Plan
    from reconciler.model.review import NoReview
    from reconciler.review import Base
    from reconciler.workflow import Reader


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
    type=click.IntRange(1, 90),
    default=VALID_DAYS,
    show_default=True,
    help="How many days the plan of --out may be carried out.",
)
def command(out: Path | None, valid_days: int, **options: Any) -> int:
    """Say what must change to match the manifests.

    Each access is asked once, with the supplier's own account and reading only. Exits with 0 where all is in sync,
    2 where something differs, 4 where nothing differs but something could not be known.
    """
    return plan_and_report(PlanOptions(**options), PLAN, Saving(out, valid_days) if out else None)


@dataclass(frozen=True, slots=True)
class Saving:
    """Where a plan is written for approval, and for how many days it may be carried out."""

    file: Path
    valid_days: int


@dataclass(frozen=True, slots=True)
class PlanOptions(Asking):
    """What was typed: the options of `planning_options` and of `review_options`, by click's names."""

    schools: tuple[str, ...]
    suppliers: tuple[str, ...]
    against: Path | None
    max_age: timedelta | None
    record: Path | None
    formats: tuple[str, ...]
    output: Path | None
    details_url: str
    timestamps: bool
    verbose: bool
    base: str | None = None
    changed_only: bool = False
    passwords_of_base: bool = False


class After(Protocol):
    """What is still to do once the reports are written. `files` are what it writes; it gives the exit code."""

    @property
    def files(self) -> Sequence[Path]: ...

    def __call__(self, material: Material, code: Exit) -> Exit: ...


# What says how the service is asked, so that it means nothing with --against, which does not ask it.
_ASKING = (
    *("record", "env_file", "deep", "wsdl", "concurrency", "per_host", "rate", "timeout", "retries"),
    "passwords_of_base",
)


def plan_and_report(
    options: PlanOptions, wording: Wording, saving: Saving | None = None, after: After | None = None
) -> int:
    """Plan as the options say, write the reports, and give the exit code; `drift` is the same in other words."""
    from reconciler import review, workflow  # --help needs none of it

    wanted = targets(options.formats, options.output, FORMATS)
    named = [options.record, options.against, options.env_file, saving.file if saving else None]
    reports = [target.file for target in wanted]
    refuse_one_file_for_two([*reports, *named, *(after.files if after else ())])
    refuse_overwriting([*reports, saving.file if saving else None], options.workspace)
    plans = [target.file for target in wanted if target.format == "json"] + ([saving.file] if saving else [])
    for file in filter(None, plans):
        refuse_no_plan(file)
    if options.record:
        refuse_recording_over(options.record)
    _refuse_what_means_nothing(options)
    remark = _silent if options.quiet else say
    detail = remark if options.verbose else _silent

    desired, warnings = workflow.written(options.workspace)
    if warnings and not options.quiet:
        click.echo(render_problems(warnings, paint=paint_for(sys.stderr)), err=True, nl=False)
    schools, accesses = counted(len(desired.schools), "school"), counted(len(desired.accesses), "access", "accesses")
    detail(f"Read the manifests: {schools}, {accesses}.")
    base = review.base_of(options.workspace, options.base, desired) if options.base is not None else None
    lost: list[ReconcilerError] = []
    with watching(options.quiet) as progress:
        plan, seen = _planned(options, desired, base, reader_of(options, progress, lost.append))
    if options.record and not lost:
        detail(f"Wrote the snapshot {options.record}.")
    material = _material(plan, seen, wording, options)
    write_reports(material, wanted, lost.append)
    if saving:
        _save(plan, saving, lost.append, remark)
    for idle in idle_waivers(desired.waivers, plan):
        remark(f"Warning: {idle}")
    if plan.interrupted:
        remark("Stopped by Ctrl-C: the report holds what was known by then. Nothing was changed in Bromcom.")
    for error in lost:
        say(f"Error: {error}")
    code = Exit.FAILED if lost else _code(plan, seen)
    return after(material, code) if after else code


def _code(plan: Plan, seen: Review | NoReview | None) -> Exit:
    if (
        isinstance(seen, Review) and seen.passed and not (plan.accesses or plan.schools)
    ):  # this change is about no access at all
        return Exit.OK
    return exit_of(plan)


def _planned(
    options: PlanOptions, desired: Desired, base: Base | None, read_live: Reader
) -> tuple[Plan, Review | NoReview | None]:
    """The plan, and the review of what changed, where there is something to compare with."""
    from reconciler import review, workflow

    selection = workflow.Selection(options.schools, options.suppliers)
    if base is None:
        return workflow.plan(workflow.as_of_now(desired), selection, read_live, today()), None
    if options.passwords_of_base:
        read_live = review.asking_what_is_reviewed(read_live, options.workspace, base)
    return review.plan_of_change(desired, base, selection, read_live, today(), changed_only=options.changed_only)


def _material(plan: Plan, seen: Review | NoReview | None, wording: Wording, options: PlanOptions) -> Material:
    from reconciler.workflow import runbook

    now = datetime.now(UTC)
    return Material(
        plan,
        wording,
        __version__,
        review=seen,
        effort=effort(runbook(plan)),
        age=now - plan.recorded if plan.recorded else None,
        created=now.replace(microsecond=0) if options.timestamps else None,
        details=options.details_url,
        folder=folder_in_repository(options.workspace),
    )


def today() -> date:
    """The day on which words and waivers are judged. It is a day of UTC, as the times in manifests are."""
    return datetime.now(UTC).date()


def _save(plan: Plan, saving: Saving, lost: Callable[[ReconcilerError], None], remark: Callable[[str], None]) -> None:
    """Write the plan down for approval. A part of a picture is nothing to approve."""
    if plan.interrupted:
        lost(InputError(f"{saving.file} was not written: the run was stopped, and a part of a plan is not approved."))
        return
    saved = approval_of(plan, saving.valid_days)
    try:
        write_plan(saved, saving.file)
    except InputError as error:
        lost(error)
        return
    until = f" until {saved.expires.date()}" if saved.expires else ""
    remark(f"Wrote the plan {saving.file}: `reconciler apply {saving.file}` carries it out{until}.")


def reader_of(
    options: PlanOptions,
    progress: Callable[[Progress], None] | None,
    lost: Callable[[ReconcilerError], None],
) -> Reader:
    """What reads the live side as the options say: the service, or a snapshot."""
    from reconciler import workflow

    if options.against:
        return workflow.recorded(options.against, options.max_age)
    reader = asking_reader(options, progress)
    return workflow.recording(reader, options.record, lost) if options.record else reader


def _refuse_what_means_nothing(options: PlanOptions) -> None:
    """An option that another one makes meaningless, or that needs one, would be ignored without a word."""
    if options.max_age and not options.against:
        raise click.UsageError("--max-age is about the snapshot of --against, and there is none.")
    for name in ("changed_only", "passwords_of_base"):
        if getattr(options, name) and options.base is None:
            raise click.UsageError(f"--{name.replace('_', '-')} is about the revision of --base, and there is none.")
    if options.base == "":
        raise click.UsageError("--base names no revision.")
    there = checkout(options.workspace) if options.passwords_of_base and options.env_file else None
    if there and options.env_file and there.holds(options.env_file):
        told = f"{options.env_file} is in the checkout, where this change may have put it"
        raise click.UsageError(f"{told}: with --passwords-of-base keep it somewhere else.")
    if not options.against:
        return
    context = click.get_current_context()
    for name in _ASKING:
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            option = f"--{name.replace('_', '-')}"
            raise click.UsageError(f"{option} is about asking the service, and --against does not ask it.")


def _silent(_text: str) -> None:
    """Say nothing."""
