"""Data -> YAML text that every reader reads as it was meant, in the form that `fmt` leaves alone."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from reconciler.errors import InputError
from reconciler.manifest.text.document import Data
from reconciler.manifest.text.quoting import is_text, may_be_plain

_WIDEST: Final = 80  # of brackets and the space before them
_MODELINE: Final = re.compile(r"^# yaml-language-server: \$schema=\S+", re.MULTILINE)
_BLANK: Final = "\ufeff \t\r\n"


class Indentation(NamedTuple):
    """The indentation of a file: the columns of a level, and if lists begin in the column of their key."""

    step: int = 2
    flush: bool = False


USUAL: Final = Indentation()


class PlainText(str):
    """A text that is no text to YAML, such as a number: it is written as it is, without quotes."""

    __slots__ = ()


def yaml_text(text: str, *, in_brackets: bool = False) -> str:
    """A text on one line, in quotes wherever it could be read as something else, or seen as something else.

    Raises InputError for one that no file can hold.
    """
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise InputError(f"Nothing was written: {text!r} contains half a character. Type it again.")
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
    line = on_one_line(texts)
    return f" {line}" if line is not None else "".join(f"\n{indent}  - {yaml_text(text)}" for text in texts)


def in_brackets(value: Data) -> str:
    """A value on one line; a mapping or a list in brackets."""
    if isinstance(value, Mapping):
        pairs = (f"{yaml_text(key, in_brackets=True)}: {in_brackets(part)}" for key, part in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(in_brackets, value))}]"
    return _scalar(value, in_brackets=True)


def on_one_line(value: Data) -> str | None:
    """The text of a value behind its key or dash; None if it should be written below it: a long list, or a mapping
    with more than one key."""
    if not isinstance(value, (Mapping, list, tuple)):
        return _scalar(value)
    line = in_brackets(value)
    return line if not value or (_is_flat(value) and len(line) < _WIDEST) else None


def _is_flat(value: Data) -> bool:
    if isinstance(value, Mapping):
        parts = list(value.values())
        if len(parts) == 1 and isinstance(parts[0], Mapping):
            return not any(isinstance(part, (Mapping, list, tuple)) for part in parts[0].values())
        return len(parts) == 1 and _is_flat(parts[0])
    return not isinstance(value, (list, tuple)) or all(
        not isinstance(part, (list, tuple)) and _is_flat(part) for part in value
    )


def _scalar(value: Data, *, in_brackets: bool = False) -> str:
    if value is None or isinstance(value, (bool, int)):
        return json.dumps(value)
    if isinstance(value, PlainText):
        return str(value)
    return yaml_text(value, in_brackets=in_brackets)


def below(value: Data, column: int, indentation: Indentation = USUAL) -> list[str]:
    """The lines of a mapping or list that begins on its own line, in this column."""
    if isinstance(value, Mapping):
        return [line for key, part in value.items() for line in under_key(key, part, column, indentation)]
    return [line for part in value for line in item(part, column, indentation)]


def under_key(key: str, value: Data, column: int, indentation: Indentation = USUAL) -> list[str]:
    """The lines of a key with its value, in this column."""
    head = f"{' ' * column}{yaml_text(key)}:"
    text = on_one_line(value)
    if text is not None:
        return [f"{head} {text}"]
    return [head, *below(value, column_below(value, column, indentation), indentation)]


def item(value: Data, column: int, indentation: Indentation = USUAL) -> list[str]:
    """The lines of an item of a list whose dash is in this column."""
    text = on_one_line(value)
    if text is not None:
        return [f"{' ' * column}- {text}"]
    first, *further = below(value, column + 2, indentation)
    return [f"{' ' * column}- {first.lstrip(' ')}", *further]


def column_below(value: Data, column: int, indentation: Indentation) -> int:
    """The column of a mapping or list below a key in this column."""
    return column if indentation.flush and not isinstance(value, Mapping) else column + indentation.step


def document_text(manifest: Mapping[str, Data]) -> str:
    """A manifest as YAML, with `\\n` behind every line."""
    lines: list[str] = []
    for key, value in manifest.items():
        is_body = key == "spec" and value
        lines += [f"{key}:", *below(value, USUAL.step)] if is_body else under_key(key, value, 0)
    return "".join(f"{line}\n" for line in lines)


def appended(existing: str, document: str) -> str:
    """A file's text with one document more, in the file's own line ends; if the file tells editors its schema, so does
    the document, since they want to be told in each."""
    if not existing.strip(_BLANK):
        return existing + document
    newline = "\r\n" if "\r\n" in existing else "\n"
    gap = "" if existing.endswith("\n") else newline
    modeline = next((f"{matched[0]}\n" for matched in _MODELINE.finditer(existing)), "")
    return existing + gap + f"---\n{modeline}{document}".replace("\n", newline)
