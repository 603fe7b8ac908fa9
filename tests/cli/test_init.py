"""`reconciler init`: a person at a terminal, from an empty folder to an empty plan, and a script without one."""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import time
from typing import TYPE_CHECKING

import pytest

from reconciler.catalogue import profiles
from reconciler.cli.exit_codes import Exit
from reconciler.cli.printed_commands import place_from_here
from reconciler.importing.request import slug
from reconciler.manifest.load import load
from reconciler.sandbox.server import serve
from reconciler.sandbox.state.records import SandboxAccount
from reconciler.sandbox.state.seed import Seed, SeedSchool
from tests.cli.at_terminal import Session, at_terminal
from tests.cli.world import EXAMPLES, PASSWORD, TRACES, changes, username
from tests.planning.worlds import TODAY
from tests.secrets.file_keyring import KEYRING_FILE

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


# Three suppliers with 96 ticks: two published lists, and what a library needs.
WHOLE_SCHOOL = {
    "Groupcall Xporter": profiles()["groupcall-xporter"].entities,
    "Timetable View": profiles()["timetable-view"].entities,
    "Library": (
        "Students", "Staff", "PersonPhotos", "StudentContacts", "YearGroupClasses", "Subjects", "Locations",
        "Telephones", "Emails", "Classes", "Languages", "HouseClasses", "StudentSiblings", "Addresses",
    ),
}  # fmt: skip
A_MINUTE = 40 * 5  # keys: 40 words of five letters


