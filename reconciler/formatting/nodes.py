"""A manifest as it was written: a tree with its comments, blank lines and style.

`manifest/text/reader.py` reads the meaning of a text. Here nothing that a person typed is lost: `parse.py` makes this
tree of a text, and `render.py` a text of the tree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


class LeftAlone(Exception):
    """A text has no normal form; the message says why. `line` is counted from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class Comment:
    """A comment, from its `#` to its last character that is not a space.

    column  of its `#`, counted from 0
    near    at the end of a line: at most one space is before it, so it is not aligned
    gap     on its own line: a blank line is above it
    """

    text: str
    column: int
    near: bool = False
    gap: bool = False


@dataclass(slots=True)
class Scalar:
    """A text, number or word.

    raw     as it was typed, its further lines included
    style   `|`, `>`, `"`, `'`, or empty if it is plain
    value   its meaning
    props   its anchor and tag as typed; empty without
    column  of the mapping or list that it is in, counted from 0: an explicit depth of a block counts from there
    header  the comment behind the `|` of a block
    a_text  the schema wants a text here, and not a number or a boolean
    a_date  it wants a date
    """

    raw: str
    style: str
    value: str
    props: str = ""
    column: int = 0
    header: Comment | None = None
    a_text: bool = False
    a_date: bool = False

    @property
    def is_block(self) -> bool:
        """Tell if it is written below its key, line by line, after `|` or `>`."""
        return self.style in {"|", ">"}


@dataclass(slots=True)
class Alias:
    """`*name`."""

    name: str


@dataclass(slots=True)
class Empty:
    """A missing value."""

    props: str = ""


@dataclass(slots=True)
class CollectionItem:
    """A key with its value, or an item of a list.

    key     None in a list
    column  of its beginning, counted from 0
    before  the comments on the lines above it
    blank   a blank line is above it, below those comments
    head    the comment after its colon or dash, if the value begins on a later line
    above   the comments on their own lines between that and a value that is not a block
    after   the comment at the end of its value's line
    below   the comments on the lines below a value that is not a block of entries, deeper than the key
    known   the schema names its key
    start   the place in the text where its key, dash or value begins
    sign    the place behind its colon or dash; None without
    inside  the place where its value begins, without anchor and tag, and the place behind it
    """

    key: Scalar | Empty | None
    value: Node
    column: int
    before: list[Comment] = field(default_factory=list)
    blank: bool = False
    head: Comment | None = None
    above: list[Comment] = field(default_factory=list)
    after: Comment | None = None
    below: list[Comment] = field(default_factory=list)
    known: bool = False
    start: int = 0
    sign: int | None = None
    inside: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class Collection:
    """A mapping, or a list.

    flow  in brackets, on one line; brackets over several lines count as a block
    head  the comment behind the opening bracket
    tail  the comments after the last entry, deeper than what surrounds the mapping or list
    """

    is_mapping: bool
    flow: bool
    entries: list[CollectionItem] = field(default_factory=list)
    props: str = ""
    head: Comment | None = None
    tail: list[Comment] = field(default_factory=list)


Node: TypeAlias = Scalar | Alias | Empty | Collection


@dataclass(slots=True)
class Marker:
    """A line `---` or `...`, and the comments above it and at its end."""

    text: str
    before: list[Comment]
    blank: bool
    after: Comment | None


@dataclass(slots=True)
class Root:
    """The content of a document.

    header       the comments at its top, which stay there wherever its keys go
    header_gap   a blank line is below them
    has_anchors  something in it has a name that an alias may repeat
    inside       the place in the text where its content begins, and the place behind it
    """

    value: Node
    header: list[Comment]
    header_gap: bool
    after: Comment | None = None
    has_anchors: bool = False
    inside: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class Layout:
    """A whole file: its documents and what is between them; `tail` are the comments at its end."""

    parts: list[Marker | Root]
    tail: list[Comment]

    @property
    def roots(self) -> list[Root]:
        """The contents of its documents, in order; an empty document has none."""
        return [part for part in self.parts if isinstance(part, Root)]
