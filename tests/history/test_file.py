"""The file of a history: private, whole after any end of a writer, and never written over another kind of file."""

from __future__ import annotations

import sqlite3
import stat
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from reconciler.errors import InputError
from reconciler.history.checking import faults_of
from reconciler.history.file import APPLICATION_ID, HistoryFile
from reconciler.history.history import ObservedHistory
from reconciler.history.past import Past
from reconciler.model.history import AccessView, ObservedRun, ViewEvidence
from tests.history.worlds import FIRST, NAMES, RUNS, SUBJECTS, told

if TYPE_CHECKING:
    from collections.abc import Iterator


def history_in(folder: Path, workspace: str = "small-world") -> HistoryFile:
    return HistoryFile(folder / "history.sqlite", workspace, hidden=False)


def night(number: int, names: tuple[str, ...] = NAMES) -> ObservedRun:
    """A night on which all could read the same."""
    view = AccessView(ViewEvidence.ASKED, names)
    return ObservedRun(FIRST + timedelta(days=number), dict.fromkeys(SUBJECTS, view), {}, whole=True)


@given(RUNS)
def test_a_file_tells_what_was_added(runs: list[ObservedRun]) -> None:
    """In one transaction or in many, and the same when it is read again."""
    whole = ObservedHistory().with_observations(runs)
    with tempfile.TemporaryDirectory() as folder:
        file = history_in(Path(folder))
        for run in runs:
            file.add([run])
        if not file.exists():
            return
        found = file.read()
        assert told(found, Past(found)) == told(whole, Past(whole))
        assert not file.integrity()
        assert not list(faults_of(found))
        size = file.path.read_bytes()
        file.add(runs)
        assert file.path.read_bytes() == size


def test_it_is_its_owners_alone(tmp_path: Path) -> None:
    """Mode 0600, in a folder that git ignores where it is the workspace's own."""
    file = HistoryFile(tmp_path / ".reconciler" / "history.sqlite", "small-world", hidden=True)
    file.add([night(1)])
    assert (tmp_path / ".reconciler" / ".gitignore").read_text(encoding="utf-8") == "*\n"
    if sys.platform != "win32":
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert sorted(each.name for each in file.path.parent.iterdir()) == [".gitignore", "history.sqlite"]


def foreign_files() -> Iterator[tuple[str, bytes]]:
    """(what the error says, the content)."""
    with tempfile.TemporaryDirectory() as folder:
        ours = history_in(Path(folder))
        ours.add([night(number) for number in range(9)])
        good = ours.path.read_bytes()
        yield "damaged, or no history", b"kind: Workspace\n"
        yield "damaged, or no history", good[: len(good) // 2]
        yield "damaged, or no history", good[:4096] + b"\xff" * (len(good) - 4096)
        other = Path(folder) / "other.sqlite"
        with closing(sqlite3.connect(other)) as database:
            database.execute("CREATE TABLE cookies (name TEXT)")
        yield "of another program", other.read_bytes()
        with closing(sqlite3.connect(ours.path)) as database:
            database.execute("PRAGMA user_version = 2")
        yield "has format 2", ours.path.read_bytes()


def test_a_foreign_or_damaged_file_is_left_alone(tmp_path: Path) -> None:
    """Reading and writing say what it is and what to do, and not a byte of it changes."""
    file = history_in(tmp_path)
    for message, content in foreign_files():
        file.path.write_bytes(content)
        for use in (file.read, lambda: file.add([night(1)])):
            with pytest.raises(InputError, match=message) as refused:
                use()
            assert "It was left alone." in str(refused.value)
        assert file.path.read_bytes() == content


def test_another_workspaces_file_is_left_alone(tmp_path: Path) -> None:
    """A file that a person named is of one workspace; the workspace's own stays its own under a new name."""
    history_in(tmp_path).add([night(1)])
    with pytest.raises(InputError, match="it is the history of the workspace small-world, and this one is other"):
        history_in(tmp_path, "other").add([night(2)])
    renamed = HistoryFile(tmp_path / "history.sqlite", "other", hidden=True)
    assert len(renamed.add([night(2)])[1].readings.runs) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """A repository could carry one that names a file of yours."""
    target = tmp_path / "precious"
    target.write_bytes(b"")
    (tmp_path / ".reconciler").mkdir()
    (tmp_path / ".reconciler" / "history.sqlite").symlink_to(target)
    file = HistoryFile(tmp_path / ".reconciler" / "history.sqlite", "small-world", hidden=True)
    with pytest.raises(InputError, match="is not a plain file"):
        file.add([night(1)])
    assert target.read_bytes() == b""


def test_writers_take_turns(tmp_path: Path) -> None:
    """Several runs that end at once lose nothing of each other."""
    file = history_in(tmp_path)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: file.add([night(number, NAMES[: 1 + number % 8])]), range(12)))
    assert len(file.read().readings.runs) == 12
    assert not file.integrity()


WRITER = """
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from reconciler.history.file import HistoryFile
from reconciler.model.address import SchoolDatabase
from reconciler.model.history import AccessView, ViewEvidence, ObservedRun, Subject
file = HistoryFile(Path(sys.argv[1]), "small-world", hidden=False)
subjects = [Subject(SchoolDatabase(1, "read"), "school", str(number), str(number)) for number in range(300)]
for number in range(int(sys.argv[2]), 10_000):
    at = datetime(2026, 3, 1, tzinfo=timezone.utc) + timedelta(days=number)
    view = AccessView(ViewEvidence.ASKED, tuple("ABCDEFGH"[: 1 + number % 8]))
    file.add([ObservedRun(at, dict.fromkeys(subjects, view), {}, whole=True)])
    print(number, flush=True)
"""


def test_a_killed_writer_loses_nothing_that_it_wrote_before(tmp_path: Path) -> None:
    """Each night that it finished is there, and the file is whole. It takes a process to kill."""
    file, written = history_in(tmp_path), -1
    for nights in (3, 7):
        command = [sys.executable, "-c", WRITER, str(file.path), str(written + 1)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as writer:
            assert writer.stdout
            for _ in range(nights):
                written = int(writer.stdout.readline())
            writer.kill()
            written = max([written, *map(int, writer.stdout.read().split())])
        found = file.read()
        assert len(found.readings.runs) in (written + 1, written + 2)
        assert not [*file.integrity(), *faults_of(found)]
        written = len(found.readings.runs) - 1


def test_a_night_without_change_costs_a_few_bytes(tmp_path: Path) -> None:
    """Two hundred of them fit into two pages more; a year of a trust is in `tests/benchmarks`."""
    file = history_in(tmp_path)
    file.add([night(0)])
    before = file.path.stat().st_size
    file.add([night(number) for number in range(1, 201)])
    assert file.path.stat().st_size - before <= 2 * 4096


def test_the_file_names_its_kind(tmp_path: Path) -> None:
    """`file` and people who look see whose it is."""
    file = history_in(tmp_path)
    file.add([night(0)])
    assert file.path.read_bytes()[68:72] == APPLICATION_ID.to_bytes(4, "big")
