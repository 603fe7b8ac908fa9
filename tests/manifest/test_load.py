"""Which files of a folder are manifests, and what a folder's problems look like."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reconciler.errors import InputError
from reconciler.manifest import load
from reconciler.manifest.load import Declared, check
from reconciler.manifest.workspace.discovery import begins_as_snapshot
from reconciler.manifest.workspace.reading import LARGEST_FILE
from reconciler.model.live import Live
from reconciler.snapshots import write_snapshot
from tests.conftest import REPOSITORY
from tests.manifest.workspaces import SCHOOL, SUPPLIER, WORKSPACE, found, load_files, load_text
from tests.planning.worlds import TODAY

BROKEN = "a: ["
WHOLE = f"{WORKSPACE}---\n{SCHOOL}---\n{SUPPLIER}"
SNAPSHOT = "formatVersion: 1\nkind: Snapshot\nschools: {}\naccesses: {}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace folder without any problem."""
    root = tmp_path / "workspace"
    root.mkdir()
    (root / "reconciler.yaml").write_text(f"{WORKSPACE}---\n{SCHOOL}", encoding="utf-8")
    return root


def link(at: Path, to: Path) -> None:
    """Make a symbolic link; Windows may not let us."""
    try:
        at.symlink_to(to, target_is_directory=to.is_dir())
    except OSError as error:
        pytest.skip(f"symbolic links cannot be made here: {error}")


def test_manifests_are_found_in_every_folder_and_in_any_case() -> None:
    """`*.yaml` and `*.yml` count, whatever their capitals; everything else does not."""
    loaded = load_files({"a/b/RECONCILER.YAML": WORKSPACE, "s.yml": SCHOOL, "c/x.Yml": SUPPLIER, "d/notes.txt": BROKEN})
    assert found(loaded) == []
    assert loaded.desired is not None
    assert [str(address) for address in loaded.desired.accesses] == ["greenfield/groupcall"]


def test_hidden_files_and_node_modules_are_skipped() -> None:
    """What tools keep for themselves is not ours."""
    hidden = [".github/workflows/ci.yml", ".hidden.yaml", "a/.venv/x.yaml", "node_modules/p/x.yaml"]
    assert found(load_files({"reconciler.yaml": WHOLE, **dict.fromkeys(hidden, BROKEN)})) == []


@pytest.mark.parametrize(
    ("pattern", "excluded"),
    [
        ("docker-compose.yml", True),
        ("deploy/", True),
        ("deploy/*", True),
        ("*/docker-*.yml", True),
        ("docker-*", True),
        ("docker-compose", False),
        ("eploy/", False),
    ],
)
def test_the_workspace_names_files_that_are_no_manifests(pattern: str, excluded: bool) -> None:
    """`spec.exclude` takes names and patterns; what is excluded may be broken."""
    workspace = f"{WORKSPACE}spec: {{exclude: ['{pattern}']}}\n---\n{SCHOOL}---\n{SUPPLIER}"
    loaded = load_files({"reconciler.yaml": workspace, "deploy/docker-compose.yml": BROKEN})
    assert (found(loaded) == []) is excluded


def test_a_file_with_the_workspace_is_never_excluded() -> None:
    """A pattern for everything does not exclude the file that says so."""
    workspace = f"{WORKSPACE}spec: {{exclude: ['*']}}\n---\n{SCHOOL}---\n{SUPPLIER}"
    loaded = load_files({"reconciler.yaml": workspace, "b.yaml": BROKEN})
    assert found(loaded) == []
    assert loaded.desired is not None
    assert list(loaded.desired.schools) == ["greenfield"]


def test_a_folder_that_is_not_there_is_an_input_error(tmp_path: Path) -> None:
    """There is nothing to show a problem in."""
    with pytest.raises(InputError, match="There is no folder"):
        load(tmp_path / "nowhere", TODAY)


def test_an_empty_folder_has_no_workspace(tmp_path: Path) -> None:
    """The problem says what to make."""
    assert [problem.rule for problem in load(tmp_path, TODAY).problems] == ["workspace-missing"]


