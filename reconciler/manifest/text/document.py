"""One YAML document as plain data, with the place of every key and value."""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any, Final, Protocol, TypeAlias

from reconciler.manifest.text.source import SourceText
from reconciler.model.problem import DeclaredValue, Origin


class Position(Protocol):
    """A place as PyYAML gives it; both count from 0."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


# A place in one number: the line, shifted by this, and the column. 100,000 manifests have five million places.
LINE: Final = 32
_COLUMN: Final = (1 << LINE) - 1
NOTHING_QUOTED: Final[frozenset[tuple[int, str | int]]] = frozenset()


def packed(position: Position) -> int:
    """A place as a document keeps it: a mark."""
    return position.line << LINE | position.column


def line_of(mark: int) -> int:
    """The line of a mark, counted from 1."""
    return (mark >> LINE) + 1


# dict, list, str, int, bool or None, nested. Texts are what was typed, until the schema asks for something else.
Data: TypeAlias = Any


@dataclass(slots=True)
class Document:
    """Plain data beside its places.

    containers  every mapping and list in it, in the order in which they begin
    kept        the places in them, one after the other, two for a key of a mapping. They stand beside the data, which
                stays plain: validators take it as it is
    odd         one of its texts in quotes, or below `|` or `>`, holds more than characters that can be seen
    flaws       how much is wrong with its YAML that leaves it a document: of a repeated key, one of the two is lost
    quoted      (id(container), key or index) of the texts that were written in quotes or as a block; an id is good for
                as long as the container lives
    """

    source: SourceText
    data: Data = None
    start: int = 0
    containers: list[Data] = field(default_factory=list)
    kept: array[int] = field(default_factory=partial(array, "Q"))
    quoted: AbstractSet[tuple[int, str | int]] = NOTHING_QUOTED
    odd: bool = False
    flaws: int = 0
    _marks: dict[int, Any] | None = None

    @property
    def origin(self) -> Origin:
        """The place where the document begins."""
        return self.at(self.start)

    @property
    def marks(self) -> dict[int, Any]:
        """{id(container): for a mapping {key: (place of the key, place of the value)}, for a list its items' places}.
        Of most documents no place is ever asked for, so it is made when one is."""
        if self._marks is None:
            marks = iter(self.kept)
            self._marks = {id(container): _unpacked(container, marks) for container in self.containers}
        return self._marks

    def key(self, mapping: dict[str, Data], key: str) -> Origin:
        """The place of a key of a mapping."""
        return self.at(self.marks[id(mapping)][key][0])

    def value(self, container: dict[str, Data] | list[Data], key: str | int) -> Origin:
        """The place of a value of a mapping, or of an item of a list."""
        mark = self.marks[id(container)][key]
        return self.at(mark[1] if isinstance(container, dict) else mark)

    def detour(self, *path: str | int) -> Origin | None:
        """The place of an alias or `<<` for a value that is written elsewhere; None if it is written in its place.

        `path` are the keys and numbers from the top of the document down to the value. What stands in its place stands
        behind the beginning of what it is in; an anchor stands before.
        """
        holder, last = self.data, None
        for key in path:
            place = self.value(holder, key)
            if last is not None and place < last:
                return last
            holder, last = holder[key], place
        inside = self.places(holder) if isinstance(holder, list) else []
        return last if inside and last is not None and inside[0] < last else None

    def places(self, items: list[Data]) -> list[Origin]:
        """The place of each item of a list; a list that is in no document has to be empty."""
        if not items:
            return []
        file = self.source.file
        return [Origin(file, line_of(mark), (mark & _COLUMN) + 1) for mark in self.marks.get(id(items), ())]

    def declared(self, container: dict[str, Data] | list[Data], key: str | int) -> DeclaredValue:
        """A text and its place."""
        return DeclaredValue(container[key], self.value(container, key))  # type: ignore[index]  # the key fits

    def without(self, paths: Collection[tuple[str | int, ...]]) -> Data:
        """The data with some keys of its mappings left out, each a path from the top; what is left keeps its place."""
        return self._without(self.data, paths) if paths else self.data

    def _without(self, container: Data, paths: Collection[tuple[str | int, ...]]) -> Data:
        below: dict[str | int, list[tuple[str | int, ...]]] = {}
        for first, *rest in paths:
            below.setdefault(first, []).append(tuple(rest))
        places = range(len(container)) if isinstance(container, list) else container
        left = {
            key: self._without(container[key], below[key]) if key in below else container[key]
            for key in places
            if () not in below.get(key, ())
        }
        copy = list(left.values()) if isinstance(container, list) else left
        marks = self.marks[id(container)]
        self.containers.append(copy)
        self.marks[id(copy)] = marks
        return copy

    def at(self, mark: int) -> Origin:
        """The place that a mark means."""
        return Origin(self.source.file, line_of(mark), (mark & _COLUMN) + 1)


def _unpacked(container: Data, marks: Iterator[int]) -> Any:
    """Take the places of one container from those that are left."""
    if isinstance(container, dict):
        return {key: (next(marks), next(marks)) for key in container}
    return list(islice(marks, len(container)))


def extent(value: Data, seen: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """The number of values in a value with every alias written out, and its depth."""
    if not isinstance(value, (dict, list)):
        return 1, 0
    if id(value) not in seen:
        parts = [extent(part, seen) for part in (value.values() if isinstance(value, dict) else value)]
        seen[id(value)] = 1 + sum(size for size, _ in parts), 1 + max((height for _, height in parts), default=0)
    return seen[id(value)]
