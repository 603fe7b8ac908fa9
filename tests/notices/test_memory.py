"""The file of what was told last: kept whole, private, and never written over anything else."""

from __future__ import annotations

import json
import stat
import sys
import threading
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from reconciler.codec.drift_state import MOST, DriftFile, from_data, to_data
from reconciler.errors import InputError
from reconciler.model.attestation import Round
from reconciler.model.drift_news import Notified, PassedDay, Remembered
from reconciler.model.plan import Orphan
from reconciler.model.problem import Origin
from reconciler.notifications.state_file import StateFile
from reconciler.planning.drift_memory import remember
from reconciler.planning.drift_news import ObservedScope, news
from reconciler.planning.risk import UNRECOGNISED
from reconciler.planning.validity.coming_dates import coming_dates
from tests.planning.worlds import SENSITIVITY, planned, worlds

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.model.desired import Desired
    from reconciler.model.live import Live

HOOK = "https://hooks.example/zq7Kx"
NOTHING = DriftFile().telling(HOOK, Notified())

OVERDUE = Round("autumn", date(2026, 1, 5), date(2026, 1, 31), None, (), {}, Origin("rounds.yaml", 1, 1))


def as_told(desired: Desired, live: Live) -> DriftFile:
    """What is remembered after one night of which one receiver heard."""
    plan = planned(desired, live)
    orphans = [Orphan("closed", "till", "Till", "till.closed")]
    coming = coming_dates(replace(desired, rounds=(OVERDUE,)), date(2026, 11, 20))
    tellings = DriftFile().telling(HOOK, news(Notified(), plan, ObservedScope(), orphans, coming=coming).told)
    return replace(tellings, remembered=remember(Remembered(), plan, ObservedScope(), date(2026, 11, 20), SENSITIVITY))


@given(worlds())
def test_law_what_is_written_is_what_is_read(world: tuple[Desired, Live]) -> None:
    """And the same bytes for the same."""
    told = as_told(*world)
    assert told.receivers[next(iter(told.receivers))].passed == {PassedDay("round-due", "autumn", OVERDUE.due)}
    data = json.loads(json.dumps(to_data(told, "example")))
    assert from_data(data, "example") == told
    assert to_data(from_data(data, "example"), "example") == data


@given(worlds())
def test_law_it_holds_no_reason_note_or_refusal(world: tuple[Desired, Live]) -> None:
    """Nothing that a snapshot could not hold: no text that a service or a person wrote of why."""
    told = as_told(*world)
    keys = {"school", "supplier", "action", "aspect", "name", "before", "after"}
    data = to_data(told, "example")
    assert all(set(item) == keys for item in data["receivers"][0]["differences"])
    remembered = data["remembered"]
    assert all(set(item) == keys | {"risk", "note", "seen"} for item in remembered["differences"])
    assert {item["note"] for item in remembered["differences"]} <= {"", UNRECOGNISED, *SENSITIVITY.notes.values()}
    assert "zq7Kx" not in json.dumps(data)


def test_a_file_of_before_there_was_a_common_memory_is_read() -> None:
    """What receivers were told is known, and what was seen is not yet."""
    data = to_data(NOTHING, "example")
    del data["remembered"], data["receivers"][0]["waysIn"], data["receivers"][0]["passed"]
    assert from_data(data, "example") == NOTHING


def test_a_file_that_is_not_there_is_nothing_told(tmp_path: Path) -> None:
    """The first run; an empty one, as `mktemp` makes it, is none yet either."""
    memory = StateFile(tmp_path / "drift.json", hidden=False)
    assert memory.read("example").to(HOOK) is None
    memory.file.touch()
    assert memory.read("example").to(HOOK) is None


def test_each_receiver_has_a_memory_of_its_own() -> None:
    """Who was told nothing is told all; who hears nothing any more is forgotten some day."""
    tellings = DriftFile().telling(HOOK, Notified())
    assert (tellings.to(HOOK), tellings.to(f"{HOOK}2")) == (Notified(), None)
    for number in range(MOST):
        tellings = tellings.telling(f"https://hooks.example/{number}", Notified())
    assert tellings.to(HOOK) is None
    assert tellings.to("https://hooks.example/0") == Notified()
    assert len(tellings.receivers) == MOST


def test_two_files_know_a_receiver_by_two_hashes() -> None:
    """So that nobody can tell from two of them that they are of one."""
    one, other = (DriftFile().telling(HOOK, Notified()) for _ in range(2))
    assert not set(one.receivers) & set(other.receivers)


def test_no_lock_stays_beside_the_file(tmp_path: Path) -> None:
    """It would be one more file in a checkout that nobody knows."""
    memory = StateFile(tmp_path / "drift.json", hidden=False)
    with memory.turn():
        memory.write(NOTHING, "example")
    assert [file.name for file in tmp_path.iterdir()] == ["drift.json"]


