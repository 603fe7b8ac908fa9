"""Where a workspace lies in its repository: reports of CI systems name files from the repository's top."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def folder_in_repository(workspace: Path) -> str:
    """The workspace's path from the top of its git repository, with `/`; empty where it is the top, or in none.

    No program is asked: the top is the folder that holds `.git`, which is a file in a worktree or a submodule.
    """
    home = workspace.resolve()
    for folder in (home, *home.parents):
        if (folder / ".git").exists():
            inside = home.relative_to(folder).as_posix()
            return "" if inside == "." else inside
    return ""
