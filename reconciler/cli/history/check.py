"""`reconciler history check`: see that the history is whole."""

from __future__ import annotations

from pathlib import Path

from reconciler.cli.console import say, tell
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.options.general import history_option, workspace_option
from reconciler.cli.options.history import history_file
from reconciler.report.labels import plural


@verb({"Check the history": "history check"})
@workspace_option
@history_option
def command(workspace: Path, history: Path | None) -> int:
    """Check that the history is whole.

    SQLite reads the whole file; then every state is decoded, and the intervals are held against the nights: none may
    overlap, and none may lack a night. Exits with 0 if all is well, 1 if not. Nothing is changed.
    """
    from reconciler.history.checking import faults_of

    file = history_file(workspace, history)
    found = file.read()
    problems = [*file.integrity(), *faults_of(found)]
    for problem in problems:
        say(f"Error: {file.path}: {problem}.")
    if problems:
        say("Move the file away, then make it again from the snapshots that you kept: `reconciler history import DIR`.")
        return Exit.FAILED
    nights = len({*found.readings.runs, *found.comparisons.runs})
    points = sum(map(len, (*found.readings.points.values(), *found.comparisons.points.values())))
    size = file.path.stat().st_size
    places = plural(len(found.subjects), "school or access", "schools and accesses")
    tell(f"{file.path} is whole: {plural(nights, 'observation')} of {places}, {points:,} intervals, {size:,} bytes.\n")
    return Exit.OK
