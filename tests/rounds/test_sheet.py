"""The sheet of a round: what is written and read back loses nothing, as CSV and as a workbook."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.cli.importing.tables import table_rows
from reconciler.cli.output.tables import write_sheet_to
from reconciler.errors import InputError
from reconciler.model.address import Address
from reconciler.model.attestation import Decision, ReviewedAccess, Round, RoundChoice
from reconciler.model.entity import entity_key
from reconciler.model.problem import Origin
from reconciler.rounds.deciding import read_decisions, sheet_rows
from tests.examples import examples
from tests.planning.worlds import access, desired_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.model.desired import Desired
    from reconciler.spreadsheets import NumberedRows

EARLIER, TODAY = date(2026, 11, 3), date(2026, 12, 1)
KINDS = pytest.mark.parametrize("kind", ["csv", "xlsx"])
# Schools that a spreadsheet program takes for numbers and days, and names that it takes for formulas.
SCHOOLS = ("1e5", "2026-12", "greenfield", "mar-1", "true")
NAMES = (
    *("=1+1", "@SUM(A1)", "'quoted'", "-Staff", "Students, Staff", "Students", "Staff", "_x0041_", "Ärzte;£", '"a"'),
    *("\u200bhidden", "x" * 300),
)
TEXTS = st.sampled_from(["=cmd|' /C calc'!A0", "+44 117", 'It\'s, "so"', "two\nlines", "_x000D_", "'=a", "\t£", *NAMES])


@st.composite
def decided(draw: st.DrawFn) -> tuple[Desired, Round]:
    """Manifests, and a round in which some of their accesses are decided."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, unique_by=entity_key))
    places = draw(st.lists(st.builds(Address, st.sampled_from(SCHOOLS), st.just("till")), min_size=1, unique=True))
    desired = desired_of(*(access(names, address=place) for place in places))
    reviewed = {place: draw(_access(place, names)) for place in desired.accesses}
    return desired, Round("autumn", EARLIER, TODAY, None, (), reviewed, Origin("rounds/autumn.yaml", 1, 1))


@st.composite
def _access(draw: st.DrawFn, place: Address, names: list[str]) -> ReviewedAccess:
    doubts = {names[0]: ("not-called",)}
    choice = draw(st.sampled_from([None, *RoundChoice]))
    if choice is None:
        return ReviewedAccess(place, tuple(names), draw(TEXTS), doubts)
    kept = st.lists(st.sampled_from(names), min_size=1, max_size=len(names) - 1, unique=True)
    entities = tuple(draw(kept)) if choice is RoundChoice.REDUCE else ()
    decision = Decision(choice, draw(TEXTS).strip(), draw(TEXTS).strip(), EARLIER, entities)
    return ReviewedAccess(place, None, draw(TEXTS), doubts, decision)


def written(desired: Desired, reviewed: Round, kind: str) -> NumberedRows:
    """The rows of a round's sheet, as they are read from its file."""
    with TemporaryDirectory() as folder:
        file = Path(folder, f"sheet.{kind}")
        write_sheet_to(file, sheet_rows(reviewed, desired))
        return table_rows(file, what="the sheet")


def decisions_of(rows: NumberedRows, reviewed: Round, desired: Desired) -> Mapping[Address, Decision]:
    """The decisions that a sheet has for a round."""
    return read_decisions(rows, "sheet", reviewed, desired, "A. Khan", TODAY)


def undecided(reviewed: Round) -> Round:
    """The same round before anything was decided."""
    return replace(
        reviewed, accesses={place: replace(each, decision=None) for place, each in reviewed.accesses.items()}
    )


@KINDS
@examples(0.3)
@given(decided())
def test_law_a_sheet_loses_nothing(kind: str, world: tuple[Desired, Round]) -> None:
    """Every decision is read as it was, of today; the round that has them already gets none, and keeps their days."""
    desired, reviewed = world
    decisions = {place: each.decision for place, each in reviewed.accesses.items() if each.decision}
    wanted = {place: replace(decision, decided=TODAY) for place, decision in decisions.items()}
    rows = written(desired, reviewed, kind)
    assert decisions_of(rows, undecided(reviewed), desired) == wanted
    assert decisions_of(rows, reviewed, desired) == {}


@KINDS
def test_a_row_that_was_changed_is_decided_again(kind: str) -> None:
    """The others keep their decision."""
    places = [Address(school, "till") for school in SCHOOLS]
    desired = desired_of(*(access(["Students", "Staff"], address=place) for place in places))
    keep = Decision(RoundChoice.KEEP, "used", "J. Smith", EARLIER)
    accesses = {place: ReviewedAccess(place, (), "asked", {}, keep) for place in places}
    before = Round("autumn", EARLIER, TODAY, None, (), accesses, Origin("a.yaml", 1, 1))
    other = replace(keep, choice=RoundChoice.REDUCE, entities=("Staff",))
    after = replace(before, accesses={**accesses, places[0]: replace(accesses[places[0]], decision=other)})
    expected = {places[0]: replace(other, decided=TODAY)}
    assert decisions_of(written(desired, after, kind), before, desired) == expected


def test_a_workbook_has_text_and_no_formula(tmp_path: Path) -> None:
    """Its cells are text, also what begins as a formula does; and it is private."""
    from openpyxl import load_workbook

    place = Address("1e5", "till")
    desired = desired_of(access(NAMES, address=place))
    decision = Decision(RoundChoice.REDUCE, "=1+1", "@SUM(A1)", EARLIER, NAMES[:3])
    accesses = {place: ReviewedAccess(place, NAMES, "asked", {"=1+1": ("few-peers",)}, decision)}
    reviewed = Round("autumn", EARLIER, TODAY, None, (), accesses, Origin("a.yaml", 1, 1))
    file = tmp_path / "sheet.xlsx"
    write_sheet_to(file, sheet_rows(reviewed, desired))
    content = file.read_bytes()
    cells = [cell for row in load_workbook(BytesIO(content)).worksheets[0].iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s"}
    with ZipFile(BytesIO(content)) as parts:
        assert not [name for name in parts.namelist() if re.search(rb"<f[ >]", parts.read(name))]


def test_a_workbook_that_is_none_is_refused(tmp_path: Path) -> None:
    """With what to do."""
    file = tmp_path / "sheet.xlsx"
    file.write_text("School,Supplier\n", encoding="utf-8")
    with pytest.raises(InputError, match="no Excel workbook"):
        table_rows(file, what="the sheet")
