"""Text from outside, made safe for a terminal."""

from __future__ import annotations

import re

from reconciler.model.invisible import ZERO_WIDTH

# C0 and C1 controls (with DEL), line and paragraph separators, halves of characters; and what takes no room: it can
# turn the direction of text, or make of one name two that look the same.
_UNPRINTABLE = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{ZERO_WIDTH}]")


def printable(text: str) -> str:
    """`text` on one line, with every character that could steer a terminal, turn text around or hide in it shown as its
    number. Blanks of other widths than an ordinary one are blanks to see, and stay."""
    return _UNPRINTABLE.sub(_number, text) if _UNPRINTABLE.search(text) else text


def _number(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
