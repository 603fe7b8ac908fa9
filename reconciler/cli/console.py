"""The terminal: colour, progress and messages, in UTF-8."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING, TextIO

import click

from reconciler.cli.printed_commands import with_given_options
from reconciler.errors import InputError
from reconciler.report.escape import in_lines, printable
from reconciler.report.style import Style, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from reconciler.bromcom.fleet import ProbeProgress
    from reconciler.model.problem import Problem
    from reconciler.report.style import Paint


_LONG = 2.0  # seconds
_BETWEEN_UPDATES = 0.1  # seconds
_REST_OF_LINE = "\x1b[K"  # clear it

_STYLE: dict[Style, dict[str, str | bool]] = {
    Style.SCHOOL: {"bold": True},
    Style.QUIET: {"dim": True},
    Style.GRANT: {"fg": "green"},
    Style.REVOKE: {"fg": "red"},
    Style.BROKEN: {"fg": "red", "bold": True},
    Style.ATTENTION: {"fg": "yellow"},
    Style.GOOD: {"fg": "green", "bold": True},
}


def use_utf8() -> None:
    """Write UTF-8 on any code page; what cannot be encoded is written as its number."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def at_terminal(stream: TextIO | None) -> bool:
    """Tell if a person sees what is written there. None is a stream that was closed before the program started."""
    return stream is not None and stream.isatty()


def columns_of(stream: TextIO | None) -> int | None:
    """Return the width of a terminal; None for anything else, where lines are not wrapped."""
    return _columns() if at_terminal(stream) else None


def _columns() -> int:
    from shutil import get_terminal_size  # it loads every kind of archive, and --version needs none of it

    return get_terminal_size().columns


def is_coloured(stream: TextIO | None) -> bool:
    """Tell if what is written there has colours: a terminal has, unless NO_COLOR is set; FORCE_COLOR gives all some."""
    if os.environ.get("NO_COLOR"):  # no-color.org; it wins
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (at_terminal(stream) and os.environ.get("TERM") != "dumb")


def paint_for(stream: TextIO | None) -> Paint:
    """Return what colours text for a stream."""
    if not is_coloured(stream):
        return plain
    return lambda text, tone: click.style(text, **_STYLE[tone]) if text else text  # type: ignore[arg-type]


def tell(text: str) -> None:
    """Write the product to stdout, as it is; raises InputError if it cannot be written completely."""
    try:
        click.echo(text, nl=False, color=is_coloured(sys.stdout))
    except BrokenPipeError:  # the reader has gone (`| head`): click ends the program silently
        raise
    except OSError as error:
        drop_unwritten()
        if sys.platform == "win32" and error.errno == errno.EINVAL:  # the same, as Windows says it
            raise BrokenPipeError(errno.EPIPE, error.strerror) from None
        raise InputError(f"stdout was not written completely: {error.strerror or error}.") from None


def drop_unwritten() -> None:
    """Let go of what stdout did not take: on its way out Python would try again, and end with a code of its own."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def pasted() -> bytes:
    """Return what stands on stdin, for what it is: Windows would take a piped text for one of its code page."""
    return sys.stdin.buffer.read()


@contextmanager
def waiting_for(file: Path | None, *, quiet: bool = False) -> Iterator[None]:
    """Say so if reading a file takes long: it may be a pipe that nothing writes to."""
    from threading import Timer

    timer = Timer(_LONG, say, [f"Waiting for {file}, which is not written completely yet. Ctrl-C stops this."])
    timer.daemon = True
    if file and not quiet:
        timer.start()
    try:
        yield
    finally:
        timer.cancel()


def tell_text(text: str) -> None:
    """Write text for people to stdout, safe for a terminal and as wide as it is."""
    tell(_fitted(text, sys.stdout))


def say(text: str) -> None:
    """Print a message to stderr, safe for a terminal, with the options that were given in its commands."""
    click.echo(_fitted(with_given_options(text), sys.stderr), err=True)


def _fitted(text: str, stream: TextIO | None) -> str:
    columns, lines = columns_of(stream), map(printable, text.split("\n"))
    if not columns:
        return "\n".join(lines)
    indents = ((line, line[: len(line) - len(line.lstrip(" "))]) for line in lines)
    return "\n".join("\n".join(in_lines(line, columns, indent)) for line, indent in indents)


def remarks(*, quiet: bool) -> Callable[[str], None]:
    """Return what says remarks on stderr, or says nothing."""
    return (lambda _text: None) if quiet else say


def say_problems(problems: Sequence[Problem]) -> None:
    """Print problems in manifests to stderr."""
    from reconciler.report.problems.text import render_problems

    text = render_problems(problems, paint=paint_for(sys.stderr))
    click.echo(text, err=True, nl=False, color=is_coloured(sys.stderr))


@contextmanager
def watching(quiet: bool) -> Iterator[Callable[[ProbeProgress], None] | None]:
    """Return what to call with the state of a probe while the block runs; None if nobody watches."""
    if quiet or not at_terminal(sys.stderr) or os.environ.get("TERM") == "dumb":
        yield None
        return
    shown_at = 0.0

    def show(state: ProbeProgress) -> None:
        nonlocal shown_at
        if monotonic() - shown_at < _BETWEEN_UPDATES and state.done < state.total:
            return
        shown_at = monotonic()
        line = printable(f"Asking Bromcom: {state.done} of {state.total}  {state.last}")
        click.echo(f"\r{line[: _columns() - 1]}{_REST_OF_LINE}", err=True, nl=False)

    try:
        yield show
    finally:
        click.echo(f"\r{_REST_OF_LINE}", err=True, nl=False)
