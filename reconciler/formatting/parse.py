"""Lexemes -> the layout of a file: its documents, with every comment where it belongs.

A comment at the end of a line belongs to that line. A comment on its own line belongs to what comes next. If it is
indented deeper than that, it belongs to the last key or item above it that it is deeper than.
"""

from itertools import takewhile
from typing import Any, Final

from yaml.tokens import (
    AliasToken,
    AnchorToken,
    BlockEndToken,
    BlockEntryToken,
    BlockMappingStartToken,
    BlockSequenceStartToken,
    DocumentEndToken,
    DocumentStartToken,
    FlowEntryToken,
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    KeyToken,
    ScalarToken,
    StreamEndToken,
    TagToken,
    ValueToken,
)

from reconciler.formatting.lexemes import Lexeme
from reconciler.formatting.nodes import (
    Alias,
    Collection,
    CollectionItem,
    Comment,
    Empty,
    Layout,
    LeftAlone,
    Marker,
    Node,
    Root,
    Scalar,
)

_MARKERS: Final = (DocumentStartToken, DocumentEndToken)
_PROPS: Final = (AnchorToken, TagToken)
_CLOSERS: Final = (FlowMappingEndToken, FlowSequenceEndToken)
_HEAD: Final = frozenset({"apiVersion", "kind"})
_MODELINE: Final = "# yaml-language-server:"
_NO_DEPTH: Final = -1  # of what ends a document


def parse(lexemes: list[Lexeme]) -> Layout:
    """Return the layout of a file that the parser accepts. Raises LeftAlone for what no manifest needs, such as a key
    of several lines."""
    return _Parser(lexemes).layout()


