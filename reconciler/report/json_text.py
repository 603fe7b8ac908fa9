"""JSON that may be printed anywhere."""

from __future__ import annotations

import json
import re
from typing import Final

_COMMAND_START: Final = re.compile(r"#(?=#\w*\[)")  # as in printable.py; in JSON a `#` stands in strings alone
_HALF: Final = re.compile("[\ud800-\udfff]")


def json_text(data: object) -> str:
    """The data as indented JSON, for programs and for people who look."""
    return printed(json.dumps(data, indent=2, ensure_ascii=False)) + "\n"


def printed(text: str) -> str:
    """The same JSON, with what a CI machine would take for a command in what is printed, and halves of characters,
    which no file of UTF-8 can hold, written as escapes."""
    if "##" in text:
        text = _COMMAND_START.sub(r"\\u0023", text)
    return text if text.isascii() else _HALF.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"
