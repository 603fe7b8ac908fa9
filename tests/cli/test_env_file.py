"""`--env-file`: lines of NAME=value that come before the environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.ci.origin import git
from tests.cli.world import ADDRESSES, PASSWORD, SCHOOLS, changes, environment, quoted

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler

RIGHT = "practice-1"


@pytest.fixture
def simple_passwords(sandbox: SandboxServer) -> None:
    """A password for every account that needs no quotes."""
    for school in sandbox.schools():
        for account in sandbox.accounts(school.school_id):
            sandbox.set_password(school.school_id, account.username, RIGHT)


@pytest.mark.usefixtures("simple_passwords")
@pytest.mark.parametrize(
    ("text", "in_the_environment", "code"),
    [
        (f"ACCESS_PASSWORD={RIGHT}\n", "wrong", 0),
        ("ACCESS_PASSWORD=wrong\n", RIGHT, 2),
        (f"OTHER=value\nexport ACCESS_PASSWORD = '{RIGHT}' # as set in June\n", None, 0),
        (f"# nothing for us\nOTHER={RIGHT}\n", RIGHT, 0),
        (f"\ufeffACCESS_PASSWORD={RIGHT}\r\n", None, 0),
        (f"X={RIGHT}\nACCESS_PASSWORD=${{X}}\n", RIGHT, 2),
        ("", None, 4),
        ("ACCESS_PASSWORD=\n", RIGHT, 4),
    ],
    ids=[
        "file-wins",
        "file-wins-when-wrong",
        "export",
        "other-names",
        "windows",
        "nothing-expands",
        "empty",
        "emptied",
    ],
)
def test_the_file_wins_and_the_environment_fills_in(
    text: str,
    in_the_environment: str | None,
    code: int,
    workspace: Path,
    reconciler: Reconciler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is named on the command line beats what happens to be set; `$` in a password is a dollar."""
    if in_the_environment is None:
        monkeypatch.delenv("ACCESS_PASSWORD")
    else:
        monkeypatch.setenv("ACCESS_PASSWORD", in_the_environment)
    (workspace / "passwords.env").write_bytes(text.encode())
    done = reconciler("plan", "--env-file", "passwords.env", "--format", "json")
    assert done.code == code
    assert len(changes(done.plan)) == (len(ADDRESSES) if code == 2 else 0)


