"""The journal's file: JSON lines, appended to and never written anew, readable for its owner alone.

An entry is on the disk when `append` returns. Whoever has a journal open may see it grow by somebody else's entries:
two writers take turns, each after the other's last line.
"""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

from reconciler.codec.json_types import Misfit
from reconciler.errors import InputError
from reconciler.journal.chain import Chain, ChainBreak, Record, line_of, read_chain, seal
from reconciler.journal.entries import content_of, entry_of
from reconciler.model.journal import Event, JournalEntry, JournalRepaired
from reconciler.state_folder.folder import make_folder, refuse_strange, why_not

_PATIENCE: Final = 30.0  # seconds for another writer, who needs a few milliseconds
_START: Final = b'{"'
_FLAGS: Final = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class JournalContents:
    """What a journal says.

    records  the lines that fit, up to the first that does not
    entries  the same, as what they say
    torn     how many bytes stand after the last whole line: a crash, or somebody is writing now
    broken   the first line that does not fit; None where all do
    """

    records: tuple[Record, ...]
    entries: tuple[JournalEntry, ...]
    torn: int
    broken: ChainBreak | None


def read_journal(path: Path) -> JournalContents:
    """Read a journal and leave it alone. One that is not there is empty. Raises InputError where it cannot be read."""
    refuse_strange(path.parent, path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        content = b""
    except OSError as error:
        raise InputError(f"The journal {path} was not read: {why_not(error)}.") from None
    chain = read_chain(content)
    return JournalContents(chain.records, _entries(chain, path), chain.torn, chain.broken)


def read_sound_journal(path: Path) -> JournalContents:
    """Read a journal whose word is taken for something: raises InputError where a line of it does not fit too."""
    reading = read_journal(path)
    if reading.broken:
        raise InputError(broken_line(path, reading.broken))
    return reading


class Journal:
    """A journal that is open for writing.

    by     who is at work
    clock  the time now, with a zone
    """

    def __init__(self, path: Path, by: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Open it, and repair a last line that a crash tore; what is cut off stays in a file beside it.

        Raises InputError where an earlier line does not fit, and where the file is no journal.
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
        """Every entry that this journal is known to hold."""
        return tuple(self._entries)

    def append(self, plan: str, *events: Event) -> None:
        """Write down events about a plan (its fingerprint; empty for none), in one piece, to the disk.

        Raises InputError where that cannot be done: then what comes next must not happen.
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
        """Read what is new since this journal last looked; cut off what is not whole, and write down that it was."""
        if stream.seek(0, os.SEEK_END) < self._size:
            raise InputError(f"The journal {self._path} was not written: lines that were in it are gone.")
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
        """Take away what a crash left of a line, and put it aside: whoever knows better can look at it."""
        if self._last is None and not _may_be_a_line(torn):
            raise InputError(f"{self._path} is no journal. Nothing was written to it: put it somewhere else.")
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
        """The file, while nobody else writes."""
        from filelock import FileLock, Timeout  # loads asyncio: only where something is written

        lock = self._path.with_suffix(".lock")
        try:
            make_folder(self._path.parent)
            refuse_strange(self._path.parent, self._path, lock)
            with (
                FileLock(lock, timeout=_PATIENCE, mode=0o600),
                os.fdopen(os.open(self._path, _FLAGS, 0o600), "r+b") as stream,
            ):
                yield stream
        except Timeout:
            raise InputError(
                f"The journal {self._path} was not written: another program has been writing for {_PATIENCE:g} seconds."
            ) from None
        except OSError as error:
            raise InputError(f"The journal {self._path} was not written: {why_not(error)}.") from None


def broken_line(path: Path, broken: ChainBreak) -> str:
    """What to say of a journal in which a line does not fit."""
    return (
        f"The journal {path} was changed: line {broken.line} does not fit: {broken.what}. Nothing more is written to "
        "it: put back the copy that you trust, or put this one aside, so that another begins."
    )


def _may_be_a_line(torn: bytes) -> bool:
    """Whether this can be what a crash left of a journal's first line: its beginning, or blocks of zeros."""
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
