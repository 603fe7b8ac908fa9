"""Prepare the history of the nights. One that cannot be used never stops a night, and is never written over.

| the history     | then                                                                          |
|-----------------|-------------------------------------------------------------------------------|
| is whole        | the night is added to it                                                      |
| cannot be used  | it is put aside in its folder, with a warning, and made again as if missing   |
| is missing      | it is made from the snapshots of earlier nights that can still be had         |

A snapshot has what Bromcom said, so a history that was made again has no differences of the nights before.

This step runs in the environment of the installed program, before there are passwords.
"""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import Final

import kept_snapshots
import runner
from runner import StepError

_TOKEN: Final = "GITHUB_TOKEN"  # noqa: S105  # the name of a variable
_ERROR: Final = "Error: "  # how the program begins what it says of a failure
_FILES: Final = ("", "-journal")  # of SQLite; the journal of another history would spoil a new one


def step() -> None:
    """See that the history can be used, or begin another; a night without one is better than none."""
    history = Path(runner.setting("HISTORY"))
    history.parent.mkdir(parents=True, exist_ok=True)
    if history.exists() and history.stat().st_size:
        fault = _reconciler("history", "check", f"--history={history}")
        if not fault:
            return
        runner.warning(
            "The history cannot be used",
            f"{fault} It was put aside as {put_aside(history)}, beside the new one that begins now.",
        )
    snapshots = runner.folder("SNAPSHOTS")
    if runner.setting("WORKFLOW", ""):
        _fetch(snapshots)
    if any(snapshots.glob("*.json")):
        workspace = runner.setting("RECONCILER_WORKSPACE", ".")
        fault = _reconciler("history", "import", f"--workspace={workspace}", f"--history={history}", str(snapshots))
        if fault:
            runner.warning("The history was not made again", f"It begins tonight. {fault}")


def put_aside(history: Path) -> str:
    """Give a history the first name that is free, and return that."""
    number = next(each for each in count(1) if not _aside(history, each).exists())
    for more in _FILES:
        file = history.with_name(history.name + more)
        if file.exists():
            file.rename(_aside(history, number, more))
    return _aside(history, number).name


def _aside(history: Path, number: int, more: str = "") -> Path:
    return history.with_name(f"{history.stem}-unusable-{number}{history.suffix}{more}")


def _fetch(snapshots: Path) -> None:
    try:
        kept_snapshots.fetch(runner.setting("WORKFLOW"), runner.setting("ARTIFACT"), snapshots)
    except StepError as failed:
        runner.warning("Some earlier nights are not in the history", f"{failed.title}: {failed}")


def _reconciler(*arguments: str) -> str:
    """Run the program, show its words, and return why it failed; empty if it did not."""
    done = subprocess.run(  # noqa: S603  # our own words and files
        [sys.executable, "-I", "-m", "reconciler", *arguments],
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="replace",
        env={name: value for name, value in os.environ.items() if name != _TOKEN},
    )
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    runner.fold(" ".join(arguments[:2]), lines)
    if not done.returncode:
        return ""
    errors = [line.removeprefix(_ERROR) for line in lines if line.startswith(_ERROR)]
    return " ".join(errors or lines[-1:]) or f"`reconciler {arguments[1]}` exited with {done.returncode}."
