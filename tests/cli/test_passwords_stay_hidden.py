"""No password, wherever it comes from, gets out: not into a report, a message, a log, a snapshot, or a file."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import pytest

from reconciler.cli.main import main
from reconciler.sandbox.server import SandboxServer, serve
from reconciler.sandbox.state.fault_injection import FaultKind
from reconciler.sandbox.state.records import SandboxAccount
from reconciler.sandbox.state.seed import Seed, SeedSchool
from tests.bromcom.raw_server import Request, http, serving
from tests.cli.world import PASSWORD, TRACES, quoted, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Reconciler
    from tests.cli.world import Outcome

SOURCES = {
    "env": "{env: SAFE_PASSWORD}",
    "env-file": "{env: KEPT_PASSWORD}",
    "file": "{file: ../safe/password}",
    "command": "{command: [PYTHON, ../safe/password.py]}",
}
every_trouble = pytest.mark.parametrize("kind", list(FaultKind))


def write_safe(folder: Path, password: str) -> None:
    """The places outside the workspace where passwords lie."""
    folder.mkdir(exist_ok=True)
    (folder / "password").write_text(f"{password}\nsecond line\n", encoding="utf-8")
    script = (
        f"import sys\nsys.stdout.buffer.write({password.encode()!r} + b'\\n')\nprint('{TRACES[0]}', file=sys.stderr)\n"
    )
    (folder / "password.py").write_text(script, encoding="utf-8")
    (folder / "kept.env").write_text(f"KEPT_PASSWORD={quoted(password)}\n", encoding="utf-8")


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    """One school; a supplier for each place where a password may come from."""
    accounts = tuple(SandboxAccount(f"{name}.school", PASSWORD, PASSWORD, ticks=("Students",)) for name in SOURCES)
    with serve(Seed((SeedSchool(12345, "School", "Public Task", (), accounts),))) as server:
        yield server


@pytest.fixture
def workspace(tmp_path: Path, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Its manifests, and the safe beside them."""
    monkeypatch.setenv("SAFE_PASSWORD", PASSWORD)
    write_safe(tmp_path / "safe", PASSWORD)
    folder = tmp_path / "workspace"
    folder.mkdir()
    write_manifests(folder, sandbox.url)
    return folder


def write_manifests(folder: Path, url: str) -> None:
    """One School, and a Supplier for each of SOURCES."""
    documents = [
        f"kind: Workspace\nmetadata: {{name: w}}\nspec:\n  platforms: {{practice: {{readUrl: {url}/Nucleus/"
        f"WebServices/ThirdParty/TPReadOnlyDataService.asmx, writeUrl: {url}/Nucleus/write}}}}\n",
        "kind: School\nmetadata: {name: school}\nspec: {schoolId: 12345, platform: practice}\n",
    ]
    documents += [
        f"kind: Supplier\nmetadata: {{name: {name}}}\nspec:\n  title: {name}\n  purpose: For the tests\n"
        f"  account: {{username: {name}.school, password: {source.replace('PYTHON', sys.executable)}}}\n"
        "  entities: [Students]\n"
        for name, source in SOURCES.items()
    ]
    text = "---\n".join(f"apiVersion: reconciler/v1\n{document}" for document in documents)
    (folder / "reconciler.yaml").write_text(text, encoding="utf-8")


def plan_everything(reconciler: Reconciler, workspace: Path, *more: str) -> Outcome:
    """A run that leaves every kind of text that a run can leave, in the workspace where it is a file."""
    return reconciler(
        *("plan", "-C", workspace, "--env-file", workspace.parent / "safe" / "kept.env", "-v", "--timestamps"),
        *("--format", "text", "--format", f"json={workspace / 'plan.json'}", "--record", workspace / "live.json"),
        *("--rate", "0", "--retries", "0", *more),
    )


def assert_hidden(*texts: str) -> None:
    """No recognisable piece of the password stands in any of these."""
    for text in texts:
        assert [trace for trace in TRACES if trace in text] == []


def files_of(folder: Path) -> list[str]:
    """All that lies in a folder."""
    return [file.read_bytes().decode("utf-8", "replace") for file in folder.rglob("*") if file.is_file()]


def test_every_source_gives_its_password_whole(sandbox: SandboxServer, workspace: Path, reconciler: Reconciler) -> None:
    """Quotes, dollars, braces and letters with dots arrive as they are: else all would be refused."""
    done = plan_everything(reconciler, workspace)
    assert done.out.startswith("In sync: ")
    assert done.code == 0


