"""The memory of a sandbox: its schools and people, injected faults, and a log of every call."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from reconciler.sandbox.state.fault_injection import OF_LOGINS, FaultKind, InjectedFault
from reconciler.sandbox.state.people import PersonKind, PersonRecord
from reconciler.sandbox.state.record_tables import AccountTable, ApplicationTable, RoleTable
from reconciler.sandbox.state.seed import Seed, SeedSchool, ready_made
from reconciler.sandbox.state.storage import Storage

_MET = f"""
    (school_id IS NULL OR school_id = :school_id) AND (operation IS NULL OR operation = :operation)
    AND (username IS NULL OR username = :username)
    AND (:username <> '' OR kind NOT IN ({", ".join(f"'{kind}'" for kind in OF_LOGINS)}))
"""


class FaultTable:
    """The injected faults of one sandbox, the oldest first."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def add(self, fault: InjectedFault) -> None:
        """Let something go wrong from now on."""
        with self._storage.transaction() as connection:
            connection.execute(
                "INSERT INTO trouble (kind, school_id, operation, username, calls, seconds) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    fault.kind.value,
                    fault.school_id,
                    fault.operation,
                    fault.username,
                    fault.calls,
                    fault.seconds,
                ),
            )

    def clear(self, kind: FaultKind | None, school_id: int | None) -> int:
        """End the faults of a kind and of a school (None: any), and return their number."""
        with self._storage.transaction() as connection:
            return connection.execute(
                "DELETE FROM trouble WHERE (:kind IS NULL OR kind = :kind) AND (:id IS NULL OR school_id = :id)",
                {"kind": None if kind is None else kind.value, "id": school_id},
            ).rowcount

    def read(self) -> list[InjectedFault]:
        """All of them."""
        with self._storage.transaction() as connection:
            return _select(connection, "TRUE", {})

    def meet(self, school_id: int | None, operation: str, username: str) -> tuple[InjectedFault, ...]:
        """The faults that apply to a call; each has one call fewer left afterwards."""
        call = {"school_id": school_id, "operation": operation, "username": username}
        with self._storage.transaction() as connection:
            faults = _select(connection, _MET, call)
            if any(fault.calls is not None for fault in faults):
                connection.execute(f"UPDATE trouble SET calls = calls - 1 WHERE {_MET}", call)  # noqa: S608  # constant
                connection.execute("DELETE FROM trouble WHERE calls = 0")
        return tuple(faults)


def _select(
    connection: sqlite3.Connection, condition: str, values: Mapping[str, str | int | None]
) -> list[InjectedFault]:
    rows = connection.execute(
        "SELECT kind, school_id, operation, username, calls, seconds FROM trouble"  # noqa: S608  # constant
        f" WHERE {condition} ORDER BY trouble_id",
        values,
    ).fetchall()
    return [InjectedFault(FaultKind(kind), *rest) for kind, *rest in rows]


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


@dataclass(frozen=True, slots=True)
class SandboxSchool:
    """A school without its records."""

    school_id: int
    name: str
    lawful_basis: str


class SandboxDatabase:
    """The schools with their people, the tables of the other records, the injected faults and the access log.

    The methods may be called from any thread, and each is one transaction.
    """

    def __init__(self, path: Path) -> None:
        """Open a file, or make it; raises InputError as Storage does."""
        self._storage = Storage(path)
        self.accounts = AccountTable(self._storage)
        self.roles = RoleTable(self._storage)
        self.applications = ApplicationTable(self._storage)
        self.faults = FaultTable(self._storage)
        self.access_log = AccessLog(self._storage)

    def close(self) -> None:
        """Let go of the file."""
        self._storage.close()

    @property
    def planted(self) -> bool:
        """True once there is a school in it."""
        return bool(self.schools())

    def plant(self, seed: Seed) -> None:
        """Fill an empty database."""
        with self._storage.transaction() as connection:
            for school in seed.schools:
                _plant_people(connection, school)
                self._plant_records(school)
            for trouble in seed.troubles:
                self.faults.add(trouble)

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
        """Set the lawful basis in the school's Administration Defaults."""
        with self._storage.transaction() as connection:
            connection.execute("UPDATE school SET lawful_basis = ? WHERE school_id = ?", (lawful_basis, school_id))

    def people(self, school_id: int) -> list[PersonRecord]:
        """All people in a school's records."""
        with self._storage.transaction() as connection:
            rows = connection.execute(
                "SELECT kind, number, consent, env FROM person WHERE school_id = ? ORDER BY rowid", (school_id,)
            ).fetchall()
        return [PersonRecord(PersonKind(kind), number, bool(consent), env) for kind, number, consent, env in rows]

    def set_consent(self, school_id: int, kind: PersonKind, number: int, *, granted: bool) -> bool:
        """Set Data Processing Consent Granted of one record; False if there is no such record."""
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
        "INSERT INTO person VALUES (?, ?, ?, ?, ?)",
        [(school_id, person.kind.value, person.number, person.consent, person.env) for person in school.people],
    )
