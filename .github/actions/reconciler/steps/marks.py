"""How a comment or an issue of ours is known again: the first line of its text, which people do not see.

    <!-- reconciler:review key="trust" run="7012" -->

Anybody can write such a line, so that whose text it is counts as well.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from runner import StepError, setting

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARK: Final = re.compile(r"\A<!-- reconciler:(?P<kind>[a-z]+)(?P<values>(?: [a-z]+=\"[\w.-]*\")*) -->")
_VALUE: Final = re.compile(r"([a-z]+)=\"([\w.-]*)\"")
_KEY: Final = re.compile(r"[\w.-]{1,60}")
LONGEST: Final = 65_536  # characters that GitHub takes for a comment or an issue


def key() -> str:
    """The name under which one workspace's comment and issue are kept apart from another's."""
    named = setting("KEY", "default")
    if not _KEY.fullmatch(named):
        raise StepError("The key is odd", f"`key` is {named!r}: write up to 60 letters, digits, dots, _ or -.")
    return named


def marked(kind: str, values: Mapping[str, str], text: str) -> str:
    """A text behind its mark; raises StepError where GitHub would not take it."""
    mark = "".join(f' {name}="{value}"' for name, value in values.items())
    whole = f"<!-- reconciler:{kind}{mark} -->\n{text}"
    if len(whole.encode("utf-16-le")) // 2 > LONGEST:
        raise StepError(
            "The report is too long for GitHub", f"It has more than {LONGEST} characters; read it in the artifact."
        )
    return whole


def mark_of(kind: str, item: Mapping[str, Any]) -> Mapping[str, str] | None:
    """The values of our mark on a comment or issue; None where it is not ours, whatever stands in it."""
    found = _MARK.match(item.get("body") or "")
    author = (item.get("user") or {}).get("login")
    if not found or found["kind"] != kind or author != setting("AUTHOR", "github-actions[bot]"):
        return None
    return dict(_VALUE.findall(found["values"]))
