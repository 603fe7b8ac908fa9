"""The default branch of a checkout's remote, read without running any program."""

from pathlib import Path
from typing import Final

_HEAD: Final = "ref: refs/remotes/origin/"


def default_branch(top: Path) -> str:
    """Return the branch that a clone began with, or "" if the checkout does not say."""
    try:
        text = (top / ".git/refs/remotes/origin/HEAD").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):  # no clone, a shallow one of a job, or a worktree
        return ""
    return text.removeprefix(_HEAD) if text.startswith(_HEAD) else ""