def test_a_link_out_of_the_workspace_is_refused(folder: Path) -> None:
    """Files and folders outside are not read, and not silently left out."""
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "supplier.yaml").write_text(SUPPLIER, encoding="utf-8")
    link(folder / "file.yaml", outside / "supplier.yaml")
    link(folder / "folder", outside)
    link(folder / "gone.yaml", outside / "nowhere.yaml")
    assert [line.split(" (")[0] for line in found(load(folder, TODAY))] == [
        "file.yaml:1:1 file: This link points outside the workspace.",
        "folder:1:1 file: This link points outside the workspace.",
        "gone.yaml:1:1 file: This link points to nothing.",
    ]


def test_links_inside_the_workspace_do_no_harm(folder: Path) -> None:
    """A circle ends, a file that has two names is read once, and one that only a link shows is read."""
    (folder / "sub").mkdir()
    (folder / "sub" / "supplier.yaml").write_text(SUPPLIER, encoding="utf-8")
    (folder / ".data").mkdir()
    (folder / ".data" / "other.yaml").write_text(SUPPLIER.replace("call", "pay").replace("gc", "pp"), encoding="utf-8")
    link(folder / "sub" / "circle", folder)
    link(folder / "again", folder / "sub")
    link(folder / "same.yaml", folder / "sub" / "supplier.yaml")
    link(folder / "other.yaml", folder / ".data" / "other.yaml")
    link(folder / "self.yaml", folder / "self.yaml")
    (folder / "self.yaml").unlink()
    loaded = load(folder, TODAY)
    assert found(loaded) == []
    assert loaded.desired is not None
    assert [address.supplier for address in loaded.desired.accesses] == ["groupcall", "grouppay"]


def test_a_file_that_two_links_lead_to_is_read_once(folder: Path) -> None:
    """Its own link, and one to its folder."""
    (folder / ".data").mkdir()
    (folder / ".data" / "supplier.yaml").write_text(SUPPLIER, encoding="utf-8")
    link(folder / "data", folder / ".data")
    link(folder / "again.yaml", folder / ".data" / "supplier.yaml")
    assert found(load(folder, TODAY)) == []


if sys.platform == "win32" and sys.version_info >= (3, 12):  # nothing else has junctions, or tells them

    def test_a_junction_is_a_link(folder: Path) -> None:
        """One that leads out of the workspace is refused; no right of an administrator is needed to make it."""
        outside = folder.parent / "outside"
        outside.mkdir()
        (outside / "supplier.yaml").write_text(SUPPLIER, encoding="utf-8")
        subprocess.run(
            ["cmd", "/c", "mklink", "/J", str(folder / "folder"), str(outside)], check=True, capture_output=True
        )
        assert [line.split(" (")[0] for line in found(load(folder, TODAY)) if line.startswith("folder")] == [
            "folder:1:1 file: This link points outside the workspace."
        ]


def test_a_workspace_may_itself_be_reached_through_a_link(folder: Path) -> None:
    """Only links below the folder are questioned."""
    link(folder.parent / "shortcut", folder)
    assert load(folder.parent / "shortcut", TODAY) == load(folder, TODAY)


@pytest.mark.skipif(sys.platform == "win32" or not hasattr(os, "mkfifo"), reason="there are no named pipes here")
def test_what_is_no_ordinary_file_is_not_opened(folder: Path) -> None:
    """A pipe named like a manifest would keep us waiting for ever."""
    os.mkfifo(folder / "pipe.yaml")
    assert found(load(folder, TODAY)) == ["pipe.yaml:1:1 file: This is not an ordinary file."]


def test_a_file_that_is_too_large_is_refused(folder: Path) -> None:
    """Nobody types sixteen mebibytes."""
    with (folder / "large.yaml").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    assert found(load(folder, TODAY)) == ["large.yaml:1:1 file: This file is larger than 16 MiB. (Split it.)"]


def test_a_snapshot_in_the_workspace_is_no_manifest() -> None:
    """What `plan --record` wrote there, as it was written or saved again, disturbs no later run; a manifest beside it
    in the same file is read."""
    again = "schools: {}\nkind: Snapshot\nformatVersion: 9\n"
    loaded = load_files(
        {"r.yaml": f"{again}---\n{WHOLE}", "live.yaml": SNAPSHOT, "crlf.yml": SNAPSHOT.replace("\n", "\r\n")}
    )
    assert found(loaded) == []
    assert loaded.desired is not None
    assert list(loaded.desired.schools) == ["greenfield"]