class Typist:
    """A person who begins a workspace, and counts what they type."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.keys = len("reconciler init\n")

    def answer(self, *pairs: tuple[str, str]) -> None:
        """Wait for each question, and type its answer."""
        for question, text in pairs:
            self.session.until(question)
            self.session.type(text)
            self.keys += len(text) + 1

    def see(self, words: str) -> None:
        """Read on until these words, wherever the terminal breaks their line."""
        self.session.until(r"\s+".join(map(re.escape, words.split())))

    def school(self, sandbox: SandboxServer, *numbers: str, urn: str = "") -> None:
        """Say where the school is; of School IDs that are wrong, try the next one."""
        self.session.until(r"(\d)\. another server")
        choice = self.session.seen.rpartition(". another server")[0].rpartition("\n")[2].strip()
        self.answer(("Number: ", choice), ("read service.*: ", sandbox.read_url))
        self.see("Bromcom's service answers at")
        self.answer(("School ID: ", numbers[0]))
        for number in numbers[1:]:
            self.see("type the School ID again")
            self.answer(("Number: ", "1"), ("School ID.*: ", number))
        self.see(f"Bromcom answers for School ID {numbers[-1]}")
        self.answer(("Name of the school.*: ", "Greenfield"), ("URN.*: ", urn))

    def account(self, supplier: str) -> None:
        """Name a supplier that has an account."""
        self.see("begin with nothing")
        self.answer(
            ("Number: ", "2" if "Suppliers:" in self.session.seen else "1"),
            ("Name of the supplier: ", supplier),
            ("Username of .*: ", username("greenfield", slug(supplier))),
            (r"\(hidden\): ", PASSWORD),
        )


@pytest.fixture
def whole_school() -> Iterator[SandboxServer]:
    """Greenfield, with the accounts of three suppliers."""
    accounts = (
        SandboxAccount(username("greenfield", slug(supplier)), PASSWORD, PASSWORD, ticks=tuple(entities))
        for supplier, entities in WHOLE_SCHOOL.items()
    )
    with serve(Seed((SeedSchool(12345, "Greenfield", "Public Task", (), tuple(accounts)),))) as server:
        yield server


@needs_terminal
@pytest.mark.rehearsal
@pytest.mark.parametrize("columns", [60, 80])
def test_ten_minutes_from_nothing_to_a_true_and_empty_plan(
    folder: Path, whole_school: SandboxServer, columns: int
) -> None:
    """A school with three suppliers and 96 ticks, by a person who types 40 words a minute, begins with a wrong School
    ID and goes back once. No password is shown, or written into the folder. Only the keys are held to ten minutes: how
    long the programs take is printed."""
    began = time.monotonic()
    with at_terminal("init", cwd=folder, COLUMNS=str(columns)) as session:
        person = Typist(session)
        person.school(whole_school, "99", "12345")
        for supplier in WHOLE_SCHOOL:
            person.account(supplier)
        person.answer(("Number: ", "1"), ("File for the passwords.*: ", "<"))
        person.see("Suppliers: Groupcall Xporter, Timetable View, Library")
        person.answer(("Number: ", "1"), ("File for the passwords.*: ", ""))
        person.see("3 suppliers at 1 school, 3 accounts with 96 ticks")
        person.see("Leave any of these out")
        person.answer(("Number: ", "1"))
        session.until("Write this.*: ")
        assert not files(folder)
        person.answer(("", "y"))
        assert session.end() == Exit.OK
    secrets = folder.parent / "home" / "reconciler-passwords.env"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600
    assert f"reconciler plan --env-file {secrets}" in session.words
    with at_terminal("plan", "--env-file", secrets, cwd=folder, COLUMNS=str(columns)) as plan:
        assert plan.end() == Exit.OK
    keys = person.keys + len(f"reconciler plan --env-file {secrets}\n")
    print(f"{keys} keys: {keys / A_MINUTE:.1f} minutes. Programs: {time.monotonic() - began:.1f} seconds.")
    assert "In sync" in plan.seen
    shown = session.seen + plan.seen + str(files(folder))
    assert not [trace for trace in TRACES if trace in shown]
    desired = load(folder, TODAY).desired
    assert desired is not None
    assert sum(len(access.entities) for access in desired.accesses.values()) == 96
    assert keys < 10 * A_MINUTE


@needs_terminal
@pytest.mark.rehearsal
@pytest.mark.parametrize("columns", [60, 80])
def test_a_person_leaves_out_what_is_sensitive(
    folder: Path, sandbox: SandboxServer, reconciler: Reconciler, columns: int
) -> None:
    """After it was listed; the next plan shows it as too much. `<` goes back one question at a time."""
    with at_terminal("init", cwd=folder, COLUMNS=str(columns)) as session:
        person = Typist(session)
        person.school(sandbox, "12345")
        person.see("begin with nothing")
        person.answer(("Number: ", "<"), ("URN.*: ", "<"), ("Name of the school.*: ", "<"), ("School ID.*: ", ""))
        person.answer(("Name of the school.*: ", ""), ("URN.*: ", ""))
        person.account("Groupcall")
        person.answer(("Number: ", "1"), ("File for the passwords.*: ", ""))
        person.see("Special category data, or a high risk if it leaks")
        person.see("Leave any of these out")
        person.answer(("Number: ", "2"))
        person.see("Left out of the manifests")
        person.answer(("Write this.*: ", "y"))
        assert session.end() == Exit.OK
    plan = reconciler("plan", "--env-file", folder.parent / "home" / "reconciler-passwords.env", "--format", "json")
    assert changes(plan.plan) == {("greenfield/groupcall", "revoke", name) for name in ("Attendances", "Students")}


@needs_terminal
@pytest.mark.rehearsal
def test_a_server_without_https_is_asked_only_if_the_person_allows_it(
    folder: Path, sandbox: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address is checked before anything else is asked, and the manifest says that plain http is allowed.

    A proxy knows the name of the school's own server."""
    host = sandbox.read_url.partition("/Nucleus")[0]
    address = sandbox.read_url.replace(host, "http://bromcom.greenfield.example")
    monkeypatch.setenv("http_proxy", host)
    with at_terminal("init", cwd=folder) as session:
        person = Typist(session)
        session.until(r"(\d)\. another server")
        choice = session.seen.rpartition(". another server")[0].rpartition("\n")[2].strip()
        person.answer(("Number: ", choice), ("read service.*: ", "https://nowhere.invalid/"))
        person.see("The name is wrong")
        person.answer(("Number: ", "1"), ("Number: ", choice), ("read service.*: ", address))
        person.see("everyone on the way can read the passwords")
        person.answer(("Number: ", "2"))
        person.see("Bromcom's service answers at http://bromcom.greenfield.example")
        person.answer(("School ID: ", "12345"), ("Name of the school.*: ", "Greenfield"), ("URN.*: ", ""))
        person.account("Till")
        person.answer(("Number: ", "1"), ("File for the passwords.*: ", ""), ("Write this.*: ", "y"))
        assert session.end() == Exit.OK
    assert "allowHttp: true" in (folder / "reconciler.yaml").read_text(encoding="utf-8")
    plan = reconciler("plan", "--env-file", folder.parent / "home" / "reconciler-passwords.env")
    assert (plan.code, plan.err) == (Exit.OK, "")


