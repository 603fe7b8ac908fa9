"""The workspace of a command: -C before its verb, or the nearest one above the folder that one is in."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final

from reconciler.startup import pattern

if TYPE_CHECKING:
    from pathlib import Path

# Names in the `meta` of a command's context: the -C before the verb, and the workspace that was found above.
WORKSPACE: Final = "reconciler.workspace"
WORKSPACE_ABOVE: Final = "reconciler.workspace_above"

_USUAL: Final = ("reconciler.yaml", "reconciler.yml")
_WORKSPACE: Final = pattern(rb"^kind:[ ]*['\"]?Workspace\b", re.MULTILINE)
_LARGEST: Final = 1024 * 1024  # bytes of a file that is looked into


def workspace_above(folder: Path) -> Path | None:
    """Return the nearest folder above with a Workspace; None if there is none, or if this folder has its own.

    The search ends at the top of the repository, or outside one at the home folder: further up, files may belong to
    anyone, and manifests name programs to run for passwords. For the same reason the owner has to be that of `folder`.
    """
    from reconciler.git.checkout import named

    here = named(folder)
    last = _highest(here)
    if last is None or _has_workspace(here):
        return None
    owner = here.stat().st_uid
    for above in here.parents:
        if not above.is_relative_to(last):
            return None
        if _has_workspace(above):
            return above if above.stat().st_uid == owner else None
    return None


def _highest(here: Path) -> Path | None:
    from pathlib import Path

    from reconciler.git.checkout import checkout, named

    repository = checkout(here)
    if repository:
        return repository.top
    try:
        home = named(Path.home())
    except RuntimeError:  # there is none
        return None
    return home if here.is_relative_to(home) else None


def _has_workspace(folder: Path) -> bool:
    try:
        names = sorted(entry.name for entry in os.scandir(folder) if entry.is_file())
    except OSError:
        return False
    return any(name in names for name in _USUAL) or any(
        name.lower().endswith((".yaml", ".yml")) and _holds_workspace(folder / name) for name in names
    )


def _holds_workspace(file: Path) -> bool:
    try:
        return file.stat().st_size <= _LARGEST and _WORKSPACE.search(file.read_bytes()) is not None
    except OSError:
        return False
