"""Text from outside, made safe for a terminal."""

from __future__ import annotations

import re

# C0 and C1 controls (with DEL), line and paragraph separators, and the marks that turn the direction of text.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def printable(text: str) -> str:
    """`text` on one line, with every character that could steer a terminal or turn text around shown as its number."""
    return _UNPRINTABLE.sub(_number, text) if _UNPRINTABLE.search(text) else text


def _number(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
