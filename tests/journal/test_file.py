"""The journal's file: what is on the disk, who may read it, what a crash leaves, and what two writers make of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.clock import system_clock
from reconciler.errors import InputError
from reconciler.journal.chain import line_of, seal
from reconciler.journal.entries import content_of
from reconciler.journal.file import Journal, read_journal
from reconciler.model.journal import ApplyResumed, ApplyStarted, JournalRepaired

if TYPE_CHECKING:
    from pathlib import Path

PLAN = "7f" * 32

# Writes entries until it is stopped, and says so on its first.
WRITER = """
import sys
from pathlib import Path
from reconciler.cli.clock import system_clock
from reconciler.journal.file import Journal
from reconciler.model.journal import ApplyResumed
journal = Journal(Path(sys.argv[1]), sys.argv[2], system_clock)
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
    journal = Journal(path, "J. Smith", system_clock)
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
    first, second = Journal(path, "A. Other", system_clock).entries
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
    modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert (modes["journal.jsonl"], modes["journal.lock"]) == (0o600, 0o600)


def test_earlier_bytes_are_never_written_again(path: Path) -> None:
    """A longer journal starts with the shorter one."""
    before = filled(path)
    Journal(path, "A. Other", system_clock).append(PLAN, ApplyResumed(9))
    assert path.read_bytes().startswith(before)


@pytest.mark.parametrize("left", [1, 40, -2])
def test_a_torn_last_line_is_cut_off_and_written_down(path: Path, left: int) -> None:
    """Whatever a crash left of the last line, the entries before it stay, and the journal says what was lost."""
    whole = filled(path)
    start = whole.rstrip(b"\n").rfind(b"\n") + 1
    torn = whole[start:][:left]
    path.write_bytes(whole[:start] + torn)
    reading = read_journal(path)
    assert (len(reading.entries), reading.torn, reading.broken) == (2, len(torn), None)
    journal = Journal(path, "A. Other", system_clock)
    assert [entry.event for entry in journal.entries] == [
        ApplyResumed(0),
        ApplyResumed(1),
        JournalRepaired(len(torn)),
    ]
    journal.append(PLAN, ApplyResumed(5))
    again = read_journal(path)
    assert (len(again.entries), again.torn, again.broken) == (4, 0, None)


def test_what_is_cut_off_is_put_aside(path: Path) -> None:
    """Somebody may know better than the repair: the bytes stay in a file for their owner alone."""
    whole = filled(path)
    torn = b'{"by":"J. Smith","what":"\xff half a line'
    path.write_bytes(whole + torn)
    Journal(path, "A. Other", lambda: datetime(2026, 11, 24, 12, 30, 5, tzinfo=UTC))
    (aside,) = path.parent.glob("journal.torn-20261124T123005Z-*")
    assert aside.read_bytes() == torn
    assert os.name == "nt" or aside.stat().st_mode & 0o777 == 0o600


def test_a_whole_last_line_without_its_end_is_kept(path: Path) -> None:
    """Editors take the last end of line away: it is given back, and no entry is lost."""
    whole = filled(path)
    path.write_bytes(whole[:-1])
    reading = read_journal(path)
    assert (len(reading.entries), reading.torn, reading.broken) == (3, 0, None)
    assert path.read_bytes() == whole[:-1]
    journal = Journal(path, "A. Other", system_clock)
    assert path.read_bytes() == whole
    journal.append(PLAN, ApplyResumed(9))
    assert [entry.event for entry in read_journal(path).entries] == [ApplyResumed(n) for n in (0, 1, 2, 9)]
    assert path.read_bytes().startswith(whole)


def test_a_last_line_without_its_end_that_does_not_follow_is_cut_off(path: Path) -> None:
    """A whole entry of another place is no last line of this journal."""
    whole = filled(path)
    first, _, _ = whole.splitlines()
    path.write_bytes(whole + first)
    assert Journal(path, "A. Other", system_clock).entries[-1].event == JournalRepaired(len(first))


@pytest.mark.parametrize("content", [b"hello", b"{ }", b"\xff\xfe"])
def test_a_file_that_is_no_journal_is_not_emptied(path: Path, content: bytes) -> None:
    """Whatever stands at its place is not taken for what a crash left."""
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(InputError, match="is not a journal"):
        Journal(path, "J. Smith", system_clock)
    assert path.read_bytes() == content


@pytest.mark.parametrize("left", [1, 2, 30])
def test_a_first_line_that_a_crash_tore_is_repaired(path: Path, left: int) -> None:
    """From its first byte on."""
    path.write_bytes(filled(path, 1)[:left])
    assert [entry.event for entry in Journal(path, "J. Smith", system_clock).entries] == [JournalRepaired(left)]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("by", 5),
        ("plan", "../../g"),
        ("plan", ["x"]),
        ("time", "2026-11-24T12:30:05"),
        ("time", "0001-01-01T00:00:00+14:00"),
        ("planFile", 5),
        ("accepted", "revoke"),
        ("accepted", [5]),
        ("due", "\x1b[31m"),
        ("due", True),
        ("due", -1),
    ],
)
def test_a_line_with_a_right_hash_and_wrong_types_is_told(path: Path, key: str, value: object) -> None:
    """Whoever can write the file can seal a line; what it says is still no entry."""
    record = content_of(
        ApplyStarted("plan.json", ("revoke",), 3), time=datetime(2026, 11, 24, tzinfo=UTC), by="J. Smith", plan=PLAN
    )
    path.parent.mkdir()
    path.write_bytes(line_of(seal({**record, key: value}, None)))
    with pytest.raises(InputError, match="line 1 is unaltered, but this version of reconciler does not know"):
        read_journal(path)


