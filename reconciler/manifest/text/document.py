"""One YAML document as plain data, with the place of every key and value."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from reconciler.manifest.text.source import SourceText
from reconciler.model.problem import DeclaredValue, Origin


class Position(Protocol):
    """A place as PyYAML gives it; both count from 0."""

    @property
    def line(self) -> int: ...
    @property
    def column(self) -> int: ...


# dict, list, str, int, bool or None, nested. Texts are what was typed, until the schema asks for something else.
Data: TypeAlias = Any


@dataclass(slots=True)
class Document:
    """Plain data beside its places.

    containers  every mapping and list in it, in the order in which they begin
    marks       {id(container): for a mapping {key: (place of the key, place of the value)}, for a list [place]}; an id
                is good for as long as the container lives, which keeps data plain: validators take it as it is
    odd         one of its texts in quotes, or below `|` or `>`, holds more than characters that can be seen
    flaws       how much is wrong with its YAML that leaves it a document: of a repeated key, one of the two is lost
    quoted      (id(container), key or index) of the texts that were written in quotes or as a block
    """

    source: SourceText
    data: Data = None
    start: Position | None = None
    containers: list[Data] = field(default_factory=list)
    marks: dict[int, Any] = field(default_factory=dict)
    quoted: set[tuple[int, str | int]] = field(default_factory=set)
    odd: bool = False
    flaws: int = 0

    @property
    def origin(self) -> Origin:
        """The place where the document begins."""
        return self._origin(self.start)

    def key(self, mapping: dict[str, Data], key: str) -> Origin:
        """The place of a key of a mapping."""
        return self._origin(self.marks[id(mapping)][key][0])

    def value(self, container: dict[str, Data] | list[Data], key: str | int) -> Origin:
        """The place of a value of a mapping, or of an item of a list."""
        mark = self.marks[id(container)][key]
        return self._origin(mark[1] if isinstance(container, dict) else mark)

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
        file = self.source.file
        return [Origin(file, mark.line + 1, mark.column + 1) for mark in self.marks.get(id(items), ())]

    def declared(self, container: dict[str, Data] | list[Data], key: str | int) -> DeclaredValue:
        """A text and its place."""
        mark = self.marks[id(container)][key]
        if type(mark) is tuple:
            mark = mark[1]
        return DeclaredValue(container[key], Origin(self.source.file, mark.line + 1, mark.column + 1))  # type: ignore[index]  # the key fits

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
        self.containers.append(copy)
        self.marks[id(copy)] = self.marks[id(container)]
        return copy

    def _origin(self, mark: Position | None) -> Origin:
        if mark is None:
            return Origin(self.source.file, 1, 1)
        return Origin(self.source.file, mark.line + 1, mark.column + 1)
