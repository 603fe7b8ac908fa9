"""`explain --agreed-since`: the commit since which something is agreed, in a real repository."""

from __future__ import annotations

import json
from shutil import rmtree
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.cli.main import main
from tests.repository import Repository, repository

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

WORKSPACE = """\
apiVersion: reconciler/v1
kind: Workspace
metadata: {name: example}
spec: {account: {username: "{supplier}.{school}"}}
---
apiVersion: reconciler/v1
kind: School
metadata: {name: oak}
spec: {schoolId: 12345, platform: scomis}
"""
SUPPLIER = """\
apiVersion: reconciler/v1
kind: Supplier
metadata: {name: till}
spec:
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    """Manifests in a folder of a repository."""
    made = repository(tmp_path / "repo")
    made.write("mis/reconciler.yaml", WORKSPACE)
    return made


def commit(repo: Repository, day: int, spec: Sequence[str], by: str = "A. Tester") -> str:
    """Write the supplier, and commit it as someone, on a day of March."""
    repo.write("mis/till.yaml", SUPPLIER + "".join(f"  {line}\n" for line in spec))
    return commit_all(repo, day, by)


def commit_all(repo: Repository, day: int, by: str = "A. Tester") -> str:
    """Commit what is there."""
    repo.git("add", "--all")
    author = ("--author", f"{by} <x@example.org>", "--date", f"2026-03-{day:02}T12:00:00+00:00")
    repo.git("commit", "--quiet", "--allow-empty", "--message", "x", *author)
    return repo.git("rev-parse", "HEAD")


def since(repo: Repository, subject: str, capsys: pytest.CaptureFixture[str]) -> tuple[str, str, str]:
    """The row: the day, by whom, and the commit."""
    assert main(["explain", "-C", str(repo.folder / "mis"), subject, "--agreed-since", "--format", "json"]) == 0
    (explanation,) = json.loads(capsys.readouterr().out)
    part: dict[str, Any] = explanation["parts"][0]
    assert part["id"] == "agreed-since"
    (row,) = part["rows"]
    return row["name"], ", ".join(row["values"]), row["detail"]


def test_the_commit_that_brought_it_however_it_is_written(repo: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither a new form, nor another file, nor a break before counts; a bundle does, and a merge is who let it in."""
    first = commit(repo, 1, ["entities: [Students, Staff]"])
    commit(repo, 2, ["entities: [Students]"])
    repo.write("notes.txt", "not of the workspace")
    commit_all(repo, 3, "N. Obody")
    repo.branch("more")
    commit(repo, 4, ["bundles: {b: [STAFF]}", "entities:", "  - {bundle: b}", "  - Students"], "B. Author")
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-ff", "--no-commit", "more")
    merged = commit_all(repo, 5, "C. Khan")
    commit(repo, 6, ["entities: [Staff, Students] # in another form"])
    assert since(repo, "oak/till", capsys) == ("2026-03-01", "by A. Tester", f"commit {first[:12]}")
    assert since(repo, "oak/till/Students", capsys) == ("2026-03-01", "by A. Tester", f"commit {first[:12]}")
    assert since(repo, "oak/till/staff", capsys) == ("2026-03-05", "by C. Khan", f"commit {merged[:12]}")
    repo.write("mis/till.yaml", f"{SUPPLIER}  entities: [Students, Rooms]\n")
    assert "not committed yet" in since(repo, "oak/till/Rooms", capsys)[1]


def test_what_cannot_be_read_is_at_least(repo: Repository, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Before manifests that were wrong, and before the first commit of a shallow clone, nothing is known."""
    commit(repo, 1, ["entities: [Students]"])
    commit(repo, 2, ["entities: {}", "wrong: true"])
    right = commit(repo, 3, ["entities: [Students]"])
    assert since(repo, "oak/till", capsys) == ("at least 2026-03-03", "by A. Tester", f"commit {right[:12]}")
    commit(repo, 4, ["entities: [Students, Staff]"])
    repo.git("clone", "--quiet", "--depth", "1", repo.folder.as_uri(), str(tmp_path / "clone"))
    shallow = Repository(tmp_path / "clone")
    assert since(shallow, "oak/till/Students", capsys)[0] == "at least 2026-03-04"


def test_a_workspace_that_moved_is_not_followed(repo: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """It may have been agreed before, in the other folder."""
    repo.git("checkout", "--quiet", "--orphan", "again")
    repo.write("old/reconciler.yaml", WORKSPACE)
    rmtree(repo.folder / "mis")
    repo.write("old/till.yaml", f"{SUPPLIER}  entities: [Students]\n")
    commit_all(repo, 1)
    repo.git("mv", "old", "mis")
    moved = commit_all(repo, 2)
    commit(repo, 3, ["entities: [Students, Staff]"])
    assert since(repo, "oak/till", capsys) == ("at least 2026-03-02", "by A. Tester", f"commit {moved[:12]}")


def test_a_retired_access_was_not_agreed(repo: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    """It is agreed again since it came back."""
    commit(repo, 1, ["entities: [Students]"])
    commit(repo, 2, ["entities: [Students]", "state: retired"])
    commit(repo, 3, ["entities: [Students]"], "\u202egpj.exe")
    assert since(repo, "oak/till", capsys)[0] == "2026-03-03"
    assert main(["explain", "-C", str(repo.folder / "mis"), "oak/till", "--agreed-since"]) == 0
    assert "by \\u202egpj.exe" in capsys.readouterr().out


def test_without_a_repository_or_an_access_it_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the reason."""
    (tmp_path / "reconciler.yaml").write_text(f"{WORKSPACE}---\n{SUPPLIER}  entities: [Students]\n", encoding="utf-8")
    typed = ["explain", "-C", str(tmp_path)]
    assert main([*typed, "oak/till", "--agreed-since"]) == 1
    assert "not in a git repository" in capsys.readouterr().err
    for subject in (["oak"], ["entity", "Students"], ["oak/till/account.username"]):
        assert main([*typed, *subject, "--agreed-since"]) == 64
        assert "is about an access" in capsys.readouterr().err
