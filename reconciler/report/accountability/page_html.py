"""A page for people who answer for access, as HTML that needs no script and no network, and prints on A4."""

from reconciler.report.accountability.page import ReportPage, Tone
from reconciler.report.html.templates import alone

# The mark of a cell: its classes, and the drawing in it.
MARKS = {
    Tone.SPECIAL: ("tag tag--special", "shield"),
    Tone.SENSITIVE: ("tag", ""),
    Tone.PERSONAL: ("tag tag--plain", ""),
    Tone.LEAK: ("chip chip--leak", "leak"),
    Tone.MISSING: ("chip chip--missing", "missing"),
    Tone.UNSEEN: ("chip chip--unseen", "unseen"),
    Tone.AGREED: ("chip chip--agreed", "agreed"),
    Tone.WAIVED: ("chip chip--waived", "waived"),
    Tone.ASKED: ("ev ev--asked", "agreed"),
    Tone.WORD: ("ev ev--word", "word"),
    Tone.NOTHING: ("ev ev--nothing", "unseen"),
}


def render_page_html(page: ReportPage) -> str:
    """Render the page; the same bytes for the same state. Everything is escaped as it is filled in."""
    stamp = [(fact.name, fact.text, False) for fact in page.stamp]
    return alone("page.html.jinja", page.title, page=page, marks=MARKS, stamp=stamp)
