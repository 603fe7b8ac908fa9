"""This revision of the program as CI systems fetch it: the files that git knows, and no more of them than is used."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING, Final

from tests.ci.origin import git
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from pathlib import Path

TO_INSTALL: Final = (
    *(".github", "examples", "reconciler", "schemas"),
    *("pyproject.toml", "README.md", "LICENSE", ".gitignore"),  # else what pip builds is a change of the clone
)
TO_RUN: Final = (".github", "examples")  # where the program is installed already


def copy_of_this_revision(folder: Path, parts: tuple[str, ...]) -> Path:
    """Copy what git knows of these files and folders, or would add, to a folder."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *parts],
        cwd=REPOSITORY,
        capture_output=True,
        check=True,
        encoding="utf-8",
    ).stdout
    for name in filter(None, listed.split("\0")):
        if (REPOSITORY / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(REPOSITORY / name, folder / name)
    return folder


def committed(folder: Path) -> str:
    """Make a repository of a copy, with all of it in one commit; the commit's hash."""
    git(folder, "init", "--quiet", "--initial-branch=main", ".")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "This revision")
    git(folder, "repack", "--quiet", "-a", "-d")  # once here, so that no clone of it has to
    return git(folder, "rev-parse", "HEAD")
