"""Hide passwords in lines of a manifest that are shown.

This works on the text, not on parsed data, since the YAML may be broken. If in doubt, it hides: a line too many is a
nuisance, a line too few is a leak.
"""

import re
from typing import Final

from reconciler.startup import pattern

MASK = "********"
_NAMES: Final = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"  # the module `string` is slow to import
)
LINE_BREAK = pattern("\r\n|[\n\r]")  # as git, editors and YAML 1.2 count lines; `Source.parsed` makes YAML 1.1 do so

# Every repetition is bounded, so that no line, however long, takes more than linear time. A key written with escapes
# may be anything, a password too.
_KEY = pattern(
    r""" password\w{0,40} ["']? \s* : | \? \s{0,40} ["']? \w{0,40} password | "[^"\\]{0,80} \\ [^"]{0,80}" \s* : """,
    re.IGNORECASE | re.VERBOSE,
)
_ALIAS = pattern(r"""(?i)password\w{0,40}["']?\s*:\s*\*([^\s,\[\]{}]+)""")
# Notes that people write beside a manifest, mostly in a comment: `pw=...`, `TILL_TOKEN: ...`.
_JOTTED = pattern(
    r"""(?P<key>
        (?: password | passwd | passphrase | pwd | (?<![^\W_]) (?: pw | pass | secret | token ) )
        \w{0,40} ["']? \s{0,40} [=:]{1,3} \s{0,40}
    ) \S .*""",
    re.IGNORECASE | re.VERBOSE,
)
_LOGIN_IN_URL = pattern(r"(://)[^\s/@]{0,200}(?::[^\s@]{0,200})?@")
_NEXT_KEY = pattern(r"""\s*(["']?)[\w.<-][\w. -]*\1\s*:(\s|$)""")
_NEXT_ITEM = pattern(r"\s*-(\s|$)")
_NEXT_DOCUMENT = pattern(r"(---|\.\.\.)(\s|$)")
_BEFORE_VALUE = pattern(r"(?:\s+|[&!][^\s,\[\]{}]*)*")
_CLOSERS = {"{": "}", "[": "]"}


def split_lines(text: str) -> list[str]:
    """The lines of a text, as editors show them."""
    return LINE_BREAK.split(text)


def masked_lines(text: str) -> list[str]:
    """The lines of a text with what is secret hidden: the value of every `password` key, what stands behind `pw=` and
    its like, and every login inside a URL."""
    lines = split_lines(text)
    begins = _beginning(text)
    shown = list(lines)
    number = 0
    while number < len(lines):
        key = begins.search(lines[number])
        if key is None:
            number += 1
            continue
        end = _end_of_value(lines, number, key)
        if lines[number][key.end() :].strip():
            shown[number] = f"{lines[number][: key.end()]} {MASK}"
        for hidden in range(number + 1, end):
            shown[hidden] = _hide(lines[hidden])
        number = end
    return [_LOGIN_IN_URL.sub(rf"\1{MASK}@", _JOTTED.sub(rf"\g<key>{MASK}", line)) for line in shown]


def _beginning(text: str) -> re.Pattern[str]:
    """A pattern for what comes before a hidden value: a key, or an anchor that a key names (`password: *name`)."""
    anchors = sorted(set(_ALIAS.findall(text)))
    if not anchors:
        return _KEY
    names = "|".join(re.escape(name) for name in anchors)
    return pattern(rf"{_KEY.pattern} | &(?:{names})(?![^\s,\[\]{{}}])", re.IGNORECASE | re.VERBOSE)


def _hide(line: str) -> str:
    indent = len(line) - len(line.lstrip())
    return line[:indent] + MASK if line.strip() else line


def _end_of_value(lines: list[str], number: int, key: re.Match[str]) -> int:
    """The number of the first line after the value that begins behind `key` on line `number`."""
    rest = lines[number][key.end() :]
    start = _BEFORE_VALUE.match(rest)
    opener = rest[start.end() : start.end() + 1] if start else ""
    end = number + 1
    if opener in {'"', "'"} or opener in _CLOSERS:
        column = key.end() + (start.end() if start else 0)
        end = _line_after_closer(lines, number, column)
    column = _column_of(lines[number], key)
    while end < len(lines) and not _begins_anew(lines[end], column):
        end += 1
    return end


def _column_of(line: str, key: re.Match[str]) -> int:
    """The column of the whole key, of which the pattern may have found the end (`oldPassword`)."""
    return len(line[: key.start()].rstrip("\"'_" + _NAMES))


def _line_after_closer(lines: list[str], number: int, column: int) -> int:
    """The number of the line after the one that closes the quote or bracket at `column`; past the end if none does."""
    waiting: list[str] = []
    for current in range(number, len(lines)):
        text = lines[current]
        position = column if current == number else 0
        while position < len(text):
            character = text[position]
            quoted = bool(waiting) and waiting[-1] in {'"', "'"}
            if quoted and waiting[-1] == '"' and character == "\\":
                position += 1
            elif waiting and character == waiting[-1]:
                waiting.pop()
                if not waiting:
                    return current + 1
            elif not quoted and character in {'"', "'"}:
                waiting.append(character)
            elif not quoted and character in _CLOSERS:
                waiting.append(_CLOSERS[character])
            position += 1
    return len(lines)


def _begins_anew(line: str, key_column: int) -> bool:
    """Tell if a line after a password belongs to something else: a key or an item that is not indented deeper."""
    indent = len(line) - len(line.lstrip())
    if _NEXT_DOCUMENT.match(line):
        return True
    if "\t" in line[:indent]:  # YAML does not say how deep a tab is
        return False
    if _NEXT_ITEM.match(line):
        return indent < key_column
    return indent <= key_column and bool(_NEXT_KEY.match(line))
