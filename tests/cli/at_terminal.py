"""A person at a real terminal: `reconciler` in a process of its own, which believes that somebody sits there."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from tests.cli.world import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE = 30.0  # seconds without the text that a test waits for: then something is wrong
CTRL_C = "\x03"
_A_MOMENT = 5.0  # seconds
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

# The process makes the terminal its own, as a shell does, so that Ctrl-C and hanging up reach it.
PROGRAM = """
import fcntl, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from reconciler.cli.main import run
run()
"""


class Session:
    """One command at a terminal. `seen` is what it showed: without colours, with plain ends of lines."""

    def __init__(self, process: subprocess.Popen[bytes], terminal: int) -> None:
        self.process = process
        self.seen = ""
        self._terminal = terminal
        self._read = 0

    def until(self, *patterns: str) -> str:
        """Read on until what is shown anew fits one of the patterns; which one. Fails where the command ends before."""
        end = time.monotonic() + PATIENCE
        while True:
            for pattern in patterns:
                found = re.compile(pattern).search(self.seen, self._read)
                if found:
                    self._read = found.end()
                    return pattern
            if not self._more(end):
                raise AssertionError(f"nothing fits {patterns}. What was shown:\n{self.seen}")

    @property
    def words(self) -> str:
        """All that was shown, on one line, however wide the terminal is."""
        return " ".join(self.seen.split())

    def type(self, text: str) -> None:
        """Type a line."""
        self.press(text + "\n")

    def press(self, keys: str) -> None:
        """Press keys."""
        os.write(self._terminal, keys.encode())

    def interrupt(self) -> int:
        """Press Ctrl-C until it is heard; the exit code. Python does not hear it in the moment in which it is about to
        wait for a line; people press again."""
        return self._until_heard(lambda: self.press(CTRL_C))

    def terminate(self) -> int:
        """Send SIGTERM until it is heard, as with Ctrl-C; the exit code."""
        return self._until_heard(self.process.terminate)

    def _until_heard(self, tell: Callable[[], object]) -> int:
        for _ in range(int(PATIENCE / _A_MOMENT)):
            tell()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=_A_MOMENT)
                break
        return self.end()

    def kill(self) -> int:
        """End the process as a power cut does; its exit code."""
        self.process.send_signal(signal.SIGKILL)
        return self.process.wait(timeout=PATIENCE)

    def hang_up(self) -> int:
        """Close the terminal's window; the exit code."""
        os.close(self._terminal)
        self._terminal = -1
        return self.process.wait(timeout=PATIENCE)

    def end(self) -> int:
        """Read to the end; the exit code."""
        end = time.monotonic() + PATIENCE
        while self._more(end):
            pass
        return self.process.wait(timeout=PATIENCE)

    def close(self) -> None:
        """Leave nothing running."""
        self.process.kill()
        self.process.wait()
        if self._terminal >= 0:
            os.close(self._terminal)

    def _more(self, end: float) -> bool:
        """Read what there is to read; False at the end of the output."""
        ready, _, _ = select.select([self._terminal], [], [], max(0.0, end - time.monotonic()))
        if not ready:
            raise AssertionError(f"nothing more was shown in {PATIENCE:g} seconds. What was:\n{self.seen}")
        try:
            piece = os.read(self._terminal, 65536)
        except OSError:  # what Linux says when nobody has the other end open any more
            return False
        self.seen += ESCAPES.sub("", piece.decode("utf-8", errors="replace")).replace("\r\n", "\n")
        return bool(piece)


@contextmanager
def at_terminal(*arguments: str | Path, cwd: Path, **changed: str) -> Iterator[Session]:
    """Start a command at a terminal of its own; `changed` are environment variables."""
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)],
        cwd=cwd,
        env=environment(**{"NO_COLOR": "1", "TERM": "dumb", **changed}),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    session = Session(process, ours)
    try:
        yield session
    finally:
        session.close()
