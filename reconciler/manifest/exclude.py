"""Files in a workspace that a Workspace says are no manifests."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from reconciler.manifest.schema import API_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.manifest.document import Document


def is_workspace(document: Document) -> bool:
    """Whether a document is a Workspace; a file that holds one is never excluded."""
    data = document.data
    return isinstance(data, dict) and data.get("apiVersion") == API_VERSION and data.get("kind") == "Workspace"


def patterns_of(workspace: Document) -> list[str]:
    """What a Workspace excludes."""
    spec = workspace.data.get("spec")
    exclude = spec.get("exclude") if isinstance(spec, dict) else None
    return [pattern for pattern in exclude if isinstance(pattern, str)] if isinstance(exclude, list) else []


def is_excluded(name: str, patterns: Iterable[str]) -> bool:
    """Whether one of the patterns names a file: `*` is any characters, `/` included; one without `/` holds in every
    folder, and one that ends in `/` names all that is in a folder."""
    return any(_matches(name, pattern) for pattern in patterns)


def _matches(name: str, pattern: str) -> bool:
    if pattern.endswith("/"):
        pattern += "*"
    return fnmatchcase(name, pattern) or ("/" not in pattern and fnmatchcase(name.rpartition("/")[2], pattern))
