"""A plan as one page of HTML: the story first, then every school and supplier at one look, then all of it.

A page of HTML from its template: everything is escaped as it is filled in, and printable.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import groupby
from typing import Any, Final

from reconciler.report.escape import printable
from reconciler.report.html.style import STYLE
from reconciler.report.html.template import TEMPLATE
from reconciler.report.input import ReportInput
from reconciler.report.labels import plural
from reconciler.report.story.matrix import matrix
from reconciler.report.story.rows import Weight, together
from reconciler.report.story.sections import ReportSection, every_section
from reconciler.report.story.story import AGREED, story

# The one style that the page's policy lets in: nothing that a name smuggles in could be another.
_ALLOWED: Final = b64encode(sha256(STYLE.encode()).digest()).decode()
FLAGS: Final = {
    Weight.LOUD: ("loud", "Look at this"),
    Weight.SENSITIVE: ("sensitive", "Sensitive"),
    Weight.NEW: ("new", "New"),
    Weight.WRITES: ("writes", "Writes"),
}


def render_html(material: ReportInput) -> str:
    """The whole plan as a page that needs no script and no network; the same bytes for the same state."""
    found = tuple(every_section(material))
    plan = material.plan
    return filled(
        TEMPLATE,
        allowed=_ALLOWED,
        material=material,
        plan=plan,
        story=story(material),
        matrix=matrix(found),
        schools=tuple(_by_school(found)),
        share=f"{100 * plan.summary.known // plan.summary.facts} %" if plan.summary.facts else "",
        agreed=AGREED,
        counted=plural,
        flags=FLAGS,
        together=together,
    )


def _by_school(
    found: Sequence[ReportSection],
) -> Iterator[tuple[tuple[int, ReportSection], tuple[tuple[int, ReportSection], ...]]]:
    """Each school's own section with those of its accesses, each with its number."""
    numbered = tuple(enumerate(found))
    accesses = {
        school: tuple(its)
        for school, its in groupby((each for each in numbered if each[1].supplier), key=lambda each: each[1].school)
    }
    for each in numbered:
        if not each[1].supplier:
            yield each, accesses.get(each[1].school, ())


def filled(template: str, **values: Any) -> str:
    """The page; raises where the template names what it is not given."""
    from jinja2 import Environment, StrictUndefined  # slow to import, and no other format needs it

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.from_string(template).render(**values)


def _printable(value: Any) -> Any:
    """Text as it may be shown; what a macro has escaped already is no `str` alone, and passes."""
    return printable(value) if type(value) is str else value
