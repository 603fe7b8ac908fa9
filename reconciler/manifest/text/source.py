"""The text of a manifest file, and the lines of it that may be shown."""

from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from reconciler.invisible import BREAKS
from reconciler.manifest.text.secret_masking import MASK, masked_lines, split_lines
from reconciler.model.problem import Origin
from reconciler.startup import pattern

_LONGEST_LINE = 200
_NOTHING: Mapping[int, str] = MappingProxyType({})
_ODD = f"{BREAKS}\ufeff"  # libyaml passes over a byte order mark at the beginning of any line
_ASCII = bytes(range(0x80))
_PRIVATE_USE = range(0xE000, 0xF900)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# What is not among YAML's printable characters; written the other way round it takes 3 ms to compile.
_UNPRINTABLE = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LONE_RETURN = pattern("\r(?!\n)")  # it ends a line for YAML, and not for git


class BadTextError(Exception):
    """The bytes of a file are not a text that YAML allows."""

    def __init__(self, message: str, hint: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.line = line
        self.column = column


@dataclass(frozen=True)
class SourceText:
    """A manifest file: its name relative to the workspace with `/`, and its text."""

    file: str
    text: str

    @property
    def unusual(self) -> str:
        """Every character of the text beyond ASCII, once. Most files have none or few, so that what asks for odd ones
        need not look through the text."""
        return "" if self.text.isascii() else self._beyond_ascii  # to remember nothing takes as much room as the text

    @cached_property
    def _beyond_ascii(self) -> str:
        return "".join(
            set(self.text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "replace"))
        )

    @property
    def parsed(self) -> str:
        """The text for a parser. What ends a line for YAML 1.1 alone is an ordinary character in it, so that every
        parser divides it into lines as git, editors and YAML 1.2 do. It is as long as the text."""
        return self._without_breaks if self.substituted else self.text

    @cached_property
    def _without_breaks(self) -> str:
        return self.text.translate({ord(odd): number for number, odd in self.substituted.items()})

    @property
    def substituted(self) -> Mapping[int, str]:
        """{number of a character of `parsed`: what stands there in the text}; nearly always none."""
        return _NOTHING if self.text.isascii() else self._substitutes

    @cached_property
    def _substitutes(self) -> Mapping[int, str]:
        odd = [character for character in _ODD if character in self.unusual]
        free = (number for number in _PRIVATE_USE if chr(number) not in self.text)
        return dict(zip(free, odd, strict=False))

    @cached_property
    def shown(self) -> list[str]:
        """The lines with passwords hidden."""
        return masked_lines(self.text)

    @cached_property
    def lines(self) -> list[str]:
        """The lines as they are, without empty ones at the end: to be looked at, and not to be shown."""
        lines = split_lines(self.text)
        while len(lines) > 1 and not lines[-1]:
            lines.pop()
        return lines

    def origin(self, line: int, column: int) -> Origin:
        """The place at a line and column, counted from 1, moved back into the file if it is beyond the end."""
        lines = self.lines
        if line > len(lines):
            return Origin(self.file, len(lines), len(lines[-1]) + 1)
        return Origin(self.file, max(line, 1), max(min(column, len(lines[line - 1]) + 1), 1))

    def excerpt(self, line: int, secrets: frozenset[str] = frozenset()) -> str:
        """The line with that number, fit to be shown; `secrets` are passwords that stand elsewhere in the file too."""
        if not 1 <= line <= len(self.shown):
            return ""
        return scrub(self.shown[line - 1], secrets)[:_LONGEST_LINE].rstrip()


def scrub(text: str, secrets: frozenset[str]) -> str:
    """The text with each of these passwords hidden, longest first."""
    for secret in sorted(secrets, key=lambda secret: (-len(secret), secret)):
        text = text.replace(secret, MASK)
    return text


def decode(data: bytes) -> str:
    """The text of a file: UTF-8, with or without a byte order mark. Raises BadTextError, which holds no text."""
    if data.startswith(_UTF16) or b"\0" in data[:4]:
        raise BadTextError(
            "This file is UTF-16, not UTF-8.", "Save it as UTF-8: in Notepad, Save As, Encoding: UTF-8.", 1, 1
        )
    try:
        text = data.decode("utf-8-sig" if data.startswith(BOM_UTF8) else "utf-8")  # the plain one is far quicker
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", errors="replace")
        raise BadTextError(
            "This character is not UTF-8. The file may be in an old Windows encoding.",
            "Save it as UTF-8: in Notepad, Save As, Encoding: UTF-8.",
            *_position(before),
        ) from None
    unprintable = _UNPRINTABLE.search(text) or ("\r" in text and _LONE_RETURN.search(text))
    if unprintable:
        raise BadTextError(
            f"The control character U+{ord(unprintable[0]):04X} is not allowed.",
            "Most editors do not show it. Delete the line and type it again.",
            *_position(text[: unprintable.start()]),
        )
    return text


def _position(before: str) -> tuple[int, int]:
    """Line and column, counted from 1, of what follows a text."""
    lines = split_lines(before.removeprefix("\ufeff"))
    return len(lines), len(lines[-1]) + 1
