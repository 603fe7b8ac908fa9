"""The access log: every call to the two services. Never a password."""

from dataclasses import dataclass
from datetime import UTC, datetime

from reconciler.sandbox.state.storage import Storage


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One call, as the page Third Party Access Permissions & Logs would list it. `time` is UTC in ISO 8601."""

    time: str
    service: str
    operation: str
    school_id: int | None
    username: str
    entity: str
    outcome: str


class AccessLog:
    """The log of one sandbox."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def write(
        self,
        *,
        service: str,
        outcome: str,
        operation: str = "",
        school_id: int | None = None,
        username: str = "",
        entity: str = "",
    ) -> None:
        """Write down a call that was answered just now."""
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self._storage.transaction() as connection:
            connection.execute(
                "INSERT INTO access_log (time, service, operation, school_id, username, entity, outcome)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (time, service, operation, school_id, username, entity, outcome),
            )

    def read(self) -> list[LoggedCall]:
        """Every call there was, the oldest first."""
        with self._storage.transaction() as connection:
            rows = connection.execute(
                "SELECT time, service, operation, school_id, username, entity, outcome FROM access_log ORDER BY call_id"
            ).fetchall()
        return [LoggedCall(*row) for row in rows]
