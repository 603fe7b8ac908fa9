"""The git side of a repository on GitHub: a bare one, and a clone that people work in."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_IDENTITY: Final = {
    "GIT_AUTHOR_NAME": "A Colleague",
    "GIT_AUTHOR_EMAIL": "colleague@example.org",
    "GIT_AUTHOR_DATE": "2026-09-01T08:00:00+00:00",
    "GIT_COMMITTER_NAME": "A Colleague",
    "GIT_COMMITTER_EMAIL": "colleague@example.org",
    "GIT_COMMITTER_DATE": "2026-09-01T08:00:00+00:00",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(folder: Path, *arguments: str) -> str:
    """What git prints; fails where it does."""
    environment = {**os.environ, **_IDENTITY}
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stderr}"
    return done.stdout.strip()


class Origin:
    """A bare repository whose default branch is `main`."""

    def __init__(self, folder: Path) -> None:
        self.bare = folder / "origin.git"
        self._clone = folder / "clone"
        folder.mkdir(parents=True, exist_ok=True)
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.bare))
        git(folder, "init", "--quiet", "--initial-branch=main", str(self._clone))
        git(self._clone, "remote", "add", "origin", str(self.bare))

    def commit(self, branch: str, files: Mapping[str, str | None], *, start: str = "main") -> str:
        """Commit files (None: taken away) on a branch, which starts at another where it is new; its hash."""
        if git(self._clone, "branch", "--list", branch):
            git(self._clone, "switch", "--quiet", branch)
        elif git(self._clone, "branch", "--list", start):
            git(self._clone, "switch", "--quiet", "--create", branch, start)
        for name, text in files.items():
            file = self._clone / name
            if text is None:
                file.unlink()
            else:
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
        git(self._clone, "add", "--all")
        git(self._clone, "commit", "--quiet", "--allow-empty", "--message", f"A change of {', '.join(files)}")
        git(self._clone, "push", "--quiet", "--force", "origin", branch)
        return git(self._clone, "rev-parse", branch)

    def pull(self, number: int, branch: str, base: str = "main") -> str:
        """What GitHub makes of a pull request: the two merged, under a name of its own; its hash."""
        git(self._clone, "switch", "--quiet", "--detach", base)
        git(self._clone, "merge", "--quiet", "--no-ff", "--message", f"Merge {branch} into {base}", branch)
        git(self._clone, "push", "--quiet", "--force", "origin", f"HEAD:refs/pull/{number}/merge")
        return git(self._clone, "rev-parse", "HEAD")

    def tag(self, name: str, branch: str) -> None:
        """Push a tag."""
        git(self._clone, "tag", "--force", name, branch)
        git(self._clone, "push", "--quiet", "--force", "origin", f"refs/tags/{name}")
