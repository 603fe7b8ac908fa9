"""A manifest as it is written, its data and the data that it should have -> the places of the text to change.

What is equal is not touched: each comment, quote and space stays where it is. A new key goes where the schema has it
among the keys that are there; a new item goes after the one that it follows.
"""

import json
import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from reconciler.formatting.arrange import Shape, in_schema_order
from reconciler.formatting.nodes import Collection, CollectionItem, LeftAlone, Node, Root, Scalar
from reconciler.formatting.positions import TextPositions
from reconciler.manifest.text.document import Data
from reconciler.manifest.text.writing import (
    Indentation,
    below,
    column_below,
    in_brackets,
    item,
    on_one_line,
    under_key,
    yaml_text,
)

_WIDEST: Final = 120  # of a line with brackets, as in `render.py`
_ALLOWANCE: Final = re.compile(r"#\s*reconciler\s*:")
_BRACKETS: Final = frozenset("[{")


class Splice(NamedTuple):
    """A part of a text, from one place up to another, and what to write instead."""

    start: int
    end: int
    text: str


def splices(text: str, root: Root, shape: Shape, old: Data, new: Data) -> list[Splice]:
    """The places of a document to change, in order; `old` is its data as it is read.

    Raises LeftAlone for what cannot be changed without touching something else.
    """
    differ = _Differ(text, _indentation(text, root.value))
    whole = CollectionItem(None, root.value, 0, start=root.inside[0], inside=root.inside)
    differ.value(whole, shape, old, in_schema_order(new, shape), bracketed=False)
    return sorted(differ.splices, key=lambda splice: splice[:2])


def spliced(text: str, changes: Iterable[Splice]) -> str:
    """The text with changes made that are in order and do not overlap."""
    parts, end = [], 0
    for change in changes:
        parts += [text[end : change.start], change.text]
        end = change.end
    return "".join((*parts, text[end:]))


