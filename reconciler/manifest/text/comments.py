"""The comments of a manifest file, and the first thing on each of its lines.

A `#` in quotes, in a block of text or in a word does not begin a comment. Only YAML's scanner knows: comments are
between its tokens.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import yaml

from reconciler.manifest.text.parsers import FAST_LOADER, tokens
from reconciler.manifest.text.secret_masking import LINE_BREAK
from reconciler.manifest.text.source import SourceText

_COMMENT: Final = re.compile("#[^\r\n]*")
_BLOCK_HEAD: Final = re.compile("[|>][-+0-9]*")


class SourceComment(NamedTuple):
    """A comment: its line and column, counted from 1, its text with the `#`, and whether it has its line alone."""

    line: int
    column: int
    text: str
    alone: bool


class Begin(NamedTuple):
    """The first thing on a line: its column, counted from 1, and whether it is the dash of a list's item."""

    column: int
    dash: bool


@dataclass(frozen=True)
class CommentLayout:
    """The comments and line starts of a file, up to the first place that is not YAML.

    begins  {line: what it begins with}, in order, of those on which something begins
    """

    comments: tuple[SourceComment, ...]
    begins: Mapping[int, Begin]

    def item_at(self, line: int) -> range:
        """The lines of what begins on a line: of a key with its value, or of a list's item."""
        return range(line, self._ends.get(line, line + 1))

    def item_below(self, line: int) -> range:
        """The lines of what begins right below a comment that has a line alone, further comments between them left out;
        none where nothing does."""
        below = self._below[line]
        return self.item_at(below) if below in self.begins else range(0)

    @cached_property
    def _ends(self) -> dict[int, int]:
        """{line: the line behind what begins on it}: each ends where the first thing begins that is no part of it."""
        ends: dict[int, int] = {}
        still_open: list[int] = []  # each deeper than the one before it
        behind = 0
        for line, begin in self.begins.items():
            while still_open and _is_beside(self.begins[still_open[-1]], begin):
                ends[still_open.pop()] = line
            still_open.append(line)
            behind = line + 1
        return ends | dict.fromkeys(still_open, behind)

    @cached_property
    def _below(self) -> dict[int, int]:
        """{line of a comment that has it alone: the first line below it that no such comment has}."""
        below: dict[int, int] = {}
        for comment in reversed(self.comments):
            if comment.alone:
                below[comment.line] = below.get(comment.line + 1, comment.line + 1)
        return below


def layout(source: SourceText, loader: Any = FAST_LOADER) -> CommentLayout:
    """Read the layout of a file. Never raises for a bad text."""
    text = source.text
    starts = [0, *(match.end() for match in LINE_BREAK.finditer(text))]
    comments: list[SourceComment] = []
    begins: dict[int, Begin] = {}
    position = 0
    for span in _spans(source.parsed, loader):
        for match in _COMMENT.finditer(text, position, span.start):
            line = bisect_right(starts, match.start())
            before = text[starts[line - 1] : match.start()]
            comments.append(SourceComment(line, len(before) + 1, match[0].rstrip(), not before.strip()))
        line = bisect_right(starts, span.start)
        if span.begins:
            begins.setdefault(line, Begin(span.start - starts[line - 1] + 1, span.dash))
        position = span.end
    return CommentLayout(tuple(comments), begins)


def _is_beside(own: Begin, begin: Begin) -> bool:
    """Tell if what begins on a line is not part of what began before it. A list may be in the column of its key."""
    return begin.column < own.column or (begin.column == own.column and (own.dash or not begin.dash))


class _Span(NamedTuple):
    """A part of a text that is no comment and no space; `begins`: it is no more of what stands before it."""

    start: int
    end: int
    begins: bool
    dash: bool = False


def _spans(text: str, loader: Any) -> Iterator[_Span]:
    """The parts of a text, up to the first place that is no YAML; the last is its end."""
    try:
        for token in tokens(text, loader):
            yield from _parts(text, token)
    except yaml.YAMLError:  # reported when the file is read
        return


def _parts(text: str, token: Any) -> Iterator[_Span]:
    start, end = token.start_mark.index, token.end_mark.index
    if isinstance(token, yaml.ScalarToken) and token.style in ("|", ">"):
        head = _BLOCK_HEAD.match(text, start)
        yield _Span(start, head.end() if head else start, begins=True)
        body = LINE_BREAK.search(text, start, end)
        if body:
            yield _Span(body.end(), end, begins=False)
    elif end > start or isinstance(token, yaml.StreamEndToken):
        yield _Span(start, end, begins=True, dash=isinstance(token, yaml.BlockEntryToken))
