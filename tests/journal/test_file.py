"""The journal's file: what is on the disk, who may read it, what a crash leaves, and what two writers make of it."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from reconciler.errors import InputError
from reconciler.journal.file import Journal, read_journal
from reconciler.model.event import ApplyResumed, ApplyStarted, JournalRepaired

if TYPE_CHECKING:
    from pathlib import Path

PLAN = "7f" * 32

# Writes entries until it is stopped, and says so on its first.
WRITER = """
import sys
from pathlib import Path
from reconciler.journal.file import Journal
from reconciler.model.event import ApplyResumed
journal = Journal(Path(sys.argv[1]), sys.argv[2])
for number in range(int(sys.argv[3])):
    journal.append("", ApplyResumed(number))
    if number == 0:
        print("writing", flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where a journal will be; its folder does not exist yet."""
    return tmp_path / ".reconciler" / "journal.jsonl"


def filled(path: Path, entries: int = 3) -> bytes:
    """A journal with so many entries, one written after the other; its bytes."""
    journal = Journal(path, "J. Smith")
    for number in range(entries):
        journal.append(PLAN, ApplyResumed(number))
    return path.read_bytes()


def writer(path: Path, name: str, entries: int) -> subprocess.Popen[str]:
    """Another process that writes to the journal."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), name, str(entries)], stdout=subprocess.PIPE, encoding="utf-8"
    )


def test_an_entry_says_who_when_and_what(path: Path) -> None:
    """Time is UTC in whole seconds; a journal that is opened again holds what was written."""
    journal = Journal(path, "J. Smith", lambda: datetime(2026, 11, 24, 12, 30, 5, 999, tzinfo=UTC))
    journal.append(PLAN, ApplyStarted("plan.json", ("revoke",), 3), ApplyResumed(2))
    first, second = Journal(path, "A. Other").entries
    assert (first.sequence, first.time, first.by, first.plan) == (
        1,
        datetime(2026, 11, 24, 12, 30, 5, tzinfo=UTC),
        "J. Smith",
        PLAN,
    )
    assert first.event == ApplyStarted("plan.json", ("revoke",), 3)
    assert (second.sequence, second.previous, second.event) == (2, first.hash, ApplyResumed(2))
    assert journal.entries == (first, second)


def test_a_journal_that_is_not_there_is_empty(path: Path) -> None:
    """Reading makes no file."""
    assert read_journal(path).entries == ()
    assert not path.parent.exists()


@pytest.mark.skipif(os.name == "nt", reason="on Windows the folder's own rights hold")
def test_only_its_owner_reads_it(path: Path) -> None:
    """What a journal says of a school is nobody else's business."""
    filled(path)
    assert {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {
        "journal.jsonl": 0o600,
        "journal.lock": 0o600,
    }


def test_earlier_bytes_are_never_written_again(path: Path) -> None:
    """A longer journal starts with the shorter one."""
    before = filled(path)
    Journal(path, "A. Other").append(PLAN, ApplyResumed(9))
    assert path.read_bytes().startswith(before)


@pytest.mark.parametrize("left", [1, 40, -1])
def test_a_torn_last_line_is_cut_off_and_written_down(path: Path, left: int) -> None:
    """Whatever a crash left of the last line, the entries before it stay, and the journal says what was lost."""
    whole = filled(path)
    start = whole.rstrip(b"\n").rfind(b"\n") + 1
    torn = whole[start:][:left]
    path.write_bytes(whole[:start] + torn)
    reading = read_journal(path)
    assert (len(reading.entries), reading.torn, reading.broken) == (2, len(torn), None)
    journal = Journal(path, "A. Other")
    assert [entry.event for entry in journal.entries] == [
        ApplyResumed(0),
        ApplyResumed(1),
        JournalRepaired(len(torn)),
    ]
    journal.append(PLAN, ApplyResumed(5))
    again = read_journal(path)
    assert (len(again.entries), again.torn, again.broken) == (4, 0, None)


def test_blocks_that_never_reached_the_disk_are_cut_off(path: Path) -> None:
    """Some file systems leave zeros at the end after a power cut."""
    whole = filled(path)
    path.write_bytes(whole + b"\0" * 300)
    assert Journal(path, "J. Smith").entries[-1].event == JournalRepaired(300)


def test_a_changed_line_is_named_and_nothing_is_written(path: Path) -> None:
    """Opening refuses; reading tells what fits and which line does not."""
    changed = filled(path).replace(b'"left":1', b'"left":7')
    path.write_bytes(changed)
    with pytest.raises(InputError, match=r"line 2 does not fit: it was changed"):
        Journal(path, "J. Smith")
    reading = read_journal(path)
    assert len(reading.entries) == 1
    assert reading.broken is not None
    assert path.read_bytes() == changed


def test_a_line_changed_while_the_journal_is_open_is_named_by_the_next_to_open_it(path: Path) -> None:
    """A journal that shrank under its writer is refused at once."""
    journal = Journal(path, "J. Smith")
    journal.append(PLAN, ApplyResumed(0), ApplyResumed(1))
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InputError, match="lines that were in it are gone"):
        journal.append(PLAN, ApplyResumed(2))


