"""A page of HTML from its template: everything is escaped as it is filled in, and printable."""

from __future__ import annotations

from typing import Any

from reconciler.report.printable import printable


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
