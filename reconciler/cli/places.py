"""Where a workspace keeps what is no manifest: its journal, its lock and the plans that were carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

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
