"""`reconciler fmt`: what it writes, what it leaves alone, and what it says of both."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING
from unittest.mock import Mock

import pytest

from tests.cli.world import EXAMPLES, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.cli.conftest import Reconciler

WORKSPACE = "apiVersion: reconciler/v1\nkind: Workspace\nmetadata: {name: small}\n"
UNEVEN = "kind: Supplier\napiVersion: reconciler/v1\nmetadata: {name: till}\nspec:\n    entities: ['students'] # kept\n"
EVEN = "apiVersion: reconciler/v1\nkind: Supplier\nmetadata: {name: till}\nspec:\n  entities: [Students] # kept\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with a manifest that is not in normal form. This process is in it."""
    write(tmp_path / "reconciler.yaml", WORKSPACE)
    write(tmp_path / "suppliers" / "till.yaml", UNEVEN)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(file: Path, text: str) -> None:
    """Write a file as it is, line ends included."""
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(text.encode())


def text_of(file: Path) -> str:
    """The text of a file as it is."""
    return file.read_bytes().decode()


@pytest.mark.parametrize("example", ["trust", "one-school"])
def test_the_examples_are_in_normal_form(example: str, reconciler: Reconciler) -> None:
    """0, and nothing but that is said."""
    done = reconciler("fmt", "--check", "-C", EXAMPLES / example)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("In normal form: ")


def test_a_file_is_written_in_normal_form(folder: Path, reconciler: Reconciler) -> None:
    """It is named, and how many there are; 0. A second run has nothing to do."""
    done = reconciler("fmt")
    assert (done.code, done.err) == (0, "")
    assert done.out == "suppliers/till.yaml: put into normal form\nPut into normal form: 1 of 2 files.\n"
    assert text_of(folder / "suppliers" / "till.yaml") == EVEN
    assert reconciler("fmt").out == "In normal form: 2 files.\n"


def test_check_names_what_would_change_and_writes_nothing(folder: Path, reconciler: Reconciler) -> None:
    """1, with a diff."""
    before = {file: file.read_bytes() for file in folder.rglob("*.yaml")}
    done = reconciler("fmt", "--check")
    assert (done.code, done.err) == (1, "")
    assert done.out == (
        "suppliers/till.yaml: not in normal form\n"
        "  @@ -1,5 +1,5 @@\n"
        "  +apiVersion: reconciler/v1\n"
        "   kind: Supplier\n"
        "  -apiVersion: reconciler/v1\n"
        "   metadata: {name: till}\n"
        "   spec:\n"
        "  -    entities: ['students'] # kept\n"
        "  +  entities: [Students] # kept\n"
        "Not in normal form: 1 of 2 files. To change that: `reconciler fmt`.\n"
    )
    assert {file: file.read_bytes() for file in folder.rglob("*.yaml")} == before
    assert reconciler("fmt", "--check", "--quiet").out == "suppliers/till.yaml: not in normal form\n"


def test_a_long_diff_is_shown_when_asked_for(folder: Path, reconciler: Reconciler) -> None:
    """Else its length is."""
    bundles = "".join(f"    b{number}: ['Staff']\n" for number in range(40))
    write(folder / "suppliers" / "till.yaml", EVEN + "  bundles:\n" + bundles)
    assert "lines differ. To see them: -v" in reconciler("fmt", "--check").out
    assert "-    b39: ['Staff']" in reconciler("fmt", "--check", "-v").out


@pytest.mark.parametrize("named", ["suppliers", "suppliers/till.yaml", "./suppliers/../suppliers/till.yaml"])
def test_only_what_is_named_is_looked_at(named: str, folder: Path, reconciler: Reconciler) -> None:
    """A folder or a file, as pre-commit passes them."""
    write(folder / "school.yaml", "kind: School\napiVersion: reconciler/v1\nmetadata: {name: a}\nspec: {}\n")
    before = text_of(folder / "school.yaml")
    done = reconciler("fmt", named)
    assert (done.code, done.out.splitlines()[-1]) == (0, "Put into normal form: 1 of 1 file.")
    assert text_of(folder / "school.yaml") == before