class _Differ:
    """Collects the changes of one document. `bracketed` says that something is in brackets."""

    def __init__(self, text: str, indentation: Indentation) -> None:
        self.splices: list[Splice] = []
        self._text = text
        self._at = TextPositions(text)
        self._indentation = indentation

    def value(self, entry: CollectionItem, shape: Shape, old: Data, new: Data, *, bracketed: bool) -> None:
        """Change the value of an entry."""
        if old == new:
            return
        node = entry.value
        if isinstance(node, Collection) and not self._grows_wide(entry, new, bracketed=bracketed):
            inside = self._is_bracketed(entry)
            if bracketed and not inside:
                raise LeftAlone("this is a mapping without brackets inside brackets", self._at.line(entry.start))
            if isinstance(old, dict) and isinstance(new, dict) and not old.keys().isdisjoint(new):
                self._mapping(node, shape, old, new, bracketed=inside)
                return
            if isinstance(old, list) and isinstance(new, list) and (places := _places(old, new, node)):
                self._items(node, shape, old, new, places, bracketed=inside)
                return
        if bracketed:
            self._replace_in_brackets(entry, new)
        else:
            self._replace(entry, new)

    def _mapping(self, node: Collection, shape: Shape, old: Data, new: Data, *, bracketed: bool) -> None:
        own = {_key(entry): entry for entry in node.entries}
        ranks: dict[str | None, int] = {key: rank for rank, key in enumerate(shape.keys)} | {None: -1}
        for key in old:
            if key not in own and key not in new:
                raise LeftAlone(
                    f"{key} comes from `<<`, so it cannot be removed here", self._at.line(node.entries[0].start)
                )
            if key in own and key in new:
                self.value(own[key], shape.under(key), old[key], new[key], bracketed=bracketed)
        kept = [entry for key, entry in own.items() if key is None or key in new]
        self._remove(node, kept, bracketed=bracketed)
        added = [key for key in new if key not in own and (key not in old or old[key] != new[key])]
        for key in added:
            rank = ranks.get(key, len(ranks))
            before = [entry for entry in kept if ranks.get(_key(entry), len(ranks)) <= rank]
            if bracketed:
                lines = [f"{yaml_text(key, in_brackets=True)}: {in_brackets(new[key])}"]
            else:
                lines = under_key(key, new[key], kept[0].column, self._indentation)
            self._insert(node, before[-1] if before else None, kept[0], lines, bracketed=bracketed)

    def _items(
        self, node: Collection, shape: Shape, old: Data, new: Data, places: dict[int, int], *, bracketed: bool
    ) -> None:
        kept = [node.entries[number] for number in places.values()]
        self._remove(node, kept, bracketed=bracketed)
        before: CollectionItem | None = None
        for place, value in enumerate(new):
            if place in places:
                number = places[place]
                before = node.entries[number]
                if old[number] != value:
                    self.value(before, shape.items, old[number], value, bracketed=bracketed)
                continue
            lines = [in_brackets(value)] if bracketed else item(value, kept[0].column, self._indentation)
            self._insert(node, before, kept[0], lines, bracketed=bracketed)

    def _insert(
        self,
        node: Collection,
        before: CollectionItem | None,
        first: CollectionItem,
        lines: list[str],
        *,
        bracketed: bool,
    ) -> None:
        """Add an entry behind one of those that stay, or before the first of them."""
        text = "\n".join(lines)
        if bracketed:
            self._add(before.inside[1], f", {text}") if before else self._add(first.start, f"{text}, ")
        elif before is not None:
            self._add(self._at.behind(before), f"\n{text}")
        elif self._at.is_alone(node.entries[0]):
            self._add(self._at.above(first), f"{text}\n")
        else:  # it is behind the dash of what it is in
            self._add(node.entries[0].start, f"{text.lstrip(' ')}\n{' ' * first.column}")

    def _remove(self, node: Collection, kept: list[CollectionItem], *, bracketed: bool) -> None:
        """Take away the entries that do not stay; at least one stays."""
        stays = {id(entry) for entry in kept}
        for entry in node.entries:
            if id(entry) not in stays and any(_ALLOWANCE.match(comment.text) for comment in entry.before):
                raise LeftAlone("the comment above this would allow something else", self._at.line(entry.start))
        if bracketed:
            self._remove_in_brackets(node, stays)
            return
        entries = node.entries
        if not self._at.is_alone(entries[0]) and id(entries[0]) not in stays:  # what follows moves up to its line
            self._add(entries[0].start, "", end=kept[0].start)
            entries = entries[entries.index(kept[0]) :]
        for entry in entries:
            if id(entry) not in stays:
                start, end = self._at.line_start(entry.start), self._at.behind(entry) + 1
                above, under = self._text[: max(start - 1, 0)], self._text[end:]
                if above.rpartition("\n")[2].strip(" ") == "" and (not under or under.lstrip(" ")[:1] == "\n"):
                    start = above.rfind("\n") + 1  # with the blank line above it: there is one below
                self._add(start, "", end=min(end, len(self._text)))

    def _remove_in_brackets(self, node: Collection, stays: AbstractSet[int]) -> None:
        start: int | None = None
        end = 0  # of the last entry that stays
        for entry in node.entries:
            if id(entry) not in stays:
                start = entry.start if start is None else start
                continue
            if start is not None:
                self._add(start, "", end=entry.start)
            start, end = None, entry.inside[1]
        if start is not None:
            self._add(end, "", end=node.entries[-1].inside[1])

    def _replace(self, entry: CollectionItem, new: Data) -> None:
        """Write another value behind a key, or below it; the comment at the end of its line stays."""
        sign, (start, _) = entry.sign, entry.inside
        end = self._at.end(entry)
        if sign is None:
            raise LeftAlone("this value cannot be replaced", self._at.line(entry.start))
        is_below = "\n" in self._text[sign:start]
        text = on_one_line(new)
        if text is not None and not is_below:
            self._add(start, text if start > sign else f" {text}", end=end)
            return
        if self._text[sign:start].strip(" \n") and not entry.head and not entry.above:
            raise LeftAlone("this value has an anchor or a tag", self._at.line(entry.start))
        if text is not None:
            self._add(sign, f" {text}")
            self._add(self._at.line_start(start), "", end=min(self._at.line_end(end) + 1, len(self._text)))
            return
        lines = "\n".join(below(new, column_below(new, entry.column, self._indentation), self._indentation))
        if is_below:
            self._add(self._at.line_start(start), lines, end=end)
        else:
            self._add(sign, "", end=end)
            self._add(self._at.line_end(end), f"\n{lines}")

    def _replace_in_brackets(self, entry: CollectionItem, new: Data) -> None:
        start, end = entry.inside
        head = ": " if entry.sign is None and entry.key is not None else " " if start == entry.sign else ""
        self._add(start, f"{head}{in_brackets(new)}", end=end)

    def _grows_wide(self, entry: CollectionItem, new: Data, *, bracketed: bool) -> bool:
        """Tell if brackets on one line become too wide for it, so that a block takes their place."""
        start, end = entry.inside
        is_line = entry.sign is not None and not bracketed and self._is_bracketed(entry)
        if not is_line or "\n" in self._text[start:end]:
            return False
        return on_one_line(new) is None and start - self._at.line_start(start) + len(in_brackets(new)) > _WIDEST

    def _add(self, start: int, text: str, *, end: int | None = None) -> None:
        self.splices.append(Splice(start, start if end is None else end, text))

    def _is_bracketed(self, entry: CollectionItem) -> bool:
        return self._text[entry.inside[0]] in _BRACKETS


