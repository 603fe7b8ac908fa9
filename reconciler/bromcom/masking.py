"""Taking a password out of a text that came from outside, in whatever way it was written there."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Iterable

_MASK: Final = "(the password)"
# A password of a few letters is left: taking it out of ordinary words would show which letters it has.
_SHORTEST_TO_HIDE: Final = 4
# A longer one is no part of an ordinary word, so it is taken out of the middle of one as well.
_SHORTEST_IN_WORDS: Final = 8


def masked(text: str, password: str) -> str:
    """The text with every writing of the password replaced."""
    if len(password) < _SHORTEST_TO_HIDE or not text:
        return text
    glued = len(password) >= _SHORTEST_IN_WORDS
    # The longest first: a writing may hold another one.
    patterns = [_pattern(writing, glued) for writing in sorted(set(_writings(password)), key=len, reverse=True)]
    return re.sub("|".join(filter(None, patterns)) or "(?!)", _MASK, text, flags=re.IGNORECASE)


def _writings(password: str) -> Iterable[str]:
    """As it is; as Python, JSON, XML and addresses write it; as bytes, and as these are misread."""
    encoded = password.encode("utf-8", "replace")
    quotes: list[dict[str, str]] = [{}, {'"': "&quot;"}, {'"': "&quot;", "'": "&apos;"}, {'"': "&quot;", "'": "&#39;"}]
    for plain in (password, *(escape(password, entities) for entities in quotes)):
        yield plain
        yield plain.replace("'", "\\'")
        yield repr(plain)[1:-1]
        yield json.dumps(plain)[1:-1]
        yield json.dumps(plain, ensure_ascii=False)[1:-1]
    yield repr(encoded)[2:-1]
    yield repr(repr(encoded)[2:-1])[1:-1]
    yield encoded.decode("latin-1")
    yield re.sub(r"[^\x00-\x7f]", "\N{REPLACEMENT CHARACTER}", password)
    yield quote(encoded)
    yield quote(encoded, safe="")
    yield quote_plus(encoded)


def _pattern(writing: str, glued: bool) -> str:
    """A writing with any blanks where it has blanks; as a word of its own, unless it may be `glued` to others."""
    words = writing.split()
    if not words:
        return ""
    before = "" if glued or not re.match(r"\w", words[0]) else r"(?<!\w)"
    after = "" if glued or not re.search(r"\w\Z", words[-1]) else r"(?!\w)"
    return before + r"\s+".join(map(re.escape, words)) + after
