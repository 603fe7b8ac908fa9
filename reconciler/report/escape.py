"""Text and JSON from outside, made safe for a terminal, and for machines that look for commands in what is printed."""

import re
from typing import Final

from reconciler.invisible import ZERO_WIDTH
from reconciler.startup import pattern

# C0 and C1 controls (with DEL), line and paragraph separators, halves of characters and what is none; and what takes no
# room: it can turn the direction of text, or make of one name two that look the same.
_UNSEEN = pattern(f"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff{ZERO_WIDTH}]")
# On a CI machine whatever is printed is read for commands. GitHub takes `::add-mask::` for one at the start of a line,
# after blanks too, and, as Azure Pipelines does, `##[error]` and `##vso[task.setvariable]` wherever they stand in it.
# Where a text is broken into lines, any of its words may begin one.
_COMMAND = r"(?<!\S):(?=:)|#(?=#\w*\[)"
_CODE = pattern("`[^`]*`")
_JOINT = "\0"  # for a space at which a line is not broken
_NARROWEST = 24  # columns in which words still read as lines
_UNPRINTABLE = pattern(f"{_UNSEEN.pattern}|{_COMMAND}")


def printable(text: str) -> str:
    """`text` on one line, with every character that could steer a terminal, turn text around or hide in it shown as its
    number, and so one of what a CI machine would take for a command. Blanks of other widths than an ordinary one are
    blanks to see, and stay."""
    is_plain = not (_UNSEEN.search(text) or "::" in text or "##" in text)  # quick to say, and nearly always so
    return text if is_plain else _UNPRINTABLE.sub(_number, text)


def in_lines(text: str, room: int, below: str = "") -> list[str]:
    """Break printable text into lines as wide as the room, all but the first indented by `below`.

    It is broken between words alone: a piece of a longer word could be a command at the start of its line. A command in
    backticks stays whole too, so that it can be copied.
    """
    from textwrap import wrap  # for a terminal alone

    kept = _CODE.sub(lambda code: code[0].replace(" ", _JOINT), text)
    lines = wrap(kept, max(room, _NARROWEST), subsequent_indent=below, break_on_hyphens=False, break_long_words=False)
    return [line.replace(_JOINT, " ") for line in lines]


def _number(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_COMMAND_START: Final = pattern(r"#(?=#\w*\[)")  # as in printable.py; in JSON a `#` stands in strings alone
_HALF: Final = pattern("[\ud800-\udfff]")


def json_text(data: object) -> str:
    """The data as indented JSON, for programs and for people who look."""
    import json  # for JSON alone

    return printed(json.dumps(data, indent=2, ensure_ascii=False)) + "\n"


def printed(text: str) -> str:
    """The same JSON, with what a CI machine would take for a command in what is printed, and halves of characters,
    which no file of UTF-8 can hold, written as escapes."""
    if "##" in text:
        text = _COMMAND_START.sub(r"\\u0023", text)
    return text if text.isascii() else _HALF.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"
