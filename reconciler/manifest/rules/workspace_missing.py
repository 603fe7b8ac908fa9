"""workspace-missing: a folder of manifests has one Workspace.

Without it the plan has no name, and limits and defaults do not apply.
"""

from collections.abc import Iterator
from typing import Final

from reconciler.manifest.workspace.discovery import FolderContents
from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Origin, Problem, Severity

ID: Final = "workspace-missing"
_FILE: Final = "reconciler.yaml"
_BEGIN: Final = "with kind: Workspace and a metadata.name"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find a folder without a Workspace, if everything could be read."""
    if manifests.lacks("Workspace"):
        file, message, hint = _reason(manifests.folder)
        yield Problem(ID, Severity.ERROR, Origin(file, 1, 1), message, hint)


def _reason(folder: FolderContents) -> tuple[str, str, str]:
    """The file, the message and the hint for what probably became of the Workspace."""
    named = "this folder" if folder.name == "." else f"the folder {folder.name}"
    if _FILE in folder.empty:
        return (
            _FILE,
            f"This file is empty, and {named} has no Workspace.",
            f"Write a manifest {_BEGIN} into it, and save it.",
        )
    if folder.texts:
        text = f"{_FILE}.txt" if f"{_FILE}.txt" in folder.texts else folder.texts[0]
        hint = f"Rename it to {text[:-4]}. Windows adds .txt to names, and may not show it."
        return (
            text,
            f"{named[0].upper()}{named[1:]} has no Workspace. This file is not read, because its name ends in .txt.",
            hint,
        )
    hint = f"Change to the workspace's folder, or name it with -C. A new workspace starts with a file {_FILE} {_BEGIN}."
    return _FILE, f"{named[0].upper()}{named[1:]} has no Workspace.", hint
