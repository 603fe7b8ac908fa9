"""The SQLite file behind a sandbox, and its tables. One process uses it at a time, with any of its threads.

Usernames and entities compare without regard to case, as in the real service. `LAYOUT` numbers this layout of the
tables: it changes whenever they do.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

from reconciler.errors import InputError

# A practice state need not survive a power cut; it is locked for as long as a sandbox serves it.
_MANNERS = ("synchronous = OFF", "journal_mode = MEMORY", "locking_mode = EXCLUSIVE", "foreign_keys = ON")
_PATIENCE = 1.0  # seconds to wait for another process's lock


class Storage:
    """The tables of `tables.py` in one file."""

    def __init__(self, path: Path) -> None:
        """Open a file, or make it; raises InputError if it is not a sandbox's, is another version's, or another
        sandbox uses it."""
        self._lock = RLock()
        try:
            self._connection = sqlite3.connect(path, timeout=_PATIENCE, check_same_thread=False, isolation_level=None)
        except sqlite3.Error as error:
            raise InputError(f"cannot open the state file {path}: {error}") from None
        try:
            self._prepare()
        except sqlite3.Error as error:
            self._connection.close()
            raise InputError(f"{path} is not a sandbox's state file, or another sandbox is using it: {error}") from None
        if self._layout() != LAYOUT:
            self._connection.close()
            raise InputError(
                f"cannot read {path}: another version of the sandbox wrote it. Name a new file with --state."
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
        """All of the changes inside, or none. Inside another transaction it is part of that."""
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


LAYOUT = 5

TABLES = """
CREATE TABLE school (
    school_id    INTEGER PRIMARY KEY,
    name         TEXT NOT NULL,
    lawful_basis TEXT NOT NULL
);

CREATE TABLE account (
    school_id    INTEGER NOT NULL REFERENCES school,
    username     TEXT NOT NULL COLLATE NOCASE,
    password     TEXT NOT NULL,
    first_name   TEXT NOT NULL,
    last_name    TEXT NOT NULL,
    must_change  INTEGER NOT NULL,
    can_log_in   INTEGER NOT NULL,
    PRIMARY KEY (school_id, username)
);

-- What suppliers were told, also of accounts that nobody has made yet.
CREATE TABLE handed_over (
    school_id    INTEGER NOT NULL REFERENCES school,
    username     TEXT NOT NULL COLLATE NOCASE,
    password     TEXT NOT NULL,
    password_env TEXT NOT NULL,
    PRIMARY KEY (school_id, username)
);

CREATE TABLE role (
    school_id   INTEGER NOT NULL REFERENCES school,
    name        TEXT NOT NULL,
    description TEXT NOT NULL,
    PRIMARY KEY (school_id, name)
);

-- The write-back permissions that a school's service offers.
CREATE TABLE permission (
    school_id INTEGER NOT NULL REFERENCES school,
    name      TEXT NOT NULL,
    PRIMARY KEY (school_id, name)
);

CREATE TABLE role_permission (
    school_id  INTEGER NOT NULL,
    role       TEXT NOT NULL,
    permission TEXT NOT NULL,
    PRIMARY KEY (school_id, role, permission),
    FOREIGN KEY (school_id, role) REFERENCES role,
    FOREIGN KEY (school_id, permission) REFERENCES permission
);

CREATE TABLE account_role (
    school_id INTEGER NOT NULL,
    username  TEXT NOT NULL COLLATE NOCASE,
    role      TEXT NOT NULL,
    PRIMARY KEY (school_id, username, role),
    FOREIGN KEY (school_id, username) REFERENCES account,
    FOREIGN KEY (school_id, role) REFERENCES role
);

CREATE TABLE tick (
    school_id INTEGER NOT NULL,
    username  TEXT NOT NULL COLLATE NOCASE,
    entity    TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (school_id, username, entity),
    FOREIGN KEY (school_id, username) REFERENCES account
);

CREATE TABLE person (
    school_id INTEGER NOT NULL REFERENCES school,
    kind      TEXT NOT NULL,
    number    INTEGER NOT NULL,
    consent   INTEGER NOT NULL,
    env       TEXT NOT NULL,
    PRIMARY KEY (school_id, kind, number)
);

CREATE TABLE application (
    school_id INTEGER NOT NULL REFERENCES school,
    name      TEXT NOT NULL,
    installed INTEGER NOT NULL,
    PRIMARY KEY (school_id, name)
);

CREATE TABLE application_scope (
    school_id   INTEGER NOT NULL,
    application TEXT NOT NULL,
    entity      TEXT NOT NULL,
    PRIMARY KEY (school_id, application, entity),
    FOREIGN KEY (school_id, application) REFERENCES application
);

CREATE TABLE application_audit (
    audit_id    INTEGER PRIMARY KEY,
    school_id   INTEGER NOT NULL,
    application TEXT NOT NULL,
    time        TEXT NOT NULL,
    action      TEXT NOT NULL,
    FOREIGN KEY (school_id, application) REFERENCES application
);

CREATE TABLE trouble (
    trouble_id INTEGER PRIMARY KEY,
    kind       TEXT NOT NULL,
    school_id  INTEGER,
    operation  TEXT COLLATE NOCASE,
    username   TEXT COLLATE NOCASE,
    calls      INTEGER,
    seconds    REAL
);

-- Never a password.
CREATE TABLE access_log (
    call_id   INTEGER PRIMARY KEY,
    time      TEXT NOT NULL,
    service   TEXT NOT NULL,
    operation TEXT NOT NULL,
    school_id INTEGER,
    username  TEXT NOT NULL,
    entity    TEXT NOT NULL,
    outcome   TEXT NOT NULL
);
"""
