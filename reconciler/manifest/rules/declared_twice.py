"""declared-twice: a name is declared once for each kind, and there is one Workspace.

Of two manifests with one name, one would silently win.
"""

from collections.abc import Iterator
from pathlib import PurePath, PurePosixPath
from typing import Final

from reconciler.manifest.workspace.manifests import Manifests
from reconciler.model.problem import Origin, Problem, Severity

ID: Final = "declared-twice"


def check(manifests: Manifests) -> Iterator[Problem]:
    """The second and every further manifest of the same kind and name, or the same kind Workspace."""
    folders = sorted({str(PurePosixPath(workspace.origin.file).parent) for workspace in manifests.workspaces})
    if len(folders) > 1 and "." not in folders:
        yield _several_folders(manifests, folders)
        return
    first: dict[tuple[str, str], Origin] = {}
    for manifest in manifests.every:
        key = manifest.kind, "" if manifest.kind == "Workspace" else manifest.name
        if key not in first:
            first[key] = manifest.origin
        elif manifest.kind == "Workspace":
            message = f"this is a second Workspace; the first is at {first[key]}"
            yield Problem(ID, Severity.ERROR, manifest.origin, message, "put both into one")
        else:
            message = f"{manifest.kind} `{manifest.name}` is declared a second time; the first is at {first[key]}"
            yield Problem(ID, Severity.ERROR, manifest.origin, message, "give one of them another name, or delete it")


def _several_folders(manifests: Manifests, folders: list[str]) -> Problem:
    """Workspaces in several folders below this one: what else is declared twice comes from that."""
    ways = [f"-C {PurePath(manifests.folder.name, folder)}" for folder in folders]
    hint = f"work in one of their folders: {' or '.join(ways)}; or put all into one Workspace"
    first, second = manifests.workspaces[:2]
    message = f"this is a second Workspace; the first is at {first.origin}"
    return Problem(ID, Severity.ERROR, second.origin, message, hint)
