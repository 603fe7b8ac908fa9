"""The journal's file: JSON lines, appended to and never written anew, readable for its owner alone.

An entry is on the disk when `append` returns. An open journal may grow by another process's entries: two writers take
turns, each after the other's last line.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from reconciler.codec.json_types import Misfit
from reconciler.errors import InputError
from reconciler.journal.chain import Chain, ChainBreak, Record, line_of, read_chain, seal
from reconciler.journal.entries import content_of, entry_of
from reconciler.model.journal import Event, JournalEntry, JournalRepaired
from reconciler.startup import dataclass
from reconciler.state_folder.folder import refuse_strange, why_not
from reconciler.state_folder.lock import waiting

_PATIENCE: Final = 30.0  # seconds for another writer, who needs a few milliseconds
_START: Final = b'{"'
_FLAGS: Final = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class JournalContents:
    """The content of a journal.

    records  the lines that fit, up to the first that does not
    entries  the same, as what they say
    torn     how many bytes follow the last whole line: a crash, or another process is writing now
    broken   the first line that does not fit; None if all do
    """

    records: tuple[Record, ...]
    entries: tuple[JournalEntry, ...]
    torn: int
    broken: ChainBreak | None


def read_journal(path: Path) -> JournalContents:
    """Read a journal without changing it; a missing one is empty. Raises InputError if it cannot be read."""
    refuse_strange(path.parent, path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        content = b""
    except OSError as error:
        raise InputError(f"Cannot read the journal {path}: {why_not(error)}.") from None
    chain = read_chain(content)
    return JournalContents(chain.records, _entries(chain, path), chain.torn, chain.broken)


def read_sound_journal(path: Path) -> JournalContents:
    """Read a journal that something depends on: raises InputError also if a line does not fit."""
    reading = read_journal(path)
    if reading.broken:
        raise InputError(broken_line(path, reading.broken))
    return reading


class Journal:
    """A journal that is open for writing.

    by     the person at work
    clock  the time now, with a zone
    """

    def __init__(self, path: Path, by: str, clock: Callable[[], datetime]) -> None:
        """Open it, and repair a last line that a crash tore; what is cut off is kept in a file beside it.

        Raises InputError if an earlier line does not fit, or if the file is not a journal.
        """
        self._path = path
        self._by = by
        self._clock = clock
        self._size = 0
        self._last: Record | None = None
        self._entries: list[JournalEntry] = []
        with self._turn() as stream:
            self._catch_up(stream)

    @property
    def entries(self) -> tuple[JournalEntry, ...]:
        """Every entry read or written so far."""
        return tuple(self._entries)

    def append(self, plan: str, *events: Event) -> None:
        """Write events about a plan (its fingerprint; empty for none), in one piece, to the disk.

        Raises InputError if that fails: then the next action must not happen.
        """
        with self._turn() as stream:
            self._catch_up(stream)
            self._write(stream, plan, events)

    def _write(self, stream: BinaryIO, plan: str, events: tuple[Event, ...]) -> None:
        time = self._clock().astimezone(UTC)
        records: list[Record] = []
        for event in events:
            content = content_of(event, time=time, by=self._by, plan=plan)
            records.append(seal(content, records[-1] if records else self._last))
        lines = b"".join(map(line_of, records))
        stream.write(lines)
        stream.flush()
        os.fsync(stream.fileno())
        self._size += len(lines)
        self._last = records[-1] if records else self._last
        self._entries += map(entry_of, records)

    def _catch_up(self, stream: BinaryIO) -> None:
        """Read the lines that are new; cut off a torn one, and record that."""
        if stream.seek(0, os.SEEK_END) < self._size:
            raise InputError(f"Cannot write the journal {self._path}: lines that were in it are gone.")
        stream.seek(self._size)
        content = stream.read()
        chain = read_chain(content, self._last)
        if chain.broken:
            raise InputError(broken_line(self._path, chain.broken))
        self._entries += _entries(chain, self._path)
        self._last = chain.records[-1] if chain.records else self._last
        self._size += chain.sound
        if chain.unended:
            stream.write(b"\n")
            self._size += 1
        if chain.torn:
            self._cut_off(stream, content[chain.sound :])

    def _cut_off(self, stream: BinaryIO, torn: bytes) -> None:
        """Remove what a crash left of a line, and keep it in a file of its own for a person to look at."""
        if self._last is None and not _may_be_a_line(torn):
            raise InputError(f"{self._path} is not a journal, so nothing was written to it. Move it somewhere else.")
        name = f"{self._path.stem}.torn-{self._clock().astimezone(UTC):%Y%m%dT%H%M%SZ}-"
        descriptor, _ = tempfile.mkstemp(prefix=name, dir=self._path.parent)
        with os.fdopen(descriptor, "wb") as aside:
            aside.write(torn)
            aside.flush()
            os.fsync(aside.fileno())
        stream.truncate(self._size)
        stream.seek(self._size)
        self._write(stream, "", (JournalRepaired(len(torn)),))

    @contextmanager
    def _turn(self) -> Iterator[BinaryIO]:
        """The file, while no other process writes."""
        failure = f"Cannot write the journal {self._path}"
        try:
            with (
                waiting(self._path.with_suffix(".lock"), self._path, seconds=_PATIENCE, failure=failure),
                os.fdopen(os.open(self._path, _FLAGS, 0o600), "r+b") as stream,
            ):
                yield stream
        except OSError as error:
            raise InputError(f"{failure}: {why_not(error)}.") from None


def broken_line(path: Path, broken: ChainBreak) -> str:
    """The error for a journal in which a line does not fit."""
    return (
        f"The journal {path} was altered at line {broken.line}: {broken.what}. Nothing more is written to it. "
        "Restore a copy that you trust, or move this file away to begin a new journal."
    )


def _may_be_a_line(torn: bytes) -> bool:
    """Tell if a crash can have left this of a journal's first line: its beginning, or blocks of zeros."""
    return torn.startswith(_START[: len(torn)]) or not torn.strip(b"\0")


def _entries(chain: Chain, path: Path) -> tuple[JournalEntry, ...]:
    entries = []
    for record in chain.records:
        try:
            entries.append(entry_of(record))
        except Misfit as misfit:
            raise InputError(
                f"Cannot read the journal {path}: line {record['sequence']} is unaltered, but this version of "
                f"reconciler does not know what it says: {misfit}. Use the version that wrote it, or a newer one."
            ) from None
    return tuple(entries)
