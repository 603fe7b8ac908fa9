"""Who is at the keyboard: the name that a word or a journal's entry gets where none was said."""

import getpass
import os
import subprocess
from pathlib import Path

from reconciler.errors import ReconcilerError
from reconciler.git.executables import on_the_path
from reconciler.model.invisible import is_seen

_SECONDS = 10  # git reads a file or two; where a folder on a network hangs, the system's name does


def operator_name(folder: Path, option: str) -> str:
    """The `user.name` that git knows in a folder, or, without one, the name of the system's user.

    Raises ReconcilerError where there is neither, as in some containers; `option` is the one to say it with (`--by`).
    """
    name = _of_git(folder) or _of_system()
    if not is_seen(name):
        raise ReconcilerError(
            f"it is not known who you are: say it with {option} NAME, or `git config user.name NAME`."
        )
    return name


def _of_git(folder: Path) -> str:
    """Empty where git is not installed, cannot read the folder, or knows no name."""
    git = on_the_path("git", os.environ.get("PATH"), folder)
    if git is None:
        return ""
    try:
        answer = subprocess.run(  # noqa: S603  # no shell, and nothing in it that anybody typed
            [git, "config", "--get", "user.name"],
            cwd=folder,
            capture_output=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.decode("utf-8", errors="replace").strip() if answer.returncode == 0 else ""


def _of_system() -> str:
    try:
        return getpass.getuser().strip()
    except (OSError, KeyError, ImportError):  # KeyError and ImportError: a user without a name, before Python 3.13
        return ""