@pytest.mark.parametrize("text", ["ACCESS_PASSWORD\n", "A=1\nACCESS_PASSWORD='no end\n", "A=1\n- B: 2\n"])
def test_a_line_that_is_none_stops_the_run_before_it_asks(
    text: str, sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """A password that is silently left out would read as another fault. The line is named by its number."""
    (workspace / "passwords.env").write_text(text, encoding="utf-8")
    done = reconciler("plan", "--env-file", "passwords.env")
    assert (done.code, done.out) == (1, "")
    assert f"line {text.count(chr(10))} of passwords.env is not NAME=value" in done.err
    assert sandbox.access_log() == []


def test_without_any_password_nothing_is_claimed(
    workspace: Path, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch, sandbox: SandboxServer
) -> None:
    """Every access is unknown, with the variable's name and what to do; no login is tried."""
    monkeypatch.delenv("ACCESS_PASSWORD")
    done = reconciler("plan")
    assert done.code == 4
    assert (
        done.out.count("4 accesses not checked: the environment variable ACCESS_PASSWORD is not set: set it, or name")
        == 1
    )
    assert PASSWORD not in done.out
    assert [call.username for call in sandbox.access_log()] == ["", ""]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such pipes")
def test_a_pipe_that_nobody_writes_is_told(workspace: Path, sandbox: SandboxServer) -> None:
    """After two seconds, with its name and the way out; once it is written the run goes on, and reads it once, however
    often it is asked for: a password for the accounts, and an address for the heartbeat."""
    pipe = workspace / ".env"
    os.mkfifo(pipe, 0o600)
    process = subprocess.Popen(
        [sys.executable, "-m", "reconciler", "drift", "--env-file", ".env", "--heartbeat", "env:HOOK"],
        cwd=workspace,
        env={**environment(), "ACCESS_PASSWORD": "wrong"},
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stderr
            assert process.stderr.readline() == (
                "Waiting for .env, which is not written completely yet. Ctrl-C stops this.\n"
            )
            lines = f"ACCESS_PASSWORD={quoted(PASSWORD)}\nHOOK={sandbox.read_url}?{{state}}\n"
            pipe.write_text(lines, encoding="utf-8")
            out, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert "4 of 4 accesses in sync." in out


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limit")
def test_too_few_files_are_told_with_the_limit(workspace: Path) -> None:
    """Not as a fault of ours at a line of somebody's library."""
    limit = "resource.setrlimit(resource.RLIMIT_NOFILE, (6, 6))"
    code = f"import os, resource, sys; {limit}; os.execv(sys.argv[1], sys.argv[1:])"
    done = subprocess.run(
        [sys.executable, "-c", code, sys.executable, "-m", "reconciler", "plan"],
        cwd=workspace,
        env=environment(),
        capture_output=True,
        timeout=60,
        check=False,
    )
    told = "this computer lets reconciler open only 6 files and connections at a time: raise the limit"
    assert told in done.stdout.decode() + done.stderr.decode()
    assert "reconciler failed on this" not in done.stdout.decode()
    assert done.returncode in {1, 4}


def names_a_password_each(workspace: Path) -> None:
    """Let every access have a variable of its own."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("env: ACCESS_PASSWORD", 'env: "{SUPPLIER}_{SCHOOL}"'), encoding="utf-8")


def test_a_review_without_passwords_asks_for_none(
    workspace: Path, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has none by design, so that no variable is named which nobody is to set; with one of them at hand, those that
    lack are named as ever."""
    names_a_password_each(workspace)
    for arguments in (("init", "--quiet"), ("add", "--all"), ("commit", "--quiet", "--message", "The manifests")):
        git(workspace, *arguments)
    review = ("plan", "--base", "HEAD", "--passwords-of-base")
    told = "this review has no passwords, by design, and no snapshot of Bromcom to compare with"
    done = reconciler(*review)
    assert (done.code, done.out.count(told), done.out.count("--env-file")) == (4, 1, 0)
    monkeypatch.setenv("TILL_RIVERSIDE", PASSWORD)
    done = reconciler(*review)
    assert told not in done.out
    assert "TILL_GREENFIELD is not set" in done.out


def test_no_password_at_all_is_one_sentence(
    workspace: Path, reconciler: Reconciler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asks for the file, or, where one was given, says that it is another one; no access is called in sync. Where
    one of them is there, the others are told one by one."""
    names_a_password_each(workspace)
    told = "all 4 passwords are missing: name the file that has them with --env-file"
    done = reconciler("plan")
    assert (done.code, done.out.count(told), done.out.count("not set")) == (4, 1, 0)
    assert f"4 accesses not checked: {told}\n" in done.out
    assert "0 of 4 accesses in sync, 4 could not be checked." in done.out
    assert "with" not in done.out.partition("\n\n")[0].replace(told, "")
    other = tmp_path / "other.env"
    other.write_text("COLOUR=red\n", encoding="utf-8")
    done = reconciler("plan", "--env-file", other)
    assert f"4 accesses not checked: all 4 passwords are missing, also from {other}: check --env-file\n" in done.out
    monkeypatch.setenv("TILL_GREENFIELD", PASSWORD)
    done = reconciler("plan")
    assert done.out.count("is not set: set it, or name a file with --env-file") == 3
    assert "accesses not checked" not in done.out


def test_an_apply_without_any_password_says_so_once(
    sandbox: SandboxServer, workspace: Path, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How many accesses, one reason."""
    names_a_password_each(workspace)
    for name in ("TILL_GREENFIELD", "TILL_RIVERSIDE", "GROUPCALL_GREENFIELD", "GROUPCALL_RIVERSIDE"):
        monkeypatch.setenv(name, PASSWORD)
    for address in ADDRESSES:
        school, _, supplier = address.partition("/")
        sandbox.tick(SCHOOLS[school], f"{supplier}.{school}", "PersonPhotos")
    assert reconciler("plan", "--out", "plan.json").code == 2
    for name in ("TILL_GREENFIELD", "TILL_RIVERSIDE", "GROUPCALL_GREENFIELD", "GROUPCALL_RIVERSIDE"):
        monkeypatch.delenv(name)
    done = reconciler("apply", "plan.json")
    assert done.code == 3
    assert "(greenfield/groupcall and 3 more: all 4 passwords are missing: name the file" in done.err


def test_a_password_command_sees_no_other_secret(
    sandbox: SandboxServer, workspace: Path, reconciler: Reconciler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No line of the file, no variable that any access takes its password from, be it selected or not, and no address
    of a webhook; what it needs itself it does see."""
    manifest = workspace / "reconciler.yaml"
    program = tmp_path / "show.py"
    program.write_text(
        "import json, os, sys\nsys.stdout.reconfigure(encoding='utf-8')\n"
        "json.dump(dict(os.environ), open('seen.json', 'w'))\nprint(os.environ['VAULT'])\n",
        "utf-8",
    )
    command = f"account: {{password: {{command: [{json.dumps(sys.executable)}, {json.dumps(str(program))}]}}}}"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("  title: till\n", f"  title: till\n  {command}\n"), encoding="utf-8")
    file = tmp_path / "passwords.env"
    file.write_text("OTHER_PASSWORD=from-the-file\n", encoding="utf-8")
    for name, value in {"VAULT": PASSWORD, "OTHER_PASSWORD": "x", "HOOK": f"{sandbox.read_url}?hook"}.items():
        monkeypatch.setenv(name, value)
    done = reconciler(
        *("drift", "--supplier", "till", "--school", "greenfield", "--env-file", file),
        *("--heartbeat", "env:HOOK", "--retries", "0"),
    )
    assert "In sync" in done.out, done.err
    seen = json.loads((workspace / "seen.json").read_text(encoding="utf-8"))
    assert seen["VAULT"] == PASSWORD
    assert not {"ACCESS_PASSWORD", "OTHER_PASSWORD", "HOOK"} & seen.keys()
