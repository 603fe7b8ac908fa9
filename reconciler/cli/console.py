"""The terminal: colour where it can be shown, words to stderr, UTF-8 everywhere.

A progress bar on stderr, where somebody sits at the terminal.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
from contextlib import contextmanager
from threading import Timer
from typing import TYPE_CHECKING, TextIO

import click

from reconciler.cli.printed_commands import with_given_options
from reconciler.errors import InputError
from reconciler.report.escape import printable
from reconciler.report.style import Style, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reconciler.bromcom.fleet import ProbeProgress
    from reconciler.report.style import Paint


_LONG = 2.0  # seconds

_STYLE: dict[Style, dict[str, str | bool]] = {
    Style.SCHOOL: {"bold": True},
    Style.QUIET: {"dim": True},
    Style.GRANT: {"fg": "green"},
    Style.REVOKE: {"fg": "red"},
    Style.BROKEN: {"fg": "red", "bold": True},
    Style.UNKNOWN: {"fg": "yellow"},
    Style.GOOD: {"fg": "green", "bold": True},
}


def use_utf8() -> None:
    """Write UTF-8 whatever the system's code page is; what cannot be encoded is written as its number."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def at_terminal(stream: TextIO | None) -> bool:
    """Whether a person sees what is written there. None is a stream that was closed before the program started."""
    return stream is not None and stream.isatty()


def columns_of(stream: TextIO | None) -> int | None:
    """How wide a terminal is; None for anything else, where a line is as long as it is."""
    return shutil.get_terminal_size().columns if at_terminal(stream) else None


def paint_for(stream: TextIO | None) -> Paint:
    """Colour for a terminal, none for anything else or where NO_COLOR (no-color.org) asks for none."""
    if not at_terminal(stream) or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return plain
    return lambda text, tone: click.style(text, **_STYLE[tone]) if text else text  # type: ignore[arg-type]


def tell(text: str) -> None:
    """The product: stdout, as it is. Raises InputError where it cannot be written to its end, as on a full disk; a
    reader who has gone away (`| head`) is click's to deal with, which ends the program without a word."""
    try:
        click.echo(text, nl=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InputError(f"stdout was not written to its end: {error.strerror or error}.") from None


@contextmanager
def waiting_for(file: Path | None, *, quiet: bool = False) -> Iterator[None]:
    """Say so where reading a file takes long: it may be a pipe that nobody writes."""
    told = f"Waiting for {file}: nobody has written it to its end. Ctrl-C stops this."
    timer = Timer(_LONG, say, [told])
    timer.daemon = True
    if file and not quiet:
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def say(text: str) -> None:
    """Words for the person at the terminal: stderr, line by line, with nothing in it that steers a terminal. A command
    in them has the options that the person gave."""
    for line in with_given_options(text).split("\n"):
        click.echo(printable(line), err=True)


@contextmanager
def watching(quiet: bool) -> Iterator[Callable[[ProbeProgress], None] | None]:
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
