"""The partner applications of the schools: what each asks for, whether it is installed, and what was done when."""

from dataclasses import dataclass
from datetime import UTC, datetime

from reconciler.sandbox.state.records import Application
from reconciler.sandbox.state.storage import Storage


@dataclass(frozen=True, slots=True)
class Audited:
    """One line of an application's Audit History. `time` is UTC in ISO 8601."""

    time: str
    action: str


class ApplicationTable:
    """The partner applications of one sandbox. Each method is one transaction."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def add(self, school_id: int, application: Application) -> None:
        """Offer an application to a school."""
        with self._storage.transaction() as connection:
            connection.execute(
                "INSERT INTO application VALUES (?, ?, ?)", (school_id, application.name, application.installed)
            )
            connection.executemany(
                "INSERT OR IGNORE INTO application_scope VALUES (?, ?, ?)",
                [(school_id, application.name, entity) for entity in application.scope],
            )

    def all(self, school_id: int) -> list[Application]:
        """The applications that a school is offered, by name."""
        with self._storage.transaction() as connection:
            rows = connection.execute(
                "SELECT name, installed FROM application WHERE school_id = ? ORDER BY name", (school_id,)
            ).fetchall()
            scope = connection.execute(
                "SELECT application, entity FROM application_scope WHERE school_id = ? ORDER BY entity", (school_id,)
            ).fetchall()
        return [
            Application(name, tuple(entity for application, entity in scope if application == name), bool(installed))
            for name, installed in rows
        ]

    def set_installed(self, school_id: int, name: str, *, installed: bool) -> None:
        """Grant an application its scope, or take it away, and write that down."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._storage.transaction() as connection:
            connection.execute(
                "UPDATE application SET installed = ? WHERE school_id = ? AND name = ?", (installed, school_id, name)
            )
            connection.execute(
                "INSERT INTO application_audit (school_id, application, time, action) VALUES (?, ?, ?, ?)",
                (school_id, name, now, "Granted" if installed else "Revoked"),
            )

    def audit(self, school_id: int, name: str) -> list[Audited]:
        """What was done with an application, the newest first."""
        with self._storage.transaction() as connection:
            rows = connection.execute(
                "SELECT time, action FROM application_audit WHERE school_id = ? AND application = ?"
                " ORDER BY audit_id DESC",
                (school_id, name),
            ).fetchall()
        return [Audited(*row) for row in rows]
