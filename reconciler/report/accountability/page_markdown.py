"""A page for people who answer for access, as Markdown: for a website, a wiki or a comment."""

from collections.abc import Iterator

from reconciler.report.accountability.page import PageCell, PageTable, ReportPage
from reconciler.report.markdown.escape import code, inline, text


def render_page_markdown(page: ReportPage) -> str:
    """Render the page as Markdown. Everything from outside is shown, and marks nothing up."""
    return "\n\n".join(_blocks(page)) + "\n"


def _blocks(page: ReportPage) -> Iterator[str]:
    yield f"# {inline(page.title)}"
    yield f"**{inline(page.worst.text)}** {inline(page.lead)}".rstrip()
    if page.stamp:
        yield " · ".join(f"{inline(fact.name)}: {inline(fact.text)}" for fact in page.stamp)
    for section in page.sections:
        yield f"## {inline(section.heading)}"
        if section.lead:
            yield text(section.lead)
        if section.facts:
            yield _list(f"**{inline(fact.name)}:** {inline(fact.text)}" for fact in section.facts)
        yield from map(_table, section.tables)
        if section.points:
            yield _list(map(_coded, section.points))
    for heading, points in ((page.gap_title, page.gaps), ("How to read it", page.reading)):
        if points:
            yield f"## {heading}"
            yield _list(map(_coded, points))


def _coded(told: str) -> str:
    """A sentence of ours with the names of keys in backticks, which stay code."""
    parts = told.split("`")
    if len(parts) % 2 == 0:
        return inline(told)
    return "".join(code(part) if number % 2 else inline(part) for number, part in enumerate(parts))


def _list(points: Iterator[str]) -> str:
    return "\n".join(f"- {point}" for point in points)


def _table(table: PageTable) -> str:
    lines = [table.columns, ["---"] * len(table.columns), *(map(_cell, row) for row in table.rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(cell: PageCell) -> str:
    return "<br>".join(inline(part) for part in (cell.text, cell.note) if part)
