"""What this Bromcom remembers of its schools: accounts, ticks, roles, people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.sandbox.access_log import AccessLog
from reconciler.sandbox.people import Person, PersonKind
from reconciler.sandbox.seed import Account
from reconciler.sandbox.storage import Storage
from reconciler.sandbox.trouble_table import TroubleTable

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

    from reconciler.sandbox.seed import Seed, SeedSchool


@dataclass(frozen=True, slots=True)
class School:
    """A school without its accounts and people."""

    school_id: int
    name: str
    lawful_basis: str


class Database:
    """The schools with their accounts and people; beside them the troubles and the access log.

    The methods may be called from any thread, and each is one transaction.
    """

    def __init__(self, path: Path) -> None:
        """Open a file, or make it; raises InputError as Storage does."""
        self._storage = Storage(path)
        self.troubles = TroubleTable(self._storage)
        self.access_log = AccessLog(self._storage)

    def close(self) -> None:
        """Let go of the file."""
        self._storage.close()

    @property
    def planted(self) -> bool:
        """Whether there is any school in it yet."""
        return bool(self.schools())

    def plant(self, seed: Seed) -> None:
        """Fill an empty database."""
        with self._storage.transaction() as connection:
            for school in seed.schools:
                _plant_school(connection, school)
        for trouble in seed.troubles:
            self.troubles.add(trouble)

    def schools(self) -> list[School]:
        """All schools, by their School ID."""
        with self._storage.transaction() as connection:
            rows = connection.execute("SELECT school_id, name, lawful_basis FROM school ORDER BY school_id").fetchall()
        return [School(*row) for row in rows]

    def school(self, school_id: int) -> School | None:
        """One school."""
        with self._storage.transaction() as connection:
            row = connection.execute(
                "SELECT school_id, name, lawful_basis FROM school WHERE school_id = ?", (school_id,)
            ).fetchone()
        return None if row is None else School(*row)

    def set_lawful_basis(self, school_id: int, lawful_basis: str) -> None:
        """What the school's Administration Defaults say."""
        with self._storage.transaction() as connection:
            connection.execute("UPDATE school SET lawful_basis = ? WHERE school_id = ?", (lawful_basis, school_id))

    def account(self, school_id: int, username: str) -> Account | None:
        """One account with its roles and its ticks, these in the service's order."""
        key = (school_id, username)
        with self._storage.transaction() as connection:
            row = connection.execute(
                "SELECT username, password, handed_over, password_env FROM account"
                " WHERE school_id = ? AND username = ?",
                key,
            ).fetchone()
            roles = connection.execute("SELECT role FROM role WHERE school_id = ? AND username = ?", key).fetchall()
            ticks = connection.execute("SELECT entity FROM tick WHERE school_id = ? AND username = ?", key).fetchall()
        if row is None:
            return None
        spelt, password, handed_over, password_env = row
        return Account(
            username=spelt,
            password=password,
            handed_over=handed_over,
            password_env=password_env,
            roles=tuple(sorted(role for (role,) in roles)),
            ticks=tuple(sorted((entity for (entity,) in ticks), key=str.casefold)),
        )

    def accounts(self, school_id: int) -> list[Account]:
        """The accounts of a school, by username."""
        with self._storage.transaction() as connection:
            rows = connection.execute(
                "SELECT username FROM account WHERE school_id = ? ORDER BY username", (school_id,)
            ).fetchall()
        found = (self.account(school_id, username) for (username,) in rows)
        return [account for account in found if account is not None]

    def set_password(self, school_id: int, username: str, password: str) -> None:
        """What a reset under System Users does."""
        with self._storage.transaction() as connection:
            connection.execute(
                "UPDATE account SET password = ? WHERE school_id = ? AND username = ?", (password, school_id, username)
            )

    def set_role(self, school_id: int, username: str, role: str, *, held: bool) -> None:
        """Tick or untick a role of an account."""
        statement = (
            "INSERT OR IGNORE INTO role VALUES (?, ?, ?)"
            if held
            else "DELETE FROM role WHERE school_id = ? AND username = ? AND role = ?"
        )
        with self._storage.transaction() as connection:
            connection.execute(statement, (school_id, username, role))

    def set_ticks(self, school_id: int, username: str, entities: Sequence[str], *, ticked: bool) -> None:
        """Tick or untick entities of an account."""
        statement = (
            "INSERT OR IGNORE INTO tick VALUES (?, ?, ?)"
            if ticked
            else "DELETE FROM tick WHERE school_id = ? AND username = ? AND entity = ?"
        )
        with self._storage.transaction() as connection:
            connection.executemany(statement, [(school_id, username, entity) for entity in entities])

    def people(self, school_id: int) -> list[Person]:
        """Everybody in a school's records."""
        with self._storage.transaction() as connection:
            rows = connection.execute(
                "SELECT kind, number, consent FROM person WHERE school_id = ? ORDER BY rowid", (school_id,)
            ).fetchall()
        return [Person(PersonKind(kind), number, bool(consent)) for kind, number, consent in rows]

    def set_consent(self, school_id: int, kind: PersonKind, number: int, *, granted: bool) -> bool:
        """Data Processing Consent Granted of one record; False where there is no such record."""
        with self._storage.transaction() as connection:
            done = connection.execute(
                "UPDATE person SET consent = ? WHERE school_id = ? AND kind = ? AND number = ?",
                (granted, school_id, kind.value, number),
            )
            return done.rowcount == 1


def _plant_school(connection: sqlite3.Connection, school: SeedSchool) -> None:
    school_id = school.school_id
    connection.execute("INSERT INTO school VALUES (?, ?, ?)", (school_id, school.name, school.lawful_basis))
    connection.executemany(
        "INSERT INTO person VALUES (?, ?, ?, ?)",
        [(school_id, person.kind.value, person.number, person.consent) for person in school.people],
    )
    for account in school.accounts:
        connection.execute(
            "INSERT INTO account VALUES (?, ?, ?, ?, ?)",
            (school_id, account.username, account.password, account.handed_over, account.password_env),
        )
        connection.executemany(
            "INSERT OR IGNORE INTO role VALUES (?, ?, ?)",
            [(school_id, account.username, role) for role in account.roles],
        )
        connection.executemany(
            "INSERT OR IGNORE INTO tick VALUES (?, ?, ?)",
            [(school_id, account.username, entity) for entity in account.ticks],
        )