def test_a_snapshot_may_be_larger_than_a_manifest(folder: Path) -> None:
    """That of a fleet is; it is not read, whatever follows."""
    with (folder / "live.yaml").open("wb") as file:
        file.write(SNAPSHOT.encode())
        file.truncate(LARGEST_FILE + 1)
    assert load(folder, TODAY).desired is not None


def test_what_we_record_is_taken_for_a_snapshot(folder: Path) -> None:
    """Written by the very code that `--record` calls, into the workspace."""
    desired = load(folder, TODAY).desired
    assert desired
    write_snapshot(folder / "live.yaml", Live({}, {}), desired, recorded=datetime(2026, 9, 1, tzinfo=UTC))
    assert begins_as_snapshot((folder / "live.yaml").read_bytes())
    assert load(folder, TODAY).desired is not None


def test_what_only_calls_itself_a_snapshot_is_a_problem() -> None:
    """A snapshot has a version of its own format."""
    assert len(found(load_files({"r.yaml": WHOLE, "a.yaml": "kind: Snapshot\n"}))) == 1


@pytest.mark.parametrize(
    ("files", "place", "hint"),
    [
        ({}, "reconciler.yaml:1:1", "Change to the workspace's folder, or name it with -C"),
        ({"a.yaml": SCHOOL}, "reconciler.yaml:1:1", "Change to the workspace's folder, or name it with -C"),
        ({"a.yaml": "# soon\n"}, "reconciler.yaml:1:1", "Change to the workspace's folder, or name it with -C"),
        ({"reconciler.yaml": "# soon\n"}, "reconciler.yaml:1:1", "into it, and save it"),
        ({"reconciler.yaml.txt": WORKSPACE}, "reconciler.yaml.txt:1:1", "Rename it to reconciler.yaml."),
        ({"a.YAML.TXT": WORKSPACE, "b.txt": ""}, "a.YAML.TXT:1:1", "Rename it to a.YAML."),
        ({"b.yaml.txt": WORKSPACE, "a/c.yml.txt": SCHOOL}, "a/c.yml.txt:1:1", "Rename it to a/c.yml."),
    ],
)
def test_a_folder_without_a_workspace_is_named_with_the_likeliest_cause(
    files: dict[str, str], place: str, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wrong folder, an empty file, or a name to which Notepad added .txt; the folder is named as it was given."""
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (problem,) = load(tmp_path, TODAY).problems
    assert str(problem.origin) == place
    assert f"he folder {tmp_path} has no Workspace" in problem.message
    assert hint in problem.hint
    monkeypatch.chdir(tmp_path)
    assert "his folder has no Workspace" in load(Path(), TODAY).problems[0].message


def test_of_two_workspaces_one_may_be_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the folders of two workspaces, the ways into them are shown, and not all that is then declared twice."""
    with_default = f"{WORKSPACE}spec: {{account: {{username: x}}}}\n---\n{SCHOOL}---\n"
    no_username = SUPPLIER.replace("username: gc.{school}", "firstName: x").replace("groupcall", "till")
    for name, text in {"a": WHOLE, "b": with_default + no_username}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "reconciler.yaml").write_text(text, encoding="utf-8")
    (problem,) = load(tmp_path, TODAY).problems
    assert f"-C {tmp_path / 'a'} or -C {tmp_path / 'b'}" in problem.hint
    monkeypatch.chdir(tmp_path)
    assert "-C a or -C b" in load(Path(), TODAY).problems[0].hint


