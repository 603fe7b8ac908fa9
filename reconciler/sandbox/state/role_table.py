"""The roles of the schools and the write-back permissions in them."""

from collections.abc import Iterable

from reconciler.sandbox.state.records import Role
from reconciler.sandbox.state.storage import Storage


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
        """Make a role, or make the one of this name so. Its permissions must be offered."""
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
