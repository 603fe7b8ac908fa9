"""Reports on what is wrong in manifests: what `validate` and `lint` write, in the formats that were asked for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from reconciler import __version__
from reconciler.cli.console import paint_for
from reconciler.cli.output.destinations import deliver, refuse_one_file_for_two, targets, write_job_summary
from reconciler.cli.output.overwrite_guard import refuse_overwriting
from reconciler.cli.printed_commands import with_given_options
from reconciler.git.checkout import folder_in_repository
from reconciler.report.problems.text import render_problems, render_problems_json
from reconciler.report.style import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from reconciler.cli.output.destinations import ReportTarget
    from reconciler.errors import ReconcilerError
    from reconciler.model.problem import Problem
    from reconciler.report.style import Paint

FORMATS: Final = ("text", "json", "markdown", "sarif", "github")
F = TypeVar("F", bound="Callable[..., Any]")


def problem_report_options(command: F) -> F:
    """`--format`, as the parameter `formats`."""
    return click.option(
        "--format",
        "formats",
        multiple=True,
        metavar="FORMAT[=FILE]",
        help=f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}, to stdout or to a file; may be repeated. [default: text]",
    )(command)


def problem_targets(formats: Sequence[str], workspace: Path) -> tuple[ReportTarget, ...]:
    """The reports that are asked for; raises click.UsageError for what cannot be meant or would overwrite manifests."""
    wanted = targets(formats, None, FORMATS)
    files = [target.file for target in wanted]
    refuse_one_file_for_two(files)
    refuse_overwriting(files, workspace)
    return wanted


def write_problem_reports(
    problems: Sequence[Problem],
    wanted: Sequence[ReportTarget],
    workspace: Path,
    lost: Callable[[ReconcilerError], None],
    *,
    closing: Callable[[Paint], str],
    waived: Sequence[Problem] = (),
) -> None:
    """Write every report, and the job's summary where GitHub Actions has one.

    `closing` gives what the text report says after the problems; `waived` is the advice that comments waive, for the
    formats that tell it apart. One report that cannot be written does not cost the
    others: `lost` hears why.
    """

    def render(target: ReportTarget) -> str:
        if target.format != "text":
            return _rendered(target.format, problems, workspace, waived)
        paint = plain if target.file else paint_for(sys.stdout)
        text = render_problems(problems, paint=paint) + closing(paint)
        return text if target.file else with_given_options(text)

    deliver(wanted, render, lost, private=False)
    write_job_summary(wanted, lambda: _rendered("markdown", problems, workspace, waived), lost)


def _rendered(form: str, problems: Sequence[Problem], workspace: Path, waived: Sequence[Problem]) -> str:
    """The problems in a format for programs; each imports what it needs."""
    match form:
        case "json":
            return render_problems_json(problems)
        case "markdown":
            from reconciler.report.problems.markdown import render_problems_markdown

            return render_problems_markdown(problems, waived=len(waived))
        case "sarif":
            from reconciler.manifest.rule_texts import rule_texts
            from reconciler.report.findings.sarif import render_problems_sarif

            folder = folder_in_repository(workspace)
            return render_problems_sarif(problems, rule_texts(), version=__version__, folder=folder, waived=waived)
        case "github":
            from reconciler.report.findings.github import render_problems_github

            return render_problems_github(problems, folder=folder_in_repository(workspace))
        case _:
            raise AssertionError(f"FORMATS has {form}, and nothing renders it")
