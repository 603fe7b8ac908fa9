"""Prepare the history of the nights. One that cannot be used never stops a night, and is never written over.

| the history     | then                                                                          |
|-----------------|-------------------------------------------------------------------------------|
| is whole        | the night is added to it                                                      |
| cannot be used  | it is put aside in its folder, with a warning, and made again as if missing:  |
|                 | it is damaged, or of another workspace, program or version                    |
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
_LEFT_ALONE: Final = " It was left alone"  # until we put it aside
_ERROR: Final = "Error: "  # how the program begins what it says of a failure


def step() -> None:
    """See that the history can be used, or begin another; a night without one is better than none."""
    history, workspace = Path(runner.setting("HISTORY")), runner.setting("RECONCILER_WORKSPACE", ".")
    history.parent.mkdir(parents=True, exist_ok=True)
    if history.exists() and history.stat().st_size:
        fault = fault_in(history, Path(workspace))
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
        fault = _imported(f"--workspace={workspace}", f"--history={history}", str(snapshots))
        if fault:
            runner.warning("The history was not made again", f"It begins tonight. {fault}")


def fault_in(history: Path, workspace: Path) -> str:
    """Return why a history cannot be that of a workspace; empty if it can, or if the manifests have errors, which the
    run tells."""
    from datetime import UTC, datetime

    from reconciler.errors import InputError, ManifestError
    from reconciler.history.checking import faults_of
    from reconciler.history.file import HistoryFile
    from reconciler.workflow import written

    try:
        file = HistoryFile(history, written(workspace, datetime.now(UTC).date())[0].workspace, hidden=False)
        found = file.read()
        return "".join(f"{history}: {fault}. " for fault in (*file.integrity(), *faults_of(found))).strip()
    except ManifestError:
        return ""
    except InputError as wrong:
        return str(wrong).partition(_LEFT_ALONE)[0]


def put_aside(history: Path) -> str:
    """Give a history the first name that is free, and return that."""
    names = (history.with_stem(f"{history.stem}-unusable-{number}") for number in count(1))
    return history.rename(next(name for name in names if not name.exists())).name


def _fetch(snapshots: Path) -> None:
    try:
        kept_snapshots.fetch(runner.setting("WORKFLOW"), runner.setting("ARTIFACT"), snapshots)
    except StepError as failed:
        runner.warning("Some earlier nights are not in the history", f"{failed.title}: {failed}")


def _imported(*arguments: str) -> str:
    """Import snapshots, show the program's words, and return why it failed; empty if it did not."""
    done = subprocess.run(  # noqa: S603  # our own words and files
        [sys.executable, "-I", "-m", "reconciler", "history", "import", *arguments],
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="replace",
        env={name: value for name, value in os.environ.items() if name != _TOKEN},
    )
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    runner.fold("What earlier nights saw", lines)
    if not done.returncode:
        return ""
    errors = [line[len(_ERROR) :] for line in lines if line.startswith(_ERROR)]
    return " ".join(errors or lines[-1:])
