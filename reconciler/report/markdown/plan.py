"""A plan as Markdown: for a comment on a pull request, an issue, or the summary of a job.

The tables for an approver come first, then earlier differences and unknown facts, then, folded, access by access, the
riskiest first, as many as fit. It is GitHub's flavour, and reads well in GitLab and Azure DevOps.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from reconciler.planning.ranking import Rank, together
from reconciler.report.input import ReportInput
from reconciler.report.labels import plural
from reconciler.report.markdown.escape import cell_code, code, html_code, in_html, inline, link
from reconciler.report.markdown.fit import LIMIT, Room, shortened, size
from reconciler.report.markdown.rows import coming_line, head, items, parts, row_line, unknown_line
from reconciler.report.story.coming import COMING
from reconciler.report.story.rows import together as rows_together
from reconciler.report.story.section_lines import SectionLine
from reconciler.report.story.sections import ReportSection, reported_places, sections
from reconciler.report.story.story import AGREED, Chapter, Story, StoryTeller, story_teller

_COLUMNS: Final = ("Supplier", "What", "Where", "In Bromcom")
_ALARMS: Final = 5  # the most that are told one by one
_LINES: Final = 60  # of one section
_NAME, _SENTENCE = 160, 500  # the most that a name and a sentence from outside take, in bytes
_TAIL: Final = 2_500  # what is kept for the last lines


def render_markdown(material: ReportInput) -> str:
    """Render at most 60,000 bytes, the same ones for the same state. Text from outside marks nothing up."""
    tell = story_teller(material)
    room, is_whole = _story(tell, finely=False)
    if not is_whole:
        room, _ = _story(tell, finely=True)
    _sections(room, material, is_whole=is_whole)
    return room.text() + "".join(f"{line}\n" for line in _tail(material))


def _story(tell: StoryTeller, *, finely: bool) -> tuple[Room, bool]:
    """All but the sections; and if all rows had room."""
    whole = tell(finely=finely)
    room = Room(LIMIT - _TAIL)
    room.take([*_top(whole)])
    return room, _tables(
        room,
        [*(_chapter(chapter, whole, finely=finely) for chapter in whole.chapters), *_unknown(whole), *_coming(whole)],
    )


def _top(whole: Story) -> Iterator[str]:
    yield f"## {shortened(whole.title, _NAME, inline)}"
    yield ""
    for alarm in whole.alarms[:_ALARMS]:
        yield f"‼️ {parts(alarm)}"
        yield ""
    if len(whole.alarms) > _ALARMS:
        yield f"‼️ And {plural(len(whole.alarms) - _ALARMS, 'more limit')} of this kind."
        yield ""
    yield parts(whole.headline)
    yield ""
    for point in whole.points:
        yield f"- **{point.label}:** {parts(point.text)}"


class _Row(NamedTuple):
    """A line of a table, for `stands_for` rows of the story."""

    rank: Rank
    line: Sequence[str]
    stands_for: int = 1


class _Table(NamedTuple):
    """A heading, the head of a table, its lines in their order, and what follows them."""

    top: Sequence[str]
    head: Sequence[str]
    rows: Sequence[_Row]
    after: Sequence[str]


def _chapter(chapter: Chapter, whole: Story, *, finely: bool) -> _Table:
    folded = f"<details><summary><b>{chapter.heading}</b></summary>"
    after = [line for note in chapter.notes for line in ("", parts(note))]
    after += ["", "</details>"] if chapter.folded else []
    rows = [
        _Row(together([row.rank for row in group]), row_line(group, whole.titles), len(group))
        for group in rows_together(chapter.rows, finely=finely)
    ]
    return _Table(["", folded if chapter.folded else f"### {chapter.heading}", ""], head(*_COLUMNS), rows, after)


def _unknown(whole: Story) -> Iterator[_Table]:
    if whole.unknown:
        rows = [_Row(item.rank, unknown_line(item)) for item in whole.unknown]
        yield _Table(["", "### Could not be checked", ""], head("Why", "How much", "Where"), rows, ())


def _coming(whole: Story) -> Iterator[_Table]:
    if whole.coming:
        rows = [_Row(coming.rank, [coming_line(coming)]) for coming in whole.coming]
        yield _Table(["", f"### {COMING}", ""], head("Day", "What", "What to do"), rows, ())


def _tables(room: Room, tables: Sequence[_Table]) -> bool:
    """Take the tables with as many of their rows as fit; tell if that is all of them.

    Rows are taken over all tables in the order of `ranking`, up to the first that does not fit: so what is left out of
    one table ranks above nothing that stands in another.
    """
    frames = [line for table in tables for line in (*table.top, *table.head, *table.after, "", "-" * _NAME)]
    places = [(row.rank, number, place) for number, table in enumerate(tables) for place, row in enumerate(table.rows)]
    left = room.left - sum(size(line) + 1 for line in frames)
    taken: set[tuple[int, int]] = set()
    for _, number, place in sorted(places):
        left -= sum(size(line) + 1 for line in tables[number].rows[place].line)
        if left < 0:
            break
        taken.add((number, place))
    for number, table in enumerate(tables):
        shown = [row for place, row in enumerate(table.rows) if (number, place) in taken]
        hidden = sum(row.stands_for for row in table.rows) - sum(row.stands_for for row in shown)
        room.take([*table.top, *(table.head if shown else ()), *(line for row in shown for line in row.line)])
        if hidden:
            more = plural(hidden, "more row" if shown else "row")
            room.take(["", f"{more} left out here, none riskier than those shown: see the whole report."])
        room.take(table.after)
    return len(taken) == len(places)


def _sections(room: Room, material: ReportInput, *, is_whole: bool) -> None:
    """Access by access, if all rows had room: else it went to what ranks higher."""
    places = reported_places(material)
    if places:
        room.take(["", "### Details, school by school, the riskiest first", ""])
    blocks = ([*_section(section)] for section in sections(material)) if is_whole else iter(())
    taken = room.take_while(blocks, keep=_SENTENCE)
    if taken < len(places):
        left = f"**{plural(len(places) - taken, 'section')} left out here**, none riskier than those above."
        room.take(["", f"{left} {link('The whole report', material.details)}" if material.details else left])
    quiet = material.plan.summary.accesses - sum(bool(supplier) for _, supplier in places)
    if quiet:
        room.take(["", f"{plural(quiet, 'access', 'accesses')} as agreed."])


def _section(section: ReportSection) -> Iterator[str]:
    title = f" {shortened(section.title, _NAME, in_html)}" if section.title != section.supplier else ""
    yield f"<details><summary>{shortened(section.place, _NAME, html_code)}{title}: {section.counts}</summary>"
    yield ""
    yield f"{parts(section.about)} · declared in {_place(section.declared)}"
    if section.lines:
        yield ""
        yield from head("", "What", "In Bromcom", "Why it matters, and where it is declared")
    yield from map(_line, section.lines[:_LINES])
    if len(section.lines) > _LINES:
        yield ""
        yield f"And {plural(len(section.lines) - _LINES, 'more line')}, none riskier than those above."
    yield ""
    yield "</details>"
    yield ""


def _line(line: SectionLine) -> str:
    flag = "⚠️ **sensitive**: " if line.sensitive else ""
    said = " ".join(filter(None, (line.words, items(line.items))))
    said += f", {line.end}" if line.end else ""
    state = f"{line.state}<br>*{line.cause}*" if line.cause else line.state
    told = (shortened(line.note, _SENTENCE, inline), _place(line.place) if line.place else "")
    return f"| {inline(line.sign)} | {flag}{said} | {state} | {'<br>'.join(filter(None, told))} |"


def _place(place: str) -> str:
    return shortened(place, _NAME, cell_code)


def _tail(material: ReportInput) -> Iterator[str]:
    plan = material.plan
    known = f"{plan.summary.known} of {plural(plan.summary.facts, 'fact')} known"
    if plan.summary.facts:
        known += f" ({100 * plan.summary.known // plan.summary.facts} %)"  # never rounded up to a whole view
    words = [
        f"{material.kind.capitalize()} {code(plan.fingerprint[:8])}",
        known,
        f"reconciler {inline(material.version)}",
    ]
    words += [f"made {material.created:%Y-%m-%d %H:%M} UTC"] if material.created else []
    words += [link("the whole report", material.details)] if material.details else []
    yield ""
    yield "---"
    yield ""
    yield f"<sub>{AGREED} {' · '.join(words)}</sub>"
