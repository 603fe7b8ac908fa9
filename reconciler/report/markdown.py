"""A plan as Markdown: for a comment on a pull request, an issue, or the summary of a job.

First what somebody decides on, in a table; then what was wrong already, and what nobody knows; then, folded, access by
access, the riskiest first, as many as fit. It is in GitHub's flavour, and reads in GitLab and Azure DevOps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.report.counted import counted
from reconciler.report.markdown_fit import LIMIT, Room, shortened, size
from reconciler.report.markdown_rows import dark_line, head, items, parts, row_line
from reconciler.report.markdown_text import cell_code, code, html_code, in_html, inline, link
from reconciler.report.rows import together
from reconciler.report.sections import sections
from reconciler.report.story import AGREED, story

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.report.material import Material
    from reconciler.report.section_lines import Line
    from reconciler.report.sections import Section
    from reconciler.report.story import Chapter, Story

_COLUMNS: Final = ("Supplier", "What", "Where", "In Bromcom")
_ALARMS: Final = 5  # the most that are told one by one
_ROWS: Final = 50  # of one chapter: nobody reads more of them in a comment
_LINES: Final = 60  # of one section
_NAME, _SENTENCE = 160, 500  # the most that a name and a sentence from outside take, in bytes
# What is kept: for each chapter to come, for all sections, and for the last lines.
_CHAPTER, _SECTIONS, _TAIL = 2_500, 6_000, 2_500


def render_markdown(material: Material) -> str:
    """The report; no more than 60,000 bytes, the same ones for the same state. Text from outside marks nothing up."""
    told = story(material)
    room = Room(LIMIT - _TAIL)
    room.take([*_top(told)])
    to_come = len(told.chapters) + bool(told.dark)
    for chapter in told.chapters:
        to_come -= 1
        _chapter(room, chapter, told, keep=_SECTIONS + _CHAPTER * to_come)
    if told.dark:
        _dark(room, told)
    _sections(room, material)
    return room.text() + "".join(f"{line}\n" for line in _tail(material))


def _top(told: Story) -> Iterator[str]:
    yield f"## {shortened(told.title, _NAME, inline)}"
    yield ""
    for alarm in told.alarms[:_ALARMS]:
        yield f"‼️ {parts(alarm)}"
        yield ""
    if len(told.alarms) > _ALARMS:
        yield f"‼️ And {counted(len(told.alarms) - _ALARMS, 'more limit')} of this kind."
        yield ""
    yield parts(told.headline)
    yield ""
    for point in told.points:
        yield f"- **{point.about}:** {parts(point.said)}"


def _chapter(room: Room, chapter: Chapter, told: Story, *, keep: int) -> None:
    folded = f"<details><summary><b>{chapter.heading}</b></summary>"
    room.take(["", folded if chapter.folded else f"### {chapter.heading}", "", *head(*_COLUMNS)])
    after = [line for note in chapter.notes for line in ("", parts(note))]
    after += ["", "</details>"] if chapter.folded else []
    groups = [*together(chapter.rows)]
    blocks = (row_line(group, told.titles) for group in groups[:_ROWS])
    taken = room.take_while(blocks, keep=keep + sum(map(size, after)) + _NAME)
    left = sum(map(len, groups[taken:]))
    if left:
        room.take(["", f"And {counted(left, 'more row')}, none riskier than those above: see the whole report."])
    room.take(after)


def _dark(room: Room, told: Story) -> None:
    room.take(["", "### What is not known", "", *head("Why", "How much", "Where")])
    room.take_while((dark_line(item) for item in told.dark), keep=_SECTIONS // 2)


def _sections(room: Room, material: Material) -> None:
    found = sections(material)
    if found:
        room.take(["", "### School by school and supplier by supplier, the riskiest first", ""])
    taken = room.take_while(([*_section(section)] for section in found), keep=_SENTENCE)
    if taken < len(found):
        left = f"**{counted(len(found) - taken, 'section')} left out here**, none riskier than those above."
        room.take(["", f"{left} {link('The whole report', material.details)}" if material.details else left])
    quiet = material.plan.summary.accesses - sum(bool(section.supplier) for section in found)
    if quiet:
        room.take(["", f"{counted(quiet, 'access', 'accesses')} as agreed, with nothing to say of it."])


def _section(section: Section) -> Iterator[str]:
    title = f" {shortened(section.title, _NAME, in_html)}" if section.title != section.supplier else ""
    yield f"<details><summary>{shortened(section.place, _NAME, html_code)}{title}: {section.counts}</summary>"
    yield ""
    yield f"{parts(section.about)} · agreed in {_place(section.declared)}"
    if section.lines:
        yield ""
        yield from head("", "What", "In Bromcom", "Why it matters, and where it is agreed")
    yield from map(_line, section.lines[:_LINES])
    if len(section.lines) > _LINES:
        yield ""
        yield f"And {counted(len(section.lines) - _LINES, 'more line')}, none riskier than those above."
    yield ""
    yield "</details>"
    yield ""


def _line(line: Line) -> str:
    flag = "⚠️ **sensitive**: " if line.sensitive else ""
    said = " ".join(filter(None, (line.words, items(line.items))))
    said += f", {line.end}" if line.end else ""
    state = f"{line.state}<br>*{line.cause}*" if line.cause else line.state
    told = (shortened(line.note, _SENTENCE, inline), _place(line.place) if line.place else "")
    return f"| {inline(line.sign)} | {flag}{said} | {state} | {'<br>'.join(filter(None, told))} |"


def _place(place: str) -> str:
    return shortened(place, _NAME, cell_code)


def _tail(material: Material) -> Iterator[str]:
    plan = material.plan
    known = f"{plan.summary.known} of {counted(plan.summary.facts, 'fact')} known"
    if plan.summary.facts:
        known += f" ({100 * plan.summary.known // plan.summary.facts} %)"  # never rounded up to a whole view
    words = [f"{material.wording.title} {code(plan.fingerprint[:8])}", known, f"reconciler {inline(material.version)}"]
    words += [f"made {material.created:%Y-%m-%d %H:%M} UTC"] if material.created else []
    words += [link("the whole report", material.details)] if material.details else []
    yield ""
    yield "---"
    yield ""
    yield f"<sub>{AGREED} {' · '.join(words)}</sub>"
