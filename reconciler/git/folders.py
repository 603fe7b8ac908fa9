"""Find a workspace's folder in a commit, folder by folder, as git lists them."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from reconciler.git.checkout import Checkout

_WORKSPACE_FILES: Final = frozenset({"reconciler.yaml", "reconciler.yml"})


class TreeFolder(NamedTuple):
    """A listed folder. `tree` names its content; empty for a submodule, whose files are in another repository."""

    tree: str


class FolderUnclear(Exception):
    """The names in the commit do not decide the folder; the text says why."""


def folder_in(commit: str, place: Checkout, listing: Callable[[str], Mapping[str, TreeFolder]]) -> str | None:
    """Return the tree of the workspace's folder in a commit, or None if it is not there.

    `listing` returns the folders of a tree by name; an exception from it is never taken for a missing folder. Raises
    FolderUnclear for a submodule, and if two folders may be meant.
    """
    tree, above = commit, place.top
    for part in filter(None, place.inside.split("/")):
        folders = listing(tree)
        spelled = _spelled(part, above, list(folders))
        if spelled is None:
            return None
        tree = folders[spelled].tree
        if not tree:
            raise FolderUnclear(f"{spelled} is a submodule in that commit: its files are in another repository")
        above /= part
    return tree


def is_workspace_file(name: str) -> bool:
    """Tell if a file, named from the workspace's folder, is the one that makes it a workspace."""
    return name.lower() in _WORKSPACE_FILES


def gone_workspaces(names: Iterable[str], place: Checkout) -> list[str]:
    """Return the folders with a workspace in a commit but not in the checkout; `names` are the commit's files."""
    files = [PurePosixPath(name) for name in names]
    held = [file for file in files if is_workspace_file(file.name) and not (place.top / file).exists()]
    folders = {"" if file.parent == PurePosixPath() else str(file.parent) for file in held}
    return sorted(folders - {place.inside})


def _spelled(part: str, above: Path, names: Sequence[str]) -> str | None:
    """Return git's name for a folder: systems that ignore case, or compose letters, may spell it differently.

    A folder that git spells differently, and that is on disk beside this one, is another folder.
    """
    if part in names:
        return part
    alike = [name for name in names if _spelling(name) == _spelling(part) and not _are_two(above / name, above / part)]
    if len(alike) > 1:
        spellings = " and ".join(sorted(alike))
        raise FolderUnclear(f"git has {spellings}, and {part} may mean either. Give one of them with -C")
    return alike[0] if alike else None


def _spelling(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _are_two(left: Path, right: Path) -> bool:
    return left.exists() and right.exists() and not left.samefile(right)
