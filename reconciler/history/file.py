"""The file of a history: SQLite, written for its owner alone and never over a file of another kind.

    history   workspace, and since when runs are kept (0: all)
    entity    number, name            the entities, as the service spells them
    subject   number, text            schools and accesses
    state     number, text            what can be read, or what a plan says; see `codec.py`
    scope     number, subjects        which of them a run looked at: 1-75,80
    run       at, kind, scope, whole  a night is one row of each kind
    point     kind, subject, at, state  where a state begins; it lasts until the next of its kind and subject

Each addition is one transaction: what ends before it is written leaves the file as it was. There is no write-ahead log,
since that does not work on a network share: a rollback journal does, beside our own lock, which writers wait for.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from reconciler.errors import InputError
from reconciler.history.codec import scope_from, scope_text, subject_from, subject_text
from reconciler.history.history import ObservedHistory
from reconciler.history.timeline import Timeline
from reconciler.model.history import ObservedRun, Subject
from reconciler.startup import dataclass
from reconciler.state_folder.folder import refuse_strange, why_not
from reconciler.state_folder.lock import waiting

APPLICATION_ID: Final = 0x52636E48  # `RcnH`, at byte 68 of the file
VERSION: Final = 1
_PATIENCE: Final = 60.0  # seconds for another run
_BUSY: Final = 10.0  # seconds for a reader, while another process commits
_READINGS, _COMPARISONS = 1, 2
_SCHEMA: Final = (
    "CREATE TABLE history (workspace TEXT NOT NULL)",
    "CREATE TABLE entity (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    "CREATE TABLE subject (number INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)",
    "CREATE TABLE state (number INTEGER PRIMARY KEY, text TEXT NOT NULL)",
    "CREATE TABLE scope (number INTEGER PRIMARY KEY, subjects TEXT NOT NULL)",
    "CREATE TABLE run (at INTEGER, kind INTEGER, scope INTEGER NOT NULL REFERENCES scope, whole INTEGER NOT NULL, "
    "PRIMARY KEY (at, kind)) WITHOUT ROWID",
    "CREATE TABLE point (kind INTEGER, subject INTEGER REFERENCES subject, at INTEGER, "
    "state INTEGER NOT NULL REFERENCES state, PRIMARY KEY (kind, subject, at)) WITHOUT ROWID",
)


@dataclass(frozen=True, slots=True)
class HistoryFile:
    """The file of a workspace's history. `hidden` says that it is in the workspace's own folder `.reconciler`: then it
    is that workspace's, whatever its name is now."""

    path: Path
    workspace: str
    hidden: bool

    def exists(self) -> bool:
        """Tell if there is a history."""
        return self.path.is_file() and self.path.stat().st_size > 0

    def read(self) -> ObservedHistory:
        """Return what was observed; raises InputError if there is no history, or another file."""
        if not self.exists():
            raise InputError(
                f"There is no history in {self.path} yet. `reconciler drift` adds a night to it; "
                "`reconciler history import DIR` adds kept snapshots."
            )
        with self._opened() as database:
            return _read(database)

    def change(self, change: Callable[[ObservedHistory], ObservedHistory]) -> tuple[ObservedHistory, ObservedHistory]:
        """Change the history while no other process writes it, all or nothing; return it before and after.

        Raises InputError if it cannot be written. A damaged file, or one of another kind, stays as it is.
        """
        with self._turn():
            if not self.exists():
                self._make()
            with self._opened() as database:
                if (found := database.execute("PRAGMA quick_check(1)").fetchone()[0]) != "ok":
                    raise sqlite3.DatabaseError(found)
                before = _read(database) if _is_made(database) else ObservedHistory()
                after = change(before)
                if after != before:
                    _write(database, before, after, self.workspace)
        return before, after

    def add(self, observations: Iterable[ObservedRun]) -> tuple[ObservedHistory, ObservedHistory]:
        """Add observations, of any time; return the history before and after. What it has already adds nothing."""
        return self.change(lambda history: history.with_observations(observations))

    def compact(self) -> None:
        """Give the room of what was deleted back, and leave nothing of it in the file."""
        with self._turn(), self._opened() as database:
            database.execute("VACUUM")

    def integrity(self) -> list[str]:
        """Return what SQLite finds wrong in the whole file."""
        with self._opened() as database:
            found = [str(row[0]) for row in database.execute("PRAGMA integrity_check(20)")]
        return [] if found == ["ok"] else found

    @contextmanager
    def _turn(self) -> Iterator[None]:
        failure = f"{self.path} was not written"
        folder = self.path.parent
        if not self.hidden:  # a folder that a person named is theirs: neither private nor kept out of git
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise InputError(f"{failure}: {why_not(error)}.") from None
            folder = folder.resolve()
        lock = folder / f".{self.path.name}.lock"
        with waiting(lock, self.path, seconds=_PATIENCE, failure=failure, fleeting=True):
            yield

    def _make(self) -> None:
        """Make an empty file for its owner alone; SQLite gives its journal the same rights."""
        try:
            os.close(os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600))
        except OSError as error:
            raise InputError(f"{self.path} was not written: {why_not(error)}.") from None

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Open the file and see that it is ours; translate what SQLite says."""
        if self.hidden:
            refuse_strange(self.path.parent, self.path)
        try:
            with closing(sqlite3.connect(self.path, timeout=_BUSY, isolation_level=None)) as database:
                _refuse_foreign(database, self.path, "" if self.hidden else self.workspace)
                yield database
        except (sqlite3.DatabaseError, ValueError, LookupError, TypeError) as error:
            if isinstance(error, sqlite3.OperationalError) and error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
                raise InputError(f"Cannot use {self.path}: {error}. What was there is unchanged.") from None
            raise InputError(
                f"Cannot read {self.path}: it is damaged, or no history of reconciler ({error}). It was left alone. "
                "Move it away, then make it again from the snapshots that you kept: `reconciler history import DIR`."
            ) from None


def _refuse_foreign(database: sqlite3.Connection, path: Path, workspace: str) -> None:
    """Raise InputError for a database that another program, version or workspace made."""
    made_by, version = _pragma(database, "application_id"), _pragma(database, "user_version")
    if not made_by and not _is_made(database):
        return
    if made_by != APPLICATION_ID:
        raise InputError(
            f"Cannot read {path}: it is a database of another program. It was left alone. Name another file: "
            "`--history FILE`."
        )
    if version != VERSION:
        raise InputError(
            f"Cannot read {path}: it has format {version}, and this reconciler reads {VERSION}. It was left alone. "
            "Install the newer reconciler that made it, or name another file: `--history FILE`."
        )
    (owner,) = database.execute("SELECT workspace FROM history").fetchone()
    if workspace not in ("", owner):
        raise InputError(
            f"Cannot read {path}: it is the history of the workspace {owner}, and this one is {workspace}. It was left "
            "alone. Name another file: `--history FILE`."
        )


def _is_made(database: sqlite3.Connection) -> bool:
    """Tell if the file holds anything: its first transaction may not have come to its end."""
    return bool(database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])


def _pragma(database: sqlite3.Connection, name: str) -> int:
    value: int = database.execute(f"PRAGMA {name}").fetchone()[0]
    return value


def _read(database: sqlite3.Connection) -> ObservedHistory:
    database.execute("BEGIN")
    scopes = {number: scope_from(text) for number, text in database.execute("SELECT number, subjects FROM scope")}
    runs: dict[int, dict[int, frozenset[int]]] = {_READINGS: {}, _COMPARISONS: {}}
    whole = set()
    for at, kind, scope, is_whole in database.execute("SELECT at, kind, scope, whole FROM run ORDER BY at"):
        runs[kind][at] = scopes[scope]
        if is_whole:
            whole.add(at)
    readings, comparisons = (Timeline[int](runs[kind], _points(database, kind)) for kind in runs)
    found = ObservedHistory(
        {number: subject_from(text) for number, text in database.execute("SELECT number, text FROM subject")},
        dict(database.execute("SELECT number, name FROM entity")),
        dict(database.execute("SELECT number, text FROM state")),
        readings,
        comparisons,
        frozenset(whole),
        *database.execute("SELECT workspace FROM history").fetchone(),
    )
    database.execute("COMMIT")
    return found


def _points(database: sqlite3.Connection, kind: int) -> dict[int, tuple[tuple[int, int], ...]]:
    """{the number of a subject: where its state changed}."""
    rows = database.execute("SELECT subject, at, state FROM point WHERE kind = ? ORDER BY 1, 2", (kind,))
    found: dict[int, list[tuple[int, int]]] = {}
    for subject, at, state in rows:
        if subject not in found:
            found[subject] = []
        found[subject].append((at, state))
    return {subject: tuple(own) for subject, own in found.items()}


def _write(database: sqlite3.Connection, before: ObservedHistory, after: ObservedHistory, workspace: str) -> None:
    """Write what differs, in one transaction."""
    is_new = not _is_made(database)
    database.execute("BEGIN IMMEDIATE")
    if is_new:
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {VERSION}")
        for statement in _SCHEMA:
            database.execute(statement)
        database.execute("INSERT INTO history VALUES (?)", (workspace,))
    _update(database, "entity", before.names, after.names)
    _update(database, "subject", _texts(before.subjects), _texts(after.subjects))
    _update(database, "state", before.texts, after.texts)
    _write_runs(database, before, after)
    for kind, old, new in _kinds(before, after):
        changed = [key for key in old.points.keys() | new.points.keys() if old.points.get(key) != new.points.get(key)]
        gone = [
            (kind, key, at) for key in changed for at, _ in set(old.points.get(key, ())) - set(new.points.get(key, ()))
        ]
        database.executemany("DELETE FROM point WHERE kind = ? AND subject = ? AND at = ?", gone)
        added = [
            (kind, key, *own) for key in changed for own in set(new.points.get(key, ())) - set(old.points.get(key, ()))
        ]
        database.executemany("INSERT INTO point VALUES (?, ?, ?, ?)", added)
    database.execute("COMMIT")


def _kinds(before: ObservedHistory, after: ObservedHistory) -> Iterator[tuple[int, Timeline[int], Timeline[int]]]:
    yield _READINGS, before.readings, after.readings
    yield _COMPARISONS, before.comparisons, after.comparisons


def _write_runs(database: sqlite3.Connection, before: ObservedHistory, after: ObservedHistory) -> None:
    scopes = {text: number for number, text in database.execute("SELECT number, subjects FROM scope")}
    for kind, old, new in _kinds(before, after):
        database.executemany(
            "DELETE FROM run WHERE at = ? AND kind = ?", [(at, kind) for at in old.runs if at not in new.runs]
        )
        for at, scope in new.runs.items():
            is_whole = at in after.whole
            if old.runs.get(at) == scope and (at in before.whole) == is_whole:
                continue
            text = scope_text(frozenset(scope))
            if text not in scopes:
                scopes[text] = max(scopes.values(), default=0) + 1
                database.execute("INSERT INTO scope VALUES (?, ?)", (scopes[text], text))
            database.execute("INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?)", (at, kind, scopes[text], is_whole))
    database.execute("DELETE FROM scope WHERE number NOT IN (SELECT scope FROM run)")


def _texts(subjects: Mapping[int, Subject]) -> Mapping[int, str]:
    return {number: subject_text(subject) for number, subject in subjects.items()}


def _update(database: sqlite3.Connection, table: str, old: Mapping[int, Any], new: Mapping[int, Any]) -> None:
    """Bring a table of numbered texts up to date."""
    gone = [(number,) for number in old.keys() - new.keys()]
    database.executemany(f"DELETE FROM {table} WHERE number = ?", gone)  # noqa: S608  # a name of ours
    rows = [(number, new[number]) for number in sorted(new.keys() - old.keys())]
    database.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)  # noqa: S608