def test_a_script_allows_plain_http_in_words(
    folder: Path, sandbox: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --allow-http, `init` and `import` ask nothing there and write nothing."""
    host = sandbox.read_url.partition("/Nucleus")[0]
    monkeypatch.setenv("http_proxy", host)
    monkeypatch.setenv("TILL", PASSWORD)
    address = sandbox.read_url.replace(host, "http://bromcom.greenfield.example")
    begin = ("init", *scripted(sandbox, "--platform", address, "--account", "till=till.greenfield"))
    take = ("import", "account", "--school", "12345", "--supplier", "till", "--username", "till.greenfield")
    for words in ((*begin, "--password", "env:TILL"), (*take, "--platform", address, "--password", "env:TILL")):
        refused = reconciler(*words)
        assert refused.code == Exit.FAILED
        assert "is plain http, so passwords could be read on the way" in refused.err
        assert not files(folder)
        done = reconciler(*words, "--allow-http")
        assert done.code == Exit.OK, done.err
        assert "allowHttp: true" in (folder / "reconciler.yaml").read_text(encoding="utf-8")
        assert reconciler("plan").code == Exit.OK
        os.chdir(folder.parent)  # Windows removes no folder that somebody is in
        shutil.rmtree(folder)
        folder.mkdir()
        os.chdir(folder)


@needs_terminal
@pytest.mark.rehearsal
def test_passwords_go_to_the_keyring_of_the_computer(
    folder: Path, sandbox: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there is one it is offered first. The manifest names the entry, and the plan reads it there."""
    kept = folder.parent / "home" / "keyring.json"
    monkeypatch.setenv(KEYRING_FILE, str(kept))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "tests.secrets.file_keyring.FileKeyring")
    monkeypatch.setenv("PYTHONPATH", str(EXAMPLES.parent))
    with at_terminal("init", cwd=folder) as session:
        person = Typist(session)
        person.school(sandbox, "12345")
        person.account("Till")
        person.see("Suppliers: Till")
        person.answer(("Number: ", "1"))
        person.see("1. this computer's keyring")
        person.answer(("Number: ", "1"), ("Write this.*: ", "y"))
        assert session.end() == Exit.OK
    assert json.loads(kept.read_text(encoding="utf-8")) == {"reconciler/till.greenfield": PASSWORD}
    reference = 'password: {keyring: {service: reconciler, username: "till.{school}"}}'
    assert reference in (folder / "suppliers/till.yaml").read_text(encoding="utf-8")
    assert not [trace for trace in TRACES if trace in session.seen + str(files(folder))]
    with at_terminal("plan", cwd=folder) as plan:
        assert plan.end() == Exit.OK


@needs_terminal
@pytest.mark.rehearsal
def test_a_person_who_stops_has_written_nothing(folder: Path, sandbox: SandboxServer) -> None:
    """Ctrl-C at the last question."""
    with at_terminal("init", cwd=folder) as session:
        person = Typist(session)
        person.school(sandbox, "12345")
        person.account("Till")
        person.answer(("Number: ", "1"), ("File for the passwords.*: ", ""))
        session.until("Write this.*: ")
        assert session.interrupt() == Exit.FAILED
    assert "Stopped: nothing was written." in session.words
    assert not files(folder)
    assert not files(folder.parent / "home")


@pytest.fixture
def alike() -> Iterator[SandboxServer]:
    """Two schools in which a supplier has the same account, which may read `Schools`."""
    account = SandboxAccount(username("greenfield", "groupcall"), PASSWORD, PASSWORD, ticks=("Schools", "Students"))
    schools = (SeedSchool(number, f"School {number}", "Public Task", (), (account,)) for number in (12345, 12346))
    with serve(Seed(tuple(schools))) as server:
        yield server


