"""The operator's name, for an attestation or a journal entry without one."""

import getpass
import os
import subprocess
from pathlib import Path

import click

from reconciler.errors import ReconcilerError
from reconciler.git.executables import on_the_path
from reconciler.invisible import is_seen

_SECONDS = 10  # git reads a file or two; where a folder on a network hangs, the system's name does


def operator_name(folder: Path, option: str) -> str:
    """Return git's `user.name` in a folder, or the name of the system's user.

    Raises ReconcilerError if there is neither, as in some containers; `option` is the one that gives it (`--by`).
    """
    name = _of_git(folder) or _of_system()
    if not is_seen(name):
        raise ReconcilerError(
            f"Your name is not known. Give it with {option} NAME, or set it with `git config user.name NAME`."
        )
    return name


def confirming_name(folder: Path, by: str | None) -> str:
    """Return the name of the person who confirms something: what `--by` says, or the operator."""
    name = (operator_name(folder, "--by") if by is None else by).strip()
    if not is_seen(name):
        raise click.UsageError("--by is empty: give a name.")
    return name


def _of_git(folder: Path) -> str:
    """Return an empty name if git is not installed, cannot read the folder, or has no name."""
    git = on_the_path("git", os.environ.get("PATH"), folder)
    if git is None:
        return ""
    try:
        answer = subprocess.run(  # noqa: S603  # no shell, and nothing in it that was typed
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
