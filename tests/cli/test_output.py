"""Where output goes: the product to stdout or to the files that were named, everything else to stderr."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.world import PASSWORD, SCHOOLS, environment, quoted, run

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler

FULL_DISK = Path("/dev/full")
full_disk = pytest.mark.skipif(os.name == "nt", reason="Windows has no file that is always full")


@pytest.fixture(autouse=True)
def drifted(sandbox: SandboxServer, workspace: Path) -> None:
    """A report with something in it, and with a character beyond ASCII."""
    sandbox.tick(SCHOOLS["greenfield"], "till.greenfield", "PersonPhotos")


def test_a_run_writes_all_the_reports_that_were_asked_for(workspace: Path, reconciler: Reconciler) -> None:
    """Several files and stdout at once, each whole; folders are made."""
    done = reconciler(
        *("plan", "--format", "json=out/a.json", "--format", "text=out/b.txt", "--format", "json=out/c.json"),
        *("--format", "text"),
    )
    assert (done.code, done.err) == (2, "")
    assert (workspace / "out/b.txt").read_text(encoding="utf-8") == done.out
    assert (workspace / "out/a.json").read_bytes() == (workspace / "out/c.json").read_bytes()
    assert b"\r" not in (workspace / "out/a.json").read_bytes()
    assert json.loads((workspace / "out/a.json").read_text(encoding="utf-8"))["summary"]["revoke"] == 1


@pytest.mark.parametrize("form", ["text", "json"])
def test_output_takes_the_place_of_stdout(form: str, workspace: Path, reconciler: Reconciler) -> None:
    """The same bytes as on stdout, and nothing there."""
    printed = reconciler("plan", "--format", form)
    done = reconciler("plan", "--format", form, "--output", "report")
    assert (done.code, done.out, done.err) == (2, "", "")
    assert (workspace / "report").read_text(encoding="utf-8") == printed.out


def test_only_with_verbose_there_are_remarks_and_they_go_to_stderr(workspace: Path, reconciler: Reconciler) -> None:
    """stdout is the same with and without."""
    plain, verbose = reconciler("plan"), reconciler("plan", "-v", "--record", "../live.json")
    assert (plain.err, verbose.out) == ("", plain.out)
    assert "Read the manifests: 2 schools, 4 accesses." in verbose.err
    borne = (
        r"Asked 127\.0\.0\.1: 6 requests, at most \d at a time and \d answers a second, half of them within \d+ ms\."
    )
    assert re.search(borne, verbose.err)
    assert f"Wrote the snapshot {Path('../live.json')}." in verbose.err
    assert reconciler("plan", "-v", "--quiet").err == ""


def test_warnings_go_to_stderr_and_quiet_keeps_them_away(workspace: Path, reconciler: Reconciler) -> None:
    """A warning stops nothing, and is no part of the product."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("entities: [Online", "entities: [Frobnications, Online"), encoding="utf-8")
    done = reconciler("plan", "--format", "json")
    assert done.plan["summary"]["grant"] == len(SCHOOLS)
    assert "warning" in done.err
    assert "Frobnications" in done.err
    assert reconciler("plan", "--quiet").err == ""


def test_a_report_that_cannot_be_written_costs_only_itself(workspace: Path, reconciler: Reconciler) -> None:
    """Exit code 1 with the file's name, and every other report is there: the service was asked for them all."""
    (workspace / "taken").write_text("a file, not a folder", encoding="utf-8")
    done = reconciler("plan", "--format", "json=taken/plan.json", "--format", "text=plan.txt", "--format", "text")
    assert done.code == 1
    assert "plan.json was not written" in done.err
    assert "    too much  PersonPhotos" in done.out
    assert (workspace / "plan.txt").read_text(encoding="utf-8") == done.out
    assert (workspace / "taken").read_text(encoding="utf-8") == "a file, not a folder"


def test_a_snapshot_that_cannot_be_written_costs_only_itself(workspace: Path, reconciler: Reconciler) -> None:
    """The report is written before the exit."""
    (workspace / "taken").write_text("a file, not a folder", encoding="utf-8")
    done = reconciler("plan", "--record", "taken/live.json")
    assert done.code == 1
    assert "live.json was not written" in done.err
    assert "    too much  PersonPhotos" in done.out


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes with a name in a folder")
def test_a_pipe_is_written_to_and_stays_a_pipe(workspace: Path, reconciler: Reconciler) -> None:
    """As is a device: `--output /dev/null` must not put a file in the place of /dev/null."""
    pipe = workspace.parent / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")), daemon=True)
    reader.start()
    done = reconciler("plan", "--output", pipe)
    assert pipe.is_fifo()
    with suppress(OSError):  # where nothing was written the reader still waits: let it see an end
        os.close(os.open(pipe, os.O_WRONLY | os.O_NONBLOCK))
    reader.join()
    assert (done.code, done.out) == (2, "")
    assert "    too much  PersonPhotos" in read[0]


def test_a_link_is_followed(workspace: Path, reconciler: Reconciler) -> None:
    """The report lands where the link leads, and the link stays."""
    link = workspace / "latest.json"
    try:
        link.symlink_to(workspace.parent / "plan.json")
    except OSError:
        pytest.skip("this user may make no symbolic links")
    assert reconciler("plan", "--format", f"json={link}").code == 2
    assert link.is_symlink()
    assert json.loads((workspace.parent / "plan.json").read_text(encoding="utf-8"))["summary"]["revoke"] == 1


@full_disk
@pytest.mark.parametrize(
    "arguments", [("plan",), ("plan", "--format", "json"), ("schema", "plan"), ("validate",), ("--help",)]
)
def test_a_full_disk_is_told(arguments: tuple[str, ...], workspace: Path) -> None:
    """As what it is, not as a fault of ours; exit code 1 although there are differences."""
    with FULL_DISK.open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "reconciler", *arguments],
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=30,
            check=False,
        )
    assert done.returncode == 1
    what = "the output" if arguments == ("--help",) else "stdout"
    assert done.stderr.decode() == f"Error: {what} was not written completely: No space left on device.\n"


