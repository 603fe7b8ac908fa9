"""A progress bar on stderr, where somebody sits at the terminal."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reconciler.cli.terminal import at_terminal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from reconciler.bromcom.fleet import Progress


@contextmanager
def watching(quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    """What to call with the state of a probe while the block runs; None where nobody watches."""
    if quiet or not at_terminal(sys.stderr):
        yield None
        return
    from rich.console import Console  # only for a person at a terminal
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("Asking the service"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("probe", total=None)
        yield lambda state: bar.update(task, completed=state.done, total=state.total)
