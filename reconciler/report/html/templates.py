"""Templates of HTML, filled. Every value is escaped, and only printable text is shown."""

from functools import cache
from typing import TYPE_CHECKING, Any

from reconciler.report.escape import printable

if TYPE_CHECKING:
    import jinja2


def filled(template: str, **values: Any) -> str:
    """A template of `templates/`, filled; raises where it names what it is not given."""
    return _environment().get_template(template).render(**values)


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