@pytest.mark.parametrize("named", ["nothing.yaml", ".."])
def test_a_path_that_is_not_in_the_workspace_is_refused(named: str, folder: Path, reconciler: Reconciler) -> None:
    """Before anything is written: it is a mistake, and not an empty choice."""
    done = reconciler("fmt", "suppliers", named)
    assert (done.code, done.out) == (1, "")
    assert "Nothing was done: " in done.err
    assert text_of(folder / "suppliers" / "till.yaml") == UNEVEN


def test_what_is_no_manifest_is_left_alone(folder: Path, reconciler: Reconciler) -> None:
    """Other YAML, hidden files, what the Workspace excludes and snapshots, named or not."""
    write(folder / "reconciler.yaml", WORKSPACE + "spec: {exclude: [templates/]}\n")
    others = {
        "compose.yaml": "services:   {a: b}\n",
        ".github/ci.yml": UNEVEN,
        "templates/till.yaml": UNEVEN,
        "live.yaml": "formatVersion:  1\nkind: Snapshot\n",
        "notes.txt": "a:   b\n",
        "empty.yaml": "\n\n",
    }
    for name, text in others.items():
        write(folder / name, text)
    assert reconciler("fmt").code == 0
    done = reconciler("fmt", *others)
    assert (done.code, done.out) == (0, "In normal form: 0 files.\n")
    assert "templates/till.yaml is not a manifest file of this workspace, and was not changed." in done.err.replace(
        "\\", "/"
    )
    assert {name: text_of(folder / name) for name in others} == others


def test_a_file_that_cannot_be_read_stops_no_other(folder: Path, reconciler: Reconciler) -> None:
    """1; its problem is shown with its place, and the others are in normal form."""
    broken = "apiVersion: reconciler/v1\nkind: [\n"
    write(folder / "broken.yaml", broken)
    write(folder / "latin.yaml", "")
    (folder / "latin.yaml").write_bytes(b"title: \xe9\n")
    done = reconciler("fmt")
    assert done.code == 1
    assert "broken.yaml:" in done.err
    assert "broken.yaml was not changed: it cannot be read." in done.err
    assert "latin.yaml was not changed: it cannot be read." in done.err
    assert text_of(folder / "broken.yaml") == broken
    assert text_of(folder / "suppliers" / "till.yaml") == EVEN


def test_a_file_without_a_normal_form_stays_and_says_why(folder: Path, reconciler: Reconciler) -> None:
    """1, with the line: here a comment would allow more than it does now."""
    text = EVEN.replace("entities: [Students]", "overrides:\n    - account: {username: a}").replace(
        "# kept", "# reconciler: allow person-photos until 2035-01-01: why\n      schools: [a]"
    )
    write(folder / "suppliers" / "till.yaml", text)
    done = reconciler("fmt")
    assert done.code == 1
    assert (
        "suppliers/till.yaml:6:1 was not changed: its normal form would make this comment allow something else"
        in done.err
    )
    assert text_of(folder / "suppliers" / "till.yaml") == text


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_line_ends_and_byte_order_mark_stay(newline: str, bom: str, folder: Path, reconciler: Reconciler) -> None:
    """A file of Notepad stays one."""
    file = folder / "suppliers" / "till.yaml"
    write(file, bom + UNEVEN.replace("\n", newline))
    assert reconciler("fmt").code == 0
    assert text_of(file) == bom + EVEN.replace("\n", newline)
    assert reconciler("fmt", "--check").code == 0


def test_mixed_line_ends_become_the_commoner_ones(folder: Path, reconciler: Reconciler) -> None:
    """And a difference that nobody can see is said in words."""
    file = folder / "suppliers" / "till.yaml"
    write(file, EVEN.replace("\n", "\r\n", 2))
    assert "Only the line endings differ" in reconciler("fmt", "--check").out
    assert reconciler("fmt").code == 0
    assert text_of(file) == EVEN


def test_the_last_line_ends(folder: Path, reconciler: Reconciler) -> None:
    """A diff says so where it did not."""
    write(folder / "suppliers" / "till.yaml", EVEN.rstrip("\n"))
    assert "the file ends here, in the middle of a line" in reconciler("fmt", "--check").out
    assert reconciler("fmt").code == 0
    assert text_of(folder / "suppliers" / "till.yaml") == EVEN


