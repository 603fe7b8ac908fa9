"""A plan as one page of HTML: the story, then an overview of schools and suppliers, then all details.

Its template escapes every value, and shows only printable text.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from reconciler.report.escape import printable
from reconciler.report.input import ReportInput
from reconciler.report.labels import plural
from reconciler.report.story.matrix import matrix
from reconciler.report.story.rows import Weight, together
from reconciler.report.story.sections import ReportSection, every_section
from reconciler.report.story.story import AGREED, story

if TYPE_CHECKING:
    import jinja2

FLAGS: Final = {
    Weight.LOUD: ("loud", "Check this"),
    Weight.SENSITIVE: ("sensitive", "Sensitive"),
    Weight.NEW: ("new", "New"),
    Weight.WRITES: ("writes", "Writes"),
}


def render_html(material: ReportInput) -> str:
    """Render the whole plan as a page that needs no script and no network; the same bytes for the same state."""
    found = tuple(every_section(material))
    plan = material.plan
    style = style_sheet("plan.css")
    return filled(
        "plan.html.jinja",
        style=style,
        # The only style that the page's policy allows: a name cannot smuggle in another.
        style_hash=b64encode(sha256(f"\n{style}".encode()).digest()).decode(),
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
    """A template of `templates/`, filled; raises where it names what it is not given."""
    return _environment().get_template(template).render(**values)


def style_sheet(name: str) -> str:
    """A style sheet of `templates/`, for a page that has it inside."""
    environment = _environment()
    assert environment.loader
    return environment.loader.get_source(environment, name)[0]


@cache
def _environment() -> "jinja2.Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # slow to import, and no other format needs it

    return Environment(
        loader=PackageLoader("reconciler.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _printable(value: Any) -> Any:
    """Text as it may be shown; what a macro has escaped already is no `str` alone, and passes."""
    return printable(value) if type(value) is str else value
