"""Fill the templates of the app. They build on those of the page set; every value is escaped and printable."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from reconciler.report.escape import printable
from reconciler.report.labels import plural

if TYPE_CHECKING:
    import jinja2

ASSETS: Final = frozenset({"app.css", "app.js"})


def render(template: str, values: Mapping[str, Any]) -> str:
    """Fill a template, named without its ending."""
    return _environment().get_template(f"{template}.html.jinja").render(values)


def asset(name: str) -> bytes | None:
    """Return a file that pages link; None for any other name."""
    if name not in ASSETS:
        return None
    environment = _environment()
    assert environment.loader
    return environment.loader.get_source(environment, name)[0].encode()


@cache
def _environment() -> "jinja2.Environment":
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined  # slow to import

    environment = Environment(
        loader=ChoiceLoader([PackageLoader("reconciler.webapp"), PackageLoader("reconciler.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["counted"] = plural
    return environment


def _printable(value: Any) -> Any:
    return printable(value) if type(value) is str else value
