"""The git checkout around a workspace, found without running any program."""

import os
from pathlib import Path
from typing import NamedTuple


class Checkout(NamedTuple):
    """A checked-out repository: `top` is the folder with `.git`, `inside` the workspace's path from there, with `/`."""

    top: Path
    inside: str

    @property
    def link(self) -> Path | None:
        """The first folder between the top and the workspace that is a link, or None."""
        folder = self.top
        for part in filter(None, self.inside.split("/")):
            folder /= part
            if folder.is_symlink() or _is_junction(folder):
                return folder
        return None

    def holds(self, path: Path) -> bool:
        """Tell if a path is in the checkout by its name, wherever links in it lead."""
        return named(path).is_relative_to(self.top)


def checkout(workspace: Path) -> Checkout | None:
    """Return the checkout that a workspace is in by the names of its folders, or None.

    `.git` is a file in a worktree or a submodule. git never checks out anything called `.git`, so a change of the
    manifests cannot bring a repository of its own along.
    """
    home = named(workspace)
    for folder in (home, *home.parents):
        if (folder / ".git").exists():
            inside = home.relative_to(folder).as_posix()
            return Checkout(folder, "" if inside == "." else inside)
    return None


def folder_in_repository(workspace: Path) -> str:
    """Return the workspace's path from the top of its repository, or "", as CI systems name files."""
    repository = checkout(workspace)
    return repository.inside if repository else ""


def named(path: Path) -> Path:
    """Return the path from the root, by the names of its folders."""
    return Path(os.path.abspath(path))  # noqa: PTH100  # links are not followed: a change of the manifests may bring some


def _is_junction(folder: Path) -> bool:
    """Tell if it is Windows' second kind of link, which looks like a folder before Python 3.12."""
    return bool(getattr(folder, "is_junction", lambda: False)())
