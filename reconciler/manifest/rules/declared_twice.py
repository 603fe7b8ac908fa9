"""declared-twice: a name is declared once for each kind, and there is one Workspace.

Of two manifests with one name, one would silently win.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.model.problem import Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.manifest.manifests import Manifests
    from reconciler.model.origin import Origin

ID: Final = "declared-twice"


def check(manifests: Manifests) -> Iterator[Problem]:
    """The second and every further manifest of the same kind and name, or the same kind Workspace."""
    first: dict[tuple[str, str], Origin] = {}
    for manifest in manifests.every:
        key = manifest.kind, "" if manifest.kind == "Workspace" else manifest.name
        if key not in first:
            first[key] = manifest.origin
        elif manifest.kind == "Workspace":
            message = f"this is a second Workspace; the first is at {first[key]}"
            hint = "put both into one, or work in the folder of one of them: -C FOLDER"
            yield Problem(ID, Severity.ERROR, manifest.origin, message, hint)
        else:
            message = f"{manifest.kind} `{manifest.name}` is declared a second time; the first is at {first[key]}"
            yield Problem(ID, Severity.ERROR, manifest.origin, message, "give one of them another name, or delete it")
