"""The file of what was told last: kept whole, private, and never written over anything else."""

from __future__ import annotations

import json
import stat
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from reconciler.errors import InputError
from reconciler.model.news import Told
from reconciler.notices.memory import Memory
from reconciler.planning.news import Looked, news
from reconciler.planning.told_data import from_data, to_data
from tests.planning.worlds import planned, worlds

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.model.desired import Desired
    from reconciler.model.live import Live

NOTHING = Told()


@given(worlds())
def test_law_what_is_written_is_what_is_read(world: tuple[Desired, Live]) -> None:
    """And the same bytes for the same."""
    told = news(NOTHING, planned(*world), Looked()).told
    data = json.loads(json.dumps(to_data(told, "example")))
    assert from_data(data, "example") == told
    assert to_data(from_data(data, "example"), "example") == data


@given(worlds())
def test_law_it_holds_no_reason_note_or_refusal(world: tuple[Desired, Live]) -> None:
    """Nothing that a snapshot could not hold: no text that a service or a person wrote of why."""
    told = news(NOTHING, planned(*world), Looked()).told
    keys = {"school", "supplier", "action", "aspect", "name", "before", "after"}
    assert all(set(item) == keys for item in to_data(told, "example")["differences"])


def test_a_file_that_is_not_there_is_nothing_told(tmp_path: Path) -> None:
    """The first run."""
    assert Memory(tmp_path / "drift.json", hidden=False).read("example") is None


def test_the_workspaces_own_folder_is_made_private_and_unseen_by_git(tmp_path: Path) -> None:
    """What is in it says what is live."""
    memory = Memory(tmp_path / ".reconciler" / "drift.json", hidden=True)
    with memory.turn():
        memory.write(NOTHING, "example")
    assert memory.read("example") == NOTHING
    assert (tmp_path / ".reconciler" / ".gitignore").read_text(encoding="utf-8") == "*\n"
    if sys.platform != "win32":
        assert stat.S_IMODE(memory.file.stat().st_mode) == 0o600


def test_a_folder_that_somebody_named_is_theirs(tmp_path: Path) -> None:
    """It is made where it is missing, and git sees it."""
    memory = Memory(tmp_path / "kept" / "drift.json", hidden=False)
    with memory.turn():
        memory.write(NOTHING, "example")
    assert memory.read("example") == NOTHING
    assert not (tmp_path / "kept" / ".gitignore").exists()


GOOD = to_data(NOTHING, "example")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "it is no JSON"),
        ("not json", "it is no JSON"),
        ("[" * 100_000, "it is no JSON"),
        ("[]", "it is not what"),
        ("null", "it is not what"),
        ('{"a": 1}', "it is not what"),
        (json.dumps({**GOOD, "kind": "Snapshot"}), "another kind of document"),
        (json.dumps({**GOOD, "formatVersion": 2}), "its format is version 2"),
        (json.dumps({**GOOD, "workspace": "other"}), "it is of the workspace other"),
        (json.dumps({**GOOD, "differences": [{}]}), "it is not what"),
        (json.dumps({**GOOD, "differences": "ab"}), "it is not what"),
        (json.dumps({**GOOD, "differences": None}), "it is not what"),
        (json.dumps({**GOOD, "gaps": [{"school": "a", "supplier": "", "gap": "none"}]}), "it is not what"),
        (json.dumps({**GOOD, "gaps": [{"school": ["a"], "supplier": "", "gap": "unseen"}]}), "it is not what"),
    ],
)
def test_a_file_that_says_something_else_is_told(content: str, why: str, tmp_path: Path) -> None:
    """And what to do about it."""
    memory = Memory(tmp_path / "drift.json", hidden=False)
    memory.file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=why) as caught:
        memory.read("example")
    assert "take this one away" in str(caught.value)


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    """A picture, say."""
    memory = Memory(tmp_path / "drift.json", hidden=False)
    memory.file.write_bytes(b"\x89PNG\xff\xfe\x00")
    with pytest.raises(InputError, match="was not read"):
        memory.read("example")


@pytest.mark.skipif(sys.platform == "win32", reason="to make a link needs a right there")
@pytest.mark.parametrize("name", ["drift.json", ".drift.json.lock"])
def test_a_link_is_not_followed(name: str, tmp_path: Path) -> None:
    """A repository can carry one, and what it leads to is somebody's own."""
    (tmp_path / ".reconciler").mkdir()
    own = tmp_path / "own.txt"
    own.write_text("mine", encoding="utf-8")
    (tmp_path / ".reconciler" / name).symlink_to(own)
    memory = Memory(tmp_path / ".reconciler" / "drift.json", hidden=True)
    with pytest.raises(InputError, match="is no plain file"), memory.turn():
        pass
    assert own.read_text(encoding="utf-8") == "mine"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """Something else has its name."""
    (tmp_path / "kept").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="was not read"), Memory(tmp_path / "kept" / "drift.json", hidden=False).turn():
        pass


def test_two_runs_take_turns(tmp_path: Path) -> None:
    """The second reads what the first has told, and not what was there before."""
    memory = Memory(tmp_path / "drift.json", hidden=False)
    began, seen = threading.Event(), list[Told | None]()

    def second() -> None:
        began.set()
        with Memory(memory.file, hidden=False).turn():
            seen.append(memory.read("example"))

    with memory.turn():
        other = threading.Thread(target=second)
        other.start()
        began.wait()
        assert memory.read("example") is None
        memory.write(NOTHING, "example")
    other.join()
    assert seen == [NOTHING]
