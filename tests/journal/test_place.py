"""The folder of a workspace for what is no manifest: git leaves it out, and a link in it is never followed."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from reconciler.applying.plan_files import keep_plan
from reconciler.cli.clock import system_clock
from reconciler.codec.drift_state import DriftFile
from reconciler.errors import InputError
from reconciler.journal.file import Journal, read_journal
from reconciler.model.plan import SavedPlan
from reconciler.notifications.state_file import StateFile
from reconciler.state_folder.folder import make_folder, why_not
from reconciler.state_folder.lock import alone, waiting
from tests.planning.worlds import desired_of, live_of, planned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

JOURNAL = "journal.jsonl"


def hold(folder: Path) -> None:
    """Hold the lock of a workspace for a moment."""
    with alone(folder / "apply.lock", "J. Smith", system_clock()):
        pass


USES: dict[str, Callable[[Path], object]] = {
    "journal": lambda folder: Journal(folder / JOURNAL, "J. Smith", system_clock),
    "lock": hold,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the folder will be; it does not exist yet."""
    return tmp_path / "workspace" / ".reconciler"


@pytest.mark.parametrize("use", USES)
def test_git_leaves_it_out(folder: Path, use: str) -> None:
    """Whoever makes it tells git so, once: whoever wants it in git takes that file away, and it stays away."""
    folder.parent.mkdir()
    subprocess.run(["git", "init", "-q", str(folder.parent)], check=True)
    USES[use](folder)
    told = subprocess.run(
        ["git", "-C", str(folder.parent), "status", "--porcelain"], check=True, capture_output=True, encoding="utf-8"
    )
    assert told.stdout == ""
    (folder / ".gitignore").unlink()
    USES[use](folder)
    assert not (folder / ".gitignore").exists()


@contextmanager
def in_full_use(folder: Path) -> Iterator[None]:
    """Have every kind of file in it, and hold every lock while the block runs."""
    attesting = waiting(folder / "attest.lock", seconds=60, failure="Nothing was written")
    with alone(folder / "apply.lock", "J. Smith", system_clock()), attesting:
        Journal(folder / JOURNAL, "J. Smith", system_clock)
        (folder / JOURNAL).write_bytes(b'{"torn')
        Journal(folder / JOURNAL, "J. Smith", system_clock)
        keep_plan(SavedPlan(planned(desired_of(), live_of({}))), folder / "plans")
        memory = StateFile(folder / "drift.json", hidden=True)
        with memory.turn():
            memory.write(DriftFile(), "example")
            yield


if sys.platform != "win32":

    @pytest.mark.parametrize(
        ("use", "name"),
        [("journal", JOURNAL), ("journal", "journal.lock"), ("lock", "apply.lock"), ("lock", "apply.owner.json")],
    )
    @pytest.mark.parametrize("kind", ["link", "dangling", "pipe", "folder"])
    def test_what_is_no_file_is_refused(tmp_path: Path, folder: Path, use: str, name: str, kind: str) -> None:
        """A link would have somebody else's file overwritten, and a pipe would be waited for."""
        make_folder(folder)
        outside = tmp_path / "outside.txt"
        if kind == "link":
            outside.write_bytes(b"mine")
        if kind in {"link", "dangling"}:
            (folder / name).symlink_to(outside)
        elif kind == "pipe":
            os.mkfifo(folder / name)
        else:
            (folder / name).mkdir()
        with pytest.raises(InputError, match="is not a plain file"):
            USES[use](folder)
        if name == JOURNAL:
            with pytest.raises(InputError, match="is not a plain file"):
                read_journal(folder / name)
        assert outside.read_bytes() == b"mine" if kind == "link" else not outside.exists()

    @pytest.mark.parametrize("use", USES)
    def test_a_folder_that_is_a_link_is_refused(tmp_path: Path, folder: Path, use: str) -> None:
        """Nothing is written where it leads."""
        outside = tmp_path / "outside"
        outside.mkdir()
        folder.parent.mkdir()
        folder.symlink_to(outside)
        with pytest.raises(InputError, match="is not a plain folder"):
            USES[use](folder)
        assert list(outside.iterdir()) == []

    @pytest.mark.parametrize("umask", [0o000, 0o022])
    def test_the_folder_and_all_in_it_are_for_their_owner_alone(folder: Path, umask: int) -> None:
        """Whatever the system lets others read: the folder 0700, every file in it 0600; a lock's file while it is held
        too."""
        before = os.umask(umask)
        try:
            with in_full_use(folder):
                modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
        finally:
            os.umask(before)
        assert len(modes) >= 10
        folders = {".reconciler", "plans"}
        assert {name: f"{mode:o}" for name, mode in modes.items()} == {
            name: "700" if name in folders else "600" for name in modes
        }

else:

    def rights(path: Path) -> str:
        """Who may use a file or folder, as Windows writes it."""
        import ctypes

        found, text = ctypes.c_void_p(), ctypes.c_wchar_p()
        nothing, dacl = None, 4
        system = ctypes.WinDLL("advapi32")
        assert not system.GetNamedSecurityInfoW(
            ctypes.c_wchar_p(str(path)), 1, dacl, nothing, nothing, nothing, nothing, ctypes.byref(found)
        )
        assert system.ConvertSecurityDescriptorToStringSecurityDescriptorW(found, 1, dacl, ctypes.byref(text), nothing)
        return str(text.value)

    def test_the_rights_of_the_folder_above_hold(folder: Path) -> None:
        """An administrator tries the nightly job by hand, and it runs as another account, which that folder lets in."""
        (folder.parent / "folder").mkdir(parents=True)
        (folder.parent / "folder" / "file").touch()
        usual = {path.is_dir(): rights(path) for path in (folder.parent / "folder", folder.parent / "folder" / "file")}
        with in_full_use(folder):
            found = {path: rights(path) for path in (folder, *folder.rglob("*"))}
            assert len(found) >= 10
            assert found == {path: usual[path.is_dir()] for path in found}


def test_another_users_files_are_told_with_what_to_do() -> None:
    """A second person at a shared computer; other reasons are told as they are."""
    assert "Run reconciler as that user, or ask them for the right" in why_not(PermissionError(13, "Permission denied"))
    assert why_not(OSError(28, "No space left on device")) == "No space left on device"
