"""`reconciler history import`: add kept snapshots."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from reconciler.cli.clock import clock
from reconciler.cli.console import remarks, say, tell
from reconciler.cli.exit_codes import Exit
from reconciler.cli.help import verb
from reconciler.cli.options.general import history_option, workspace_option
from reconciler.cli.options.history import history_file
from reconciler.errors import InputError
from reconciler.report.labels import plural
from reconciler.workflow import written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from reconciler.model.history import ObservedRun

_ENDINGS: Final = frozenset({".json", ".yaml", ".yml"})


@verb({"Add the snapshots that were kept": "history import snapshots"})
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True), metavar="DIR...")
@workspace_option
@history_option
@click.option("-q", "--quiet", is_flag=True, help="No remarks on stderr; errors stay.")
def command(paths: tuple[Path, ...], workspace: Path, history: Path | None, quiet: bool) -> int:
    """Add kept snapshots to the history, in any order.

    DIR is a folder with snapshots of `plan --record` or `drift --record`, in it or below it; a file can be named too.
    Each counts at the time at which it was taken, so it does not matter which comes first, or if it is there already. A
    snapshot has what the service said: neither people's statements nor differences, which need the manifests of its
    day. Files that are no snapshots are left out and named.
    """
    from reconciler.history.observing import observations_of_snapshot
    from reconciler.snapshots import read_snapshot

    log, now = remarks(quiet=quiet), clock()()
    desired, _ = written(workspace, now.date())
    observations: list[ObservedRun] = []
    refused, snapshots = 0, 0
    for file in _files(paths):
        try:
            found = observations_of_snapshot(read_snapshot(file))
            _refuse_future(file, found, now)
        except InputError as error:
            refused += file in paths
            (say if file in paths else log)(f"{'Error: ' if file in paths else 'Left out: '}{error}")
            continue
        observations += found
        snapshots += 1
    if not snapshots:
        raise InputError("Nothing was added: no snapshot was found there. `reconciler plan --record FILE` makes one.")
    before, after = history_file(workspace, history, desired.workspace).add(observations)
    total = len(after.readings.runs)
    new = plural(total - len(before.readings.runs), "new observation")
    tell(f"Read {plural(snapshots, 'snapshot')}: {new}, {total} in all.\n")
    return Exit.FAILED if refused else Exit.OK


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.rglob("*") if each.suffix.lower() in _ENDINGS and each.is_file())
        else:
            yield path


def _refuse_future(file: Path, observations: Sequence[ObservedRun], now: datetime) -> None:
    from reconciler.codec.snapshot import CLOCKS_DIFFER

    latest = max((each.at for each in observations), default=now)
    if latest - now > CLOCKS_DIFFER:
        raise InputError(f"Cannot use {file}: it claims a time in the future ({latest.isoformat()}).")
