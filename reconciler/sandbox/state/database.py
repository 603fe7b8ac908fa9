"""What this Bromcom remembers: schools and people here, each other sort of record in a table of its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.sandbox.state.access_log import AccessLog
from reconciler.sandbox.state.account_table import AccountTable
from reconciler.sandbox.state.application_table import ApplicationTable
from reconciler.sandbox.state.fault_table import TroubleTable
from reconciler.sandbox.state.people import PersonKind, PersonRecord
from reconciler.sandbox.state.role_table import RoleTable
from reconciler.sandbox.state.seed import Seed, SeedSchool
from reconciler.sandbox.state.seed_records import ready_made
from reconciler.sandbox.state.storage import Storage

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True, slots=True)
class SandboxSchool:
    """A school without its records."""

    school_id: int
    name: str
    lawful_basis: str


class SandboxDatabase:
    """The schools with their people; beside them the tables of the other records, the troubles and the access log.

    The methods may be called from any thread, and each is one transaction.
    """

    def __init__(self, path: Path) -> None:
        """Open a file, or make it; raises InputError as Storage does."""
        self._storage = Storage(path)
        self.accounts = AccountTable(self._storage)
        self.roles = RoleTable(self._storage)
        self.applications = ApplicationTable(self._storage)
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
                _plant_people(connection, school)
                self._plant_records(school)
            for trouble in seed.troubles:
                self.troubles.add(trouble)

    def _plant_records(self, school: SeedSchool) -> None:
        permissions, roles = ready_made()
        self.roles.offer(school.school_id, permissions)
        for role in ({role.name: role for role in (*roles, *school.roles)}).values():
            self.roles.offer(school.school_id, role.permissions)
            self.roles.save(school.school_id, role)
        for account in school.accounts:
            self.accounts.hand_over(school.school_id, account)
            if account.made:
                self.accounts.add(school.school_id, account)
        for application in school.applications:
            self.applications.add(school.school_id, application)

    def schools(self) -> list[SandboxSchool]:
        """All schools, by their School ID."""
        with self._storage.transaction() as connection:
            rows = connection.execute("SELECT school_id, name, lawful_basis FROM school ORDER BY school_id").fetchall()
        return [SandboxSchool(*row) for row in rows]

    def school(self, school_id: int) -> SandboxSchool | None:
        """One school."""
        with self._storage.transaction() as connection:
            row = connection.execute(
                "SELECT school_id, name, lawful_basis FROM school WHERE school_id = ?", (school_id,)
            ).fetchone()
        return None if row is None else SandboxSchool(*row)

    def set_lawful_basis(self, school_id: int, lawful_basis: str) -> None:
        """What the school's Administration Defaults say."""
        with self._storage.transaction() as connection:
            connection.execute("UPDATE school SET lawful_basis = ? WHERE school_id = ?", (lawful_basis, school_id))

    def people(self, school_id: int) -> list[PersonRecord]:
        """Everybody in a school's records."""
        with self._storage.transaction() as connection:
            rows = connection.execute(
                "SELECT kind, number, consent FROM person WHERE school_id = ? ORDER BY rowid", (school_id,)
            ).fetchall()
        return [PersonRecord(PersonKind(kind), number, bool(consent)) for kind, number, consent in rows]

    def set_consent(self, school_id: int, kind: PersonKind, number: int, *, granted: bool) -> bool:
        """Data Processing Consent Granted of one record; False where there is no such record."""
        with self._storage.transaction() as connection:
            done = connection.execute(
                "UPDATE person SET consent = ? WHERE school_id = ? AND kind = ? AND number = ?",
                (granted, school_id, kind.value, number),
            )
            return done.rowcount == 1


def _plant_people(connection: sqlite3.Connection, school: SeedSchool) -> None:
    school_id = school.school_id
    connection.execute("INSERT INTO school VALUES (?, ?, ?)", (school_id, school.name, school.lawful_basis))
    connection.executemany(
        "INSERT INTO person VALUES (?, ?, ?, ?)",
        [(school_id, person.kind.value, person.number, person.consent) for person in school.people],
    )
