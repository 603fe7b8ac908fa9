"""workspace-missing: a folder of manifests has one Workspace.

Without it there is no name to head a plan, and limits and defaults that somebody believes in would not hold.
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
    """A folder without a Workspace; said only where none can be hidden."""
    if manifests.lacks("Workspace"):
        file, message, hint = _reason(manifests.folder)
        yield Problem(ID, Severity.ERROR, Origin(file, 1, 1), message, hint)


def _reason(folder: FolderContents) -> tuple[str, str, str]:
    """(file, what is wrong, how to mend it): what most likely became of the Workspace."""
    named = "this folder" if folder.name == "." else f"the folder {folder.name}"
    if _FILE in folder.empty:
        return (
            _FILE,
            f"this file is empty, and {named} has no Workspace",
            f"write a manifest {_BEGIN} into it, and save it",
        )
    if folder.texts:
        text = f"{_FILE}.txt" if f"{_FILE}.txt" in folder.texts else folder.texts[0]
        hint = f"rename it to {text[:-4]}: Windows adds .txt to a name, and may not show it"
        return text, f"{named} has no Workspace, and this file is not read: its name ends in .txt", hint
    hint = f"go to the workspace's folder, or name it with -C; a new workspace begins with a file {_FILE} {_BEGIN}"
    return _FILE, f"{named} has no Workspace", hint
