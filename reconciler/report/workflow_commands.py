"""GitHub's workflow commands: `::error file=a.yaml,line=3,col=5,title=Words::More words`.

Escaped as the runner reads them (actions/runner, ActionCommand.cs): `%`, carriage return and line feed in all of it,
`:` and `,` in a property too. What is shown is on one line and printable before that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.report.printable import printable

if TYPE_CHECKING:
    from reconciler.model.origin import Origin

_LONGEST_TITLE: Final = 200  # characters; GitHub takes 255
_LONGEST: Final = 2_000  # characters of a message; the runner cuts one of 4,096


def command(name: str, message: str, *, title: str, origin: Origin | None = None, folder: str = "") -> str:
    """One command, without the end of its line. `folder` is where the workspace lies in its repository."""
    properties = {}
    if origin:
        properties["file"] = printable(f"{folder}/{origin.file}" if folder else origin.file)
        properties |= {"line": str(origin.line), "col": str(origin.column)}
    properties["title"] = _cut(title, _LONGEST_TITLE)
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {told}::{_data(_cut(message, _LONGEST))}"


def _cut(text: str, longest: int) -> str:
    shown = printable(text)
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}…"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