def test_many_runs_take_turns_though_the_lock_comes_and_goes(tmp_path: Path) -> None:
    """Each adds one receiver to what it read, and none gets lost."""
    memory = StateFile(tmp_path / "drift.json", hidden=False)

    def add(number: int) -> None:
        with StateFile(memory.file, hidden=False).turn():
            memory.write(memory.read("example").telling(f"https://hooks.example/{number}", Notified()), "example")

    threads = [threading.Thread(target=add, args=(number,)) for number in range(MOST)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(memory.read("example").receivers) == MOST


def test_the_workspaces_own_folder_is_made_private_and_unseen_by_git(tmp_path: Path) -> None:
    """What is in it says what is live."""
    memory = StateFile(tmp_path / ".reconciler" / "drift.json", hidden=True)
    with memory.turn():
        memory.write(NOTHING, "example")
    assert memory.read("example") == NOTHING
    assert (tmp_path / ".reconciler" / ".gitignore").read_text(encoding="utf-8") == "*\n"
    if sys.platform != "win32":
        assert stat.S_IMODE(memory.file.stat().st_mode) == 0o600


def test_a_folder_that_somebody_named_is_theirs(tmp_path: Path) -> None:
    """It is made where it is missing, and git sees it."""
    memory = StateFile(tmp_path / "kept" / "drift.json", hidden=False)
    with memory.turn():
        memory.write(NOTHING, "example")
    assert memory.read("example") == NOTHING
    assert not (tmp_path / "kept" / ".gitignore").exists()


GOOD = to_data(NOTHING, "example")


def with_told(**changed: object) -> dict[str, object]:
    """A good file but for this of what its receiver was told."""
    return {**GOOD, "receivers": [{**GOOD["receivers"][0], **changed}]}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("not json", "it is not JSON"),
        ("[" * 100_000, "it is nested too deep"),
        ("[]", "it must be an object, not a list"),
        ("null", "it must be an object, not null"),
        ('{"a": 1}', "`kind` is missing"),
        (json.dumps({**GOOD, "kind": "Snapshot"}), "`kind` is 'Snapshot', and should be 'DriftTold'"),
        (json.dumps({**GOOD, "formatVersion": 2}), "`formatVersion` is 2, and should be 1"),
        (json.dumps({**GOOD, "workspace": "other"}), "`workspace` is 'other', and should be"),
        (json.dumps(with_told(differences=[{}])), r"`receivers\[0\]\.differences\[0\]\.school` is missing"),
        (json.dumps(with_told(differences="ab")), "differences` must be a list, not 'ab'"),
        (json.dumps(with_told(differences=None)), "differences` must be a list, not null"),
        (
            json.dumps(with_told(gaps=[{"school": "a", "supplier": "", "gap": "none"}])),
            "gap` must be unseen or to-attest, not 'none'",
        ),
        (json.dumps(with_told(gaps=[{"school": ["a"], "supplier": "", "gap": "unseen"}])), "school` must be text"),
        (json.dumps({**GOOD, "receivers": None}), "`receivers` must be a list"),
        (json.dumps({**GOOD, "salt": 1}), "`salt` must be text"),
    ],
)
def test_a_file_that_says_something_else_is_told(content: str, why: str, tmp_path: Path) -> None:
    """And what to do about it."""
    memory = StateFile(tmp_path / "drift.json", hidden=False)
    memory.file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=why) as caught:
        memory.read("example")
    assert "move this one away" in str(caught.value)


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    """A picture, say."""
    memory = StateFile(tmp_path / "drift.json", hidden=False)
    memory.file.write_bytes(b"\x89PNG\xff\xfe\x00")
    with pytest.raises(InputError, match="Cannot read "):
        memory.read("example")


@pytest.mark.skipif(sys.platform == "win32", reason="to make a link needs a right there")
@pytest.mark.parametrize("name", ["drift.json", ".drift.json.lock"])
def test_a_link_is_not_followed(name: str, tmp_path: Path) -> None:
    """A repository can carry one, and what it leads to is somebody's own."""
    (tmp_path / ".reconciler").mkdir()
    own = tmp_path / "own.txt"
    own.write_text("mine", encoding="utf-8")
    (tmp_path / ".reconciler" / name).symlink_to(own)
    memory = StateFile(tmp_path / ".reconciler" / "drift.json", hidden=True)
    with pytest.raises(InputError, match="is not a plain file"), memory.turn():
        pass
    assert own.read_text(encoding="utf-8") == "mine"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """Something else has its name."""
    (tmp_path / "kept").write_text("mine", encoding="utf-8")
    with (
        pytest.raises(InputError, match="Cannot read "),
        StateFile(tmp_path / "kept" / "drift.json", hidden=False).turn(),
    ):
        pass


def test_two_runs_take_turns(tmp_path: Path) -> None:
    """The second reads what the first has told, and not what was there before."""
    memory = StateFile(tmp_path / "drift.json", hidden=False)
    began, seen = threading.Event(), list[DriftFile]()

    def second() -> None:
        began.set()
        with StateFile(memory.file, hidden=False).turn():
            seen.append(memory.read("example"))

    with memory.turn():
        other = threading.Thread(target=second)
        other.start()
        began.wait()
        assert not memory.read("example").receivers
        memory.write(NOTHING, "example")
    other.join()
    assert seen == [NOTHING]
