"""The default branch of a checkout's remote, read without running any program."""

from pathlib import Path
from typing import Final

_HEAD: Final = "ref: refs/remotes/origin/"
_ELSEWHERE: Final = "gitdir: "


def default_branch(top: Path) -> str:
    """Return the branch that a clone began with, or "" if the checkout does not say."""
    text = _line(_store(top) / "refs/remotes/origin/HEAD")  # none if it is no clone, or a shallow one of a job
    return text.removeprefix(_HEAD) if text.startswith(_HEAD) else ""


def _store(top: Path) -> Path:
    """Return the folder with a checkout's references: that of the first checkout for another worktree of it."""
    store = top / ".git"
    elsewhere = _line(store)
    if elsewhere.startswith(_ELSEWHERE):
        store = top / elsewhere.removeprefix(_ELSEWHERE)
    return store / _line(store / "commondir")


def _line(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