def test_a_manifest_that_is_a_text_file_is_pointed_out() -> None:
    """Where a supplier is missing and a `.yaml.txt` is there, that is most likely it."""
    (line,) = found(load_files({"reconciler.yaml": f"{WORKSPACE}---\n{SCHOOL}", "sub/till.yaml.txt": SUPPLIER}))
    assert "No supplier is declared, so nothing can be compared." in line
    assert "Rename sub/till.yaml.txt" in line


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: b", "1:1 schema: This is not a manifest: it has no apiVersion."),
        ("kind: School", "1:1 schema: This is not a manifest: it has no apiVersion."),
        ("[a]", "1:1 schema: This is not a manifest: it has no keys."),
        ("word", "1:1 schema: This is not a manifest: it has no keys."),
        ("apiVersion: v1\nkind: Service", "1:13 schema: This apiVersion is not supported."),
        ("apiVersion: reconciler/v1", "1:1 schema: This manifest has no kind."),
        ("apiVersion: reconciler/v1\nkind: Suplier", "2:7 schema: There is no such kind of manifest."),
        ("apiVersion: reconciler/v1\nkind: [School]", "2:7 schema: There is no such kind of manifest."),
        ("apiVersion: reconciler/v1\nkind: School", "1:1 schema: A manifest needs the key `metadata`."),
    ],
)
def test_a_document_that_is_no_manifest_is_a_problem(text: str, message: str) -> None:
    """A typo must not silently leave a supplier unmanaged."""
    assert f"a.yaml:{message}" in [
        line.split(" (")[0] for line in found(load_files({"r.yaml": WORKSPACE, "a.yaml": text}))
    ]


def test_empty_documents_are_fine() -> None:
    """Empty files, files of comments, and separators too many."""
    assert found(load_files({"r.yaml": f"---\n---\n{WHOLE}---\n", "a.yaml": "", "b.yaml": "# nothing\n"})) == []


def test_problems_come_all_at_once_in_order_of_place() -> None:
    """One mistake does not hide another, in the same document, in another one or in another file."""
    text = f"{WORKSPACE}spec: {{limit: 1, exclude: x}}\n---\n{SCHOOL.replace('name: green', 'nam: green')}"
    loaded = load_files({"b.yaml": text, "a.yaml": BROKEN, "c.yaml": "kind: x"})
    assert [str(problem.origin) for problem in loaded.problems] == [
        "a.yaml:1:5",
        "b.yaml:4:8",
        "b.yaml:4:27",
        "b.yaml:8:12",
        "c.yaml:1:1",
    ]


def test_what_hangs_on_a_broken_file_is_not_complained_about() -> None:
    """Where the school's file is broken, the supplier that names it is not told that there is no such school."""
    supplier = SUPPLIER.replace("spec:", "spec:\n  schools: [greenfield]")
    for broken in (SCHOOL + "  x", SCHOOL.replace("platform", "plat form"), SCHOOL.replace("School", "Schol")):
        loaded = load_files({"r.yaml": WORKSPACE, "a.yaml": broken, "b.yaml": supplier})
        assert {problem.origin.file for problem in loaded.problems} == {"a.yaml"}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("  entitys: [Students]", "`entitys` is not a key of `spec`. (Did you mean `entities`?)"),
        ("  purpose: [x]", "`spec.purpose` must be a text, but this is a list."),
        ("  entities: Students",
         "`spec.entities` must be a list or a mapping (key: value), but this is a text. "
         "(Write it as a list: [Students])"),
        ("  extraEntities: Report", "`Report` is not allowed for `spec.extraEntities`. (Did you mean `report`?)"),
        ("  bundles: {b: [{bundle: c}]}",
         "`spec.bundles.b[1]` must be a text, but this is a mapping. (Write it like Students)"),
        ("  writeBack: {}", "`spec.writeBack` is empty. (Write something, or remove the key.)"),
        ("  consent: {need: [staff]}", "`need` is not a key of `spec.consent`. (Did you mean `needs`?)"),
        ("  consent: {}", "`spec.consent` needs the key `needs`. (For example needs: [students, contacts])"),
        ("  overrides: [{schools: [a]}]",
         "`spec.overrides[1]` changes nothing for its schools. (Add what differs there.)"),
        ("  title:", "`spec.title` has no value. (Write a text, or remove the key.)"),
    ],
)  # fmt: skip
def test_what_a_schema_refuses_is_said_in_our_words(wrong: str, message: str) -> None:
    """Each mistake is one problem, with the way out."""
    supplier = SUPPLIER.replace("  entities: [Students]\n", "")
    loaded = load_text(f"{WORKSPACE}---\n{SCHOOL}---\n{supplier}{wrong}\n")
    assert [line.partition("schema: ")[2] for line in found(loaded)] == [message]


