"""`reconciler history prune`: delete old nights."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from reconciler.cli.clock import clock
from reconciler.cli.console import say, tell
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.options.general import history_option, workspace_option
from reconciler.cli.options.history import history_file
from reconciler.report.labels import plural
from reconciler.startup import pattern

_KEEP = pattern(r"([1-9][0-9]{0,4})([dmy])")
_DAYS = {"d": 1, "m": 31, "y": 366}  # never fewer days than were asked for


def _age(context: click.Context, parameter: click.Parameter, value: str) -> timedelta:
    match = _KEEP.fullmatch(value)
    if match is None:
        raise click.BadParameter(
            f"{value!r} is not a number of days, months or years, such as 90d or 3y.", context, parameter
        )
    return timedelta(days=int(match[1]) * _DAYS[match[2]])


@verb(
    {
        "See what is older than three years": "history prune --keep 3y",
        "Delete it": "history prune --keep 3y --yes",
    }
)
@workspace_option
@history_option
@click.option("--keep", required=True, callback=_age, metavar="AGE", help="What to keep: 90d, 18m or 3y back from now.")
@click.option("--yes", is_flag=True, help="Delete it. Without this, what would go is only shown.")
def command(workspace: Path, history: Path | None, keep: timedelta, *, yes: bool) -> int:
    """Delete the nights that are older than --keep.

    What the kept nights say stays as it is; what began before them is then told as "or earlier". Nothing is deleted
    without --yes, and nothing is ever pruned on its own.
    """
    from reconciler.history.history import without_nights

    file = history_file(workspace, history)
    start = clock()() - keep
    before = file.read()
    after = without_nights(before, start)
    nights = len({*before.readings.runs, *before.comparisons.runs}) - len(
        {*after.readings.runs, *after.comparisons.runs}
    )
    gone = len(before.subjects) - len(after.subjects)
    what = f"{plural(nights, 'observation')} before {start:%Y-%m-%d}"
    what += f", with all that is known of {plural(gone, 'school or access', 'schools and accesses')}" if gone else ""
    if not nights:
        tell(f"Nothing is older than {start:%Y-%m-%d}.\n")
    elif yes:
        file.change(lambda found: without_nights(found, start))
        file.compact()
        tell(f"Deleted {what}.\n")
    else:
        tell(f"This would delete {what}.\n")
        say("Nothing was deleted. Add --yes to delete it; a copy of the file keeps it.")
    return Exit.OK
