"""A plan as one page of HTML: the story, then an overview of schools and suppliers, then all details.

A browser must open it quickly, so a page has bounds: the riskiest rows, schools and sections first, and a count of the
rest. The page of a trust of 75 schools with 25 suppliers each is whole.

Its template escapes every value, and shows only printable text.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from reconciler.model.entity import Care
from reconciler.report.html.templates import alone, macros
from reconciler.report.input import ReportInput
from reconciler.report.labels import COMMIT, plural
from reconciler.report.pages import links
from reconciler.report.pages.headline import change_heading, verdict_of
from reconciler.report.pages.layout import PageHead, laid_out
from reconciler.report.pages.links import Links
from reconciler.report.pages.page_set import PageSet
from reconciler.report.story.coming import COMING
from reconciler.report.story.matrix import matrix
from reconciler.report.story.phrases import ALREADY_DONE, NOT_CHECKED
from reconciler.report.story.rows import Weight, together
from reconciler.report.story.sections import ReportSection, every_section
from reconciler.report.story.story import AGREED, Story, story

_FLAGS: Final = {
    Weight.LOUD: ("chip chip--leak", "Check this"),
    Weight.SENSITIVE: ("tag", "Sensitive"),
    Weight.NEW: ("chip chip--missing", "New"),
    Weight.WRITES: ("chip chip--missing", "Writes"),
}
# The look of a cell by its state, and what its signs mean.
_LOOKS: Final = {
    "agreed": "agreed",
    "over": "leak",
    "refused": "refused",
    "missing": "missing",
    "otherwise": "missing",
    "unknown": "unseen",
    "accepted": "waived",
    "reported": "waived",
}
# {how Bromcom stands to a row: the look of that}, where it is not plain.
_STATES: Final = {ALREADY_DONE: "agreed", NOT_CHECKED: "unseen"}
_KEY: Final = (
    ("agreed", "\u2713", "as agreed"),
    ("leak", "\u25b22", "2 too many"),
    ("leak", "\u26a0", "some are sensitive"),
    ("refused", "\u2298", "login refused"),
    ("missing", "\u25a12", "2 missing"),
    ("missing", "\u22601", "1 set differently"),
    ("unseen", "?3", "3 could not be checked"),
    ("waived", "~1", "1 accepted for now"),
)

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
    values = plan_values(material)
    title = f"{values['heading']}: {material.plan.workspace}" if material.review else values["heading"]
    return alone("plan.html.jinja", title, **values, stamp=tuple(_stamp(material)))


def plan_page(page_set: PageSet) -> str:
    """Render the plan within the set, which has the matrix on its overview, and the details on the pages of schools."""
    values = plan_values(page_set.report, supplier_links(page_set, links.PLAN), has_details=False)
    return laid_out("plan.html.jinja", page_set, PageHead(links.PLAN, values["heading"], links.PLAN), **values)


def supplier_links(page_set: PageSet, address: str) -> Mapping[str, str]:
    """{supplier: the way to its page}, for those that have one."""
    return {record.supplier: Links(address).supplier(record.supplier) for record in page_set.register.suppliers}


_NO_LINKS: Final[Mapping[str, str]] = {}


def plan_values(
    material: ReportInput, suppliers: Mapping[str, str] = _NO_LINKS, *, has_details: bool = True
) -> dict[str, Any]:
    """The values of `pages/plan_main.html.jinja`, but for the marks and the stamp of its frame."""
    whole, parts = story(material), _parts(suppliers)
    found = tuple(every_section(material))
    unbounded = _ENDLESS if len(found) <= _WHOLE else 0
    rows = _rows(whole, parts, unbounded or _CHAPTERS)
    used = sum(_size(row) for its in rows.values() for row in its.shown) + min(len(found), _CELLS) * _CELL
    shown = _riskiest(found, parts, unbounded or _PAGE - used) if has_details else {}
    return {
        "heading": change_heading(material, whole) if material.review else whole.title,
        "material": material,
        "story": whole,
        "verdict": verdict_of(material),
        "plan_parts": parts,
        "rows": rows,
        "matrix": matrix(found, shown, _CELLS),
        "details": tuple(_by_school(found, shown)),
        "has_details": has_details,
        "hidden_details": len(found) - len(shown),
        "looks": _LOOKS,
        "key": _KEY,
        "agreed": AGREED,
        "plural": plural,
        "questions": (),
        "coming_heading": COMING,
        "most_coming": _DAYS,
    }


def _stamp(material: ReportInput) -> Iterator[tuple[str, str, bool]]:
    """(name, value, if it is a code) of what the page was made of."""
    plan, summary = material.plan, material.plan.summary
    if made := material.made or material.created:
        yield "Made", f"{made:%Y-%m-%d %H:%M} UTC", False
    if material.review:  # else the heading names it
        yield "Workspace", plan.workspace, False
    yield from base_stamp(material)
    yield material.kind.capitalize(), plan.fingerprint[:COMMIT], True
    share = f" ({100 * summary.known // summary.facts} %)" if summary.facts else ""
    yield "Seen", f"{summary.known} of {plural(summary.facts, 'fact')} known{share}", False
    yield "Of", f"{plural(len(plan.schools), 'school')}, {plural(summary.accesses, 'access', 'accesses')}", False


def base_stamp(material: ReportInput) -> Iterator[tuple[str, str, bool]]:
    """The same of the revision that a change under review began from."""
    if material.review:
        yield "Changes since", f"{material.review.base} at {material.review.commit[:COMMIT]}", True


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


def _parts(suppliers: Mapping[str, str]) -> Any:
    """The pieces that a page is made of, as functions."""
    values = {"flags": _FLAGS, "looks": _LOOKS, "suppliers": suppliers, "states": _STATES, "special": Care.SPECIAL}
    return macros("pages/plan_parts.html.jinja", plural=plural, **values)