@every_trouble
def test_no_trouble_brings_a_password_to_light(
    kind: FaultKind,
    sandbox: SandboxServer,
    workspace: Path,
    reconciler: Reconciler,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not in what is printed, recorded or written, nor in what any library logs at its most talkative."""
    caplog.set_level(logging.DEBUG)
    sandbox.set_trouble(kind, seconds=30 if kind is FaultKind.LATENCY else 0)
    done = plan_everything(reconciler, workspace, "--timeout", "0.3" if kind is FaultKind.LATENCY else "20")
    logged = [f"{record.getMessage()} {record.args!r} {record.exc_text}" for record in caplog.records]
    assert_hidden(done.out, done.err, *logged, *files_of(workspace))


def check_logins(reconciler: Reconciler, workspace: Path, *sources: str) -> Iterator[Outcome]:
    """A check-up of the account with each of these sources."""
    safe = workspace.parent / "safe" / "kept.env"
    for source in sources:
        typed = ("doctor", f"school/{source}", "-C", workspace, "--env-file", safe, "--timeout", "0.5")
        yield reconciler(*typed)


@every_trouble
def test_no_trouble_brings_a_password_to_light_in_a_check_up(
    kind: FaultKind,
    sandbox: SandboxServer,
    workspace: Path,
    reconciler: Reconciler,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nor does the text that it ends with, which people send to others."""
    caplog.set_level(logging.DEBUG)
    sandbox.set_trouble(kind, seconds=30 if kind is FaultKind.LATENCY else 0)
    for done in check_logins(reconciler, workspace, "env-file"):
        assert done.code in {0, 1, 4}
        assert_hidden(done.out, done.err)
    logged = [f"{record.getMessage()} {record.args!r} {record.exc_text}" for record in caplog.records]
    assert_hidden(*logged, *files_of(workspace))


def test_a_refused_password_of_any_source_is_told_by_its_source_alone(
    sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """With what is odd about it."""
    for name in SOURCES:
        sandbox.set_password(12345, f"{name}.school", "another")
    for done in check_logins(reconciler, workspace, *SOURCES):
        assert done.code == 1
        assert "The password is that of" in done.out
        assert_hidden(done.out, done.err)


def test_a_process_that_logs_everything_keeps_passwords_hidden(sandbox: SandboxServer, workspace: Path) -> None:
    """asyncio's debug mode and Python's development mode included."""
    sandbox.set_trouble(FaultKind.REFUSED_FAULT, username="env.school")
    done = run(
        ["plan", "-C", workspace, "--env-file", workspace.parent / "safe" / "kept.env", "-v"],
        workspace,
        SAFE_PASSWORD=PASSWORD,
        PYTHONDEVMODE="1",
        PYTHONASYNCIODEBUG="1",
    )
    assert done.code == 2
    assert_hidden(done.out, done.err, *files_of(workspace))


FAULT = (
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>'
    "<faultcode>soap:Server</faultcode><faultstring>%s</faultstring></soap:Fault></soap:Body></soap:Envelope>"
)
UP = (
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>'
    '<testDatabaseConnectionResponse xmlns="http://tempuri.org/"><testDatabaseConnectionResult>true'
    "</testDatabaseConnectionResult></testDatabaseConnectionResponse></soap:Body></soap:Envelope>"
)


@pytest.mark.parametrize("body", [FAULT % "no account for {password}", FAULT % "{password}"])
def test_a_service_that_repeats_the_password_is_not_quoted(body: str, workspace: Path, reconciler: Reconciler) -> None:
    """A careless server must not put it into a report."""
    written = body.format(password=escape(PASSWORD))

    def respond(request: Request) -> bytes:
        return http(UP) if request.operation == "testDatabaseConnection" else http(written)

    with serving(respond) as server:
        write_manifests(workspace, f"http://127.0.0.1:{server.port}")
        done = plan_everything(reconciler, workspace)
    assert done.code == 4
    assert_hidden(done.out, done.err, *files_of(workspace))


@pytest.mark.parametrize("spoil", ["password", "password.py", "kept.env"])
def test_a_source_that_gives_nothing_is_named_without_what_it_holds(
    spoil: str, sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """Its access is unknown and the others are in sync; a broken environment file stops the run before it asks."""
    safe = workspace.parent / "safe"
    broken = {
        "password": f"\n{PASSWORD}\n",
        "password.py": f"import sys\nprint({PASSWORD!r})\nprint('no', {PASSWORD!r}, file=sys.stderr)\nsys.exit(3)\n",
        "kept.env": f"KEPT_PASSWORD='{TRACES[0]}\n",
    }
    (safe / spoil).write_text(broken[spoil], encoding="utf-8")
    done = plan_everything(reconciler, workspace)
    assert_hidden(done.out, done.err, *files_of(workspace))
    if spoil == "kept.env":
        assert (done.code, done.out, sandbox.access_log()) == (1, "", [])
        assert "line 1 of" in done.err
    else:
        assert done.code == 4
        assert "3 of 4 accesses in sync, 1 could not be checked." in done.out
        assert {"password": "first line of the password file", "password.py": "exit code 3"}[spoil] in done.out


def test_a_fault_of_our_own_is_told_without_its_text(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The text of an exception may hold anything; where it arose is enough to report it."""

    def broken(*_arguments: object, **_named: object) -> str:
        raise RuntimeError(PASSWORD)

    monkeypatch.setattr("reconciler.report.text.plan.render_text", broken)
    assert main(["plan", "-C", str(workspace)]) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "because of a bug (RuntimeError)" in printed.err
    assert "reports.py" in printed.err
    assert_hidden(printed.err)
