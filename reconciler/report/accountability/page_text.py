"""A page for people who answer for access, as text."""

from collections.abc import Iterator, Sequence

from reconciler.report.accountability.page import PageCell, PageFact, PageSection, PageTable, ReportPage, Tone
from reconciler.report.escape import in_lines, printable
from reconciler.report.style import Paint, Style, plain
from reconciler.report.tables import render_table

_WIDTH = 80  # of a page that is no terminal's: these are read, mailed and printed
_NARROWEST = 30  # columns in which the cells of a table still read as lines
_STYLES = {Tone.LEAK: Style.REVOKE, Tone.UNSEEN: Style.ATTENTION, Tone.AGREED: Style.GOOD}


def render_page_text(page: ReportPage, *, paint: Paint = plain, columns: int | None = None) -> str:
    """Render the page as text: the worst first, then the sections, then what it does not say."""
    return "".join(f"{line}\n" for line in _lines(page, paint, columns or _WIDTH))


def _lines(page: ReportPage, paint: Paint, columns: int) -> Iterator[str]:
    yield from (paint(line, Style.SCHOOL) for line in _folded(page.title, columns))
    worst = _folded(page.worst.text, columns)
    yield from (paint(line, _STYLES.get(page.worst.tone, Style.SCHOOL)) for line in worst)
    yield from _folded(page.lead, columns) if page.lead else ()
    yield from _facts(page.stamp, columns)
    for section in page.sections:
        yield ""
        yield paint(printable(section.heading), Style.SCHOOL)
        yield from _section(section, columns)
    for heading, points in ((page.gap_title, page.gaps), ("How to read it", page.reading)):
        if points:
            yield ""
            yield paint(heading, Style.SCHOOL)
            yield from _points(points, columns)


def _section(section: PageSection, columns: int) -> Iterator[str]:
    yield from _folded(section.lead, columns) if section.lead else ()
    yield from _facts(section.facts, columns)
    for table in section.tables:
        if section.facts or table is not section.tables[0]:
            yield ""
        yield from _table(table, columns)
    yield from _points(section.points, columns)


def _table(table: PageTable, columns: int) -> Iterator[str]:
    """The widest column stands last: it alone is wrapped. Where that leaves it no room, each row is a list."""
    rows = [table.columns, *(tuple(map(_cell, row)) for row in table.rows)]
    widest = max(range(len(table.columns)), key=lambda column: max(len(row[column]) for row in rows))
    needed = sum(max(len(row[column]) + 2 for row in rows) for column in range(len(table.columns)) if column != widest)
    if columns < needed + _NARROWEST:
        for number, (name, *cells) in enumerate(rows[1:]):
            yield from [""] if number else []
            yield from _folded(name, columns)
            yield from _facts(tuple(map(PageFact, table.columns[1:], cells)), columns)
        return
    head, *others = [(*row[:widest], *row[widest + 1 :], row[widest]) for row in rows]
    yield from render_table(head, others, columns).splitlines()


def _facts(facts: Sequence[PageFact], columns: int) -> Iterator[str]:
    """A table of names and texts; names that leave the texts no room stand on lines of their own."""
    rows = [(f"{fact.name}:", fact.text) for fact in facts]
    if any(len(name) + 2 + _NARROWEST > columns for name, _ in rows):
        for name, text in rows:
            yield printable(name)
            yield from (f"  {line}" for line in _folded(text, columns - 2))
    elif rows:
        yield from render_table(rows[0], rows[1:], columns).splitlines()


def _cell(cell: PageCell) -> str:
    separator = ". " if cell.tone is Tone.PLAIN else ": "
    return separator.join(filter(None, (cell.text, cell.note)))


def _points(points: Sequence[str], columns: int) -> Iterator[str]:
    for point in points:
        first, *others = _folded(point, columns - 2)
        yield f"- {first}"
        yield from (f"  {line}" for line in others)


def _folded(text: str, columns: int) -> list[str]:
    return in_lines(printable(text), columns)
