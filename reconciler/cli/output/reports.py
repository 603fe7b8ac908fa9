"""Write runbooks, and reports of plans and of problems in manifests, in the formats that were asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler import __version__
from reconciler.applying.plan_files import approval_of, write_plan
from reconciler.cli.output.destinations import (
    ReportTarget,
    deliver,
    refuse_one_file_for_two,
    targets,
    write_job_summary,
    write_to,
)
from reconciler.cli.output.overwrite_guard import refuse_overwriting
from reconciler.cli.output.renderers import OF_PLANS, OF_PROBLEMS, OF_RUNBOOKS
from reconciler.cli.printed_commands import options_for, with_given_options
from reconciler.errors import InputError, ReconcilerError
from reconciler.git.checkout import folder_in_repository
from reconciler.git.executables import shell_line
from reconciler.report.problems.input import ProblemsInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from reconciler.model.plan import Plan
    from reconciler.model.problem import Problem, RuleText
    from reconciler.model.runbook import Runbook
    from reconciler.report.input import ReportInput


def write_reports(
    material: ReportInput, wanted: Sequence[ReportTarget], on_error: Callable[[ReconcilerError], None]
) -> None:
    """Write every report of a plan. If one cannot be written, `on_error` is told why, and the others are written.

    If GitHub Actions runs us and its annotations are asked for, the Markdown report goes onto the job's page too.
    """

    def render(to: ReportTarget) -> str | Iterator[str]:
        from reconciler.report.json import json_pieces

        return json_pieces(material) if to.format == "json" else OF_PLANS.renderer(to.format, to.file)(material)

    deliver(wanted, render, on_error, private=True)
    write_job_summary(wanted, lambda: OF_PLANS.renderer("markdown")(material), on_error)


def problem_targets(formats: Sequence[str], workspace: Path) -> tuple[ReportTarget, ...]:
    """Return the reports that are asked for; raises click.UsageError if one would overwrite another, or a manifest."""
    wanted = targets(formats, None, OF_PROBLEMS.formats)
    files = [target.file for target in wanted]
    refuse_one_file_for_two(files)
    refuse_overwriting(files, workspace)
    return wanted


def problems_input(
    problems: Sequence[Problem],
    workspace: Path,
    *,
    closing: str,
    waived: Sequence[Problem] = (),
    lists_waived: bool = False,
) -> ProblemsInput:
    """Gather what reports of these problems are made of."""

    def rules() -> tuple[RuleText, ...]:
        from reconciler.manifest.rule_texts import rule_texts  # loads every rule and all advice

        return rule_texts()

    folder = folder_in_repository(workspace)
    return ProblemsInput(problems, __version__, rules, folder, waived, closing, lists_waived)


def write_problem_reports(
    report: ProblemsInput, wanted: Sequence[ReportTarget], on_error: Callable[[ReconcilerError], None]
) -> None:
    """Write every report of problems, and the job's summary if GitHub Actions has one.

    If one cannot be written, `on_error` is told why, and the others are written.
    """

    def render(to: ReportTarget) -> str:
        return OF_PROBLEMS.renderer(to.format, to.file)(report)

    deliver(wanted, render, on_error, private=False)
    write_job_summary(wanted, lambda: OF_PROBLEMS.renderer("markdown")(report), on_error)


def write_runbook(runbook: Runbook, style: str, output: Path | None, plan: Path | None) -> None:
    """Write the runbook to stdout, or to a file that only its owner may read; raises InputError if that fails.

    It ends with the command that checks if it is done: `verify` of the file `plan`, or else a new plan.
    """
    words = ("verify", str(plan)) if plan else ("plan",)
    check = shell_line("reconciler", *words, *options_for(words[0]))
    attest = shell_line(*options_for("attest"))
    text = OF_RUNBOOKS.renderer(style, output)(runbook, check=check, attest_options=f" {attest}" if attest else "")
    write_to(output, with_given_options(text) if style == "text" and not output else text, private=True)


def save_for_approval(plan: Plan, file: Path, valid_days: int, now: datetime) -> str:
    """Write the plan for approval, and say so; raises InputError if that fails, and for an incomplete plan."""
    if plan.interrupted:
        raise InputError(f"{file} was not written: the run was stopped, and an incomplete plan cannot be approved.")
    saved = approval_of(plan, now, valid_days)
    write_plan(saved, file)
    if not (plan.summary.changes or plan.summary.unknown):
        return f"Wrote the plan {file}. Nothing is to be done."
    until = f" until {saved.expires.date()}" if saved.expires else ""
    return f"Wrote the plan {file}. To carry it out{until}: `{shell_line('reconciler', 'apply', str(file))}`."
