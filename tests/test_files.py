"""Writing whole files, or none."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from reconciler.errors import InputError
from reconciler.files import read_text, write_text_atomically, write_texts


def test_a_file_is_written_whole_in_a_folder_that_is_made(tmp_path: Path) -> None:
    """UTF-8, \\n, and nothing left beside it."""
    file = tmp_path / "new" / "below" / "plan.json"
    write_text_atomically(file, "é\n")
    assert file.read_bytes() == "é\n".encode()
    assert list(file.parent.iterdir()) == [file]


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    """A text that cannot be encoded fails half-way: the old file stays, and no half one is left."""
    file = tmp_path / "plan.json"
    write_text_atomically(file, "old")
    with pytest.raises(InputError, match="it has half a character"):
        write_text_atomically(file, "new \ud800")
    assert file.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_of_several_files_all_are_written_or_none(tmp_path: Path) -> None:
    """One that cannot be written takes those before it back, and new ones away."""
    old, new, folder = tmp_path / "old.yaml", tmp_path / "new.yaml", tmp_path / "folder.yaml"
    old.write_bytes("\ufeffwas: é\r\n".encode())
    folder.mkdir()
    with pytest.raises(InputError):
        write_texts({old: "is: 1\n", new: "is: 2\n", folder: "is: 3\n"})
    assert old.read_bytes() == "\ufeffwas: é\r\n".encode()
    assert not new.exists()
    write_texts({old: "is: 1\n", new: "is: 2\n"})
    assert (old.read_bytes(), new.read_bytes()) == (b"is: 1\n", b"is: 2\n")


def test_a_stop_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while the text goes to the disk: the old file stays, since the new one takes its name only after that."""

    def stopped(_descriptor: int) -> None:
        raise KeyboardInterrupt

    file = tmp_path / "plan.json"
    write_text_atomically(file, "old")
    monkeypatch.setattr("os.fsync", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_text_atomically(file, "new")
    assert file.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_of_somebody_else_is_never_written_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the new file's name is taken, by a link perhaps, what has it is neither followed nor taken away."""
    monkeypatch.setattr("os.urandom", bytes)  # zeros, as many as are asked for
    taken = tmp_path / ".plan.json.00000000"
    taken.write_text("theirs", encoding="utf-8")
    with pytest.raises(InputError, match=r"plan\.json was not written"):
        write_text_atomically(tmp_path / "plan.json", "x")
    assert taken.read_text(encoding="utf-8") == "theirs"
    assert list(tmp_path.iterdir()) == [taken]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A folder in the file's place, and a file in the folder's."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="folder was not written"):
        write_text_atomically(tmp_path / "folder", "x")
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match=r"was not written: .* What was there is unchanged"):
        write_text_atomically(tmp_path / "file" / "below", "x")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The file that it names is written."""
    file, link = tmp_path / "real" / "plan.json", tmp_path / "plan.json"
    write_text_atomically(file, "old")
    try:
        link.symlink_to(file)
    except OSError:
        return  # Windows lets only some users make links
    write_text_atomically(link, "new")
    assert link.is_symlink()
    assert file.read_text(encoding="utf-8") == "new"


def test_what_is_no_file_is_not_replaced(tmp_path: Path) -> None:
    """A pipe is written into, as `--format json=/dev/stdout` wants it."""
    if sys.platform == "win32":
        return  # it has no such pipes
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_text_atomically(pipe, "told")
        assert os.read(reader, 100) == b"told"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


def test_a_path_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    """A null character comes from a manifest, not from us."""
    with pytest.raises(InputError, match="Cannot read "):
        read_text(tmp_path / "a\0b", what="the password file")
    with pytest.raises(InputError, match="was not written: "):
        write_text_atomically(tmp_path / "a\0b", "x")


@pytest.mark.parametrize(("private", "mode"), [(True, 0o600), (False, 0o644)])
def test_who_may_read_it(private: bool, mode: int, tmp_path: Path) -> None:
    """A private file is its owner's alone; any other follows the umask. (Windows has the folder's rights instead.)"""
    before = os.umask(0o022)
    try:
        write_text_atomically(tmp_path / "f", "x", private=private)
    finally:
        os.umask(before)
    found = (tmp_path / "f").stat().st_mode & 0o777
    assert found == (mode if sys.platform != "win32" else 0o666)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes")
@pytest.mark.parametrize("mode", [0o664, 0o640, 0o600])
def test_a_file_that_is_there_keeps_its_mode(mode: int, tmp_path: Path) -> None:
    """Whatever the umask says of new ones: a shared folder stays shared."""
    file = tmp_path / "f"
    file.write_text("old", encoding="utf-8")
    file.chmod(mode)
    write_text_atomically(file, "new")
    assert file.stat().st_mode & 0o777 == mode
    assert file.read_text(encoding="utf-8") == "new"


def test_a_read_only_file_is_left_alone(tmp_path: Path) -> None:
    """Somebody said that it is not to be written."""
    file = tmp_path / "f"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o444)
    with pytest.raises(InputError, match="f was not written: it is read-only"):
        write_text_atomically(file, "new")
    assert file.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]
    file.chmod(0o644)


@pytest.mark.parametrize("times", [1, 5])
def test_a_file_that_another_program_has_open_for_a_moment_is_waited_for(
    times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a virus scanner does on Windows, where such a file cannot be replaced."""
    file = tmp_path / "f"
    file.write_text("old", encoding="utf-8")
    refused = held_open(monkeypatch, times)
    write_text_atomically(file, "new")
    assert len(refused) == times
    assert file.read_text(encoding="utf-8") == "new"
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_another_program_keeps_open_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the end; what was there stays."""
    file = tmp_path / "f"
    file.write_text("old", encoding="utf-8")
    held_open(monkeypatch, 100)
    with pytest.raises(InputError, match=r"f was not written: .* another program has it open: close it"):
        write_text_atomically(file, "new")
    assert file.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]


def held_open(monkeypatch: pytest.MonkeyPatch, times: int) -> list[Path]:
    """Have the system refuse to replace a file so many times, as Windows does; the files that it refused."""
    replace, refused = Path.replace, list[Path]()

    def replaced(new: Path, old: Path) -> Path:
        if len(refused) < times:
            refused.append(old)
            raise PermissionError(errno.EACCES, "Access is denied")
        return replace(new, old)

    monkeypatch.setattr(Path, "replace", replaced)
    return refused


def test_reading_says_what_is_wrong(tmp_path: Path) -> None:
    """What the file should have been, and the byte that is not UTF-8; a byte-order mark is nothing."""
    (tmp_path / "bom").write_bytes(b"\xef\xbb\xbfx")
    assert read_text(tmp_path / "bom", what="the snapshot") == "x"
    (tmp_path / "latin1").write_bytes(b"caf\xe9")
    with pytest.raises(InputError, match=r"the snapshot .*latin1: byte 4 is not UTF-8"):
        read_text(tmp_path / "latin1", what="the snapshot")
    for mark, order in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        (tmp_path / "notepad").write_bytes(mark + "x".encode(order))
        with pytest.raises(InputError, match=": it is UTF-16"):
            read_text(tmp_path / "notepad", what="the snapshot")
    with pytest.raises(InputError, match=r"the snapshot .*nowhere: there is no such file in"):
        read_text(tmp_path / "nowhere", what="the snapshot")
