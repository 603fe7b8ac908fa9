"""The lines of a file of environment values, read strictly: nothing is cut off, added or reinterpreted.

Such files are written by hand, often with a word processor's quotes or in a shell's syntax. Bromcom refuses a password
that is nearly right like any wrong one, so it is refused here, before a login is spent on it.
"""

import re
from collections.abc import Container, Iterator
from io import StringIO
from pathlib import Path
from typing import Any, Final

from reconciler.errors import InputError
from reconciler.model.invisible import CURLY, HIDDEN, called

_FORM: Final = "put a value with spaces, quotes or # between single quotes: NAME='...'"
_TYPE_IT: Final = "delete it, and type an ordinary space where one belongs"
# (lines of another kind; what they are; how to mend them). The first that fits is taken.
_OTHERS: Final = (
    (re.compile(r"\$env:", re.IGNORECASE), "is written for PowerShell", "write NAME='...', without $env:"),
    (re.compile(r"setx?\s", re.IGNORECASE), "is a Windows command", "write NAME='...', without set"),
    (re.compile(r"export\s.*=", re.IGNORECASE), "has export in capitals", "write NAME='...', without it"),
    (re.compile(r"<{7}|={7}|>{7}"), "is left over from an unfinished merge", "keep only the lines that are right"),
    (re.compile(r"(?:;|//|rem\s)", re.IGNORECASE), "is not a comment in this file", "begin it with #"),
    (re.compile(r"[{}]|\"[^\"]*\"\s*:"), "is JSON", "write NAME='...', with = for the colon"),
    (re.compile(r"[^=]*=[ \t]*(['\"])(?:(?!\1).)*\1[ \t]*[;,]\s*$"), "has a character after the quotes", "remove it"),
    (re.compile(r"[A-Za-z_]\w*\s*:(?:\s|$)"), "is YAML", "write NAME='...', with = for the colon"),
)
# What dotenv reads, word for word; a name may stand in single quotes there.
_ASSIGNMENT: Final = re.compile(
    r"""(?P<name> (?:export\s+)? [^=#]*? ) [ \t]* = [ \t]*
        (?P<value> '(?:\\'|[^'])*' | "(?:\\"|[^"])*" | [^\r\n]* )""",
    re.VERBOSE,
)
# `NAME=value # words`: such files take ` #` for a comment, and a password that holds one would be cut without a word.
_CUT: Final = re.compile(r"[^'\"\s].*\s#")
_NO_NAME: Final = re.compile(r'["%+?!]|:$|(?<=^env):|[^\x20-\x7e]')
_IN_VALUE: Final = re.compile(f"{HIDDEN.pattern}|\t")
_IN_BARE_VALUE: Final = re.compile(f"{_IN_VALUE.pattern}|[{CURLY}]|^`(?=.*`$)")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f]")


def values_of(text: str, file: Path, passwords: Container[str]) -> dict[str, str]:
    """{name: value} of the lines of a file; `passwords` are the names whose values are sent.

    Raises InputError for a line that says something else, or not for certain. Nothing of a value is in its text, but
    for a character that has to go.
    """
    from dotenv.parser import parse_stream

    values: dict[str, str] = {}
    for binding in parse_stream(StringIO(text)):
        string = binding.original.string  # with the empty lines before it
        written = string.lstrip()
        line = binding.original.line + string.count("\n", 0, len(string) - len(written))
        start = len(string) - len(written) - (string.rfind("\n", 0, len(string) - len(written)) + 1)
        for at, what, remedy in _faults(binding, written, passwords):
            place = f"line {line}" if at is None else f"line {line}, column {start + at + 1}"
            raise InputError(f"Nothing was checked: {place} of {file} {what}: {remedy}")
        if binding.key and binding.value is not None:
            values[binding.key] = binding.value
    return values


def _faults(binding: Any, written: str, passwords: Container[str]) -> Iterator[tuple[int | None, str, str]]:
    """(where in the line, or None; what is wrong; how to mend it), the worst first, of a line without the spaces before
    it."""
    if not written or written.startswith("#"):
        return
    found = _ASSIGNMENT.match(written)
    if binding.error or binding.value is None or written.startswith("$"):
        yield from ((None, what, remedy) for pattern, what, remedy in _OTHERS if pattern.match(written))
        if found and found["value"].startswith("'") and written.partition("\n")[0].count("'") > 1:
            yield None, "has an apostrophe between single quotes, or goes on after them", _double_quotes(written)
        yield None, "is not NAME=value", _FORM
    elif found:
        if stray := _NO_NAME.search(found["name"]):
            yield stray.start(), f"has {called(stray[0])} in a name", "type the name again without it"
        yield from _in_value(found["value"], found.start("value"), binding, passwords)


def _in_value(value: str, start: int, binding: Any, passwords: Container[str]) -> Iterator[tuple[int | None, str, str]]:
    is_quoted = value[:1] in {"'", '"'}
    if not is_quoted and _CUT.match(value):
        yield None, "contains a #, which would cut the value off", _FORM
    if stray := (_IN_VALUE if is_quoted else _IN_BARE_VALUE).search(value):
        at, what = start + stray.start(), f"has {called(stray[0])} in a value"
        if _IN_VALUE.match(stray[0]):
            yield at, what, "remove it" if stray[0] == "\t" else _TYPE_IT
        yield at, what, "write straight quotes; if it is part of the password, put all of it between them: NAME='...'"
    inside = value[1:-1] if is_quoted else ""
    if inside != inside.strip(" "):
        remedy = "remove it; a password that has one can be kept with file: or keyring:"
        yield start + 1, "has a space at the beginning or end of a value in quotes", remedy
    if binding.key in passwords and (control := _CONTROL.search(binding.value)):
        remedy = "put the value between single quotes, where a backslash is an ordinary character"
        if control[0] in value:
            remedy = "write the value on one line"
        yield start + 1, f"has {called(control[0])} in a password", remedy


def _double_quotes(written: str) -> str:
    """The remedy for a value with an apostrophe in it."""
    remedy = 'use double quotes: NAME="..."'
    if '"' in written or "\\" in written:
        remedy += ', with a backslash before each " and each backslash in it'
    return remedy
