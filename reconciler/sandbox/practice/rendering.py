"""Fill the templates: every value is escaped, and every part of a page comes from this machine."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

_HEADERS = {
    # Pages of other sites cannot embed one of these, and these cannot load or send anything elsewhere.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:;"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ASSETS = {"practice.css": "text/css", "practice.js": "text/javascript"}


def headers(content_type: str) -> dict[str, str]:
    """The headers of everything that is served below `/practice/`."""
    return {**_HEADERS, "Content-Type": f"{content_type}; charset=utf-8"}


def render(template: str, values: dict[str, Any]) -> str:
    """Fill a template of `templates/`, named without its ending."""
    return _environment().get_template(f"{template}.html.jinja").render(values)


def asset(name: str) -> tuple[str, bytes] | None:
    """The content type and the bytes of the style sheet or the script; None for any other name."""
    if name not in _ASSETS:
        return None
    return _ASSETS[name], files("reconciler.sandbox.practice").joinpath("templates", name).read_bytes()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reconciler.sandbox.practice"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["breakable"] = _breakable
    return environment


def _breakable(name: str) -> Markup:
    """A name written `LikeThis`, which a narrow column may break before each of its words."""
    return Markup("<wbr>").join(_WORD.split(name))
