"""`reconciler catalogue`: what an entity holds, and what suppliers ask for."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest

from reconciler.catalogue import entities, profiles
from reconciler.report.tables import render_table

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Reconciler

WORKSPACE = "apiVersion: reconciler/v1\nkind: Workspace\nmetadata: {name: example}\n"
PROFILE = """\
apiVersion: reconciler/v1
kind: Profile
metadata: {name: evenings}
spec: {complete: false, date: 2026-09, entities: [Staff, Subjects, LockerKeys]}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with a profile of its own."""
    (tmp_path / "profiles").mkdir()
    (tmp_path / "reconciler.yaml").write_text(WORKSPACE, encoding="utf-8")
    (tmp_path / "profiles" / "evenings.yaml").write_text(PROFILE, encoding="utf-8")
    return tmp_path


def test_every_entity_is_listed_in_every_format(reconciler: Reconciler) -> None:
    """Each once, with its sentence; by its sensitivity or category too."""
    data = json.loads(reconciler("catalogue", "list", "--format", "json").out)
    assert {entity["name"]: entity["holds"] for entity in data["entities"]} == {
        entity.name: entity.holds for entity in entities().values()
    }
    text = reconciler("catalogue", "list", "--format", "csv").out.removeprefix("\ufeff")
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["name"] for row in rows] == [entity["name"] for entity in data["entities"]]
    assert reconciler("catalogue", "list").out.count("\n") == len(rows) + 1
    some = reconciler("catalogue", "list", "--category", "medical", "--sensitivity", "personal").out
    assert [line.split()[0] for line in some.splitlines()] == ["name", "AdministrationDoctorTelephones"]


def test_an_entity_is_shown_with_its_source(reconciler: Reconciler) -> None:
    """In any capitals; with how Bromcom split it, and by whose judgement it is so sensitive."""
    shown = reconciler("catalogue", "show", "marks").out
    assert "Attendance codes of one character." in shown
    assert "into AttendanceMarkSubcodes as well, in 2024-08" in shown
    assert "our reading of what its sources show" in shown
    assert "also called  MealType" in reconciler("catalogue", "show", "MealType").out


def test_a_profile_is_shown_with_what_it_opens(reconciler: Reconciler, workspace: Path) -> None:
    """A built-in one by its version too; one of the workspace's own, with what the catalogue does not know."""
    assert reconciler("catalogue", "show", "groupcall-xporter@2026-11").out.count("special-category") > 10
    own = reconciler("catalogue", "show", "evenings", "-C", str(workspace)).out
    assert "no: the supplier may ask for more" in own
    assert "Not in the catalogue: treat it as sensitive." in own
    listed = json.loads(reconciler("catalogue", "list", "--profiles", "--format", "json", "-C", str(workspace)).out)
    assert {profile["name"] for profile in listed["profiles"]} == {"evenings", *profiles()}


def test_a_difference_of_lists_says_what_is_asked_for_more(reconciler: Reconciler, workspace: Path) -> None:
    """The most sensitive first, "perhaps" where a list is not whole; the exit code is that of differences."""
    done = reconciler("catalogue", "diff", "timetable-view", "evenings", "-C", str(workspace))
    assert done.code == 2
    rows = [line.split()[:3] for line in done.out.splitlines()[1:4]]
    assert rows == [["perhaps", "more", "LockerKeys"], ["perhaps", "more", "Subjects"], ["perhaps", "less", rows[2][2]]]
    whole = reconciler("catalogue", "diff", "groupcall-xporter", "oxfordshire-county-council").out
    assert "\nmore " in whole  # the first list is whole, the second is not
    assert "\nperhaps less " in whole
    assert "\nless " not in whole
    assert "2 more, 6 less, 1 entity in both.\n" in done.out
    assert done.out.endswith("timetable-view is not the whole list.\nevenings is not the whole list.\n")
    same = reconciler("catalogue", "diff", "cashless-till", "cashless-till@2026-11", "--format", "json")
    assert same.code == 0
    assert json.loads(same.out)["more"] == json.loads(same.out)["less"] == []


def test_a_word_is_looked_for_in_all_that_is_known(reconciler: Reconciler) -> None:
    """In sentences, reasons, people and other spellings."""
    assert "GypsyTravellerStudents" in reconciler("catalogue", "search", "ethnic").out
    assert reconciler("catalogue", "search", "mealtype").out.splitlines()[1].startswith("MealTypes ")
    assert "cashless-till" in reconciler("catalogue", "search", "till").out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("show", "Studnets"), 1, "Did you mean `Students`?"),
        (("show", "groupcall-xporter@2019"), 1, "There is: groupcall-xporter@2026-11"),
        (("search", "xyzzyx"), 1, "`reconciler catalogue list`"),
        (("list", "--category", "medicine"), 64, "Did you mean `medical`?"),
        (("list", "--profiles", "--category", "medical"), 64, "--profiles goes with neither"),
    ],
)
def test_what_is_not_there_is_told_with_what_is(
    arguments: tuple[str, ...], code: int, words: str, reconciler: Reconciler
) -> None:
    """With the nearest name, or a command that works."""
    done = reconciler("catalogue", *arguments)
    assert (done.code, done.out) == (code, "")
    assert words in done.err


def test_no_cell_is_a_formula(reconciler: Reconciler, workspace: Path) -> None:
    """Not even in a profile of the workspace's own, whatever is written there."""
    (workspace / "profiles" / "evenings.yaml").write_text(
        PROFILE.replace("complete: false", "complete: false, note: '=1+1', source: '@SUM(A1)'"), encoding="utf-8"
    )
    text = reconciler("catalogue", "list", "--profiles", "--format", "csv", "-C", str(workspace)).out
    cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
    assert {"'=1+1", "'@SUM(A1)"} <= set(cells)
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)


def test_a_table_is_wrapped_in_its_last_column_and_hides_nothing() -> None:
    """No line is wider than the room, and control characters are shown as numbers."""
    rows = [("a", "word " * 30), ("bb\x1b[31m", "x")]
    text = render_table(("name", "about"), rows, 60)
    assert max(map(len, text.splitlines())) <= 60
    assert text.count("word") == 30
    assert "\x1b" not in text
