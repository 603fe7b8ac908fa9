"""Programs are found where the administrators of a computer put them, and nowhere else."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from reconciler.git.executables import on_the_path, program_at, shell_line, typed_words

if TYPE_CHECKING:
    from pathlib import Path

FILE = "op.cmd" if os.name == "nt" else "op"


def planted(folder: Path) -> Path:
    """A program of that name in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text("@echo off\n" if os.name == "nt" else "#!/bin/sh\n", encoding="utf-8")
    (folder / FILE).chmod(0o755)
    return folder / FILE


@pytest.mark.parametrize("where", [".", "", "current", "workspace", "link"])
def test_what_lies_beside_the_manifests_is_never_found(
    where: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by a dot or nothing on the PATH, nor by the folder's whole name, nor by another name of it."""
    current, workspace = tmp_path / "current", tmp_path / "workspace"
    planted(current)
    planted(workspace)
    monkeypatch.chdir(current)
    if where == "link":
        if sys.platform == "win32":
            return  # it lets only some users make links
        (tmp_path / "link").symlink_to(workspace)
    entry = where if where in {".", ""} else str(tmp_path / where)
    assert on_the_path("op", entry, workspace) is None
    real = planted(tmp_path / "bin")
    assert on_the_path("op", os.pathsep.join((entry, str(real.parent))), workspace) == real


@pytest.mark.skipif(sys.platform == "win32", reason="it lets only some users make links")
@pytest.mark.parametrize("entry", ["bin", "tools/bin", "leads-out", "../leads-in", "../linked-program"])
@pytest.mark.parametrize("by_link", [False, True], ids=["by-name", "by-link"])
def test_nothing_anywhere_in_the_checkout_is_found(entry: str, by_link: bool, tmp_path: Path) -> None:
    """Not in a folder beside the workspace, not through a link that a change brought along, and not through a link
    from outside; also where the workspace is named through a link itself."""
    top = tmp_path / "checkout"
    workspace = top / "trusts" / "oakwood"
    workspace.mkdir(parents=True)
    (top / ".git").mkdir()
    for folder in (top / "bin", top / "tools" / "bin", tmp_path / "elsewhere"):
        planted(folder)
    (top / "leads-out").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "leads-in").symlink_to(top / "bin")
    (tmp_path / "linked-program").mkdir()
    (tmp_path / "linked-program" / FILE).symlink_to(top / "bin" / FILE)
    (tmp_path / "workspace").symlink_to(workspace)
    named = tmp_path / "workspace" if by_link else workspace
    assert on_the_path("op", str(top / entry), named) is None
    real = planted(tmp_path / "usual")
    assert on_the_path("op", os.pathsep.join((str(top / entry), str(real.parent))), named) == real


def test_the_first_folder_that_has_it_wins(tmp_path: Path) -> None:
    """As on any PATH; what may not be run is passed over."""
    first, second = planted(tmp_path / "first"), planted(tmp_path / "second")
    path = os.pathsep.join(str(found.parent) for found in (first, second))
    workspace = tmp_path / "workspace"
    assert on_the_path("op", path, workspace) == first
    first.unlink()
    (first.parent / FILE).mkdir()
    assert on_the_path("op", path, workspace) == second
    assert on_the_path("op", None, workspace) is None


def test_a_whole_path_needs_no_ending(tmp_path: Path) -> None:
    """On Windows `op` is op.cmd; elsewhere a name is the whole name."""
    assert program_at(tmp_path / "op") is None
    assert program_at(planted(tmp_path).with_name("op")) == tmp_path / FILE


def test_a_command_that_is_typed_has_the_words_of_the_one_that_is_printed(tmp_path: Path) -> None:
    """Also where paths have a backslash, and folders a space."""
    words = (
        sys.executable,
        "read",
        "op://Schools/Till at Greenfield#1/password",
        str(tmp_path / "a b" / "op.exe"),
    )
    assert typed_words(shell_line(*words)) == list(words)
