"""Snapshots that were recorded into the workspace: YAML and ours, and no manifests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from reconciler.manifest.document import Document

HEAD: Final = 200  # bytes of a file that say whether we recorded it


def is_snapshot(document: Document) -> bool:
    """Whether a document is a snapshot, of any version."""
    data = document.data
    return isinstance(data, dict) and data.get("kind") == "Snapshot" and "formatVersion" in data


def begins_as_snapshot(content: bytes) -> bool:
    """Whether a file begins as those that we record. They may be very large, and are not read further."""
    return content.startswith(b"formatVersion:") and b"\nkind: Snapshot" in content[:HEAD]
