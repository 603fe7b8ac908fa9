"""An answer of one key at a terminal.

It counts as soon as no other key follows. Otherwise it begins a word, which Enter ends: `stop` is never taken for `s`.
"""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Final

import click

_MOMENT: Final = 0.4  # seconds within which the next key of a word follows
_ESCAPES: Final = re.compile(r"\x1b(?:[\[O][0-9;]*[A-Za-z~])?")  # what arrows and the like send
_ENDS_INPUT: Final = frozenset("\x04\x1a")

# Wait so many seconds for keys, or until there are some (None); empty if none came.
_Wait = Callable[[float | None], str]


def ask_key(question: str) -> str:
    """Ask; return the key that was pressed, or the word. What was typed before the question counts for nothing.

    Raises KeyboardInterrupt for Ctrl-C, and click.Abort if the input ends.
    """
    word, ended = "", False
    with _keyboard() as wait:
        click.echo(f"{question} ", nl=False, err=True)
        while not ended:
            keys = wait(_MOMENT if len(word) == 1 else None)
            ended = not keys
            for key in _ESCAPES.sub("", keys):
                if key in _ENDS_INPUT:
                    raise click.Abort
                ended = ended or key in "\r\n"
                if key in "\b\x7f" and word:
                    word = word[:-1]
                    click.echo("\b \b", nl=False, err=True)
                elif key.isprintable():
                    word += key
                    click.echo(key, nl=False, err=True)
    click.echo(err=True)
    return word


if sys.platform == "win32":
    import msvcrt

    @contextmanager
    def _keyboard() -> Iterator[_Wait]:
        """Give the keys as they are pressed."""

        def wait(seconds: float | None) -> str:
            end = monotonic() + seconds if seconds else None
            while not msvcrt.kbhit():
                if end and monotonic() > end:
                    return ""
                sleep(0.02)
            key = msvcrt.getwch()
            if key == "\x03":
                raise KeyboardInterrupt
            return f"\x1b[{msvcrt.getwch()}" if key in "\x00\xe0" else key  # an arrow or the like: two of them

        while msvcrt.kbhit():
            msvcrt.getwch()
        yield wait

else:
    import select
    import termios
    import tty

    @contextmanager
    def _keyboard() -> Iterator[_Wait]:
        """Give the keys as they are pressed, unseen; Ctrl-C stays a signal."""
        terminal = sys.stdin.fileno()
        before = termios.tcgetattr(terminal)

        def wait(seconds: float | None) -> str:
            if not select.select([terminal], [], [], seconds)[0]:
                return ""
            try:
                keys = os.read(terminal, 1024)
            except OSError:  # the terminal has gone
                raise click.Abort from None
            if not keys:
                raise click.Abort
            return keys.decode("utf-8", errors="replace")

        tty.setcbreak(terminal)  # which drops what was typed so far
        try:
            yield wait
        finally:
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)
