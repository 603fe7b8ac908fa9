"""Whose name a word gets where nobody says one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

NAMES = {"LOGNAME": "jsmith", "USER": "jsmith", "USERNAME": "jsmith", "LNAME": "jsmith"}
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def asked(folder: Path, home: Path, **changed: str) -> str:
    """What a process of its own says, in whose home nothing but our settings are."""
    program = "import sys; from pathlib import Path; from reconciler.cli.operator_name import operator_name\n"
    program += "sys.stdout.buffer.write(operator_name(Path(sys.argv[1]), '--by').encode())"
    alone = {"HOME": str(home), "XDG_CONFIG_HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "USERPROFILE": str(home)}
    run = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        env={**os.environ, **alone, **NAMES, **changed},
        capture_output=True,
        check=True,
    )
    return run.stdout.decode()


@needs_git
def test_the_name_that_git_has_in_the_folder_comes_first(tmp_path: Path) -> None:
    """A repository's own setting beats the person's, as for a commit."""
    repository = tmp_path / "workspace"
    subprocess.run(["git", "init", "--quiet", str(repository)], check=True)
    (tmp_path / ".gitconfig").write_text("[user]\n\tname = Jo Smith\n", encoding="utf-8")
    assert asked(repository, tmp_path) == "Jo Smith"
    subprocess.run(["git", "-C", str(repository), "config", "user.name", "Zoë Ng"], check=True)
    assert asked(repository, tmp_path) == "Zoë Ng"


def test_without_a_name_in_git_it_is_the_systems_user(tmp_path: Path) -> None:
    """No name set, no git on the PATH, and no such folder are the same."""
    assert asked(tmp_path, tmp_path) == "jsmith"
    assert asked(tmp_path, tmp_path, PATH=str(tmp_path)) == "jsmith"
    assert asked(tmp_path / "nowhere", tmp_path) == "jsmith"


@pytest.mark.skipif(os.name == "nt", reason="a program of another kind would have to be planted there")
def test_a_git_that_lies_beside_the_manifests_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where the PATH has the current folder, or the workspace, before all others."""
    planted = tmp_path / "git"
    planted.write_text("#!/bin/sh\necho Mallory\n", encoding="utf-8")
    planted.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    for entry in (".", str(tmp_path)):
        path = os.pathsep.join((entry, os.environ["PATH"]))
        assert asked(tmp_path, tmp_path, PATH=path, PYTHONPATH=os.pathsep.join(sys.path)) == "jsmith"