@pytest.mark.parametrize("number", [1.0, True])
def test_a_number_of_another_type_is_no_number(path: Path, number: object) -> None:
    """It equals one, and is none."""
    record = seal(content_of(ApplyResumed(3), time=datetime(2026, 11, 24, tzinfo=UTC), by="J. Smith", plan=PLAN), None)
    rest = {**record, "sequence": number}
    del rest["hash"]
    text = json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()
    path.parent.mkdir()
    path.write_bytes(line_of({**rest, "hash": sha256(text).hexdigest()}))
    assert read_journal(path).broken is not None


def test_blocks_that_never_reached_the_disk_are_cut_off(path: Path) -> None:
    """Some file systems leave zeros at the end after a power cut."""
    whole = filled(path)
    path.write_bytes(whole + b"\0" * 300)
    assert Journal(path, "J. Smith", system_clock).entries[-1].event == JournalRepaired(300)


def test_a_changed_line_is_named_and_nothing_is_written(path: Path) -> None:
    """Opening refuses; reading tells what fits and which line does not."""
    changed = filled(path).replace(b'"left":1', b'"left":7')
    path.write_bytes(changed)
    with pytest.raises(InputError, match=r"altered at line 2: it was changed"):
        Journal(path, "J. Smith", system_clock)
    reading = read_journal(path)
    assert len(reading.entries) == 1
    assert reading.broken is not None
    assert path.read_bytes() == changed


def test_a_line_changed_while_the_journal_is_open_is_named_by_the_next_to_open_it(path: Path) -> None:
    """A journal that shrank under its writer is refused at once."""
    journal = Journal(path, "J. Smith", system_clock)
    journal.append(PLAN, ApplyResumed(0), ApplyResumed(1))
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InputError, match="lines that were in it are gone"):
        journal.append(PLAN, ApplyResumed(2))


def test_an_event_of_a_later_version_is_told(path: Path) -> None:
    """A chain that fits and says what nobody here knows is neither tampering nor nothing."""
    filled(path, 0)
    record = {"time": "2026-11-24T12:30:05+00:00", "by": "J. Smith", "plan": "", "event": "teleported"}
    path.write_bytes(line_of(seal(record, None)))
    with pytest.raises(InputError, match="line 1 is unaltered, but this version of reconciler does not know"):
        read_journal(path)


def test_two_writers_take_turns(path: Path) -> None:
    """Two processes write at the same time: every entry of both is there, in one chain."""
    with writer(path, "J. Smith", 40) as first, writer(path, "A. Other", 40) as second:
        assert (first.wait(timeout=60), second.wait(timeout=60)) == (0, 0)
    reading = read_journal(path)
    assert (reading.torn, reading.broken) == (0, None)
    for name in ("J. Smith", "A. Other"):
        assert [entry.event for entry in reading.entries if entry.by == name] == [ApplyResumed(n) for n in range(40)]


_LOOKS_AND_MAKES = """
import sys
from pathlib import Path
from reconciler.state_folder.folder import refuse_strange
folder = Path(sys.argv[1])
for number in range(3000):
    refuse_strange(folder, folder / str(number))
    (folder / str(number)).touch()
"""


def test_a_file_that_another_makes_in_this_moment_is_no_strange_file(tmp_path: Path) -> None:
    """Two processes look whether files are there, and make them: neither takes the other's for a link."""
    pair = [
        subprocess.Popen([sys.executable, "-c", _LOOKS_AND_MAKES, str(tmp_path)], stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    assert [(process.communicate()[1], process.returncode) for process in pair] == [(b"", 0)] * 2


def test_a_writer_that_was_killed_leaves_a_journal_to_go_on_with(path: Path) -> None:
    """At whatever moment it dies, its entries so far are there, and the next writer is not kept waiting."""
    with writer(path, "J. Smith", 1_000_000) as process:
        assert process.stdout
        process.stdout.readline()
        process.kill()
    journal = Journal(path, "A. Other", system_clock)
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
            "from reconciler.cli.clock import system_clock\n"
            "from reconciler.errors import InputError\n"
            "from reconciler.journal.file import Journal\n"
            "from reconciler.model.journal import ApplyResumed\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "path = Path(sys.argv[1])\n"
            "journal = Journal(path, 'J. Smith', system_clock)\n"
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
        assert done.stdout == f"Cannot write the journal {path}: File too large.\n"
        assert path.read_bytes().startswith(before)
        events = [entry.event for entry in read_journal(path).entries]
        assert events[3:] == [JournalRepaired(100), ApplyResumed(8)]
