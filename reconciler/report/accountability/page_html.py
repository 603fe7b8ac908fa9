"""A page for people who answer for access, as HTML that needs no script and no network, and prints on A4."""

from base64 import b64encode
from hashlib import sha256

from reconciler.report.accountability.page import ReportPage, Tone
from reconciler.report.html.templates import filled, style_sheet

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
    style = style_sheet("page.css")
    return filled(
        "page.html.jinja",
        style=style,
        # The only style that the page's policy allows: a name cannot smuggle in another.
        style_hash=b64encode(sha256(f"\n{style}".encode()).digest()).decode(),
        page=page,
        marks=MARKS,
    )
