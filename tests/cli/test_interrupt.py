"""Ctrl-C in the middle of a slow plan: what is known by then is told, and told to be a part."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from reconciler.sandbox.state.fault_injection import FaultKind
from tests.cli.test_plan_json import valid
from tests.cli.world import SCHOOLS, Outcome, changes, environment, unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler

pytestmark = [
    pytest.mark.rehearsal,
    pytest.mark.skipif(os.name == "nt", reason="Windows cannot send Ctrl-C to one process"),
]

FIND = "findEntitiesBySchoolID"
STOPPED = (
    "Stopped by {}. The report has what was known until then. Nothing was changed in Bromcom. "
    "Run the command again to check everything.\n"
)


@contextmanager
def planning(
    workspace: Path, *options: str, verb: str = "plan", start: Sequence[str] = ()
) -> Iterator[subprocess.Popen[bytes]]:
    """A plan, or a drift, that runs in a session of its own, so that nothing but this process hears the signal."""
    process = subprocess.Popen(
        [*start, sys.executable, "-m", "reconciler", verb, *options],
        cwd=workspace,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def ignoring(name: str) -> list[str]:
    """What starts a program that ignores a signal, as a shell does for `&`, and nohup."""
    code = f"import os, signal, sys; signal.signal(signal.{name}, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])"
    return [sys.executable, "-c", code]


def interrupted(process: subprocess.Popen[bytes], number: int = signal.SIGINT) -> Outcome:
    """Press Ctrl-C, or send another signal, and wait for the end."""
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    return Outcome(process.returncode, out.decode(), err.decode())


def wait_until(true: Callable[[], bool]) -> None:
    """Look again and again; give up where something must have gone wrong."""
    for _ in range(2000):
        if true():
            return
        time.sleep(0.01)
    pytest.fail("what the test waits for did not happen")


def wait_for(sandbox: SandboxServer, operation: str, username: str) -> None:
    """Until the service was asked this (and, in these tests, does not answer)."""
    wait_until(lambda: any((c.operation, c.username) == (operation, username) for c in sandbox.access_log()))


@pytest.fixture
def slow(sandbox: SandboxServer) -> SandboxServer:
    """Greenfield has a tick too many; riverside's till would be answered in an hour."""
    sandbox.tick(SCHOOLS["greenfield"], "till.greenfield", "Students")
    sandbox.set_trouble(FaultKind.LATENCY, username="till.riverside", seconds=3600)
    return sandbox


def ask_one_after_the_other() -> tuple[str, ...]:
    """So that what comes before the slow one is known when that is asked."""
    return ("--concurrency", "1", "--timeout", "3600")


