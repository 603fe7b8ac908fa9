"""Templates of HTML, filled. Every value is escaped, and only printable text is shown."""

import re
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from reconciler.report.escape import printable
from reconciler.report.labels import plural
from reconciler.startup import pattern

if TYPE_CHECKING:
    import jinja2

_REMARK: Final = pattern(r"/\*.*?\*/\n*", re.DOTALL)  # for those who change the style
CHIPS: Final = ("over", "refused", "differs", "missing", "unknown", "accepted", "reported")  # each has a mark


def filled(template: str, **values: Any) -> str:
    """A template of `templates/`, filled; raises where it names what it is not given."""
    return _environment().get_template(template).render(**values)


def alone(template: str, title: str, **values: Any) -> str:
    """A page that stands alone, filled: the style of all pages is inside it, and its policy allows no other."""
    style = _REMARK.sub("", style_sheet("pages/pages.css"))
    style_hash = b64encode(sha256(f"\n{style}".encode()).digest()).decode()  # a name cannot smuggle in another
    return filled(template, title=title, style=style, style_hash=style_hash, parts=page_parts(), **values)


def page_parts() -> Any:
    """The pieces that pages are made of, as functions."""
    return macros("pages/parts.html.jinja", plural=plural, counted=counted)


def counted(counts: Any) -> Iterator[tuple[str, int]]:
    """(kind, number) of what is to be told of the counts of a cell, the gravest first."""
    return ((kind, number) for kind in CHIPS if (number := getattr(counts, kind)))


def style_sheet(name: str) -> str:
    """A style sheet of `templates/`, for a page that has it inside."""
    environment = _environment()
    assert environment.loader
    return environment.loader.get_source(environment, name)[0]


def macros(template: str, **values: Any) -> Any:
    """The macros of a template of `templates/`, as functions."""
    return _environment().get_template(template).make_module(values)


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
