"""A git repository of a test's own: no configuration of the machine, no network, one author."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_AUTHOR = {"NAME": "A. Tester", "EMAIL": "tester@example.org", "DATE": "2026-11-24T12:00:00+00:00"}


@dataclass(frozen=True)
class Repository:
    """A folder with a repository, on the branch `main`."""

    folder: Path

    def git(self, *arguments: str) -> str:
        """What git prints; the test fails where it fails."""
        ran = subprocess.run(
            ["git", *arguments], cwd=self.folder, capture_output=True, check=False, encoding="utf-8", env=environment()
        )
        assert ran.returncode == 0, f"git {arguments}: {ran.stderr}"
        return ran.stdout.strip()

    def write(self, name: str, text: str) -> None:
        """Put a file there."""
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")

    def commit(self, message: str = "a change") -> str:
        """Commit all that is there; the commit."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str) -> None:
        """Go on from here on a branch of this name."""
        self.git("checkout", "--quiet", "-b", name)


def environment() -> dict[str, str]:
    """git's environment: what the machine's user has set does not count."""
    people = {f"GIT_{role}_{key}": value for role in ("AUTHOR", "COMMITTER") for key, value in _AUTHOR.items()}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, **people, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def repository(folder: Path) -> Repository:
    """A new repository in a folder; skips the test where there is no git."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    made = Repository(folder)
    made.git("init", "--quiet", "--initial-branch", "main")
    return made
