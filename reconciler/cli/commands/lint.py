"""`reconciler lint`: what `validate` finds, and advice on manifests that are right."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from reconciler.cli.clock import today
from reconciler.cli.console import say
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.options.general import problem_report_options, workspace_option
from reconciler.cli.output.reports import problem_targets, problems_input, write_problem_reports
from reconciler.cli.password_files import exposed_password_files
from reconciler.errors import ReconcilerError
from reconciler.manifest.lint import Linted, lint
from reconciler.model.problem import Problem, Severity
from reconciler.report.labels import plural

_WORST_FIRST = (Severity.ERROR, Severity.WARNING, Severity.ADVICE)
# As in manifest/advice, which --help does not wait for; a test holds the two together.
SETS = ("default", "strict", "data-protection")


@verb(
    {
        "Give advice": "lint",
        "Give the advice of a data protection officer too": "lint --set default --set data-protection",
    },
)
@workspace_option
@click.option(
    "--set",
    "sets",
    type=click.Choice(SETS),
    multiple=True,
    default=["default"],
    show_default=True,
    help="The advice to give; may be repeated.",
)
@click.option(
    "--fail-on",
    type=click.Choice([severity.value for severity in _WORST_FIRST]),
    default=Severity.WARNING.value,
    show_default=True,
    help="Exit with 1 if anything this severe, or worse, is left.",
)
@problem_report_options
@click.option("-q", "--quiet", is_flag=True, help="Print problems and advice only.")
@click.option("-v", "--verbose", is_flag=True, help="Also list advice that comments in the manifests waive.")
def command(
    workspace: Path, sets: tuple[str, ...], fail_on: str, formats: tuple[str, ...], *, quiet: bool, verbose: bool
) -> int:
    """Suggest improvements to the manifests, offline.

    This shows everything that `validate` does, and advice. It needs no password. A comment waives advice on its line,
    or on the line below it:

    \b
      # reconciler: allow person-photos until 2027-08-31: they print library cards

    Exits with 1 if anything as severe as --fail-on is left, and with 0 if not. docs/rules.md explains every rule.
    """
    wanted = problem_targets(formats, workspace)
    linted = lint(workspace, sets, today())
    if "strict" in sets and linted.loaded.desired is not None:
        exposed = exposed_password_files(workspace, linted.loaded.desired, Severity.ERROR)
        linted = replace(linted, problems=(*exposed, *linted.problems))
    errors: list[ReconcilerError] = []
    closing = "" if quiet else f"{_counts(linted)}\n"
    report = problems_input(linted.problems, workspace, closing=closing, waived=linted.waived, lists_waived=verbose)
    write_problem_reports(report, wanted, errors.append)
    for error in errors:
        say(f"Error: {error}")
    return Exit.FAILED if errors or _is_left(linted.problems, Severity(fail_on)) else Exit.OK


def _is_left(problems: Sequence[Problem], fail_on: Severity) -> bool:
    failing = _WORST_FIRST[: _WORST_FIRST.index(fail_on) + 1]
    return any(problem.severity in failing for problem in problems)


def _counts(linted: Linted) -> str:
    """`1 error, 2 warnings, 3 pieces of advice; 2 waived.`"""
    severities = [problem.severity for problem in linted.problems]
    numbers = [(severity, severities.count(severity)) for severity in _WORST_FIRST]
    counts = ", ".join(_counted(severity, number) for severity, number in numbers if number) or "Nothing found"
    return f"{counts}; {len(linted.waived)} waived." if linted.waived else f"{counts}."


def _counted(severity: Severity, number: int) -> str:
    match severity:
        case Severity.ADVICE:
            return plural(number, "piece of advice", "pieces of advice")
        case _:
            return plural(number, severity.value)