def test_an_event_of_a_later_version_is_told(path: Path) -> None:
    """A chain that fits and says what nobody here knows is neither tampering nor nothing."""
    from reconciler.journal.chain import line_of, seal

    filled(path, 0)
    record = {"time": "2026-11-24T12:30:05+00:00", "by": "J. Smith", "plan": "", "event": "teleported"}
    path.write_bytes(line_of(seal(record, None)))
    with pytest.raises(InputError, match="line 1 fits, and says what this version of reconciler does not know"):
        read_journal(path)


def test_two_writers_take_turns(path: Path) -> None:
    """Two processes write at the same time: every entry of both is there, in one chain."""
    with writer(path, "J. Smith", 40) as first, writer(path, "A. Other", 40) as second:
        assert (first.wait(timeout=60), second.wait(timeout=60)) == (0, 0)
    reading = read_journal(path)
    assert (reading.torn, reading.broken) == (0, None)
    for name in ("J. Smith", "A. Other"):
        assert [entry.event for entry in reading.entries if entry.by == name] == [ApplyResumed(n) for n in range(40)]


def test_a_writer_that_was_killed_leaves_a_journal_to_go_on_with(path: Path) -> None:
    """At whatever moment it dies, its entries so far are there, and the next writer is not kept waiting."""
    with writer(path, "J. Smith", 1_000_000) as process:
        assert process.stdout
        process.stdout.readline()
        process.kill()
    journal = Journal(path, "A. Other")
    journal.append(PLAN, ApplyResumed(0))
    reading = read_journal(path)
    assert (reading.torn, reading.broken) == (0, None)
    written = [entry.event for entry in reading.entries if entry.by == "J. Smith"]
    assert written == [ApplyResumed(number) for number in range(len(written))]
    assert written


if sys.platform != "win32":

    def test_a_full_disk_is_told_and_does_no_harm(path: Path) -> None:
        """The entry that does not fit raises, with what was there before whole; the next one that fits is written."""
        program = (
            "import resource, signal, sys\n"
            "from pathlib import Path\n"
            "from reconciler.errors import InputError\n"
            "from reconciler.journal.file import Journal\n"
            "from reconciler.model.event import ApplyResumed\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "path = Path(sys.argv[1])\n"
            "journal = Journal(path, 'J. Smith')\n"
            "_, most = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 100, most))\n"
            "try:\n"
            "    journal.append('', ApplyResumed(7))\n"
            "except InputError as error:\n"
            "    print(error)\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))\n"
            "journal.append('', ApplyResumed(8))\n"
        )
        before = filled(path)
        done = subprocess.run(
            [sys.executable, "-c", program, str(path)], capture_output=True, check=True, encoding="utf-8"
        )
        assert done.stdout == f"The journal {path} was not written: File too large.\n"
        assert path.read_bytes().startswith(before)
        events = [entry.event for entry in read_journal(path).entries]
        assert events[3:] == [JournalRepaired(100), ApplyResumed(8)]