def test_a_script_is_told_that_another_school_answers(
    folder: Path, alike: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written then. The URN of the right one is written, and a plan finds no difference."""
    monkeypatch.setenv("ACCESS_PASSWORD", PASSWORD)
    account = ("--account", "groupcall=groupcall.greenfield", "--password", "env:ACCESS_PASSWORD")
    wrong = reconciler("init", *scripted(alike, *account, "--urn", "112346"))
    assert wrong.code == Exit.FAILED
    assert "Nothing was written: another school answers. The database of School ID 12345 on" in wrong.err
    assert "has no school with URN 112346. Check the School ID first, then the URN." in wrong.err
    assert not files(folder)
    right = reconciler("init", *scripted(alike, *account, "--urn", "112345"))
    assert right.code == Exit.OK, right.err
    assert "The database is that of the school with URN 112345." in right.err
    assert "  urn: 112345\n" in files(folder)["schools.yaml"]
    assert reconciler("fmt", "--check").code == Exit.OK
    assert reconciler("plan", "--deep").code == Exit.OK
    more = ("init", "--yes", "--school", "12345", "--supplier", "till", "--urn")
    assert reconciler(*more, "112345").code == Exit.OK
    again = reconciler(*more, "112346")
    assert again.code == Exit.FAILED
    assert "Write `urn: 112346` into its School there." in again.err


def test_a_script_is_told_that_no_account_could_tell(
    folder: Path, alike: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is unknown then, which keeps nothing from being written."""
    alike.set_ticks(12345, "groupcall.greenfield", ["Students"])
    monkeypatch.setenv("ACCESS_PASSWORD", PASSWORD)
    account = ("--account", "groupcall=groupcall.greenfield", "--password", "env:ACCESS_PASSWORD")
    done = reconciler("init", *scripted(alike, *account, "--urn", "112346"))
    assert done.code == Exit.OK
    assert "could not be checked if the database is that of the school with URN 112346: no account that" in done.err


@needs_terminal
@pytest.mark.rehearsal
def test_a_person_corrects_a_refused_login(folder: Path, sandbox: SandboxServer) -> None:
    """It is asked for again at once, the other accounts stay as they are, and a second time they go on without it."""
    with at_terminal("init", cwd=folder) as session:
        person = Typist(session)
        person.school(sandbox, "12345")
        person.account("Groupcall")
        person.answer(("Number: ", "2"), ("Name of the supplier: ", "Till"), ("Username of .*: ", "till.greenfield"))
        person.answer((r"\(hidden\): ", "mistyped"), ("Number: ", "1"), ("File for the passwords.*: ", ""))
        for _ in range(2):
            person.see("Left out: Till. What next?")
            person.answer(("Number: ", "1"), ("Username of Till .*: ", ""), (r"\(hidden\): ", "mistyped again"))
        person.see("Left out: Till. What next?")
        person.answer(("Number: ", "2"))
        person.see("Leave any of these out")
        person.answer(("Number: ", "1"), ("Write this.*: ", "y"))
        assert session.end() == Exit.INCOMPLETE
    assert sorted(name for name in files(folder) if name.startswith("suppliers")) == ["suppliers/groupcall.yaml"]


@needs_terminal
@pytest.mark.rehearsal
def test_a_person_corrects_the_school_id_of_another_school(folder: Path, alike: SandboxServer) -> None:
    """All other answers are kept, and nothing was written before."""
    with at_terminal("init", cwd=folder) as session:
        person = Typist(session)
        person.school(alike, "12346", urn="12")
        person.see("A URN is a number of five to seven digits")
        person.answer(("URN.*: ", "112345"))
        person.account("Groupcall")
        person.answer(("Number: ", "1"), ("File for the passwords.*: ", ""))
        person.see("another school answers. The database of School ID 12346 on")
        assert not files(folder)
        person.answer(("School ID.*: ", "12345"), ("Name of the school.*: ", ""), ("URN.*: ", ""), ("Number: ", "1"))
        person.answer(("File for the passwords.*: ", ""))
        person.see("The database is that of the school with URN 112345.")
        person.see("Leave any of these out")
        person.answer(("Number: ", "1"), ("Write this.*: ", "y"))
        assert session.end() == Exit.OK
    assert "urn: 112345\n  schoolId: 12345" in (folder / "schools.yaml").read_text(encoding="utf-8")


def test_a_workspace_on_another_drive_is_named_in_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No path leads there from the current folder of Windows."""

    def fail(_path: Path) -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr(os.path, "relpath", fail)
    assert place_from_here(tmp_path) == ("-C", str(tmp_path))
