"""Where a workspace lies in its git repository, found without asking any program."""

import os
from pathlib import Path
from typing import NamedTuple


class Checkout(NamedTuple):
    """A checked-out repository: `top` is the folder that holds `.git`, `inside` the workspace's path from there with
    `/`; empty where it is the top."""

    top: Path
    inside: str

    @property
    def link(self) -> Path | None:
        """The first folder on the way from the top to the workspace that is a link, if any is."""
        folder = self.top
        for part in filter(None, self.inside.split("/")):
            folder /= part
            if folder.is_symlink() or _is_junction(folder):
                return folder
        return None

    def holds(self, path: Path) -> bool:
        """Whether a path is of a file in the checkout by its name, wherever links in it may lead."""
        return named(path).is_relative_to(self.top)


def checkout(workspace: Path) -> Checkout | None:
    """The checkout that a workspace is in, by the names of its folders; None where it is in none.

    `.git` is a file in a worktree or a submodule. What a change of the manifests brings along cannot be called `.git`:
    git checks nothing out under that name. So this never finds a repository that somebody has put into the checkout.
    """
    home = named(workspace)
    for folder in (home, *home.parents):
        if (folder / ".git").exists():
            inside = home.relative_to(folder).as_posix()
            return Checkout(folder, "" if inside == "." else inside)
    return None


def folder_in_repository(workspace: Path) -> str:
    """The workspace's path from the top of its repository, as CI systems name files; empty where it is the top, or in
    no repository."""
    there = checkout(workspace)
    return there.inside if there else ""


def named(path: Path) -> Path:
    """The path from the root, by the names of its folders."""
    return Path(os.path.abspath(path))  # noqa: PTH100  # links are not followed: a change of the manifests may bring some


def _is_junction(folder: Path) -> bool:
    """Windows has a second kind of link; before Python 3.12 it cannot be told from a folder."""
    return bool(getattr(folder, "is_junction", lambda: False)())
