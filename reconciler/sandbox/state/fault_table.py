"""The troubles that are there now, and which of them a call meets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from reconciler.sandbox.state.fault_injection import OF_LOGINS, Trouble, TroubleKind
from reconciler.sandbox.state.storage import Storage

if TYPE_CHECKING:
    import sqlite3

_MET = f"""
    (school_id IS NULL OR school_id = :school_id) AND (operation IS NULL OR operation = :operation)
    AND (username IS NULL OR username = :username)
    AND (:username <> '' OR kind NOT IN ({", ".join(f"'{kind}'" for kind in OF_LOGINS)}))
"""


class TroubleTable:
    """The troubles of one sandbox, the oldest first."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def add(self, trouble: Trouble) -> None:
        """Let something go wrong from now on."""
        with self._storage.transaction() as connection:
            connection.execute(
                "INSERT INTO trouble (kind, school_id, operation, username, calls, seconds) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    trouble.kind.value,
                    trouble.school_id,
                    trouble.operation,
                    trouble.username,
                    trouble.calls,
                    trouble.seconds,
                ),
            )

    def clear(self, kind: TroubleKind | None, school_id: int | None) -> int:
        """End the troubles of a kind and of a school (None: any); how many that were."""
        with self._storage.transaction() as connection:
            return connection.execute(
                "DELETE FROM trouble WHERE (?1 IS NULL OR kind = ?1) AND (?2 IS NULL OR school_id = ?2)",
                (None if kind is None else kind.value, school_id),
            ).rowcount

    def read(self) -> list[Trouble]:
        """All of them."""
        with self._storage.transaction() as connection:
            return _select(connection, "TRUE", {})

    def meet(self, school_id: int | None, operation: str, username: str) -> tuple[Trouble, ...]:
        """The troubles that a call meets; each has one call fewer left afterwards."""
        call = {"school_id": school_id, "operation": operation, "username": username}
        with self._storage.transaction() as connection:
            met = _select(connection, _MET, call)
            if any(trouble.calls is not None for trouble in met):
                connection.execute(f"UPDATE trouble SET calls = calls - 1 WHERE {_MET}", call)  # noqa: S608  # constant
                connection.execute("DELETE FROM trouble WHERE calls = 0")
        return tuple(met)


def _select(connection: sqlite3.Connection, condition: str, values: Mapping[str, str | int | None]) -> list[Trouble]:
    rows = connection.execute(
        "SELECT kind, school_id, operation, username, calls, seconds FROM trouble"  # noqa: S608  # constant
        f" WHERE {condition} ORDER BY trouble_id",
        values,
    ).fetchall()
    return [Trouble(TroubleKind(kind), *rest) for kind, *rest in rows]
