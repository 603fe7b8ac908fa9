"""What this Bromcom remembers: one SQLite file, read and written by one process at a time."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import RLock
from typing import TYPE_CHECKING

from reconciler.errors import InputError
from reconciler.sandbox.people import Person, PersonKind
from reconciler.sandbox.seed import Account, Seed, SeedSchool
from reconciler.sandbox.tables import TABLES
from reconciler.sandbox.trouble import Trouble, TroubleKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

_MATCHING = """
    (school_id IS NULL OR school_id = :school_id) AND (operation IS NULL OR operation = :operation)
    AND (username IS NULL OR username = :username) AND (calls IS NULL OR calls > 0)
"""


@dataclass(frozen=True, slots=True)
class School:
    """A school without its accounts and people."""

    school_id: int
    name: str
    lawful_basis: str


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


class Database:
    """The tables of `tables.py`. Its methods may be called from any thread, and each is one transaction."""

    def __init__(self, path: Path) -> None:
        """Open a file, or make it; raises InputError where it is not a sandbox's."""
        self._lock = RLock()
        try:
            self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        except sqlite3.Error as error:
            raise InputError(f"the state file {path} was not opened: {error}") from None
        try:
            self._prepare()
        except sqlite3.Error as error:
            self._connection.close()
            raise InputError(f"{path} is not the state file of a sandbox: {error}") from None

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA synchronous = OFF")  # a practice state need not survive a power cut
        self._connection.execute("PRAGMA foreign_keys = ON")
        if not self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            self._connection.executescript(TABLES)
        self._connection.execute("SELECT count(*) FROM access_log")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    # Schools and accounts

    @property
    def planted(self) -> bool:
        """Whether there is any school in it yet."""
        return bool(self.schools())

    def plant(self, seed: Seed) -> None:
        """Fill an empty database."""
        with self._transaction() as connection:
            for school in seed.schools:
                _plant_school(connection, school)
        for trouble in seed.troubles:
            self.add_trouble(trouble)

    def schools(self) -> list[School]:
        """All schools, by their School ID."""
        with self._transaction() as connection:
            rows = connection.execute("SELECT school_id, name, lawful_basis FROM school ORDER BY school_id").fetchall()
        return [School(*row) for row in rows]

    def school(self, school_id: int) -> School | None:
        """One school."""
        return next((school for school in self.schools() if school.school_id == school_id), None)

    def set_lawful_basis(self, school_id: int, lawful_basis: str) -> None:
        """What the school's Administration Defaults say."""
        with self._transaction() as connection:
            connection.execute("UPDATE school SET lawful_basis = ? WHERE school_id = ?", (lawful_basis, school_id))

    def account(self, school_id: int, username: str) -> Account | None:
        """One account with its roles and its ticks, these in the service's order."""
        key = (school_id, username)
        with self._transaction() as connection:
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
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT username FROM account WHERE school_id = ? ORDER BY username", (school_id,)
            ).fetchall()
        found = (self.account(school_id, username) for (username,) in rows)
        return [account for account in found if account is not None]

    def set_password(self, school_id: int, username: str, password: str) -> None:
        """What a reset under System Users does."""
        with self._transaction() as connection:
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
        with self._transaction() as connection:
            connection.execute(statement, (school_id, username, role))

    def set_ticks(self, school_id: int, username: str, entities: Sequence[str], *, ticked: bool) -> None:
        """Tick or untick entities of an account."""
        statement = (
            "INSERT OR IGNORE INTO tick VALUES (?, ?, ?)"
            if ticked
            else "DELETE FROM tick WHERE school_id = ? AND username = ? AND entity = ?"
        )
        with self._transaction() as connection:
            connection.executemany(statement, [(school_id, username, entity) for entity in entities])

    # People

    def people(self, school_id: int) -> list[Person]:
        """Everybody in a school's records."""
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT kind, number, consent FROM person WHERE school_id = ? ORDER BY rowid", (school_id,)
            ).fetchall()
        return [Person(PersonKind(kind), number, bool(consent)) for kind, number, consent in rows]

    def set_consent(self, school_id: int, kind: PersonKind, number: int, *, granted: bool) -> bool:
        """Data Processing Consent Granted of one record; False where there is no such record."""
        with self._transaction() as connection:
            done = connection.execute(
                "UPDATE person SET consent = ? WHERE school_id = ? AND kind = ? AND number = ?",
                (granted, school_id, kind.value, number),
            )
            return done.rowcount == 1

    # Troubles

    def add_trouble(self, trouble: Trouble) -> None:
        """Let something go wrong from now on."""
        with self._transaction() as connection:
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

    def clear_troubles(self, kind: TroubleKind | None, school_id: int | None) -> int:
        """End the troubles of a kind and of a school (None: any); how many that were."""
        with self._transaction() as connection:
            return connection.execute(
                "DELETE FROM trouble WHERE (?1 IS NULL OR kind = ?1) AND (?2 IS NULL OR school_id = ?2)",
                (None if kind is None else kind.value, school_id),
            ).rowcount

    def troubles(self) -> list[Trouble]:
        """Those that still spoil calls, the oldest first."""
        with self._transaction() as connection:
            return _troubles(connection, "calls IS NULL OR calls > 0", {})

    def meet_troubles(self, school_id: int | None, operation: str, username: str) -> tuple[Trouble, ...]:
        """The troubles that a call meets, the oldest first; each has one call fewer left afterwards."""
        call = {"school_id": school_id, "operation": operation, "username": username}
        with self._transaction() as connection:
            met = _troubles(connection, _MATCHING, call)
            if any(trouble.calls is not None for trouble in met):
                connection.execute(f"UPDATE trouble SET calls = calls - 1 WHERE {_MATCHING}", call)  # noqa: S608  # constant
        return tuple(met)

    # The access log

    def log(
        self, service: str, operation: str, school_id: int | None, username: str, entity: str, outcome: str
    ) -> None:
        """Write down a call."""
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self._transaction() as connection:
            connection.execute(
                "INSERT INTO access_log (time, service, operation, school_id, username, entity, outcome)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (time, service, operation, school_id, username, entity, outcome),
            )

    def access_log(self) -> list[LoggedCall]:
        """Every call there was, the oldest first."""
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT time, service, operation, school_id, username, entity, outcome FROM access_log ORDER BY call_id"
            ).fetchall()
        return [LoggedCall(*row) for row in rows]


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


def _troubles(connection: sqlite3.Connection, condition: str, values: Mapping[str, str | int | None]) -> list[Trouble]:
    rows = connection.execute(
        "SELECT kind, school_id, operation, username, calls, seconds FROM trouble"  # noqa: S608  # constant
        f" WHERE {condition} ORDER BY trouble_id",
        values,
    ).fetchall()
    return [Trouble(TroubleKind(kind), *rest) for kind, *rest in rows]
