"""At a terminal: colour on stdout, progress on stderr, and neither where it is not wanted."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.exit_codes import Exit
from tests.cli.at_terminal import at_terminal
from tests.cli.world import SCHOOLS, environment

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler

pytestmark = [
    pytest.mark.rehearsal,
    pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminal that Python can open"),
]

RED = "\x1b[31m"


@pytest.fixture(autouse=True)
def drifted(sandbox: SandboxServer, workspace: Path) -> None:
    """Something to show in colour."""
    sandbox.tick(SCHOOLS["greenfield"], "till.greenfield", "PersonPhotos")


def at_a_terminal(*arguments: str, stream: str, **changed: str) -> tuple[str, str]:
    """Run with one stream at a pseudo-terminal and the other in a pipe: (what the terminal saw, what the pipe got)."""
    ours, theirs = os.openpty()
    pipe = {"stdout": "stderr", "stderr": "stdout"}[stream]
    process = subprocess.Popen(
        [sys.executable, "-m", "reconciler", *arguments],
        env=environment(**{"TERM": "xterm-256color", **changed}),
        stdin=subprocess.DEVNULL,
        stdout=theirs if stream == "stdout" else subprocess.PIPE,
        stderr=theirs if stream == "stderr" else subprocess.PIPE,
    )
    os.close(theirs)
    seen: list[bytes] = []
    screen = threading.Thread(target=_watch, args=(ours, seen))
    screen.start()
    with process:
        piped = getattr(process, pipe).read()
    screen.join()
    os.close(ours)
    assert process.returncode == 2
    return b"".join(seen).decode().replace("\r\n", "\n"), piped.decode()


def _watch(terminal: int, seen: list[bytes]) -> None:
    """All that is written to a terminal until nobody has it open; Linux says that with an error, macOS with nothing."""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            return
        if not piece:
            return
        seen.append(piece)


def test_a_terminal_gets_colour_and_the_same_words(workspace: Path) -> None:
    """A revoke in red; without the colour it is what a pipe gets."""
    coloured, err = at_a_terminal("plan", stream="stdout")
    plain, _ = at_a_terminal("plan", stream="stdout", NO_COLOR="1")
    assert f"{RED}too much  PersonPhotos" in coloured
    assert "\x1b" not in plain
    assert "    too much  PersonPhotos" in plain
    assert err == ""


@pytest.mark.parametrize("changed", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb"])
def test_colour_is_left_out_where_it_is_not_wanted(changed: dict[str, str], workspace: Path) -> None:
    """no-color.org, and terminals that can show none."""
    seen, _ = at_a_terminal("plan", stream="stdout", **changed)
    assert "\x1b" not in seen


def test_an_empty_no_color_asks_for_nothing(workspace: Path) -> None:
    """As no-color.org says: only a value that is not empty counts."""
    seen, _ = at_a_terminal("plan", stream="stdout", NO_COLOR="")
    assert RED in seen


def test_a_wrong_use_is_told_in_lines_as_wide_as_the_terminal(workspace: Path) -> None:
    """Broken between words."""
    with at_terminal("doctor", "--ci", "--school", "12345", cwd=workspace, COLUMNS="40") as session:
        assert session.end() == Exit.USAGE
    assert max(map(len, session.seen.splitlines())) <= 40
    assert "Error: --ci is about the whole workspace, and asks no service: leave the others out." in session.words


def test_progress_is_shown_on_stderr_alone(workspace: Path) -> None:
    """With a report that goes into a pipe, which stays as it is."""
    seen, report = at_a_terminal("plan", stream="stderr")
    assert "Asking Bromcom: " in seen
    assert "\x1b" not in report
    assert "    too much  PersonPhotos" in report


def test_quiet_shows_no_progress(workspace: Path) -> None:
    """Not a byte."""
    seen, report = at_a_terminal("plan", "--quiet", stream="stderr")
    assert seen == ""
    assert "    too much  PersonPhotos" in report


def test_a_report_in_a_file_has_no_colour_although_a_terminal_is_there(workspace: Path) -> None:
    """Nobody wants escape codes in a file."""
    at_a_terminal("plan", "--format", "text=plan.txt", "--format", "text", stream="stdout")
    assert "\x1b" not in (workspace / "plan.txt").read_text(encoding="utf-8")


def test_colour_can_be_asked_for_in_a_pipe(reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch) -> None:
    """FORCE_COLOR does, as for a log that shows it; NO_COLOR beside it wins."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert f"{RED}too much  PersonPhotos" in reconciler("plan").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in reconciler("plan").out