def test_a_password_is_in_no_diff_and_no_problem(folder: Path, reconciler: Reconciler) -> None:
    """Wherever in the file it stands; what is written keeps it, since it is for a person to take out."""
    text = f"{UNEVEN}    account: {{username: till, password:   zq7Kx-9vTj}}\n    purpose:   'zq7Kx-9vTj is the key'\n"
    write(folder / "suppliers" / "till.yaml", text)
    write(folder / "broken.yaml", "password: zq7Kx-9vTj\npassword: [zq7Kx-9vTj\n")
    for done in (reconciler("fmt", "--check", "-v"), reconciler("fmt")):
        assert done.code == 1
        assert "zq7Kx" not in done.out + done.err
        assert "9vTj" not in done.out + done.err
    assert text_of(folder / "suppliers" / "till.yaml").count("zq7Kx-9vTj") == 2


def test_a_manifest_cannot_steer_a_terminal(folder: Path, reconciler: Reconciler) -> None:
    """A diff shows its control characters as numbers."""
    write(folder / "suppliers" / "till.yaml", UNEVEN.replace("kept", "\u200ekept"))
    done = reconciler("fmt", "--check")
    assert "\u200e" not in done.out + done.err
    assert "\\u200e" in done.out
    assert "There is a left-to-right mark (U+200E) in a comment." in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes, and links need a right")
def test_a_file_keeps_its_mode_and_a_link_its_target(folder: Path, reconciler: Reconciler) -> None:
    """What the link names is written, and one that nobody may write is left alone."""
    file = folder / "suppliers" / "till.yaml"
    file.chmod(0o640)
    (folder / "linked.yaml").symlink_to(file)
    assert reconciler("fmt", "linked.yaml").code == 0
    assert text_of(file) == EVEN
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert (folder / "linked.yaml").is_symlink()
    write(file, UNEVEN)
    file.chmod(0o440)
    done = reconciler("fmt")
    assert done.code == 1
    assert "was not written: it is read-only" in done.err
    assert text_of(file) == UNEVEN


def test_nothing_is_left_beside_the_files(folder: Path) -> None:
    """As a process, in a folder that is not its own."""
    before = sorted((folder / "suppliers").iterdir())
    done = run(["fmt", "-C", str(folder)], folder.parent)
    assert (done.code, done.err) == (0, "")
    assert sorted((folder / "suppliers").iterdir()) == before


