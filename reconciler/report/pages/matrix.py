"""Schools down, suppliers across: the worst row and the worst column first."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from reconciler.model.plan import SchoolPlan
from reconciler.report.pages.counts import CellCounts, counts_of, total
from reconciler.report.pages.links import Links
from reconciler.report.pages.page_set import PageSet
from reconciler.report.story.unknown_lines import is_down

_DENSE: Final = 11  # suppliers: more need upright heads and narrow cells
ITSELF: Final = "itself"  # the place on a school's page of what is its own
# Most cells are one of these: text, as a template would take a while over each.
_OFF: Final = '<td class="off"><span>not used here</span></td>'


class MatrixColumn(NamedTuple):
    """One supplier at all schools."""

    supplier: str
    title: str
    counts: CellCounts


class SchoolRow(NamedTuple):
    """One school: all of it together, and its cells in HTML.

    down  it did not answer
    """

    school: str
    title: str
    counts: CellCounts
    down: bool
    cells: str


class SchoolMatrix(NamedTuple):
    """The table.

    cells  the counts of each cell
    all    their sum
    own    the sum of what is the schools' own
    """

    columns: Sequence[MatrixColumn]
    rows: Sequence[SchoolRow]
    cells: Sequence[CellCounts]
    all: CellCounts
    own: CellCounts
    dense: bool


def school_matrix(page_set: PageSet, links: Links, parts: Any) -> SchoolMatrix:
    """Count every cell, and put what is worst first."""
    plan, sensitivity = page_set.report.plan, page_set.report.sensitivity
    own = {school.name: counts_of(school, sensitivity) for school in plan.schools}
    down = {school.name for school in plan.schools if is_down(school)}
    by_school: defaultdict[str, dict[str, CellCounts]] = defaultdict(dict)
    by_supplier: defaultdict[str, list[CellCounts]] = defaultdict(list)
    titles = {}
    for access in plan.accesses:
        school, supplier = access.address
        by_school[school][supplier] = counts = counts_of(access, sensitivity)
        by_supplier[supplier].append(counts)
        titles[supplier] = access.particulars.title
    columns = [MatrixColumn(supplier, titles[supplier], total(its)) for supplier, its in by_supplier.items()]
    columns.sort(key=lambda column: (*worst_first(column.counts), column.title, column.supplier))
    suppliers = [column.supplier for column in columns]
    dense = len(columns) > _DENSE
    draw = _drawn(parts, links, dense=dense)
    rows = [
        SchoolRow(
            school.name,
            page_set.school_title(school.name),
            total([own[school.name], *by_school[school.name].values()]),
            school.name in down,
            _cells(school, suppliers, by_school[school.name], own[school.name], draw),
        )
        for school in plan.schools
    ]
    rows.sort(key=lambda row: (*worst_first(row.counts), not row.down, row.title, row.school))
    cells = [*own.values(), *(counts for its in by_supplier.values() for counts in its)]
    return SchoolMatrix(columns, rows, cells, total(cells), total(own.values()), dense)


def worst_first(counts: CellCounts) -> tuple[int, ...]:
    """The place of counts in an order that begins with the worst."""
    return tuple(-number for number in counts[: CellCounts._fields.index("unknown") + 1])


def _cells(
    school: SchoolPlan,
    suppliers: Iterable[str],
    its: Mapping[str, CellCounts],
    own: CellCounts,
    draw: Callable[[CellCounts, str, str], str],
) -> str:
    cells = [draw(its[name], school.name, name) if name in its else _OFF for name in suppliers]
    return "".join([*cells, draw(own, school.name, ITSELF)])


def _drawn(parts: Any, links: Links, *, dense: bool) -> Callable[[CellCounts, str, str], str]:
    """Return what draws a cell. Those that count alike look alike, so each look is made once.

    An address has no character that HTML reads as more than text.
    """
    agreed: Sequence[str] = [parts.agreed_cell(by_word, "td") for by_word in (False, True)]
    if dense:
        looks = lru_cache(None)(lambda counts: (f' class="{parts.dense_class(counts)}"', parts.dense_text(counts)))
    else:
        looks = lru_cache(None)(lambda counts: ("", parts.kinds(counts)))

    def draw(counts: CellCounts, school: str, supplier: str) -> str:
        if counts.is_quiet and not (counts.accepted or counts.reported):
            return agreed[counts.vouched > 0]
        look, text = looks(counts)
        return f'<td{look}><a href="{links.school(school, supplier)}">{text}</a></td>'

    return draw
