"""Texts as YAML, so that every reader of YAML gets back what was typed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from reconciler.errors import InputError
from reconciler.manifest.quoting import is_text, may_be_plain

if TYPE_CHECKING:
    from collections.abc import Iterable

_WIDEST: Final = 80


def yaml_text(text: str, *, in_brackets: bool = False) -> str:
    """A text on one line, in quotes wherever it could be read as something else, or seen as something else.

    Raises InputError for one that no file can hold.
    """
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InputError(f"nothing was written: {text!r} holds half a character. Type it again.")
    if is_text(text) and may_be_plain(text, in_brackets=in_brackets):
        return text
    return "".join(map(_visible, json.dumps(text, ensure_ascii=False)))


def _visible(character: str) -> str:
    """A character between quotes; its number where it cannot be seen, such as a mark that turns text around."""
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def yaml_list(names: Iterable[str], indent: str) -> str:
    """A list behind a key in that indentation: on the same line where it is short."""
    texts = list(names)
    line = f" [{', '.join(yaml_text(text, in_brackets=True) for text in texts)}]"
    return line if len(line) <= _WIDEST else "".join(f"\n{indent}  - {yaml_text(text)}" for text in texts)
