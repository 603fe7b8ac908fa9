"""`reconciler sandbox` as a process of its own: what it prints, how it is changed from outside, and how it stops."""

from __future__ import annotations

import re
import subprocess
import sys
import urllib.request
from typing import TYPE_CHECKING

import pytest

from reconciler.sandbox.control.client import RunningSandbox
from reconciler.sandbox.service.contract import ELSEWHERE
from tests.ctrl_c import OWN_GROUP, press_ctrl_c

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.rehearsal

READER = ("--school-id", "10001", "--username", "reader")


class Terminal:
    """A terminal in which `reconciler sandbox` serves."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "reconciler", "sandbox", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            creationflags=OWN_GROUP,
        )
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        self.printed = ""
        while "practice/" not in self.printed:
            line = self.process.stdout.readline()
            assert line, self.process.communicate()
            self.printed += line
        found = re.search(r"read service +http://127\.0\.0\.1:(\d+)/", self.printed)
        assert found is not None, self.printed
        self.port = found[1]
        assert self.process.stderr.readline() == "Serving. Press Ctrl-C to stop.\n"

    def interrupt(self) -> tuple[int, str, str]:
        """Press Ctrl-C; the exit code, all of stdout, and stderr."""
        press_ctrl_c(self.process)
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        with self.process.stdout as out, self.process.stderr as errors:
            texts = self.printed + out.read(), errors.read()
        return self.process.wait(timeout=20), *texts


def test_it_says_where_its_pages_are(terminal: Terminal) -> None:
    """To be opened in a browser."""
    found = re.search(r"pages +(http://127\.0\.0\.1:\d+/practice/)  \(open them in a browser\)", terminal.printed)
    assert found is not None, terminal.printed
    with urllib.request.urlopen(found[1]) as page:
        assert b"Practice page." in page.read()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `reconciler sandbox` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "reconciler", "sandbox", *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )


@pytest.fixture
def terminal(two_schools: Path) -> Iterator[Terminal]:
    """One that serves the two schools."""
    terminal = Terminal("--seed", str(two_schools))
    yield terminal
    if terminal.process.returncode is None:
        terminal.interrupt()


def test_it_serves_until_ctrl_c_and_ends_cleanly(terminal: Terminal) -> None:
    """Exit code 0; the addresses and logins on stdout, the rest on stderr."""
    RunningSandbox(int(terminal.port)).see("state")
    code, out, errors = terminal.interrupt()
    assert code == 0
    assert errors == "The sandbox has stopped.\n"
    assert f"http://127.0.0.1:{terminal.port}/Nucleus/WebServices/ThirdParty/TPWriteDataService.asmx\n" in out
    assert f"As real ones do, its WSDL names another address ({ELSEWHERE}).\n" in out
    assert re.search(r"^School 10001 +Public Task School$", out, re.MULTILINE)
    assert re.search(r"^  reader +right & <proper> +READER_PASSWORD$", out, re.MULTILINE)
    assert re.search(r"^  told-wrong +it's wrong +TOLD_WRONG_PASSWORD$", out, re.MULTILINE)


def test_the_environment_file_holds_what_was_handed_over(two_schools: Path, tmp_path: Path) -> None:
    """Quoted where need be, so that a reader of such files gets every password as it is."""
    from dotenv import dotenv_values

    env_file = tmp_path / "practice.env"
    terminal = Terminal("--seed", str(two_schools), "--env-file", str(env_file))
    terminal.interrupt()
    assert dotenv_values(env_file, interpolate=False) == {
        "READER_PASSWORD": "right & <proper>",
        "TOLD_WRONG_PASSWORD": "it's wrong",
    }


def test_a_second_terminal_changes_ticks_passwords_and_troubles(terminal: Terminal) -> None:
    """And `state` shows it. The port may stand before or behind the subcommand."""
    at = ("--port", terminal.port)
    for arguments, words in (
        (("tick", *READER, "attendances", *at), "Ticked for reader at school 10001: attendances."),
        (("untick", *READER, "Students", "Staff", *at), "Unticked for reader at school 10001: Students, Staff."),
        (("password", *READER, "--password", "newer", *at), "The password of reader at school 10001 is reset."),
        ((*at, "trouble", "latency", "--seconds", "0.5", "--school-id", "10002"), "The trouble latency has started"),
        (("trouble", "html-502", "--calls", "2", "--operation", "testDatabaseConnection", *at), "html-502"),
    ):
        result = run(*arguments)
        assert (result.returncode, result.stderr) == (0, "")
        assert words in result.stdout
    shown = run("state", *at).stdout
    assert "  reader  (Third Party) 5 ticks\n    Attendances, Calendars, People, Schools, StudentContacts\n" in shown
    assert "  clerk  (Attendance write-back) 1 tick\n" in shown
    assert "  role Attendance write-back: Attendance\n  role Third Party: nothing\n" in shown
    assert "  application Library Loans App: not installed\n" in shown
    assert "  latency at school 10002 with 0.5 s\n" in shown
    assert "  html-502 in testDatabaseConnection for the next 2 calls\n" in shown
    assert "newer" not in shown
    assert run("trouble", "--clear", *at).stdout == "2 troubles cleared.\n"
    assert run("state", *at).stdout.endswith("Troubles: none\n")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("tick", "--school-id", "1", "--username", "x", "Students"), 1, "choose one of 10001, 10002"),
        (("tick", *READER, "Studens"), 1, "no entity 'Studens'"),
        (("tick", *READER), 64, "ENTITY"),
        (("trouble", "rain"), 64, "rain"),
        (("trouble",), 64, "--help lists the kinds"),
        (("trouble", "--clear", "--calls", "2"), 64, "--clear"),
    ],
)
def test_a_mistake_is_answered_with_what_to_do(
    terminal: Terminal, arguments: tuple[str, ...], code: int, words: str
) -> None:
    """1 for what the sandbox refuses, 64 for what was mistyped; nothing on stdout."""
    result = run(*arguments, "--port", terminal.port)
    assert (result.returncode, result.stdout) == (code, "")
    assert words in result.stderr


def test_without_a_sandbox_the_subcommands_say_how_to_start_one(terminal: Terminal) -> None:
    """After the sandbox has stopped there is none."""
    terminal.interrupt()
    result = run("state", "--port", terminal.port)
    assert result.returncode == 1
    assert (
        f"no sandbox answers at http://127.0.0.1:{terminal.port}: start one with `reconciler sandbox`" in result.stderr
    )


def test_a_port_in_use_is_said_with_what_to_do(terminal: Terminal) -> None:
    """Exit code 1, and the first sandbox goes on."""
    result = run("--port", terminal.port)
    assert result.returncode == 1
    assert "the port is in use, perhaps by another sandbox" in result.stderr
    assert run("state", "--port", terminal.port).returncode == 0


def test_a_bad_seed_is_said_with_its_place(tmp_path: Path) -> None:
    """Nothing is served."""
    seed = tmp_path / "seed.yaml"
    seed.write_text("schools:\n- {schoolId: many, name: S}\n", encoding="utf-8")
    result = run("--seed", str(seed), "--port", "0")
    assert (result.returncode, result.stdout) == (1, "")
    assert f"{seed}:2:14: expected a whole number" in result.stderr


def test_the_help_explains_every_trouble() -> None:
    """One line each."""
    from reconciler.sandbox.state.fault_injection import MEANINGS

    shown = run("trouble", "--help").stdout
    for kind, meaning in MEANINGS.items():
        assert re.search(rf"^ +{kind} +{re.escape(meaning)}$", shown, re.MULTILINE), kind
