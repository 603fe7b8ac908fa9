"""A fingerprint of the manifests of a workspace: the same for the same files, on any machine."""

from hashlib import sha256
from pathlib import Path

from reconciler.manifest.workspace.discovery import find


def manifests_digest(workspace: Path) -> str:
    """SHA-256 (hex) of the names and texts of all manifests; `\\r\\n` counts as `\\n`, since git may write either.

    Raises OSError where one cannot be read.
    """
    digest = sha256()
    for name, path in find(workspace).files.items():
        content = sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()
        digest.update(f"{content} {name}\n".encode())
    return digest.hexdigest()
