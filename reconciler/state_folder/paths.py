"""Where a workspace keeps what is no manifest: its journal, its lock, the plans that were carried out, and
what people were told of drift."""

from pathlib import Path
from typing import Final

FOLDER: Final = ".reconciler"  # hidden folders hold no manifests


def journal_of(workspace: Path) -> Path:
    """The workspace's journal."""
    return workspace / FOLDER / "journal.jsonl"


def lock_of(workspace: Path) -> Path:
    """The lock of whoever applies in the workspace."""
    return workspace / FOLDER / "apply.lock"


def plans_of(workspace: Path) -> Path:
    """The folder of the plans that were carried out, or that somebody began to carry out."""
    return workspace / FOLDER / "plans"


def told_of(workspace: Path) -> Path:
    """What people were told of drift last."""
    return workspace / FOLDER / "drift.json"