ATTESTATION = """\
apiVersion: reconciler/v1
kind: Attestation
metadata: {name: word}
spec:
  school: greenfield
  by: J. Smith
  date: 2026-11-24
  expires: 2027-11-24
  facts: {lawfulBasis: Public Task}
"""


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("2027-11-24", "24/11/2027", "`spec.expires` must be a date. (Write it like 2027-11-24)"),
        ("2027-11-24", "2027-11-24T12:00Z", "`spec.expires` must be a date. (Write it like 2027-11-24)"),
        ("2026-11-24", "24T12:30", "`spec.date` must be a date. (Write it like 2026-11-24 or 2026-11-24T12:30:05Z)"),
        ("2026-11-24", "today", "`spec.date` must be a date. (Write it like 2026-11-24 or 2026-11-24T12:30:05Z)"),
        ("Public Task", "Mine", "`Mine` is not allowed for `spec.facts.lawfulBasis`. (Write one of: Consent, Contract, "
         "Legal Obligation, Legitimate Interest, Public Task, Vital Interests)"),
        ("{lawfulBasis: Public Task}", "{}", "`spec.facts` is empty. (Write something, or remove the key.)"),
        ("  by: J. Smith\n", "", "`spec` needs the key `by`. (For example by: J. Smith)"),
        ("  date:", "  on:", "`on` is not a key of `spec`. (Write `date`: other YAML readers take `on` for true.)"),
    ],
)  # fmt: skip
def test_what_an_attestation_cannot_say_is_said_in_our_words(right: str, wrong: str, message: str) -> None:
    """Dates above all: people write them in many ways."""
    loaded = load_text(f"{WORKSPACE}---\n{SCHOOL}---\n{SUPPLIER}---\n{ATTESTATION.replace(right, wrong, 1)}")
    assert [line.partition("schema: ")[2] for line in found(loaded)] == [message]


def test_a_proposed_text_is_read_in_place_of_its_file(folder: Path) -> None:
    """What a workspace would say with it: problems and all, in order of place; the folder stays as it is."""
    (folder / "b.yaml").write_text(SUPPLIER, encoding="utf-8")
    assert found(load(folder, TODAY)) == []
    renamed = load(folder, TODAY, {"b.yaml": SUPPLIER.replace("groupcall", "parentpay"), "c/d.yaml": ATTESTATION})
    assert found(renamed) == []
    assert renamed.desired is not None
    assert [address.supplier for address in renamed.desired.accesses] == ["parentpay"]
    assert [word.evidence.origin.file for word in renamed.desired.words] == ["c/d.yaml"]
    assert renamed.attestations == {"word"}
    wrong = load(folder, TODAY, {"c.yaml": BROKEN, "a.yaml": "x: \x00"})
    assert [line.split(":")[0] for line in found(wrong)] == ["a.yaml", "c.yaml"]
    assert {path.name for path in folder.iterdir()} == {"reconciler.yaml", "b.yaml"}


EXAMPLES = sorted((Path(__file__).parent / "rules").glob("*/*.yaml"))
WORKSPACES = [REPOSITORY / "examples" / name for name in ("one-school", "trust")]


@pytest.mark.parametrize("source", [*EXAMPLES, *WORKSPACES], ids=lambda path: "-".join(path.parts[-2:]))
def test_a_check_finds_and_counts_what_loading_does(source: Path, tmp_path: Path) -> None:
    """It resolves nothing, and says the same: every problem, and what the manifests declare where none is an error."""
    workspace = source
    if source.is_file():
        workspace = tmp_path
        (tmp_path / "reconciler.yaml").write_bytes(source.read_bytes())
    declared, problems = check(workspace, TODAY)
    loaded = load(workspace, TODAY)
    assert problems == loaded.problems
    if loaded.desired is None:
        assert declared is None
    else:
        accesses = loaded.desired.accesses
        suppliers = {address.supplier for address in accesses}
        assert declared == Declared(len(loaded.desired.schools), len(suppliers), len(accesses))
