"""The SQLite file behind a sandbox: one process has it at a time, and any of its threads may use it."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from threading import RLock
from typing import TYPE_CHECKING

from reconciler.errors import InputError
from reconciler.sandbox.tables import LAYOUT, TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# A practice state need not survive a power cut; it is locked for as long as a sandbox serves it.
_MANNERS = ("synchronous = OFF", "journal_mode = MEMORY", "locking_mode = EXCLUSIVE", "foreign_keys = ON")
_PATIENCE = 1.0  # seconds to wait for another process's lock


class Storage:
    """The tables of `tables.py` in one file."""

    def __init__(self, path: Path) -> None:
        """Open a file, or make it; raises InputError where it is not a sandbox's, is another version's, or another
        sandbox has it."""
        self._lock = RLock()
        try:
            self._connection = sqlite3.connect(path, timeout=_PATIENCE, check_same_thread=False, isolation_level=None)
        except sqlite3.Error as error:
            raise InputError(f"the state file {path} was not opened: {error}") from None
        try:
            self._prepare()
        except sqlite3.Error as error:
            self._connection.close()
            raise InputError(f"{path} is not the state file of a sandbox, or another one has it: {error}") from None
        if self._layout() != LAYOUT:
            self._connection.close()
            raise InputError(
                f"{path} was kept by another version of the sandbox, whose state this one cannot read. "
                "Name a new file with --state."
            )

    def _prepare(self) -> None:
        for manner in _MANNERS:
            self._connection.execute(f"PRAGMA {manner}")
        self._connection.execute("BEGIN EXCLUSIVE")
        self._connection.execute("COMMIT")
        if not self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            self._connection.executescript(f"{TABLES}PRAGMA user_version = {LAYOUT};")
        self._connection.execute("SELECT count(*) FROM access_log")

    def _layout(self) -> int:
        return int(self._connection.execute("PRAGMA user_version").fetchone()[0])

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of what happens inside, or nothing. Inside another one it is part of that."""
        with self._lock:
            if self._connection.in_transaction:
                yield self._connection
                return
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
