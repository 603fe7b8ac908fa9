"""`reconciler validate`: check the manifests, without a network and without a password."""

from pathlib import Path

import click

from reconciler.cli.clock import today
from reconciler.cli.console import say
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.options.general import problem_report_options, workspace_option
from reconciler.cli.output.reports import problem_targets, problems_input, write_problem_reports
from reconciler.errors import ReconcilerError
from reconciler.manifest.load import Declared, check
from reconciler.model.problem import Severity
from reconciler.report.labels import plural


@verb(
    {
        "Check all manifests": "validate",
        "Check a workspace somewhere else": "-C ../workspace validate",
    },
)
@workspace_option
@problem_report_options
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
def command(workspace: Path, formats: tuple[str, ...], *, strict: bool, quiet: bool) -> int:
    """Check the manifests for mistakes, offline.

    Every problem is shown at once, with its place and how to correct it. No password is needed. Exits with 0 if the
    manifests are valid, 1 if they are not.
    """
    wanted = problem_targets(formats, workspace)
    declared, problems = check(workspace, today())
    errors = sum(strict or problem.severity is Severity.ERROR for problem in problems)
    closing = _closing(declared, errors, quiet=quiet)
    write_errors: list[ReconcilerError] = []
    write_problem_reports(problems_input(problems, workspace, closing=closing), wanted, write_errors.append)
    for error in write_errors:
        say(f"Error: {error}")
    return Exit.FAILED if errors or write_errors else Exit.OK


def _closing(declared: Declared | None, errors: int, *, quiet: bool) -> str:
    """Return the last line: how many problems there are, or how much is valid."""
    if errors:
        return f"Not valid: {plural(errors, 'problem')} to correct.\n"
    if declared is None or quiet:
        return ""
    return (
        f"Valid: {plural(declared.schools, 'school')}, {plural(declared.suppliers, 'supplier')}, "
        f"{plural(declared.accesses, 'access', 'accesses')}.\n"
    )
