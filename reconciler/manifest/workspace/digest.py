"""A fingerprint of the manifests of a workspace: the same for the same files, on any machine."""

from hashlib import sha256
from pathlib import Path
from secrets import token_bytes

from reconciler.manifest.workspace.discovery import begins_as_snapshot, find


def manifests_digest(workspace: Path) -> str:
    """SHA-256 (hex) of the names and texts of all manifests; `\\r\\n` counts as `\\n`, since git may write either.

    A snapshot is none, which every run may record anew. A file that cannot be read has a digest of its own.
    """
    digest = sha256()
    for name, path in find(workspace).files.items():
        try:
            text = path.read_bytes()
        except OSError:  # reading the workspace says what is wrong with it
            text = token_bytes()
        if not begins_as_snapshot(text):
            content = sha256(text.replace(b"\r\n", b"\n")).hexdigest()
            digest.update(f"{content} {name}\n".encode(errors="surrogatepass"))
    return digest.hexdigest()
