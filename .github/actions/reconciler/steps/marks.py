"""The mark of our comments and issues: the first line of their text, which people do not see.

    <!-- reconciler:review key="trust" commit="5f3c..." text="9a41..." -->

Anyone can write such a line, so the author counts too. People who may write to the repository can also change our text:
`text` is a hash of what we wrote, and the mark on a changed text is not believed.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from runner import StepError, setting

if TYPE_CHECKING:
    from collections.abc import Mapping

_MARK: Final = re.compile(r"\A<!-- reconciler:(?P<kind>[a-z]+)(?P<values>(?: [a-z]+=\"[\w.-]*\")*) -->")
_VALUE: Final = re.compile(r"([a-z]+)=\"([\w.-]*)\"")
_KEY: Final = re.compile(r"[\w.-]{1,60}")
# GitLab carries out a line such as `/close` in a text. Behind a backslash it is shown as it is, on each forge.
_COMMAND: Final = re.compile(r"((?:^|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])[ \t>]*)/")
_HASH: Final = "text"
LONGEST: Final = 65_536  # characters of a comment or an issue that GitHub takes; the other forges take more


def key(variable: str = "KEY") -> str:
    """The name that keeps one workspace's comment and issue apart from another's."""
    named = setting(variable, "default")
    if not _KEY.fullmatch(named):
        raise StepError(
            "Invalid key", f"`{variable.lower()}` is {named!r}: use up to 60 letters, digits, dots, _ or -."
        )
    return named


def marked(kind: str, values: Mapping[str, str], text: str) -> str:
    """A text with its mark, in which no line is a command; raises StepError if it is too long."""
    text = _COMMAND.sub(r"\1\\/", text)
    mark = "".join(f' {name}="{value}"' for name, value in {**values, _HASH: _hash(values, text)}.items())
    whole = f"<!-- reconciler:{kind}{mark} -->\n{text}"
    if len(whole.encode("utf-16-le")) // 2 > LONGEST:
        raise StepError("The report is too long", f"It has more than {LONGEST} characters. Read it in the artifact.")
    return whole


def mark_of(kind: str, item: Mapping[str, Any]) -> Mapping[str, str] | None:
    """The values of our mark on a comment or issue of GitHub; None if it is not ours."""
    author = (item.get("user") or {}).get("login")
    return read_mark(kind, item.get("body") or "") if author == setting("AUTHOR", "github-actions[bot]") else None


def read_mark(kind: str, body: str) -> Mapping[str, str] | None:
    """The values of the mark on a text; None if it has none of this kind. A text that was changed has only its key."""
    match = _MARK.match(body)
    if not match or match["kind"] != kind:
        return None
    values = dict(_VALUE.findall(match["values"]))
    if values.pop(_HASH, "") == _hash(values, body[match.end() :]):
        return values
    return {"key": values["key"]} if "key" in values else {}


def _hash(values: Mapping[str, str], text: str) -> str:
    """A hash of the words alone: a forge may change spaces and line ends."""
    return sha256(" ".join([*values.values(), *text.split()]).encode("utf-8", "surrogatepass")).hexdigest()[:32]