class _Parser:
    """Go through the lexemes once. A method that reads something begins at its first lexeme, and ends after it."""

    def __init__(self, lexemes: list[Lexeme]) -> None:
        self._lexemes = lexemes
        self._at = 0
        self._end = 0  # the place in the text behind what was read
        self._has_anchors = False

    def layout(self) -> Layout:
        parts: list[Marker | Root] = []
        while not self._is(StreamEndToken):
            if self._is(*_MARKERS):
                lexeme = self._take()
                parts.append(Marker(lexeme.raw, lexeme.before, lexeme.blank, lexeme.after))
            else:
                parts.append(self._root())
        return Layout(parts, self._take().before)

    def _root(self) -> Root:
        self._has_anchors = False
        entry = self._entry()
        self._fill(entry, _NO_DEPTH)
        if isinstance(entry.value, Collection) and not entry.value.flow:
            self._keep_inside(entry, _NO_DEPTH)
        header = [*entry.before, *([entry.head] if entry.head else []), *entry.above]
        if isinstance(entry.value, Collection) and not entry.value.flow and entry.after is not None:
            entry.value.tail.append(entry.after)
        root = Root(entry.value, header, entry.blank, entry.after, self._has_anchors, entry.inside)
        _split_header(root)
        return root

    def _entry(self) -> CollectionItem:
        """Return an entry that begins here, with the comments above it, and no value yet."""
        first = self._solid()
        entry = CollectionItem(None, Empty(), first.column, first.before, first.blank, start=first.start)
        first.before, first.blank = [], False
        return entry

    def _fill(self, entry: CollectionItem, depth: int, sign: Comment | None = None, *, after_key: bool = False) -> None:
        """Give an entry the value that begins here, with its comments. `sign` is the comment after its colon or dash,
        `depth` the column of the mapping or list around it. A comment without a place of its own in normal form
        goes above the entry."""
        props: list[str] = []
        heads = [sign] if sign else []
        while self._is(*_PROPS):
            lexeme = self._take()
            props.append(lexeme.raw)
            entry.before += lexeme.before
            heads += [lexeme.after] if lexeme.after else []
            self._has_anchors = True
        begin = self._solid().start
        entry.value = self._node(entry, " ".join(props), depth, after_key=after_key)
        entry.inside = (self._end if isinstance(entry.value, Empty) else begin, self._end)
        entry.head = heads[0] if heads else None
        entry.before += heads[1:]
        if isinstance(entry.value, Empty):
            entry.after, entry.head = entry.head, None
        _open_brackets(entry)

    def _node(self, entry: CollectionItem, props: str, depth: int, *, after_key: bool) -> Node:
        """Return the value itself; the comments above and after it go to its entry."""
        if self._is(BlockMappingStartToken):
            return self._block_mapping(props)
        if self._is(BlockSequenceStartToken) or (after_key and self._is(BlockEntryToken)):
            return self._block_list(props)
        if not self._is(ScalarToken, AliasToken, FlowMappingStartToken, FlowSequenceStartToken):
            return Empty(props)
        entry.above = self._now.before
        if self._is(FlowMappingStartToken, FlowSequenceStartToken):
            return self._flow(entry, props)
        lexeme = self._take()
        if isinstance(lexeme.token, AliasToken):
            entry.after = lexeme.after
            self._has_anchors = True
            return Alias(lexeme.raw)
        scalar = Scalar(lexeme.raw, lexeme.token.style or "", lexeme.token.value, props, depth)
        if scalar.is_block:
            scalar.header = lexeme.after
        else:
            entry.after = lexeme.after
        return scalar

    def _block_mapping(self, props: str) -> Collection:
        column = self._take().column
        mapping = Collection(is_mapping=True, flow=False, props=props)
        while not self._is(BlockEndToken):
            entry = self._pair(column)
            self._keep_inside(entry, column)
            mapping.entries.append(entry)
        self._take()
        return mapping

    def _block_list(self, props: str) -> Collection:
        column = self._now.column
        is_flush = not self._is(BlockSequenceStartToken)  # indented like the key above it: no token ends it
        if not is_flush:
            self._take()
        items = Collection(is_mapping=False, flow=False, props=props)
        while self._is(BlockEntryToken):
            dash = self._take()
            entry = CollectionItem(None, Empty(), column, dash.before, dash.blank, start=dash.start, sign=dash.end)
            self._fill(entry, column, dash.after)
            self._keep_inside(entry, column)
            items.entries.append(entry)
        if not is_flush:
            self._take()
        return items

    def _keep_inside(self, entry: CollectionItem, column: int) -> None:
        """Give an entry that begins in this column the comments below that are deeper than it and what follows."""
        following = self._solid()
        ends = isinstance(following.token, (*_MARKERS, StreamEndToken))
        floor = max(column, 0 if ends else following.column)
        inside = list(takewhile(lambda comment: comment.column > floor, following.before))
        del following.before[: len(inside)]
        value = entry.value
        if isinstance(value, Collection) and not value.flow and value.entries:
            value.tail += inside
        else:
            entry.below = inside

    def _pair(self, depth: int) -> CollectionItem:
        """Return a key and its value; either may be missing."""
        entry = self._entry()
        sign = self._take().after if self._is(KeyToken) else None
        key = self._entry()
        self._fill(key, depth, sign)
        entry.key = self._key_of(key)
        comments = (*key.before, key.head, *key.above, key.after)
        entry.before += [comment for comment in comments if comment is not None]
        entry.inside = (self._end, self._end)
        if self._is(ValueToken):
            colon = self._take()
            entry.sign = colon.end
            entry.before += colon.before
            self._fill(entry, depth, colon.after, after_key=True)
        return entry

    def _key_of(self, entry: CollectionItem) -> Scalar | Empty:
        key = entry.value
        if not isinstance(key, (Scalar, Empty)) or (isinstance(key, Scalar) and "\n" in key.raw):
            raise LeftAlone("a key cannot have several lines in a manifest", self._now.line + 1)
        return key

    # In brackets.

    def _flow(self, entry: CollectionItem, props: str) -> Collection:
        """Return a mapping or list in brackets. Over several lines it counts as a block."""
        opener = self._take()
        node = Collection(isinstance(opener.token, FlowMappingStartToken), flow=True, props=props, head=opener.after)
        while not self._is(*_CLOSERS):
            node.entries.append(self._flow_entry(is_mapping=node.is_mapping))
        closer = self._take()
        node.tail = closer.before
        node.flow = opener.line == closer.line
        entry.after = closer.after
        return node

    def _flow_entry(self, *, is_mapping: bool) -> CollectionItem:
        if is_mapping:
            entry = self._pair(_NO_DEPTH)
        else:
            entry = self._entry()
            if self._is(KeyToken):  # [a: b] is a list of one mapping
                line, pair = self._now.line, self._pair(_NO_DEPTH)
                flow = line == self._lexemes[self._at - 1].last
                entry.value = Collection(is_mapping=True, flow=flow, entries=[pair])
                entry.inside = (pair.start, self._end)
            else:
                self._fill(entry, _NO_DEPTH)
        if self._is(FlowEntryToken):
            comma = self._take()
            entry.before += comma.before
            if entry.after is None:
                entry.after = comma.after
            elif comma.after is not None:
                entry.before.append(comma.after)
        return entry

    # The lexemes.

    @property
    def _now(self) -> Lexeme:
        return self._lexemes[self._at]

    def _take(self) -> Lexeme:
        lexeme = self._lexemes[self._at]
        self._at += 1
        if lexeme.raw:
            self._end = lexeme.end
        return lexeme

    def _is(self, *kinds: type[Any]) -> bool:
        return type(self._lexemes[self._at].token) in kinds

    def _solid(self) -> Lexeme:
        """The next lexeme with characters of its own, which has the comments."""
        at = self._at
        while not self._lexemes[at].raw and type(self._lexemes[at].token) is not StreamEndToken:
            at += 1
        return self._lexemes[at]


def _open_brackets(entry: CollectionItem) -> None:
    """Move the comments inside brackets that become a block to their new places."""
    value = entry.value
    if not isinstance(value, Collection):
        return
    if not value.entries:
        inside = [*([value.head] if value.head else []), *value.tail]
        value.flow, value.head, value.tail = True, None, []
        if entry.after is None and len(inside) == 1:
            entry.after = inside.pop()
        entry.before += inside
    elif not value.flow:
        if value.head is not None:
            value.head.near = True
        if entry.head is None:
            entry.head = value.head
        elif value.head is not None:
            entry.before.append(value.head)
        value.entries[0].before[:0] = entry.above
        entry.above, value.head = [], None


def _split_header(root: Root) -> None:
    """Give the comments directly above the first key to that key, if a blank line separates them from others above, and
    a manifest does not begin with that key. The first comments of a document stay at its top."""
    value = root.value
    if not (isinstance(value, Collection) and value.is_mapping and not value.flow) or root.header_gap:
        return
    first = value.entries[0]
    if not isinstance(first.key, Scalar) or first.key.value in _HEAD:
        return
    split = next((number for number in reversed(range(1, len(root.header))) if root.header[number].gap), None)
    if split is None or any(comment.text.startswith(_MODELINE) for comment in root.header[split:]):
        return
    root.header, first.before[:0] = root.header[:split], root.header[split:]
    root.header_gap = True
    first.before[0].gap = False
