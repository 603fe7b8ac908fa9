"""The schools and suppliers of a plan as a table: one cell for each access, to be looked at as a whole."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from reconciler.report.story.sections import ReportSection


class Cell(NamedTuple):
    """One access. `number` is its section's; `marked` says that the change under review asks for something there."""

    number: int
    state: str
    signs: str
    words: str
    marked: bool


class MatrixRow(NamedTuple):
    """One school: itself, and a cell for each supplier, None where it has no access."""

    school: str
    itself: Cell
    cells: tuple[Cell | None, ...]


class Matrix(NamedTuple):
    """The suppliers in order, each with its name for people, and a row for each school."""

    suppliers: tuple[str, ...]
    titles: tuple[str, ...]
    rows: tuple[MatrixRow, ...]


def matrix(sections: Sequence[ReportSection]) -> Matrix:
    """The table of these sections; a section's number is its place among them, counted from 0."""
    titles: dict[str, str] = {}
    cells: dict[tuple[str, str], Cell] = {}
    for number, section in enumerate(sections):
        cells[section.school, section.supplier] = _cell(number, section)
        if section.supplier:
            titles.setdefault(section.supplier, section.title)
    suppliers = tuple(sorted(titles))
    schools = [section for section in sections if not section.supplier]
    rows = tuple(_row(school, suppliers, cells) for school in schools)
    return Matrix(suppliers, tuple(titles[name] for name in suppliers), rows)


def _row(section: ReportSection, suppliers: Iterable[str], cells: Mapping[tuple[str, str], Cell]) -> MatrixRow:
    school = section.school
    return MatrixRow(section.school_title, cells[school, ""], tuple(cells.get((school, name)) for name in suppliers))


def _cell(number: int, section: ReportSection) -> Cell:
    tally = section.tally
    if section.down:
        return Cell(number, "unknown", "?", section.counts, bool(tally.asked))
    return Cell(number, tally.state, tally.signs, section.counts, bool(tally.asked))
