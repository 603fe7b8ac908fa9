"""A manifest as it was written: what stands where, with its comments, its blank lines and its style.

`manifest/text/reader.py` reads what a text says and forgets how it was typed. Here nothing that a person typed is
lost: a tree of these is what a text is taken apart into, and put together from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias


class LeftAlone(Exception):
    """The text has something that has no normal form; the message says what. `line` is counted from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class Comment:
    """A comment, from its `#` to the last character that is no blank.

    column  where its `#` stands, counted from 0
    near    at the end of a line: no more than one blank is before it, so that it is aligned with nothing
    gap     on a line of its own: a blank line is above it
    """

    text: str
    column: int
    near: bool = False
    gap: bool = False


@dataclass(slots=True)
class Scalar:
    """A text, number or word.

    raw     as it was typed, its further lines included
    style   `|`, `>`, `"`, `'`, or empty where it is plain
    value   what it says
    props   its anchor and tag as typed; empty without
    column  of the mapping or list that it stands in, counted from 0: an explicit depth of a block counts from there
    header  the comment behind the `|` of a block
    a_text  the schema wants a text here, and neither a number nor a boolean
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
        """Whether it is written below its key, line by line, behind `|` or `>`."""
        return self.style in {"|", ">"}


@dataclass(slots=True)
class Alias:
    """`*name`."""

    name: str


@dataclass(slots=True)
class Empty:
    """Nothing, where a value could be."""

    props: str = ""


@dataclass(slots=True)
class CollectionItem:
    """A key with its value, or an item of a list.

    key     None in a list
    column  where it begins, counted from 0
    before  the comments on the lines above it
    blank   a blank line is above it, below those comments
    head    the comment behind its colon or dash, where the value begins on a further line
    above   the comments on lines of their own between that and a value that is no block
    after   the comment at the end of its value's line
    below   the comments on the lines below a value that is no block of entries: deeper than the key, they are of it
    known   the schema names its key
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


@dataclass(slots=True)
class Collection:
    """A mapping, or a list.

    flow  in brackets, on one line; what is in brackets over several lines counts as a block
    head  the comment behind the opening bracket
    tail  the comments behind the last entry, deeper than what stands around the mapping or list
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
    """A line `---` or `...`, and what stands above it and at its end."""

    text: str
    before: list[Comment]
    blank: bool
    after: Comment | None


@dataclass(slots=True)
class Root:
    """What a document holds.

    header       the comments at its top, which stay there wherever its keys go
    header_gap   a blank line is below them
    has_anchors  something in it has a name that an alias may repeat
    """

    value: Node
    header: list[Comment]
    header_gap: bool
    after: Comment | None = None
    has_anchors: bool = False


@dataclass(slots=True)
class Layout:
    """A whole file: its documents and what is between them; `tail` are the comments after all of it."""

    parts: list[Marker | Root]
    tail: list[Comment]

    @property
    def roots(self) -> list[Root]:
        """What its documents hold, in order; a document that holds nothing has none."""
        return [part for part in self.parts if isinstance(part, Root)]
