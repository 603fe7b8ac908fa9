"""declared-twice: a name is declared once for each kind, and there is one Workspace.

Only one of two could count, and it is unclear which.
"""

from collections.abc import Iterator
from pathlib import PurePath, PurePosixPath
from typing import Final

from reconciler.git.executables import shell_line
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.problem import Problem, Severity

ID: Final = "declared-twice"


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find every further manifest of the same kind and name, and every further Workspace."""
    folders = sorted({str(PurePosixPath(workspace.origin.file).parent) for workspace in manifests.workspaces})
    if len(folders) > 1 and "." not in folders:
        yield _several_folders(manifests, folders)
        return
    first: dict[tuple[str, str], Manifest] = {}
    for manifest in manifests.every:
        key = manifest.kind, "" if manifest.kind == "Workspace" else manifest.name
        if key not in first:
            first[key] = manifest
        elif manifest.kind == "Workspace":
            message = f"This is a second Workspace. The first is at {first[key].origin}."
            yield Problem(ID, Severity.ERROR, manifest.origin, message, "Merge the two into one.")
        else:
            message = f"{manifest.kind} `{manifest.name}` is declared twice. The first is at {first[key].origin}."
            yield Problem(ID, Severity.ERROR, manifest.origin, message, "Rename one of them, or delete it.")


def _several_folders(manifests: Manifests, folders: list[str]) -> Problem:
    """Report Workspaces in several folders below this one; they also explain what else is declared twice."""
    ways = [shell_line("-C", str(PurePath(manifests.folder.name, folder))) for folder in folders]
    hint = f"Choose one of their folders: {' or '.join(ways)}. Or merge them into one Workspace."
    first, second = manifests.workspaces[:2]
    message = f"This is a second Workspace. The first is at {first.origin}."
    return Problem(ID, Severity.ERROR, second.origin, message, hint)
