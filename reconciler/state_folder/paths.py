"""Paths in a workspace's `.reconciler` folder."""

from pathlib import Path
from typing import Final

FOLDER: Final = ".reconciler"  # hidden folders hold no manifests


def journal_of(workspace: Path) -> Path:
    """The workspace's journal."""
    return workspace / FOLDER / "journal.jsonl"


def lock_of(workspace: Path) -> Path:
    """The lock that one apply at a time holds."""
    return workspace / FOLDER / "apply.lock"


def plans_of(workspace: Path) -> Path:
    """The folder of the plans whose apply was begun."""
    return workspace / FOLDER / "plans"


def told_of(workspace: Path) -> Path:
    """The memory of drift runs, with what people were told last."""
    return workspace / FOLDER / "drift.json"


def ui_of(workspace: Path) -> Path:
    """The port and the secret of the app that runs; the files beside it have its name and other endings."""
    return workspace / FOLDER / "ui.json"


def history_of(workspace: Path) -> Path:
    """The history of who could read what."""
    return workspace / FOLDER / "history.sqlite"


def check_of(workspace: Path) -> Path:
    """The last whole check that was made in the browser."""
    return workspace / FOLDER / "check.json"
