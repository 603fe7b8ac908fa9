"""The tables of accounts, roles and partner applications."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reconciler.sandbox.state.records import Application, Role, SandboxAccount
from reconciler.sandbox.state.storage import Storage

_COLUMNS = "username, password, first_name, last_name, must_change, can_log_in"
_ONE = """
SELECT account.username, account.password, COALESCE(handed_over.password, account.password),
       COALESCE(handed_over.password_env, ''), first_name, last_name, must_change, can_log_in
FROM account LEFT JOIN handed_over USING (school_id, username) WHERE school_id = ? AND username = ?
"""


class AccountTable:
    """The accounts of one sandbox. Each method is one transaction."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def add(self, school_id: int, account: SandboxAccount) -> None:
        """Create an account. Roles that the school lacks are created too, without permissions."""
        with self._storage.transaction() as connection:
            connection.execute(
                f"INSERT INTO account (school_id, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608  # constant
                (
                    school_id,
                    account.username,
                    account.password,
                    account.first_name,
                    account.last_name,
                    account.must_change,
                    account.can_log_in,
                ),
            )
            _give_roles(connection, school_id, account.username, account.roles)
            _tick(connection, school_id, account.username, account.ticks)

    def hand_over(self, school_id: int, account: SandboxAccount) -> None:
        """Keep the details that the supplier was told, for an account that exists or not."""
        with self._storage.transaction() as connection:
            connection.execute(
                "INSERT INTO handed_over VALUES (?, ?, ?, ?)",
                (school_id, account.username, account.handed_over, account.password_env),
            )

    def handed_over(self, school_id: int) -> list[tuple[str, str]]:
        """(environment variable, password) for each account of a school that was handed over with a variable."""
        with self._storage.transaction() as connection:
            return connection.execute(
                "SELECT password_env, password FROM handed_over"
                " WHERE school_id = ? AND password_env != '' ORDER BY username",
                (school_id,),
            ).fetchall()

    def save(self, school_id: int, account: SandboxAccount) -> None:
        """Save the names, roles and flag of the account with this username."""
        with self._storage.transaction() as connection:
            connection.execute(
                "UPDATE account SET first_name = ?, last_name = ?, must_change = ?, can_log_in = ?"
                " WHERE school_id = ? AND username = ?",
                (
                    account.first_name,
                    account.last_name,
                    account.must_change,
                    account.can_log_in,
                    school_id,
                    account.username,
                ),
            )
            connection.execute(
                "DELETE FROM account_role WHERE school_id = ? AND username = ?", (school_id, account.username)
            )
            _give_roles(connection, school_id, account.username, account.roles)

    def one(self, school_id: int, username: str) -> SandboxAccount | None:
        """One account with its roles and its ticks, these in the service's order."""
        key = (school_id, username)
        with self._storage.transaction() as connection:
            row = connection.execute(_ONE, key).fetchone()
            roles = _texts(connection, "SELECT role FROM account_role WHERE school_id = ? AND username = ?", key)
            ticks = _texts(connection, "SELECT entity FROM tick WHERE school_id = ? AND username = ?", key)
        if row is None:
            return None
        spelt, password, handed_over, password_env, first_name, last_name, must_change, can_log_in = row
        return SandboxAccount(
            username=spelt,
            password=password,
            handed_over=handed_over,
            password_env=password_env,
            first_name=first_name,
            last_name=last_name,
            must_change=bool(must_change),
            can_log_in=bool(can_log_in),
            roles=tuple(sorted(roles)),
            ticks=tuple(sorted(ticks, key=str.casefold)),
        )

    def all(self, school_id: int) -> list[SandboxAccount]:
        """The accounts of a school, by username."""
        with self._storage.transaction() as connection:
            names = _texts(
                connection, "SELECT username FROM account WHERE school_id = ? ORDER BY username", (school_id,)
            )
        accounts = (self.one(school_id, username) for username in names)
        return [account for account in accounts if account is not None]

    def set_password(self, school_id: int, username: str, password: str) -> None:
        """Reset a password, as under System Users."""
        with self._storage.transaction() as connection:
            connection.execute(
                "UPDATE account SET password = ? WHERE school_id = ? AND username = ?", (password, school_id, username)
            )

    def set_role(self, school_id: int, username: str, role: str, *, held: bool) -> None:
        """Tick or untick a role of an account. A role that the school lacks is created, without permissions."""
        with self._storage.transaction() as connection:
            if held:
                _give_roles(connection, school_id, username, [role])
            else:
                connection.execute(
                    "DELETE FROM account_role WHERE school_id = ? AND username = ? AND role = ?",
                    (school_id, username, role),
                )

    def set_ticks(self, school_id: int, username: str, entities: Sequence[str], *, ticked: bool) -> None:
        """Tick or untick entities of an account."""
        with self._storage.transaction() as connection:
            if ticked:
                _tick(connection, school_id, username, entities)
            else:
                connection.executemany(
                    "DELETE FROM tick WHERE school_id = ? AND username = ? AND entity = ?",
                    [(school_id, username, entity) for entity in entities],
                )

    def replace_ticks(self, school_id: int, username: str, entities: Sequence[str]) -> None:
        """Tick these entities of an account and no others."""
        with self._storage.transaction() as connection:
            connection.execute("DELETE FROM tick WHERE school_id = ? AND username = ?", (school_id, username))
            _tick(connection, school_id, username, entities)


