"""`reconciler merge`: make one plan of the parts that several machines made."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click

from reconciler import workflow
from reconciler.cli.clock import clock
from reconciler.cli.commands.plan import report_input, save_plan
from reconciler.cli.console import remarks, say
from reconciler.cli.exit_codes import Exit, exit_of
from reconciler.cli.help import verb
from reconciler.cli.options.general import age, report_options, workspace_option
from reconciler.cli.options.plan_and_drift import SavePlan, saving_options
from reconciler.cli.output.destinations import refuse_one_file_for_two, targets
from reconciler.cli.output.overwrite_guard import refuse_no_plan, refuse_overwriting
from reconciler.cli.output.renderers import OF_PLANS
from reconciler.cli.output.reports import write_reports
from reconciler.codec.plan_part import Sharing, read_part
from reconciler.codec.snapshot import CLOCKS_DIFFER, told_age
from reconciler.errors import InputError, ReconcilerError
from reconciler.files import reading_lines
from reconciler.manifest.workspace.digest import manifests_digest
from reconciler.model.plan import Plan
from reconciler.model.shard import PartFile, Shard
from reconciler.planning.parts.merging import ONE_RUN, merged, missing_parts, part_of, unasked_parts
from reconciler.report.input import ReportKind
from reconciler.report.labels import plural


@dataclass(frozen=True, slots=True)
class MergeOptions:
    """The options, as they were typed."""

    workspace: Path
    formats: tuple[str, ...]
    output: Path | None
    details_url: str
    timestamps: bool
    everything: bool
    quiet: bool
    verbose: bool


@verb(
    {
        "Make one report of the parts": "merge part-1.json part-2.json",
        "Save the whole plan, to be approved and carried out": "merge part-1.json part-2.json --out plan.json",
    },
)
@click.argument("parts", metavar="PART...", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--max-age", callback=age, metavar="AGE", help="Refuse parts that are older than this, such as 90m, 12h or 3d."
)
@workspace_option
@report_options
@saving_options
def command(parts: tuple[Path, ...], max_age: timedelta | None, out: Path | None, valid_days: int, **typed: Any) -> int:
    """Make one plan of the parts that several machines made.

    Each PART is the JSON report of `plan --shard N/M`. The reports and the exit code are those of one run over
    everything. If a part is missing, its schools are not checked: run this in the workspace, whose manifests name them.
    """
    options = MergeOptions(**typed)
    wanted = targets(options.formats, options.output, OF_PLANS.formats)
    written = [target.file for target in wanted] + [out]
    refuse_one_file_for_two(written)
    refuse_overwriting(written, options.workspace, parts)
    for file in (out, *(target.file for target in wanted if target.format == "json")):
        if file:
            refuse_no_plan(file)
    sharing = Sharing()
    read = [read_part(reading_lines(file, what="the part"), str(file), sharing) for file in parts]
    missing = missing_parts(read)
    log = remarks(quiet=options.quiet)
    log(_told(read, clock()(), max_age))
    plans = [part.plan for part in read]
    if missing:
        plans.append(_unchecked(options.workspace, read[0], missing))
        names = ", ".join(map(str, missing))
        say(f"Warning: {plural(len(missing), 'part')} missing ({names}): the schools there are not checked.")
    for part in read:
        if part.plan.interrupted:
            say(f"Warning: {part.file} is of a run that was stopped. Make part {part.part.shard} again.")
    plan = merged(plans, read[0].part.limits)
    errors: list[ReconcilerError] = []
    made = min(part.part.made for part in read)  # it is as old as its oldest part, and so is an approval
    write_reports(report_input(plan, ReportKind.PLAN, options, made), wanted, errors.append)
    if out:
        save_plan(plan, SavePlan(out, valid_days), made, errors.append, log)
    for error in errors:
        say(f"Error: {error}")
    return Exit.FAILED if errors else exit_of(plan)


def _told(parts: Sequence[PartFile], now: datetime, oldest: timedelta | None) -> str:
    """Say of when the parts are; raises InputError if one is older than `oldest`, or of a time to come."""
    by_time = sorted(parts, key=lambda part: part.part.made)
    first, last = by_time[0], by_time[-1]
    if last.part.made - now > CLOCKS_DIFFER:
        raise InputError(
            f"Nothing was merged: {last.file} was made at {last.part.made.isoformat()}, which is in the future. Set "
            "the clocks of the machines, then make the parts again."
        )
    age_of_first = now - first.part.made
    old = f"{first.file} is {told_age(age_of_first)} old"
    if oldest and age_of_first > oldest:
        raise InputError(
            f"Nothing was merged: {old}, more than the {told_age(oldest)} allowed. Make that part again, or leave it "
            "out: its schools are then not checked."
        )
    if age_of_first > ONE_RUN:
        say(f"Warning: {old}: Bromcom may have changed since. --max-age refuses such a part.")
    return (
        f"Read {len(parts)} of {plural(first.part.shard.of, 'part')}, made from {first.part.made:%Y-%m-%d %H:%M} to "
        f"{last.part.made:%H:%M} UTC."
    )


def _unchecked(workspace: Path, one: PartFile, missing: Sequence[Shard]) -> Plan:
    """Return the plan of the missing parts, in which nothing is known but what people confirmed."""
    now = clock()()
    if manifests_digest(workspace) != one.part.manifests:
        names = ", ".join(map(str, missing))
        raise InputError(
            f"Nothing was merged: {plural(len(missing), 'part')} missing ({names}), and the manifests here are not "
            f"those of {one.file}, which name its schools. Merge all parts, or name the workspace of that run with -C."
        )
    desired, _ = workflow.written(workspace, now.date())
    chosen = workflow.Selection(one.part.schools, one.part.suppliers).of(workflow.as_of(desired, now))
    wanted = part_of(chosen, missing)
    return workflow.plan_of(wanted, unasked_parts(wanted, missing), now.date())
