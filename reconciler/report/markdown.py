"""A plan as Markdown: for a comment on a pull request, an issue, or the summary of a job.

First what somebody decides on, in a table; then what was wrong already, and what nobody knows; then, folded, access by
access, the riskiest first, as many as fit. It is in GitHub's flavour, and reads in GitLab and Azure DevOps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.report.counted import counted
from reconciler.report.markdown_fit import LIMIT, Room, shortened
from reconciler.report.markdown_rows import dark_line, head, parts, row_line
from reconciler.report.markdown_text import code, html_code, in_html, inline, link
from reconciler.report.sections import sections
from reconciler.report.story import story

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.report.material import Material
    from reconciler.report.sections import Line, Section
    from reconciler.report.story import Chapter, Story

_COLUMNS: Final = ("Supplier", "What", "Where", "In Bromcom")
_ROWS = 50  # the most rows of a chapter: nobody reads more of them in a comment
_ALARMS = 5
_LINES = 60  # the most lines of one section
_CHAPTER = 2_500  # kept for each chapter to come: its heading, its notes and its first row
_TAIL = 2_500  # kept for the last lines
_SECTIONS = 6_000  # kept for the sections
_NAME, _SENTENCE = 160, 500  # the most that a name and a sentence from outside take


def render_markdown(material: Material) -> str:
    """The report; no more than 60,000 bytes, the same ones for the same state. Text from outside marks nothing up."""
    told = story(material)
    room = Room(LIMIT - _TAIL)
    room.take([*_top(told)])
    blocks = len(told.chapters) + bool(told.dark)
    for number, chapter in enumerate(told.chapters, start=1):
        _chapter(room, chapter, told, keep=_SECTIONS + _CHAPTER * (blocks - number))
    if told.dark:
        _dark(room, told)
    _sections(room, material)
    return room.text() + "".join(f"{line}\n" for line in _tail(material))


def _top(told: Story) -> Iterator[str]:
    yield f"## {shortened(told.title, _NAME, inline)}"
    yield ""
    for alarm in told.alarms[:_ALARMS]:
        yield f"> 🛑 {parts(alarm)}"
        yield ""
    if len(told.alarms) > _ALARMS:
        yield f"> 🛑 And {len(told.alarms) - _ALARMS} more limits are gone over."
        yield ""
    yield parts(told.headline).strip()
    yield ""
    for point in told.points:
        yield f"- **{point.about}:** {shortened(point.said, _SENTENCE, inline)}"


def _chapter(room: Room, chapter: Chapter, told: Story, *, keep: int) -> None:
    room.take(["", f"### {chapter.heading}", "", *head(*_COLUMNS)])
    notes = [line for note in chapter.notes for line in ("", parts(note))]
    after = sum(len(line) + 1 for line in notes) + _NAME
    lines = (row_line(row, told.titles) for row in chapter.rows[:_ROWS])
    taken = room.take_while(lines, keep=keep + after)
    left = len(chapter.rows) - taken
    if left:
        room.take(
            ["", f"And {counted(left, 'more row')} of this kind, no riskier than those above: see the whole report."]
        )
    room.take(notes)


def _dark(room: Room, told: Story) -> None:
    room.take(["", "### What is not known", "", *head("Why", "How much", "Where")])
    room.take_while((dark_line(item) for item in told.dark), keep=_SECTIONS // 2)


def _sections(room: Room, material: Material) -> None:
    found = sections(material)
    quiet = material.plan.summary.accesses - sum(bool(section.supplier) for section in found)
    if found:
        room.take(["", "### Access by access, the riskiest first", ""])
    taken = room.take_while(([*_section(section)] for section in found), keep=_SENTENCE)
    left = len(found) - taken
    if left:
        told = f"**{counted(left, 'section')} left out here**, none riskier than those above."
        room.take(["", told if not material.details else f"{told} {link('The whole report', material.details)}"])
    if quiet:
        are = "access is" if quiet == 1 else "accesses are"
        room.take(["", f"{quiet} {are} as agreed, and there is nothing to say of them."])


def _section(section: Section) -> Iterator[str]:
    place = f"{section.school}/{section.supplier}" if section.supplier else section.school
    named = shortened(place, _NAME, html_code)
    title = f" {shortened(section.title, _NAME, in_html)}" if section.title != section.supplier else ""
    yield f"<details><summary>{named}{title}: {in_html(section.counts)}</summary>"
    yield ""
    yield f"{parts(section.about)} · agreed in {shortened(f'{section.origin.file}:{section.origin.line}', _NAME, code)}"
    yield ""
    yield from head("", "What", "In Bromcom", "Why it matters")
    yield from (_line(line) for line in section.lines[:_LINES])
    if len(section.lines) > _LINES:
        yield ""
        yield f"And {counted(len(section.lines) - _LINES, 'more line')}."
    yield ""
    yield "</details>"
    yield ""


def _line(line: Line) -> str:
    flag = "⚠️ **sensitive**: " if line.sensitive else ""
    state = f"{line.state}<br>*{line.cause}*" if line.cause else line.state
    place = f"{line.origin.file}:{line.origin.line}" if line.origin else ""
    note = "<br>".join(
        filter(None, (shortened(line.note, _SENTENCE, inline), place and shortened(place, _NAME, inline)))
    )
    return f"| {inline(line.sign)} | {flag}{parts(line.parts)} | {state} | {note} |"


def _tail(material: Material) -> Iterator[str]:
    plan = material.plan
    yield "---"
    yield ""
    known = f"{plan.summary.known} of {counted(plan.summary.facts, 'fact')} known"
    if plan.summary.facts:
        known += f" ({100 * plan.summary.known // plan.summary.facts} %)"  # never rounded up to a whole view
    words = [f"{material.wording.title} {code(plan.fingerprint[:8])}", known, f"reconciler {inline(material.version)}"]
    words += [f"made {material.created:%Y-%m-%d %H:%M} UTC"] if material.created else []
    words += [link("the whole report", material.details)] if material.details else []
    yield f"<sub>{' · '.join(words)}</sub>"
