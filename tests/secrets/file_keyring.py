"""A keyring that keeps its entries in a file, for commands in processes of their own."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from keyring.backend import KeyringBackend

KEYRING_FILE: Final = "TEST_KEYRING_FILE"  # the environment variable with its path


class FileKeyring(KeyringBackend):
    """Chosen with PYTHON_KEYRING_BACKEND."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    def get_password(self, service: str, username: str) -> str | None:
        """Return an entry."""
        return self._entries().get(f"{service}/{username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep an entry."""
        entries = self._entries() | {f"{service}/{username}": password}
        Path(os.environ[KEYRING_FILE]).write_text(json.dumps(entries), encoding="utf-8")

    def _entries(self) -> dict[str, str]:
        file = Path(os.environ[KEYRING_FILE])
        entries: dict[str, str] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        return entries
