"""`reconciler init`: a person at a terminal, from an empty folder to an empty plan, and a script without one."""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.exit_codes import Exit
from reconciler.manifest.load import load
from tests.cli.at_terminal import Session, at_terminal
from tests.cli.world import PASSWORD, TRACES, username
from tests.planning.worlds import TODAY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler

needs_terminal = pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminal that Python can open")
WRITTEN = [
    ".gitignore",
    ".vscode/settings.json",
    "manifest.schema.json",
    "reconciler.yaml",
    "schools.yaml",
    "suppliers/groupcall.yaml",
    "suppliers/till.yaml",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to begin in, and a home folder beside it, without a keyring."""
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    place = tmp_path / "trust"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def files(folder: Path) -> dict[str, str]:
    """Every file below a folder."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in found}


def scripted(sandbox: SandboxServer, *more: str) -> tuple[str, ...]:
    """The options that answer everything about Greenfield but its suppliers."""
    return ("--yes", "--platform", sandbox.read_url, "--school", "12345", "--title", "Greenfield", *more)


def test_a_script_begins_a_workspace(
    folder: Path, sandbox: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it writes is in normal form, has modelines, and a plan finds no difference. Again, it adds a supplier."""
    monkeypatch.setenv("TILL", PASSWORD)
    begun = reconciler(
        "init", *scripted(sandbox, "--account", "till=till.greenfield", "--password", "env:TILL", "--name", "our-trust")
    )
    assert begun.code == Exit.OK
    assert begun.out.endswith("Next:\n  reconciler plan\n  reconciler lint\n")
    written = files(folder)
    assert sorted(written) == [name for name in WRITTEN if "groupcall" not in name]
    assert all(text.startswith("# yaml-language-server: ") for name, text in written.items() if name.endswith(".yaml"))
    assert "title: Greenfield" in written["schools.yaml"]
    assert "$schema=../manifest.schema.json" in written["suppliers/till.yaml"]
    assert json.loads(written[".vscode/settings.json"])["yaml.schemas"]["./manifest.schema.json"]
    assert reconciler("plan").code == Exit.OK
    assert reconciler("fmt", "--check").code == Exit.OK

    added = reconciler("init", *scripted(sandbox, "--supplier", "Library Loans", "--profile", "groupcall-xporter"))
    assert added.code == Exit.OK, added.err
    after = files(folder)
    assert {name: after[name] for name in written} == written
    desired = load(folder, TODAY).desired
    assert desired is not None
    assert {address.supplier for address in desired.accesses} >= {"till", "library-loans"}


def test_a_workspace_that_is_there_gets_a_school_and_its_host(
    folder: Path, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """It keeps every comment, and a file of settings that is not plain JSON stays as it is, which is said."""
    head = "apiVersion: reconciler/v1\nkind:"
    before = (
        f"# ours\n{head} Workspace\nmetadata: {{name: trust}} # of 2026\nspec:\n  exclude: [x.yaml] # later\n"
        f"---\n{head} School\nmetadata: {{name: oakwood}}\nspec: {{schoolId: 1, platform: scomis}}\n"
    )
    (folder / "reconciler.yaml").write_text(before, encoding="utf-8")
    (folder / ".vscode").mkdir()
    (folder / ".vscode" / "settings.json").write_text("{} // none\n", encoding="utf-8")
    (folder / ".gitignore").write_text("*.env", encoding="utf-8")
    added = reconciler("init", *scripted(sandbox, "--supplier", "till"))
    assert added.code == Exit.OK, added.err
    assert ".vscode/settings.json was left alone: it is not plain JSON." in added.err
    after = files(folder)
    assert after[".gitignore"] == "*.env\n.reconciler/\n"
    assert after["reconciler.yaml"].startswith(before.partition("  exclude")[0])
    assert "exclude: [x.yaml] # later" in after["reconciler.yaml"]
    desired = load(folder, TODAY).desired
    assert desired is not None
    assert desired.schools["greenfield"].platform.read_url == sandbox.read_url
    assert sorted(map(str, desired.accesses)) == ["greenfield/till"]


def test_what_cannot_be_done_is_said_and_nothing_is_written(
    folder: Path, sandbox: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No terminal, no answer, an unknown School ID, a refused login, a profile that does not exist."""
    monkeypatch.setenv("TILL", "wrong")
    account = ("--account", "till=till.greenfield")
    cases = {
        (): (64, "there is no terminal here. Give the answers as options: reconciler init DIR --yes"),
        ("--yes",): (64, "--yes needs --platform, --school, --title, --account, --profile or --supplier."),
        scripted(sandbox, *account): (64, "--yes needs --password with --account"),
        scripted(sandbox, "--profile", "groupcal-xporter"): (
            64,
            "There is no profile 'groupcal-xporter'. Did you mean `groupcall-xporter`?",
        ),
        scripted(sandbox, "--account", "till"): (64, "must be SUPPLIER=USERNAME"),
        (*scripted(sandbox, "--supplier", "x"), "--school", "99"): (1, "Nothing was written: the "),
        (*scripted(sandbox, "--supplier", "x"), "--platform", "scmis"): (1, "There is no platform"),
        scripted(sandbox, *account, "--password", "env:TILL"): (1, "Nothing was written: no account answered."),
    }
    for arguments, (code, message) in cases.items():
        done = reconciler("init", *arguments)
        assert (done.code, message.casefold() in done.err.casefold()) == (code, True), (arguments, done.err)
    assert not files(folder)


@pytest.fixture
def person(folder: Path, sandbox: SandboxServer, request: pytest.FixtureRequest) -> Iterator[Session]:
    """Somebody who types `reconciler init`, at a terminal of some width."""
    with at_terminal("init", cwd=folder, COLUMNS=str(getattr(request, "param", 80))) as session:
        yield session


def answer_school(person: Session, sandbox: SandboxServer, number: str = "12345") -> None:
    """Say where the school is."""
    person.until(r"(\d)\. another server")
    choice = person.seen.rpartition(". another server")[0].rpartition("\n")[2].strip()
    person.until("Number: ")
    person.type(choice)
    person.until("read service.*: ")
    person.type(sandbox.read_url)
    person.until("School ID: ")
    person.type(number)


def answer_account(person: Session, supplier: str, password: str = PASSWORD) -> None:
    """Name a supplier that has an account."""
    person.until("begin with nothing")
    person.until("Number: ")
    person.type("1" if "Suppliers:" not in person.seen else "2")
    person.until("Name of the supplier: ")
    person.type(supplier.title())
    person.until("Username of .*: ")
    person.type(username("greenfield", supplier))
    person.until(r"\(hidden\): ")
    person.type(password)


@needs_terminal
@pytest.mark.rehearsal
@pytest.mark.parametrize("person", [60, 80], indirect=True)
def test_a_person_gets_from_an_empty_folder_to_an_empty_plan(
    person: Session,
    folder: Path,
    sandbox: SandboxServer,
    reconciler: Reconciler,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They type a wrong School ID first, and go back once. No password is shown or written into the folder.

    At 40 words a minute, of five letters, all of it is typed in less than ten minutes.
    """
    keys: list[str] = []

    def counted(text: str) -> None:
        keys.append(text)
        person.press(f"{text}\n")

    monkeypatch.setattr(person, "type", counted)
    answer_school(person, sandbox, "99")
    person.until("type the School ID again")
    person.until("Number: ")
    person.type("1")
    person.until("School ID.*: ")
    person.type("12345")
    person.until("Bromcom answers for School ID 12345")
    person.until("Name of the school.*: ")
    person.type("Greenfield")
    answer_account(person, "till")
    answer_account(person, "groupcall")
    person.until("Number: ")
    person.type("1")
    person.until("File for the passwords.*: ")
    person.type("<")
    person.until("Suppliers: Till, Groupcall")
    person.until("Number: ")
    person.type("1")
    person.until("File for the passwords.*: ")
    person.type("")
    person.until("Write this.*: ")
    assert not files(folder)
    person.type("y")
    assert person.end() == Exit.OK
    assert list(files(folder)) == WRITTEN
    secrets = folder.parent / "home" / "reconciler-passwords.env"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    assert f"reconciler plan --env-file {secrets}" in person.words
    assert not [trace for trace in TRACES if trace in person.seen or trace in str(files(folder))]
    plan = reconciler("plan", "--env-file", secrets)
    assert (plan.code, plan.err) == (Exit.OK, "")
    assert sum(len(text) + 1 for text in keys) < 40 * 5 * 10


@needs_terminal
@pytest.mark.rehearsal
def test_a_person_who_stops_has_written_nothing(person: Session, folder: Path, sandbox: SandboxServer) -> None:
    """Ctrl-C at the last question."""
    answer_school(person, sandbox)
    person.until("Name of the school.*: ")
    person.type("Greenfield")
    answer_account(person, "till")
    person.until("Number: ")
    person.type("1")
    person.until("File for the passwords.*: ")
    person.type("")
    person.until("Write this.*: ")
    assert person.interrupt() == Exit.FAILED
    assert "Stopped: nothing was written." in person.words
    assert not files(folder)
    assert not files(folder.parent / "home")
