"""Stray characters in texts that are sent or compared: a username with a no-break space is another username.

Such a text looks right, but the login, entity or label is refused, missing, or another one. So it is reported here,
before anything is asked. Texts for people to read may hold anything except control characters.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from reconciler.invisible import (
    BLANKS,
    BREAKS,
    CURLY,
    DASHES,
    HIDDEN,
    LOOKALIKES,
    TURNS,
    ZERO_WIDTH,
    called,
    shows_nothing,
)
from reconciler.manifest.text.document import Data, Document
from reconciler.manifest.text.hidden_characters import DELETE_IT, STRAY
from reconciler.manifest.text.source import SourceText
from reconciler.model.problem import Origin, Problem, Severity
from reconciler.startup import pattern

_UNSEEN = f"{BREAKS}{ZERO_WIDTH}{''.join(BLANKS)}\x00-\x1f\x7f-\x9f"
_CONTROL: Final = "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]"
_ENDS: Final = r"\A |(?<=.) \Z"
# What must not stand in a text, by the nearest key above it that is named here; `_TYPED` for any other key.
_TYPED: Final = pattern(rf"[{_UNSEEN}{CURLY}]|(?<=\S)[{DASHES}]|{_ENDS}")  # a dash may begin an item, wrongly
_LABEL: Final = pattern(f"[{_UNSEEN}{CURLY}]|{_ENDS}")  # words of Bromcom's pages, which people type there
_NAMED: Final = pattern(f"[{_UNSEEN}]|{_ENDS}")
_FOR_PEOPLE: Final = pattern(_CONTROL)
_ARGUMENT: Final = pattern(f"(?![\n\t\r])[{_UNSEEN}]")  # a program's text may have several lines
_STRAY: Final = {
    **dict.fromkeys(("firstName", "lastName", "schoolIdName", "file", "service", "labels", "exclude"), _NAMED),
    **dict.fromkeys(("role", "permissions", "application"), _LABEL),
    **dict.fromkeys(("title", "purpose", "contact", "reason", "by", "evidence"), _FOR_PEOPLE),
    **dict.fromkeys(("processing", "downstream", "register"), _FOR_PEOPLE),
    "command": _ARGUMENT,
}
_LETTER: Final = pattern("[A-Za-z]")
_LOOKALIKE: Final = pattern(f"[{LOOKALIKES}]")
_SUSPECT: Final = pattern(f"[{_UNSEEN}{CURLY}{DASHES}{LOOKALIKES}]")
_ESCAPES: Final = {
    "\t": "\\t",
    "\n": "\\n",
    "\r": "\\r",
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\v": "\\v",
    "\x1b": "\\e",
}


class StrayCharacter(NamedTuple):
    """A stray character in a text, and the place of that text, of which nothing else is then reported."""

    problem: Problem
    place: Origin


def stray_in(document: Document) -> list[StrayCharacter]:
    """A stray character for each key and text of a document that has one."""
    data = document.data
    if not isinstance(data, dict) or "reconciler" not in str(data.get("apiVersion")):
        return []
    if not (document.odd or _may_be_stray(document.source)):  # nearly always
        return []
    if data.get("kind") == "Attestation":
        return list(_in_attestation(document, data))
    return list(_below(document, data, "", _TYPED))


def _in_attestation(document: Document, data: dict[str, Data]) -> Iterator[StrayCharacter]:
    """Check that it names someone. What was seen may be any text, and is never sent."""
    spec = data.get("spec")
    if isinstance(spec, dict) and isinstance(by := spec.get("by"), str) and by and shows_nothing(by):
        yield _empty(document.value(spec, "by"), "`spec.by`")


def _may_be_stray(source: SourceText) -> bool:
    """Tell if a file has characters that may be stray outside quotes."""
    unusual = source.unusual
    if not unusual:  # nearly always
        return "\t" in source.text
    return "\t" in source.text or bool(_SUSPECT.search(unusual)) or not all(map(_is_whole, unusual))


def _is_whole(character: str) -> bool:
    """Tell if a character is not an accent for the one before it, and can be written in one way only."""
    return not unicodedata.combining(character) and unicodedata.is_normalized("NFC", character)


def _below(
    document: Document, container: dict[str, Data] | list[Data], path: str, pattern: re.Pattern[str]
) -> Iterator[StrayCharacter]:
    """Those of a mapping or list; one that an alias repeats is looked at for each."""
    if isinstance(container, dict):
        for key, value in container.items():
            yield from _in_text(document.source, document.key(container, key), key, _TYPED, "a key")
            yield from _at(document, container, key, value, f"{path}.{key}", _STRAY.get(key, pattern))
    else:
        for index, value in enumerate(container):
            yield from _at(document, container, index, value, f"{path}[{index + 1}]", pattern)


def _at(
    document: Document, container: Data, key: str | int, value: Data, path: str, pattern: re.Pattern[str]
) -> Iterator[StrayCharacter]:
    if isinstance(value, str):
        yield from _in_text(
            document.source, document.value(container, key), value, pattern, f"`{path.removeprefix('.')}`"
        )
    elif isinstance(value, (dict, list)):
        yield from _below(document, value, path, pattern)


def _in_text(
    source: SourceText, place: Origin, text: str, pattern: re.Pattern[str], named: str
) -> Iterator[StrayCharacter]:
    match = pattern.search(text)
    if pattern is _FOR_PEOPLE and text and shows_nothing(text):
        yield _empty(place, named)
        return
    at = match.start() if match else _disguised(text) if pattern in (_TYPED, _LABEL) else None
    if at is None:
        return
    character, line = text[at], source.lines[place.line - 1]
    if character == " ":
        message = f"There is a space at the {'end' if at else 'beginning'} of {named}."
    else:
        message = f"There is {called(character)} in {named}."
    written = line.find(character, place.column - 1) if character != " " else -1
    origin = source.origin(place.line, written + 1) if written >= 0 else place
    yield StrayCharacter(
        Problem(STRAY, Severity.ERROR, origin, message, _hint(character, line[place.column - 1 :])), place
    )


def _empty(place: Origin, named: str) -> StrayCharacter:
    message = f"{named} contains nothing visible."
    return StrayCharacter(Problem(STRAY, Severity.ERROR, place, message, "Write a text that can be read."), place)


def _disguised(text: str) -> int | None:
    """The place of the first letter that passes for another one; None where there is none."""
    if text.isascii():
        return None
    if (match := _LOOKALIKE.search(text)) and _LETTER.search(text):
        return match.start()
    if unicodedata.is_normalized("NFC", text):
        return None
    return next(at for at, character in enumerate(text) if unicodedata.combining(character))


def _hint(character: str, rest: str) -> str:
    """The hint; `rest` is the line from where the text begins."""
    escape = _ESCAPES.get(character)
    if escape and rest[:1] == '"' and escape in rest:
        return f"In double quotes, {escape} is one character. Use single quotes, where a backslash is a backslash."
    if character == "\n":
        return "Write the text on the line of its key."
    if character in "\t ":
        return "Remove it."
    if re.match(f"[{CURLY}]", character):
        return "Write straight quotes, or none."
    if re.match(f"[{DASHES}]", character):
        return "Type - instead."
    if HIDDEN.match(character) and not re.match(f"[{TURNS}]", character):
        return DELETE_IT
    if _LOOKALIKE.match(character):
        return "It only looks like a letter from a to z. Delete it, and type it again."
    return "Delete it, and type it again."
