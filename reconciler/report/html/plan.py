"""A plan as one page of HTML: the story, then an overview of schools and suppliers, then all details.

A browser must open it quickly, so a page has bounds: the riskiest rows, schools and sections first, and a count of the
rest. The page of a trust of 75 schools with 25 suppliers each is whole.

Its template escapes every value, and shows only printable text.
"""

from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

from reconciler.report.html.templates import filled, macros, style_sheet
from reconciler.report.input import ReportInput
from reconciler.report.labels import plural
from reconciler.report.story.coming import COMING
from reconciler.report.story.matrix import matrix
from reconciler.report.story.rows import Weight, together
from reconciler.report.story.sections import ReportSection, every_section
from reconciler.report.story.story import AGREED, Story, story

FLAGS: Final = {
    Weight.LOUD: ("loud", "Check this"),
    Weight.SENSITIVE: ("sensitive", "Sensitive"),
    Weight.NEW: ("new", "New"),
    Weight.WRITES: ("writes", "Writes"),
}


_PAGE: Final = 5_700_000  # bytes of one page, about
_WHOLE: Final = 2_500  # sections: the page of a trust has no bound
_ENDLESS: Final = 10**12
_CHAPTERS: Final = 1_400_000  # of that, at most, for the rows of all chapters
_CELLS: Final = 9_000  # of the overview, at most
_DAYS: Final = 300  # that come soon
_CELL: Final = 220  # bytes of one


class _Rows(NamedTuple):
    """The rows of a chapter, laid out, and the number of those left out."""

    shown: Sequence[str]
    hidden: int


def render_html(material: ReportInput) -> str:
    """Render the plan as a page that needs no script and no network; the same bytes for the same state."""
    plan, whole, parts = material.plan, story(material), _parts()
    found = tuple(every_section(material))
    unbounded = _ENDLESS if len(found) <= _WHOLE else 0
    rows = _rows(whole, parts, unbounded or _CHAPTERS)
    used = sum(_size(row) for its in rows.values() for row in its.shown) + min(len(found), _CELLS) * _CELL
    shown = _riskiest(found, parts, unbounded or _PAGE - used)
    style = style_sheet("plan.css")
    return filled(
        "plan.html.jinja",
        style=style,
        # The only style that the page's policy allows: a name cannot smuggle in another.
        style_hash=b64encode(sha256(f"\n{style}".encode()).digest()).decode(),
        material=material,
        plan=plan,
        story=whole,
        parts=parts,
        rows=rows,
        matrix=matrix(found, shown, _CELLS),
        details=tuple(_by_school(found, shown)),
        hidden_details=len(found) - len(shown),
        share=f"{100 * plan.summary.known // plan.summary.facts} %" if plan.summary.facts else "",
        agreed=AGREED,
        coming_heading=COMING,
        most_coming=_DAYS,
        counted=plural,
    )


def _rows(whole: Story, parts: Any, most: int) -> dict[str, _Rows]:
    """The rows of each chapter, as many as fit; what one leaves is for those after it."""
    rows = {}
    for number, chapter in enumerate(whole.chapters):
        groups = tuple(together(chapter.rows))
        share = most // (len(whole.chapters) - number)
        shown = _fitting((parts.row_of(group, whole.titles) for group in groups), share)
        rows[chapter.id] = _Rows(shown, len(groups) - len(shown))
        most -= sum(map(_size, shown))
    return rows


def _fitting(pieces: Iterable[str], most: int) -> list[str]:
    """The pieces before the first that does not fit; the first one always."""
    shown: list[str] = []
    for piece in pieces:
        most -= _size(piece)
        if shown and most < 0:
            break
        shown.append(piece)
    return shown


def _riskiest(found: Sequence[ReportSection], parts: Any, most: int) -> dict[int, str]:
    """{number: section, laid out} of the riskiest that fit. A school's own comes with any of its accesses."""
    own = {section.school: number for number, section in enumerate(found) if not section.supplier}
    shown: dict[int, str] = {}
    for number, section in sorted(enumerate(found), key=lambda each: (each[1].rank, each[0])):
        needed = {
            each: (parts.access_of if found[each].supplier else parts.school_of)(each, found[each])
            for each in (own[section.school], number)
            if each not in shown
        }
        most -= sum(map(_size, needed.values()))
        if shown and most < 0:
            break
        shown |= needed
    return shown


def _size(piece: str) -> int:
    return len(piece.encode("utf-8", "surrogatepass"))


def _by_school(found: Sequence[ReportSection], shown: Mapping[int, str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Each school's own section with those of its accesses."""
    accesses: defaultdict[str, list[str]] = defaultdict(list)
    for number, section in enumerate(found):
        if section.supplier and number in shown:
            accesses[section.school].append(shown[number])
    for number, section in enumerate(found):
        if not section.supplier and number in shown:
            yield shown[number], accesses[section.school]


def _parts() -> Any:
    """The pieces that a page is made of, as functions."""
    return macros("plan_parts.html.jinja", counted=plural, flags=FLAGS)