@pytest.mark.parametrize("named", [(), ("suppliers",), ("--check",)])
@pytest.mark.parametrize("name", ["reconciler.yaml", "other.yaml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_nothing_is_written_while_nobody_knows_what_is_excluded(
    encoding: str, name: str, named: tuple[str, ...], folder: Path, reconciler: Reconciler
) -> None:
    """The file that may hold the Workspace is not right, in any of its parts: what it excludes is not ours to write."""
    (folder / "reconciler.yaml").unlink()
    broken = WORKSPACE + "spec: {exclude: [suppliers/]" + ("}\n" if encoding != "utf-8" else "\n")
    (folder / name).write_bytes(broken.encode(encoding))
    done = reconciler("fmt", *named)
    assert (done.code, done.out) == (1, "")
    assert f"Nothing was done: {name} cannot be read, and it may exclude files" in done.err
    assert text_of(folder / "suppliers" / "till.yaml") == UNEVEN


def test_a_file_that_holds_the_workspace_is_never_excluded(folder: Path, reconciler: Reconciler) -> None:
    """Its own pattern notwithstanding."""
    write(folder / "reconciler.yaml", WORKSPACE + "spec: {exclude:   [reconciler.yaml, suppliers/]}\n")
    assert reconciler("fmt").out.startswith("reconciler.yaml: put into normal form\n")
    assert text_of(folder / "suppliers" / "till.yaml") == UNEVEN


@pytest.mark.parametrize("options", [(), ("--check",)])
def test_a_wrong_folder_is_a_mistake(options: tuple[str, ...], folder: Path, reconciler: Reconciler) -> None:
    """And not a workspace in normal form: one without a Workspace, and one that is not there."""
    done = reconciler("fmt", *options, "-C", folder / "suppliers")
    assert (done.code, done.out) == (1, "")
    assert "Nothing was done: the folder " in done.err
    assert "has no Workspace. Go to the workspace's folder, or name it with -C." in done.err
    done = reconciler("fmt", *options, "-C", folder / "nosuch")
    assert (done.code, done.out) == (1, "")
    assert "Nothing was done: there is no folder " in done.err
    assert text_of(folder / "suppliers" / "till.yaml") == UNEVEN


def test_a_file_that_is_named_and_holds_no_manifest_is_told(folder: Path, reconciler: Reconciler) -> None:
    """Where a folder is named, files beside the manifests are not."""
    write(folder / "compose.yaml", "services:   {a: b}\n")
    done = reconciler("fmt", "compose.yaml")
    assert (done.code, done.err) == (0, "compose.yaml has no manifest, and was not changed.\n")
    assert reconciler("fmt", ".").err == ""


def test_a_link_that_leads_nowhere_is_a_failure(folder: Path, reconciler: Reconciler) -> None:
    """1, though every file that is there is in normal form."""
    write(folder / "suppliers" / "till.yaml", EVEN)
    try:
        (folder / "gone.yaml").symlink_to(folder / "nothing.yaml")
    except OSError:
        pytest.skip("Windows lets only some users make links")
    done = reconciler("fmt", "--check")
    assert done.code == 1
    assert "This link points to nothing." in done.err


def test_a_file_that_was_saved_meanwhile_is_left_alone(
    folder: Path, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1, and what somebody saved while this ran is kept; the closing line does not count it."""
    file = folder / "suppliers" / "till.yaml"
    write(folder / "a.yaml", UNEVEN)
    sync = os.fsync

    def saved(descriptor: int) -> None:
        write(file, UNEVEN + "# saved\n")
        sync(descriptor)

    monkeypatch.setattr("os.fsync", saved)
    done = reconciler("fmt")
    assert done.code == 1
    assert "till.yaml was not written: it was saved in the meantime" in done.err
    assert done.out.splitlines()[-1] == "Put into normal form: 1 of 3 files; 1 could not be written."
    assert text_of(file) == UNEVEN + "# saved\n"
    assert sorted(path.name for path in file.parent.iterdir()) == ["till.yaml"]


def test_a_hard_link_is_not_split(folder: Path, reconciler: Reconciler) -> None:
    """Its other name would keep the old text, and nobody would know."""
    file = folder / "suppliers" / "till.yaml"
    (folder / "till.txt").hardlink_to(file)
    done = reconciler("fmt")
    assert done.code == 1
    assert "till.yaml was not written: it has a second name (a hard link)" in done.err
    assert text_of(file) == UNEVEN


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no owners of this kind")
def test_a_file_keeps_its_owner(
    folder: Path, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch, give_away: Callable[[Path], int]
) -> None:
    """Where the system's administrator runs this; who may not give a file away leaves it alone."""
    file = folder / "suppliers" / "till.yaml"
    file.chmod(0o640)
    owner = give_away(file)
    monkeypatch.setattr("os.fchown", Mock(side_effect=PermissionError))
    done = reconciler("fmt")
    assert done.code == 1
    assert "till.yaml was not written: another user owns it, and it would become yours" in done.err
    assert text_of(file) == UNEVEN
    monkeypatch.setattr("os.fchown", given := Mock())
    assert reconciler("fmt").code == 0
    assert given.call_args.args[1:] == (owner, file.stat().st_gid)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert text_of(file) == EVEN


def test_many_passwords_in_one_file_are_all_hidden(folder: Path, reconciler: Reconciler) -> None:
    """Those of several lines too; and a diff of thousands of lines is made."""
    suppliers = [f"{UNEVEN}    account: {{username: u, password: zq7Kx-{number}-}}\n" for number in range(1000)]
    text = "---\n".join([*suppliers, f'{UNEVEN}    account: {{username: u, password: "zq7Kx\\n9vTj"}}\n'])
    write(folder / "suppliers" / "till.yaml", text)
    done = reconciler("fmt", "--check", "-v")
    assert done.code == 1
    assert "zq7Kx" not in done.out