def _key(entry: CollectionItem) -> str | None:
    """The key of an entry; None for `<<`."""
    if not isinstance(entry.key, Scalar):
        return ""
    return None if entry.key.value == "<<" and not entry.key.style else entry.key.value


def _places(old: list[Data], new: list[Data], node: Collection) -> dict[int, int]:
    """{number of an item: its number in the old list}, in order, for those that stay, or are the same with a few
    things changed."""
    places: dict[int, int] = {}
    matcher = SequenceMatcher(None, _texts(old), _texts(new), autojunk=False)
    for tag, start, end, new_start, new_end in matcher.get_opcodes():
        if tag == "equal":
            places |= dict(zip(range(new_start, new_end), range(start, end), strict=True))
            continue
        number = start
        for place in range(new_start, new_end):
            similar = (each for each in range(number, end) if _is_similar(old[each], new[place]))
            match = next((each for each in similar if isinstance(node.entries[each].value, Collection)), None)
            if match is not None:
                places[place], number = match, match + 1
    return places


def _texts(items: list[Data]) -> list[str]:
    return [json.dumps(each, sort_keys=True) for each in items]


def _is_similar(old: Data, new: Data) -> bool:
    """Tell if one item can be taken for the other one with a few things changed."""
    return (
        isinstance(old, dict)
        and isinstance(new, dict)
        and not old.keys().isdisjoint(new)
        and any(key in new and new[key] == value for key, value in old.items())
    )


def _indentation(text: str, root: Node) -> Indentation:
    """The indentation of a document, from the first key with something below it, and the first list below a key."""
    columns = list(_blocks(text, root))
    step = next((column - key for key, column, _ in columns if column > key), Indentation().step)
    return Indentation(step, next((column == key for key, column, is_list in columns if is_list), False))


def _blocks(text: str, node: Node) -> Iterator[tuple[int, int, bool]]:
    """(column of a key, column of what is below it, if that is a list) for each key with something below it."""
    for entry in node.entries if isinstance(node, Collection) else ():
        value = entry.value
        if isinstance(value, Collection) and value.entries and text[entry.inside[0]] not in _BRACKETS:
            if entry.key is not None:
                yield entry.column, value.entries[0].column, not value.is_mapping
            yield from _blocks(text, value)
