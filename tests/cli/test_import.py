"""`reconciler import` on a sandbox, over SOAP: what is written, what is listed, and where passwords go."""

from __future__ import annotations

import csv
import re
import stat
import sys
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.exit_codes import Exit
from reconciler.manifest.load import load
from reconciler.sandbox.server import SandboxServer, serve
from reconciler.sandbox.state.records import SandboxAccount
from reconciler.sandbox.state.seed import Seed, SeedSchool
from reconciler.secrets.environment import values_of
from tests.cli.at_terminal import at_terminal
from tests.cli.world import ENTITIES, PASSWORD, SCHOOLS, TRACES, changes, seed, username
from tests.planning.worlds import TODAY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Reconciler

ACCOUNTS = [
    (number, school.title(), supplier, username(school, supplier))
    for school, number in SCHOOLS.items()
    for supplier in ENTITIES
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, in which this process is."""
    place = tmp_path / "trust"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


def sheet(folder: Path, password: str = PASSWORD, heading: str = "Password") -> Path:
    """A list of the small world's accounts."""
    file = folder.parent / "accounts.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("School ID", "School", "Supplier", "Username", heading))
        writer.writerows((*account, password) for account in ACCOUNTS)
    return file


def texts(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_from_an_empty_folder_to_an_empty_plan(folder: Path, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """A list with passwords is all it takes. A second import changes no byte; no output or manifest has a password."""
    secrets = folder.parent / "passwords.env"
    asked = ("import", "accounts", sheet(folder), "--platform", sandbox.read_url, "--passwords", secrets)
    first = reconciler(*asked)
    assert (first.code, first.err.count("passwords.env")) == (Exit.OK, 1)
    assert "Imported 2 suppliers at 2 schools, 4 accounts with 8 ticks." in first.out
    assert sorted(texts(folder)) == [
        "reconciler.yaml",
        "schools.yaml",
        "suppliers/groupcall.yaml",
        "suppliers/till.yaml",
    ]
    assert sys.platform == "win32" or stat.S_IMODE(secrets.stat().st_mode) == 0o600
    names = {f"{supplier}_{school}_PASSWORD".upper() for school in SCHOOLS for supplier in ENTITIES}
    assert values_of(secrets.read_text(encoding="utf-8"), secrets, names) == dict.fromkeys(names, PASSWORD)

    plan = reconciler("plan", "--env-file", secrets)
    assert (plan.code, plan.err) == (Exit.OK, "")

    before = {**texts(folder), "passwords.env": secrets.read_bytes()}
    again = reconciler(*asked)
    assert (
        again.out
        == "Nothing to import: the manifests already say this of 2 suppliers at 2 schools, 4 accounts with 8 ticks.\n"
    )
    assert {**texts(folder), "passwords.env": secrets.read_bytes()} == before
    written = b"".join(texts(folder).values()).decode()
    assert not [trace for trace in TRACES if trace in written + first.out + first.err + again.out + again.err]


def test_the_command_that_it_ends_with_works(
    folder: Path, sandbox: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """References stay references; what is the same at all schools is said once, with placeholders."""
    monkeypatch.setenv("ACCESS_PASSWORD", PASSWORD)
    done = reconciler("import", "accounts", sheet(folder, "env:ACCESS_PASSWORD"), "--platform", sandbox.read_url)
    assert "To compare with Bromcom: `reconciler plan`" in done.err
    assert (folder / "suppliers/till.yaml").read_text(encoding="utf-8") == (
        "apiVersion: reconciler/v1\nkind: Supplier\nmetadata: {name: till}\nspec:\n"
        '  account:\n    username: "till.{school}"\n    password: {env: ACCESS_PASSWORD}\n'
        "  entities: [OnlinePaymentOrders]\n"
    )
    assert reconciler("plan").code == Exit.OK


def test_a_dry_run_writes_nothing(folder: Path, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """It shows the files that would be new; no password goes anywhere."""
    secrets = folder.parent / "passwords.env"
    done = reconciler(
        "import", "accounts", sheet(folder), "--platform", sandbox.read_url, "--passwords", secrets, "--dry-run"
    )
    assert "suppliers/till.yaml (new)" in done.out
    assert "+  entities: [OnlinePaymentOrders]" in done.out
    assert "To import: 2 suppliers" in done.out
    assert not texts(folder)
    assert not secrets.exists()


@pytest.fixture
def uneven() -> Iterator[SandboxServer]:
    """A school where one account has no ticks, one is refused, and one is as at the other schools."""
    odd = SeedSchool(
        12399,
        "Oakwood",
        "Public Task",
        (),
        (
            SandboxAccount("groupcall.oakwood", PASSWORD, PASSWORD, ticks=("Staff", "PersonPhotos")),
            SandboxAccount("till.oakwood", PASSWORD, PASSWORD, ticks=()),
            SandboxAccount("wonde.oakwood", "another one", "another one", ticks=("Students",)),
        ),
    )
    with serve(Seed((*seed().schools, odd))) as server:
        yield server


def test_what_did_not_answer_is_listed_and_left_out(
    folder: Path, uneven: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A refused account is in no manifest, one without ticks stays unknown, and the plan has no difference."""
    monkeypatch.setenv("ACCESS_PASSWORD", PASSWORD)
    file = sheet(folder, "env:ACCESS_PASSWORD")
    with file.open("a", encoding="utf-8") as stream:
        stream.writelines(
            f"12399,Oakwood,{name},{name}.oakwood,env:ACCESS_PASSWORD\n" for name in ("groupcall", "till", "wonde")
        )
    done = reconciler("import", "accounts", file, "--platform", uneven.read_url)
    assert done.code == Exit.INCOMPLETE
    assert "  Bromcom refused the login: oakwood/wonde (accounts.csv:8)\n" in done.out
    assert "They stay unknown:\n  oakwood/till\n" in done.out
    assert "    groupcall, at oakwood: PersonPhotos\n" in done.out
    assert not (folder / "suppliers/wonde.yaml").exists()
    assert (
        (folder / "suppliers/groupcall.yaml")
        .read_text(encoding="utf-8")
        .endswith(
            "  entities: [Attendances, Staff, Students]\n"
            "  overrides:\n    - schools: [oakwood]\n"
            "      entities:\n        add: [PersonPhotos]\n        remove: [Attendances, Students]\n"
        )
    )
    plan = reconciler("plan", "--format", "json")
    assert plan.code == Exit.INCOMPLETE
    assert not [access["changes"] for access in plan.plan["accesses"] if access["changes"]]


def test_an_account_without_ticks_does_not_empty_the_list(
    folder: Path, uneven: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken over before the others, or with them: the list is what the others have."""
    monkeypatch.setenv("ACCESS_PASSWORD", PASSWORD)
    account = ("--supplier", "till", "--username", "till.oakwood", "--password", "env:ACCESS_PASSWORD")
    where = ("--school", "12399", "--title", "Oakwood", "--platform", uneven.read_url)
    manifest = folder / "suppliers/till.yaml"
    reconciler("import", "account", *account, *where)
    assert "entities: []" in manifest.read_text(encoding="utf-8")
    reconciler("import", "accounts", sheet(folder, "env:ACCESS_PASSWORD"), "--platform", uneven.read_url)
    assert manifest.read_text(encoding="utf-8").endswith(
        "  entities: [OnlinePaymentOrders]\n  overrides:\n"
        "    - schools: [oakwood]\n      entities: {remove: [OnlinePaymentOrders]}\n"
    )
    plan = reconciler("plan", "--format", "json").plan
    assert not [access["changes"] for access in plan["accesses"] if access["changes"]]


HEAD = "apiVersion: reconciler/v1\nkind: "
OURS = """Workspace
metadata: {{name: ours}}
spec:
  platforms: {{practice: {{readUrl: {read}, writeUrl: {write}}}}}
---
apiVersion: reconciler/v1
kind: School
metadata: {{name: greenfield, labels: {{phase: secondary}}}}
spec: {{schoolId: 12345, platform: practice}}
---
apiVersion: reconciler/v1
kind: School
metadata: {{name: riverside}}
spec: {{schoolId: 12346, platform: practice}}
---
apiVersion: reconciler/v1
kind: Supplier
metadata: {{name: till}}
spec:
  {supplier}
  entities: []
"""


def ours(sandbox: SandboxServer, supplier: str) -> str:
    """Manifests of two schools, with a supplier that says this."""
    return HEAD + OURS.format(read=sandbox.read_url, write=sandbox.write_url, supplier=supplier)


ROWS = {"riverside": ("--school", "12346"), "oakwood": ("--school", "12399", "--title", "Oakwood")}


@pytest.mark.parametrize("school", ROWS)
def test_a_school_without_the_labels_of_its_supplier_is_told_with_the_lines_to_paste(
    folder: Path, uneven: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch, school: str
) -> None:
    """Once they are pasted, the import works: for a school that is there, and for one that is not."""
    monkeypatch.setenv("ACCESS_PASSWORD", PASSWORD)
    text = ours(uneven, 'schools: {labels: {phase: secondary}}\n  account: {username: "till.{school}"}')
    manifests = folder / "reconciler.yaml"
    manifests.write_text(text, encoding="utf-8")
    account = ("--supplier", "till", "--username", f"till.{school}", "--password", "env:ACCESS_PASSWORD")
    words = ("import", "account", *ROWS[school], *account, "--platform", "practice")
    refused = reconciler(*words)
    assert "reconciler.yaml:21:3 selects schools by labels that" in refused.err
    if school == "riverside":
        line = refused.err.partition("In reconciler.yaml, write `")[2].partition("`")[0]
        manifests.write_text(text.replace("metadata: {name: riverside}", line), encoding="utf-8")
    else:
        assert "Add to a file of manifests, such as oakwood.yaml:" in refused.err
        (folder / "oakwood.yaml").write_text(refused.err.partition("---\n")[2].partition("\n")[0], encoding="utf-8")
    done = reconciler(*words)
    assert done.code == Exit.OK, done.err
    plan = reconciler("plan", "--format", "json").plan
    assert [access["address"] for access in plan["accesses"]] == ["greenfield/till", f"{school}/till"]


def test_an_account_of_a_partner_application_is_told_with_the_line_to_paste(
    folder: Path, sandbox: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once it is pasted, the import works."""
    monkeypatch.setenv("ACCESS_PASSWORD", PASSWORD)
    text = ours(sandbox, "via: partner-application\n  application: Till")
    manifests = folder / "reconciler.yaml"
    manifests.write_text(text, encoding="utf-8")
    account = ("--supplier", "till", "--username", "till.greenfield", "--password", "env:ACCESS_PASSWORD")
    refused = reconciler("import", "account", "--school", "12345", *account)
    line = refused.err.partition("`overrides:` write\n")[2].partition("\n")[0]
    manifests.write_text(f"{text}  overrides:\n{line}\n", encoding="utf-8")
    done = reconciler("import", "account", "--school", "12345", *account)
    assert done.code == Exit.OK, done.err
    desired = load(folder, TODAY).desired
    assert desired is not None
    assert [type(access.via).__name__ for access in desired.accesses.values()] == ["Account", "PartnerApplication"]


def test_one_account(
    folder: Path, sandbox: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`import account` needs no file; a second supplier of the same school needs no platform again."""
    monkeypatch.setenv("ACCESS_PASSWORD", PASSWORD)
    words = ("import", "account", "--school", "12345", "--password", "env:ACCESS_PASSWORD")
    first = reconciler(
        *words, "--supplier", "Groupcall", "--username", "groupcall.greenfield", "--platform", sandbox.read_url
    )
    second = reconciler(*words, "--supplier", "till", "--username", "till.greenfield")
    assert (first.code, second.code) == (Exit.OK, Exit.OK)
    loaded = load(folder, TODAY)
    assert loaded.desired
    assert [str(address) for address in loaded.desired.accesses] == ["school-12345/groupcall", "school-12345/till"]
    assert reconciler("plan").code == Exit.OK


def test_a_snapshot_says_the_same(
    workspace: Path, reconciler: Reconciler, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The manifests from a snapshot are in sync with it, and with the service once they know the passwords."""
    monkeypatch.chdir(workspace)
    assert reconciler("plan", "--record", "live.json").code == Exit.OK
    monkeypatch.chdir(folder)
    done = reconciler("import", "snapshot", workspace / "live.json", "--password", "env:ACCESS_PASSWORD")
    assert (done.code, reconciler("plan", "--against", workspace / "live.json").code) == (Exit.OK, Exit.OK)
    assert reconciler("plan").code == Exit.OK


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ("", "accounts.csv is empty. Its first line names the columns: School ID, Supplier, Username, Password."),
        ("School ID,Suplier,Username\n", "has no column Supplier. Its first line must name the columns"),
        (
            "School ID,Supplier,Username\nabc,till,x\n",
            "accounts.csv:2: the School ID must be a whole number, and is 'abc'",
        ),
        ("School ID,Supplier,Username\n1,till,x\n1,Till,y\n", "accounts.csv:3: Till at School ID 1 is also on line 2"),
        ("School ID,Supplier,Username\n1,till,x\n", "accounts.csv:2 names no platform for School ID 1."),
        ("MIS OrgID;Product;User\n1;till;x\n", "accounts.csv:2 names no platform for School ID 1."),
        (
            "School ID,Supplier,Username,Password\n1,till,x,env:zq7Kx!\n",
            "accounts.csv:2: what follows env: is not the name",
        ),
    ],
)
def test_a_wrong_list_is_refused(folder: Path, reconciler: Reconciler, lines: str, complaint: str) -> None:
    """The message names the file and the line, and repeats no cell of passwords."""
    file = folder.parent / "accounts.csv"
    file.write_text(lines, encoding="utf-8")
    done = reconciler("import", "accounts", file, *(("--platform", "scomis") if "zq7Kx" in lines else ()))
    assert done.code == Exit.FAILED
    assert complaint in done.err
    assert TRACES[0] not in done.err
    assert not texts(folder)


def test_passwords_do_not_go_where_git_is(folder: Path, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """A file of passwords in the workspace is refused before anything is asked."""
    done = reconciler("import", "accounts", sheet(folder), "--platform", sandbox.read_url, "--passwords", "secrets.env")
    assert done.code == Exit.FAILED
    assert "where passwords would be shared with the manifests" in done.err
    assert not texts(folder)


def test_what_is_there_is_changed_in_place(
    workspace: Path, sandbox: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tick more at one school becomes an override in the supplier's own manifest. Nothing else is touched."""
    sandbox.tick(SCHOOLS["greenfield"], "till.greenfield", "Students")
    file = workspace / "reconciler.yaml"
    before = "# Ours\n" + file.read_text(encoding="utf-8")
    file.write_text(before, encoding="utf-8")
    asked = ("import", "accounts", sheet(workspace, "env:ACCESS_PASSWORD"))
    assert "+  overrides:" in reconciler(*asked, "--dry-run").out
    assert reconciler(*asked).code == Exit.OK
    override = "  overrides:\n    - schools: [greenfield]\n      entities: {add: [Students]}\n"
    assert file.read_text(encoding="utf-8") == f"{before}{override}"
    assert reconciler("plan").code == Exit.OK
    sandbox.untick(SCHOOLS["greenfield"], "till.greenfield", "Students")
    assert reconciler(*asked).code == Exit.OK
    assert file.read_text(encoding="utf-8") == before


def test_a_new_school_says_who_else_is_there(workspace: Path, uneven: SandboxServer, reconciler: Reconciler) -> None:
    """A supplier of every school is declared at a new one too, although nothing was asked: the import says so."""
    text = (workspace / "reconciler.yaml").read_text(encoding="utf-8")
    (workspace / "reconciler.yaml").write_text(re.sub("http://127.0.0.1:[0-9]+", uneven.url, text), encoding="utf-8")
    words = ("--school", "12399", "--title", "Oakwood", "--platform", "practice", "--password", "env:ACCESS_PASSWORD")
    done = reconciler("import", "account", *words, "--supplier", "groupcall", "--username", "groupcall.oakwood")
    assert done.code == Exit.OK
    assert "Also declared now, and not checked: oakwood/till. These suppliers are at every school." in done.err


def test_what_is_beyond_a_published_list_is_listed_and_can_be_left_out(
    folder: Path, sandbox: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Groupcall publishes its list: what it does not name is too much in the next plan, if it is left out."""
    monkeypatch.setenv("ACCESS_PASSWORD", PASSWORD)
    sandbox.tick(SCHOOLS["riverside"], "groupcall.riverside", "StudentFlatView")
    file = sheet(folder, "env:ACCESS_PASSWORD")
    asked = ("import", "accounts", file, "--platform", sandbox.read_url, "--leave-out", "beyond-profile")
    done = reconciler(*asked)
    assert "published list. Left out of the manifests: the next plan shows it as too much\n" in done.out
    assert "    groupcall, at riverside: StudentFlatView\n" in done.out
    plan = reconciler("plan", "--format", "json")
    assert changes(plan.plan) == {("riverside/groupcall", "revoke", "StudentFlatView")}


def test_a_profile_stays_and_what_differs_stands_beside_it(
    workspace: Path, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """A supplier with a profile keeps it: an import adds and removes what differs from it."""
    file = workspace / "reconciler.yaml"
    profile = "kind: Profile\nmetadata: {name: tills}\nspec: {date: 2026-01, complete: true, entities: [MealTypes]}\n"
    text = file.read_text(encoding="utf-8").replace("  entities: [OnlinePaymentOrders]", "  profile: tills")
    file.write_text(f"{text}---\napiVersion: reconciler/v1\n{profile}", encoding="utf-8")
    assert reconciler("validate").code == Exit.OK
    assert reconciler("import", "accounts", sheet(workspace, "env:ACCESS_PASSWORD")).code == Exit.OK
    assert "  profile: tills\n" in file.read_text(encoding="utf-8")
    assert reconciler("plan").code == Exit.OK


def test_a_suppliers_new_list(workspace: Path, reconciler: Reconciler) -> None:
    """What is new is added, what is beyond it stays unless --replace, and an unknown name stops it all."""
    file, manifest = workspace.parent / "list.txt", workspace / "reconciler.yaml"
    file.write_text("Hello all,\n- Students\n- PersonPhotos\n- Atendances\n", encoding="utf-8")
    before = manifest.read_bytes()
    wrong = reconciler("import", "entities", file, "--supplier", "groupcall")
    assert wrong.code == Exit.FAILED
    assert "  list.txt:4: Atendances. Did you mean `Attendances`?\n" in wrong.err
    assert manifest.read_bytes() == before
    file.write_text("Hello all,\n- Students\n- PersonPhotos\n", encoding="utf-8")
    added = reconciler("import", "entities", file, "--supplier", "groupcall")
    assert added.code == Exit.OK
    assert added.out == (
        "Added 1 entity to groupcall: PersonPhotos.\ngroupcall has 1 of the 2 on the list already.\n"
        "Not on the list, and kept (--replace removes them): Attendances, Staff.\n"
        "Please look at these before you approve them, since they are sensitive: PersonPhotos.\n"
        "Line 1 has no name of an entity: Hello all\n"
    )
    assert "  entities: [Attendances, Staff, Students, PersonPhotos]\n" in manifest.read_text(encoding="utf-8")
    assert reconciler("import", "entities", file, "--supplier", "groupcall", "--replace").code == Exit.OK
    assert "  entities: [Students, PersonPhotos]\n" in manifest.read_text(encoding="utf-8")
    after = manifest.read_bytes()
    assert reconciler("import", "entities", file, "--supplier", "groupcall", "--replace").code == Exit.OK
    assert manifest.read_bytes() == after


def test_a_list_begins_a_supplier(workspace: Path, reconciler: Reconciler) -> None:
    """One that the workspace does not have yet; a name that no list has is kept where that is asked for."""
    file = workspace.parent / "list.csv"
    file.write_text("Entity,Purpose\nStudents,all\nStudentBuses,buses\n", encoding="utf-8")
    done = reconciler("import", "entities", file, "--supplier", "Bus Pass", "--keep-unknown")
    assert done.code == Exit.OK
    assert (workspace / "suppliers/bus-pass.yaml").is_file()
    assert "  knownEntities: [StudentBuses]\n" in (workspace / "reconciler.yaml").read_text(encoding="utf-8")
    assert reconciler("validate").code == Exit.OK


def test_a_workbook_is_read_as_a_table(
    folder: Path, sandbox: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first sheet of an Excel file, numbers and empty cells included; what is none is refused."""
    openpyxl = pytest.importorskip("openpyxl")
    monkeypatch.setenv("ACCESS_PASSWORD", PASSWORD)
    book, lists = openpyxl.Workbook(), openpyxl.Workbook()
    book.active.append(["School ID", "Supplier", "Username", "Password", None])
    for number, _, supplier, name in ACCOUNTS:
        book.active.append([float(number), supplier, name, "env:ACCESS_PASSWORD", None])
    book.save(folder.parent / "accounts.xlsx")
    done = reconciler("import", "accounts", folder.parent / "accounts.xlsx", "--platform", sandbox.read_url)
    assert (done.code, reconciler("plan").code) == (Exit.OK, Exit.OK)
    lists.active.append(["Entity", "Why"])
    lists.active.append(["PersonPhotos", "cards"])
    lists.save(folder.parent / "list.xlsx")
    listed = reconciler("import", "entities", folder.parent / "list.xlsx", "--supplier", "till")
    assert "Added 1 entity to till: PersonPhotos." in listed.out
    (folder.parent / "wrong.xlsx").write_text("School ID", encoding="utf-8")
    wrong = reconciler("import", "accounts", folder.parent / "wrong.xlsx")
    assert wrong.code == Exit.FAILED
    assert "it is no Excel workbook. Save it again as .xlsx, or as CSV (UTF-8)." in wrong.err


@pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal")
def test_a_password_is_asked_for_at_a_terminal(folder: Path, sandbox: SandboxServer) -> None:
    """Without --password it is typed, and not shown; it goes to the file that keeps passwords."""
    secrets = folder.parent / "passwords.env"
    words = ("import", "account", "--school", "12345", "--supplier", "till", "--username", "till.greenfield")
    with at_terminal(*words, "--platform", sandbox.read_url, "--passwords", secrets, cwd=folder) as session:
        session.until("Password: ")
        session.type(PASSWORD)
        assert session.end() == Exit.OK
    assert not [trace for trace in TRACES if trace in session.seen]
    assert "zq7Kx" in secrets.read_text(encoding="utf-8")


def test_without_a_terminal_nobody_is_asked(folder: Path, reconciler: Reconciler) -> None:
    """The command says how to name the password instead."""
    words = ("import", "account", "--school", "12345", "--supplier", "till", "--username", "till.greenfield")
    done = reconciler(*words, "--platform", "scomis")
    assert done.code == Exit.USAGE
    assert "Name where it is: --password env:NAME" in done.err
    assert not texts(folder)