def test_ctrl_c_prints_what_is_known_and_says_that_it_is_a_part(slow: SandboxServer, workspace: Path) -> None:
    """Exit code 1, for the run did not do what was asked; no traceback; never "in sync"."""
    with planning(workspace, *ask_one_after_the_other()) as process:
        wait_for(slow, FIND, "till.riverside")
        done = interrupted(process)
    assert done.code == 1
    assert "    too much  Students" in done.out
    assert "riverside   School 12346 on practice\n  till  login unknown\n" in done.out
    assert "the run was stopped while this was being checked" in done.out
    assert "Stopped early: this shows only what was asked before the stop.\n" in done.out
    assert "In sync:" not in done.out
    assert done.err == STOPPED.format("Ctrl-C")


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_other_signals_end_it_as_ctrl_c_does(
    name: str, slow: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """A job that is cancelled and a terminal that is closed: every report is whole, and it is said what stopped it."""
    targets = ("--format", "json", "--format", "text=plan.txt", "--record", "live.json")
    with planning(workspace, *ask_one_after_the_other(), *targets) as process:
        wait_for(slow, FIND, "till.riverside")
        done = interrupted(process, getattr(signal, name))
    assert (done.code, done.err) == (1, STOPPED.format(name))
    assert changes(valid(reconciler, done.out)) == {("greenfield/till", "revoke", "Students")}
    assert "Stopped early" in (workspace / "plan.txt").read_text(encoding="utf-8")
    assert json.loads((workspace / "live.json").read_text(encoding="utf-8"))["interrupted"] is True


def test_ctrl_c_works_where_a_script_starts_it_with_an_ampersand(slow: SandboxServer, workspace: Path) -> None:
    """A shell without a person has what it starts so ignore Ctrl-C, and whoever presses it waits for ever."""
    with planning(workspace, *ask_one_after_the_other(), start=ignoring("SIGINT")) as process:
        wait_for(slow, FIND, "till.riverside")
        done = interrupted(process)
    assert (done.code, done.err) == (1, STOPPED.format("Ctrl-C"))


def test_a_closed_terminal_that_is_meant_to_be_ignored_is(slow: SandboxServer, workspace: Path) -> None:
    """`nohup` says so; Ctrl-C still ends it."""
    with planning(workspace, *ask_one_after_the_other(), start=ignoring("SIGHUP")) as process:
        wait_for(slow, FIND, "till.riverside")
        process.send_signal(signal.SIGHUP)
        done = interrupted(process)
    assert done.err == STOPPED.format("Ctrl-C")


def test_ctrl_c_leaves_every_report_whole(slow: SandboxServer, workspace: Path, reconciler: Reconciler) -> None:
    """JSON that its schema accepts, `interrupted: true`; a snapshot to go on with; no half-written file."""
    before = {file.name for file in workspace.iterdir()}
    targets = ("--format", "json", "--format", "text=plan.txt", "--record", "live.json", "--quiet")
    with planning(workspace, *ask_one_after_the_other(), *targets) as process:
        wait_for(slow, FIND, "till.riverside")
        done = interrupted(process)
    assert (done.code, done.err) == (1, "")
    plan = valid(reconciler, done.out)
    assert (plan["interrupted"], plan["complete"]) == (True, False)
    assert changes(plan) == {("greenfield/till", "revoke", "Students")}
    assert unknown(plan) == {("riverside/till", "login", "till.riverside"), ("riverside/till", "read", "*")}
    assert "Stopped early" in (workspace / "plan.txt").read_text(encoding="utf-8")
    assert json.loads((workspace / "live.json").read_text(encoding="utf-8"))["interrupted"] is True
    assert {file.name for file in workspace.iterdir()} == before | {
        "plan.txt",
        "live.json",
        ".reconciler",
    }  # its history
    replayed = reconciler("plan", "--against", "live.json", "--format", "json")
    assert (replayed.code, replayed.plan["interrupted"]) == (1, True)
    assert changes(replayed.plan) == changes(plan)


def test_ctrl_c_before_the_first_answer(sandbox: SandboxServer, workspace: Path, reconciler: Reconciler) -> None:
    """Nothing is known, nothing is claimed; all the same it is a report."""
    sandbox.set_trouble(FaultKind.LATENCY, seconds=3600)
    with planning(workspace, "--format", "json", "--timeout", "3600") as process:
        wait_for(sandbox, "testDatabaseConnection", "")
        done = interrupted(process)
    plan = valid(reconciler, done.out)
    assert (done.code, plan["interrupted"], plan["summary"]["known"], changes(plan)) == (1, True, 0, set())
    assert "Traceback" not in done.err


def test_ctrl_c_while_a_password_is_fetched(sandbox: SandboxServer, workspace: Path, tmp_path: Path) -> None:
    """The program that was asked for it is stopped too."""
    program = tmp_path / "slow.py"
    program.write_text("import os, time\nopen('pid', 'w').write(str(os.getpid()))\ntime.sleep(3600)\n", "utf-8")
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    command = f"command: [{json.dumps(sys.executable)}, {json.dumps(str(program))}]"
    manifest.write_text(text.replace("env: ACCESS_PASSWORD", command), encoding="utf-8")
    with planning(workspace, "--school", "greenfield", "--supplier", "till") as process:
        wait_until(lambda: (workspace / "pid").is_file() and (workspace / "pid").read_text() != "")
        done = interrupted(process)
    assert done.code == 1
    assert "Stopped early" in done.out
    assert "Traceback" not in done.err
    with pytest.raises(ProcessLookupError):
        os.kill(int((workspace / "pid").read_text()), 0)


def test_ctrl_c_while_the_service_asks_for_rest(sandbox: SandboxServer, workspace: Path) -> None:
    """A wait before a retry is no reason to keep a person waiting."""
    sandbox.set_trouble(FaultKind.UNAVAILABLE_503, username="till.riverside", seconds=60)
    with planning(workspace, "--concurrency", "1") as process:
        wait_for(sandbox, FIND, "till.riverside")
        done = interrupted(process)
    assert done.code == 1
    assert "Stopped early" in done.out
    assert "Traceback" not in done.err
