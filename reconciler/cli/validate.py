"""`reconciler validate`: whether the manifests are right, without a network and without a password."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from reconciler.cli.exits import Exit
from reconciler.cli.options import workspace_option
from reconciler.cli.terminal import paint_for, tell
from reconciler.model.problem import Severity
from reconciler.report.counted import counted
from reconciler.report.problems import render_problems, render_problems_json

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@workspace_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option("-q", "--quiet", is_flag=True, help="Print problems only.")
def command(workspace: Path, form: str, *, strict: bool, quiet: bool) -> int:
    """Check the manifests: offline, and without a single password.

    Every problem is shown at once, with its place and how to mend it. Exits with 0 where the manifests are right,
    1 where they are not.
    """
    from reconciler.manifest.load import load  # --help needs none of it

    loaded = load(workspace)
    errors = sum(strict or problem.severity is Severity.ERROR for problem in loaded.problems)
    if form == "json":
        tell(render_problems_json(loaded.problems))
    else:
        tell(render_problems(loaded.problems, paint=paint_for(sys.stdout)))
        if errors:
            tell(f"Not valid: {counted(errors, 'problem')} to mend.\n")
        elif loaded.desired and not quiet:
            suppliers = len({address.supplier for address in loaded.desired.accesses})
            schools, accesses = len(loaded.desired.schools), len(loaded.desired.accesses)
            tell(
                f"Valid: {counted(schools, 'school')}, {counted(suppliers, 'supplier')}, "
                f"{counted(accesses, 'access', 'accesses')}.\n"
            )
    return Exit.FAILED if errors else Exit.OK
