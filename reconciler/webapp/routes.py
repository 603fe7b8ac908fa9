"""A part of the app is a module with ROUTES: addresses, and the view of each. A view is a plain function.

Addresses are relative to the app's own root, such as `schools/greenfield.html`. Links in pages are relative too, so the
same page works as a file.
"""

import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import field
from functools import cache
from typing import Any, TypeAlias

from reconciler.startup import dataclass
from reconciler.webapp.state import AppState


@dataclass(frozen=True, slots=True)
class FormFields:
    """The fields of a form or of a query: every value of each, in order."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return the first value; empty if there is none."""
        return next(iter(self.values.get(name, ())), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value."""
        return tuple(self.values.get(name, ()))


@dataclass(frozen=True, slots=True)
class AppRequest:
    """A request that the guard let through.

    names  the parts of the address that its route leaves open
    form   what was sent; None if nothing was. Its token is checked already
    csrf   the token that each form of the answer has to carry
    path   the address, from the root of the app
    """

    app: AppState
    path: str
    names: Mapping[str, str]
    query: FormFields
    form: FormFields | None
    csrf: str

    @property
    def to_root(self) -> str:
        """The way from this page to the root of the app: empty, or `../`."""
        return "../" * self.path.count("/")


@dataclass(frozen=True, slots=True)
class AppPage:
    """A page to show: a template of `templates/` without its ending, and its values; `title` is that of the window.

    section  the address of the navigation's entry that it belongs to; empty for its own
    bar      it has the bar with the state of the check
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    section: str = ""
    bar: bool = True


@dataclass(frozen=True, slots=True)
class AppFile:
    """A page or a file that is made already."""

    content: bytes
    content_type: str = "text/html"
    status: int = 200


@dataclass(frozen=True, slots=True)
class SeeOther:
    """The form is done: the address, from the root of the app, of the page to open next."""

    path: str


@dataclass(frozen=True, slots=True)
class EventStream:
    """Events for the page's script for as long as it listens, each (its name, its data)."""

    events: Callable[[], AsyncIterator[tuple[str, str]]]


AppAnswer: TypeAlias = AppPage | AppFile | SeeOther | EventStream
AppView: TypeAlias = Callable[[AppRequest], AppAnswer]


@dataclass(frozen=True, slots=True)
class Route:
    """An address and its view. `{name}` in the address is any text without a slash, `{name*}` with any."""

    method: str
    path: str
    view: AppView


def matching(routes: Iterable[Route], method: str, path: str) -> tuple[AppView, Mapping[str, str]]:
    """Return the view of the first route that fits, and what its address leaves open."""
    for route in routes:
        if route.method == method and (match := _pattern(route.path).fullmatch(path)):
            return route.view, match.groupdict()
    return (lambda _: not_there()), {}


@cache
def _pattern(path: str) -> re.Pattern[str]:
    text = re.escape(path).replace(r"\*\}", ">.*)").replace(r"\}", ">[^/]+)")
    return re.compile(text.replace(r"\{", "(?P<"))


def not_there(what: str = "page") -> AppPage:
    """Answer that there is no such thing."""
    return AppPage("message", {"title": f"There is no such {what}", "texts": ["The pages are listed above."]}, 404)