@pytest.mark.parametrize("arguments", [("plan",), ("plan", "--format", "json"), ("schema", "plan"), ("validate",)])
def test_a_reader_that_goes_away_causes_no_traceback(arguments: tuple[str, ...], workspace: Path) -> None:
    """`reconciler plan | head -1` where head was faster."""
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "reconciler", *arguments],
            env=environment(),
            stdout=writing,
            stderr=subprocess.PIPE,
            timeout=30,
            check=False,
        )
    finally:
        os.close(writing)
    assert done.returncode == 1
    assert done.stderr.decode() == ""


@pytest.mark.skipif(os.name == "nt", reason="Windows has neither head nor a shell with pipes like these")
def test_head_gets_its_line(workspace: Path) -> None:
    """And nobody complains."""
    plan = shlex.join([sys.executable, "-m", "reconciler", "plan"])
    done = subprocess.run(
        ["sh", "-c", f"{plan} | head -1"], env=environment(), capture_output=True, timeout=30, check=False
    )
    assert done.stdout.decode() == "Action needed: 1 permission too many.\n"
    assert done.stderr.decode() == ""


@pytest.mark.skipif(os.name == "nt", reason="Windows starts no process without the three streams")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_a_stream_that_is_closed_changes_no_exit_code(closed: str, workspace: Path) -> None:
    """As some schedulers start programs; the streams that are open get what is theirs."""
    plan = shlex.join([sys.executable, "-m", "reconciler", "plan", "-v"])
    done = subprocess.run(
        ["sh", "-c", f"{plan} {closed}"], env=environment(), capture_output=True, timeout=30, check=False
    )
    assert done.returncode == 2
    assert ("PersonPhotos" in done.stdout.decode()) == (closed != ">&-")
    remarks = [] if closed == "2>&-" else ["Read the manifests", "Asked 127.0.0.1"]
    assert [line.partition(":")[0] for line in done.stderr.decode().splitlines()] == remarks


@pytest.mark.parametrize(
    "changed",
    [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
    ids=["io-encoding", "C", "C-without-utf-8-mode"],
)
def test_texts_are_utf_8_whatever_the_system_says(changed: dict[str, str], workspace: Path) -> None:
    """Reports are read by other programs, and passwords by the service: their bytes do not hang on the machine."""
    (workspace / "passwords.env").write_text(f"ACCESS_PASSWORD={quoted(PASSWORD)}\n", encoding="utf-8")
    (workspace / "passwords.env").chmod(0o600)
    done = run(["plan", "--env-file", "passwords.env"], workspace, **changed)
    assert "too much  PersonPhotos" in done.out
    assert (done.code, done.err) == (2, "")


def test_a_redirected_report_has_no_colour(workspace: Path) -> None:
    """Files and pipes get plain text, and stderr no progress."""
    done = run(["plan"], workspace, TERM="xterm-256color")
    assert "\x1b" not in done.out + done.err
    assert done.err == ""


@pytest.mark.parametrize(
    "options",
    [
        ("--format", "xml"),
        ("--format", "json="),
        ("--format", "text", "--format", "json"),
        ("--format", "text=a", "--output", "b"),
        ("--format", "text=a", "--format", "json=a"),
        ("--format", "text=a", "--format", "json", "--output", "./a"),
        ("--format", "text", "--format", "json", "--output", "b"),
    ],
)
def test_reports_that_cannot_be_meant_are_refused_before_anything_is_asked(
    options: tuple[str, ...], sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """64, the usage line, and not a byte on stdout."""
    done = reconciler("plan", *options)
    assert (done.code, done.out) == (64, "")
    assert done.err.startswith("Usage: reconciler plan [OPTIONS]\n")
    assert sandbox.access_log() == []
    assert not {"a", "b"} & {file.name for file in workspace.iterdir()}


def test_a_workspace_that_is_not_there_is_told_and_nothing_asked(
    sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """Exit code 1; stdout stays empty, so that nothing can take it for a report."""
    (workspace / "empty").mkdir()
    for folder in (workspace / "empty", workspace / "nowhere"):
        done = reconciler("plan", "-C", folder)
        assert (done.code, done.out) == (1, "")
        assert "Nothing was done" in done.err or "There is no folder" in done.err


@pytest.mark.parametrize("verb", ["plan", "drift"])
def test_a_waiver_that_accepts_nothing_is_remarked_on(verb: str, workspace: Path, reconciler: Reconciler) -> None:
    """Whoever mistyped its name believes that the difference is accepted; the plan itself is what it is."""
    expires = datetime.now(UTC).date() + timedelta(days=100)
    waiver = (
        "---\napiVersion: reconciler/v1\nkind: Waiver\nmetadata: {name: photos}\nspec:\n"
        f"  {{schools: [greenfield], supplier: till, reason: much, by: J, expires: {expires},\n"
        "   changes: [{action: revoke, name: PersonPhoto}]}\n"
    )
    with (workspace / "reconciler.yaml").open("a", encoding="utf-8") as file:
        file.write(waiver)
    done = reconciler(verb)
    assert done.code == 2
    told = "accepts nothing: there is no difference `revoke read PersonPhoto`; did you mean `PersonPhotos`?"
    assert told in done.err
    assert reconciler(verb, "--quiet").err == ""
