"""The schools and suppliers of a plan as a table: one cell for each access, to be looked at as a whole."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from reconciler.planning.ranking import Rank
from reconciler.report.story.sections import ReportSection


class Cell(NamedTuple):
    """One access. `number` is its section's; `marked` says that the change under review asks for something there.
    `shown` says that its section is on the page too."""

    number: int
    state: str
    signs: str
    words: str
    marked: bool
    shown: bool


class MatrixRow(NamedTuple):
    """One school: itself, and a cell for each supplier, None where it has no access."""

    school: str
    itself: Cell
    cells: tuple[Cell | None, ...]


class Matrix(NamedTuple):
    """The suppliers in order, each with its name for people, and a row for each school; `hidden` ones had no room."""

    suppliers: tuple[str, ...]
    titles: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    hidden: int


def matrix(sections: Sequence[ReportSection], shown: Collection[int], most: int) -> Matrix:
    """The table of these sections, with at most so many cells, the riskiest schools; a section's number is its place
    among them, counted from 0."""
    titles: dict[str, str] = {}
    cells: dict[tuple[str, str], Cell] = {}
    ranks: dict[str, Rank] = {}
    for number, section in enumerate(sections):
        cells[section.school, section.supplier] = _cell(number, section, shown=number in shown)
        ranks[section.school] = min(ranks.get(section.school, section.rank), section.rank)
        if section.supplier:
            titles.setdefault(section.supplier, section.title)
    suppliers = tuple(sorted(titles))
    schools = [section for section in sections if not section.supplier]
    riskiest = sorted(schools, key=lambda section: ranks[section.school])[: max(1, most // (len(suppliers) + 1))]
    names = {section.school for section in riskiest}
    rows = tuple(_row(school, suppliers, cells) for school in schools if school.school in names)
    return Matrix(suppliers, tuple(titles[name] for name in suppliers), rows, len(schools) - len(rows))


def _row(section: ReportSection, suppliers: Iterable[str], cells: Mapping[tuple[str, str], Cell]) -> MatrixRow:
    school = section.school
    return MatrixRow(section.school_title, cells[school, ""], tuple(cells.get((school, name)) for name in suppliers))


def _cell(number: int, section: ReportSection, *, shown: bool) -> Cell:
    tally = section.tally
    state, signs = ("unknown", "?") if section.down else (tally.state, tally.signs)
    return Cell(number, state, signs, section.counts, bool(tally.asked), shown)