def _give_roles(connection: sqlite3.Connection, school_id: int, username: str, roles: Sequence[str]) -> None:
    connection.executemany("INSERT OR IGNORE INTO role VALUES (?, ?, '')", [(school_id, role) for role in roles])
    connection.executemany(
        "INSERT OR IGNORE INTO account_role VALUES (?, ?, ?)", [(school_id, username, role) for role in roles]
    )


def _tick(connection: sqlite3.Connection, school_id: int, username: str, entities: Sequence[str]) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO tick VALUES (?, ?, ?)", [(school_id, username, entity) for entity in entities]
    )


def _texts(connection: sqlite3.Connection, query: str, values: tuple[int | str, ...]) -> list[str]:
    return [text for (text,) in connection.execute(query, values).fetchall()]


class RoleTable:
    """The roles of one sandbox. Each method is one transaction."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def offer(self, school_id: int, permissions: Iterable[str]) -> None:
        """Add permissions to those that a school's roles may have."""
        with self._storage.transaction() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO permission VALUES (?, ?)", [(school_id, name) for name in permissions]
            )

    def save(self, school_id: int, role: Role) -> None:
        """Create or update a role. Its permissions must be offered."""
        with self._storage.transaction() as connection:
            connection.execute(
                "INSERT INTO role VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET description = excluded.description",
                (school_id, role.name, role.description),
            )
            connection.execute("DELETE FROM role_permission WHERE school_id = ? AND role = ?", (school_id, role.name))
            connection.executemany(
                "INSERT INTO role_permission VALUES (?, ?, ?)",
                [(school_id, role.name, permission) for permission in role.permissions],
            )

    def all(self, school_id: int) -> list[Role]:
        """The roles of a school, by name."""
        with self._storage.transaction() as connection:
            roles = connection.execute(
                "SELECT name, description FROM role WHERE school_id = ? ORDER BY name", (school_id,)
            ).fetchall()
            held = connection.execute(
                "SELECT role, permission FROM role_permission WHERE school_id = ? ORDER BY permission", (school_id,)
            ).fetchall()
        return [
            Role(name, description, tuple(permission for role, permission in held if role == name))
            for name, description in roles
        ]

    def permissions(self, school_id: int) -> list[str]:
        """The names of the permissions that a school's roles may have."""
        with self._storage.transaction() as connection:
            rows = connection.execute(
                "SELECT name FROM permission WHERE school_id = ? ORDER BY name", (school_id,)
            ).fetchall()
        return [name for (name,) in rows]


@dataclass(frozen=True, slots=True)
class AuditEntry:
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
        """Grant an application its scope, or revoke it, and record that."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._storage.transaction() as connection:
            connection.execute(
                "UPDATE application SET installed = ? WHERE school_id = ? AND name = ?", (installed, school_id, name)
            )
            connection.execute(
                "INSERT INTO application_audit (school_id, application, time, action) VALUES (?, ?, ?, ?)",
                (school_id, name, now, "Granted" if installed else "Revoked"),
            )

    def audit(self, school_id: int, name: str) -> list[AuditEntry]:
        """The history of an application, the newest first."""
        with self._storage.transaction() as connection:
            rows = connection.execute(
                "SELECT time, action FROM application_audit WHERE school_id = ? AND application = ?"
                " ORDER BY audit_id DESC",
                (school_id, name),
            ).fetchall()
        return [AuditEntry(*row) for row in rows]
