"""What the comments of a file allow: which of its keys and values each is of.

A comment that waives advice holds for what begins on its line, or below it. A normal form that moves a comment, or what
stands beside it, could waive more than was reviewed, or less.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from reconciler.manifest.text.comments import layout

if TYPE_CHECKING:
    from reconciler.manifest.text.document import Data, Document, Position
    from reconciler.manifest.text.source import SourceText

_OURS: Final = re.compile(r"#\s*reconciler\s*:")
_INDENT: Final = re.compile("(?<=#)  +")
# A document's number, and keys and numbers of items on the way to a place in it; an empty text ends that of a value.
Place: TypeAlias = tuple[str | int, ...]


class Allowed(NamedTuple):
    """A comment to this program: its text, the places that it is of, and its line, counted from 1."""

    text: str
    places: frozenset[Place]
    line: int


def allowed(source: SourceText, documents: list[Document]) -> list[Allowed]:
    """What each of a file's comments to this program is of."""
    if _OURS.search(source.text) is None:
        return []
    file = layout(source)
    places = [place for number, one in enumerate(documents) for place in _places(one, one.data, (number,))]
    found = []
    for comment in file.comments:
        if _OURS.match(comment.text):
            lines = file.item_below(comment.line) if comment.alone else file.item_at(comment.line)
            of = frozenset(place for line, place in places if line in lines)
            found.append(Allowed(without_indent(comment.text), of, comment.line))
    return found


def without_indent(comment: str) -> str:
    """A comment with no more than one blank behind its `#`."""
    return _INDENT.sub(" ", comment, count=1)


def first_moved(before: list[Allowed], after: list[Allowed]) -> int | None:
    """The line of the first comment that is of other places now than it will be; None where each is of the same."""
    rest = Counter((one.text, one.places) for one in after)
    for one in before:
        if not rest[one.text, one.places]:
            return one.line
        rest[one.text, one.places] -= 1
    return None


def _places(document: Document, data: Data, way: Place) -> Iterator[tuple[int, Place]]:
    """The line, counted from 1, of every key of a document and of every value that is no mapping or list: those have no
    place but that of what comes first in them."""
    marks = document.marks.get(id(data))
    if isinstance(data, dict) and marks:
        for key, value in data.items():
            yield marks[key][0].line + 1, (*way, key)
            yield from _value(document, value, marks[key][1], (*way, key))
    elif isinstance(data, list) and marks:
        for number, value in enumerate(data):
            yield from _value(document, value, marks[number], (*way, number))


def _value(document: Document, value: Data, mark: Position, way: Place) -> Iterator[tuple[int, Place]]:
    if not isinstance(value, (dict, list)):
        yield mark.line + 1, (*way, "")
    yield from _places(document, value, way)
