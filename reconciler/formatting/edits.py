"""Edits of manifests, as values, and the change that each makes in the data of one.

A path is keys and numbers of items, from the top of the document. Mappings and lists that are missing on the way are
made.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from reconciler.formatting.arrange import Shape
from reconciler.formatting.nodes import LeftAlone
from reconciler.manifest.text.document import Data, Document
from reconciler.manifest.text.quoting import is_text
from reconciler.manifest.text.writing import PlainText
from reconciler.model.entity import entity_key

DocumentPath: TypeAlias = tuple[str | int, ...]


class ManifestId(NamedTuple):
    """The kind of a manifest, and its name."""

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class AddDocument:
    """Add a manifest at the end of the file."""

    manifest: Mapping[str, Data]


@dataclass(frozen=True, slots=True)
class SetValue:
    """Give a key, or an item that is there, this value; of a mapping or list only what differs is written."""

    manifest: ManifestId
    path: DocumentPath
    value: Data


@dataclass(frozen=True, slots=True)
class RemoveValue:
    """Take away a key with its value, or an item; what is not there is nothing to take away."""

    manifest: ManifestId
    path: DocumentPath


@dataclass(frozen=True, slots=True)
class AddItems:
    """Add those of the items to a list that it does not have, in their order, at its end."""

    manifest: ManifestId
    path: DocumentPath
    items: Sequence[Data]


@dataclass(frozen=True, slots=True)
class RemoveItems:
    """Take these items away from a list, as far as it has them; entities in any spelling."""

    manifest: ManifestId
    path: DocumentPath
    items: Sequence[Data]


@dataclass(frozen=True, slots=True)
class PutItem:
    """Put a mapping into a list: in place of the one with the same value under `key`, or at the end."""

    manifest: ManifestId
    path: DocumentPath
    key: str
    item: Mapping[str, Data]


ManifestEdit: TypeAlias = AddDocument | SetValue | RemoveValue | AddItems | RemoveItems | PutItem


class EditedData:
    """The data of one manifest, to be changed; `document` is the manifest as it is written."""

    def __init__(self, document: Document, data: Data, shape: Shape) -> None:
        self._document = document
        self._data = data
        self._shape = shape

    def change(self, edit: SetValue | RemoveValue | AddItems | RemoveItems | PutItem) -> None:
        """Make the change in the data. Raises LeftAlone if something else than a path expects is in its way."""
        match edit:
            case SetValue(path=path, value=value):
                self._holder(path)[path[-1]] = as_read(value)
            case RemoveValue(path=path):
                self._remove(path)
            case AddItems(path=path, items=items):
                there = self._list(path)
                for each in map(as_read, items):
                    there += [] if self._is_in(each, there, path) else [each]
            case RemoveItems(path=path, items=items):
                there = self._list(path)
                there[:] = [each for each in there if not self._is_in(each, as_read(list(items)), path)]
            case PutItem(path=path, key=key, item=item):
                there, value = self._list(path), as_read(item)
                same = (
                    place for place, each in enumerate(there) if isinstance(each, dict) and each.get(key) == value[key]
                )
                place = next(same, len(there))
                there[place : place + 1] = [value]

    def _holder(self, path: DocumentPath) -> Data:
        """The mapping or list that has the last step of a path; mappings on the way are made."""
        holder = self._data
        for step in path[:-1]:
            if isinstance(step, str) and isinstance(holder, dict) and holder.get(step) is None:
                holder[step] = {}
            holder = self._under(holder, step, path)
        wanted = dict if isinstance(path[-1], str) else list
        if not isinstance(holder, wanted):
            raise self._refused(path)
        return holder

    def _under(self, holder: Data, step: str | int, path: DocumentPath) -> Data:
        try:
            return holder[step]
        except (KeyError, IndexError, TypeError):
            raise self._refused(path) from None

    def _list(self, path: DocumentPath) -> list[Data]:
        holder = self._holder(path)
        there: Data = holder.get(path[-1]) if isinstance(holder, dict) else self._under(holder, path[-1], path)
        if there is None:
            there = holder[path[-1]] = []
        if not isinstance(there, list):
            raise self._refused(path)
        return there

    def _remove(self, path: DocumentPath) -> None:
        holder = self._data
        for step in path[:-1]:
            if not _has(holder, step):
                return
            holder = holder[step]
        if _has(holder, path[-1]):
            del holder[path[-1]]

    def _is_in(self, item: Data, items: list[Data], path: DocumentPath) -> bool:
        shape = self._shape
        for step in path:
            shape = shape.under(step) if isinstance(step, str) else shape.items
        if shape.items.is_entity and isinstance(item, str):
            return entity_key(item) in {entity_key(each) for each in items if isinstance(each, str)}
        return item in items

    def _refused(self, path: DocumentPath) -> LeftAlone:
        """The refusal of a path that leads through something else than mappings and lists that are there."""
        data, line = self._document.data, self._document.origin.line
        for step in path:
            if not _has(data, step):
                break
            line, data = self._document.value(data, step).line, data[step]
        return LeftAlone(f"{'.'.join(map(str, path))} leads to something unexpected", line)


def _has(holder: Data, step: str | int) -> bool:
    if isinstance(holder, list):
        return isinstance(step, int) and 0 <= step < len(holder)
    return isinstance(holder, dict) and step in holder


def as_read(value: Data) -> Data:
    """A value as a file has it that is read."""
    if isinstance(value, Mapping):
        return {key: as_read(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [as_read(part) for part in value]
    return PlainText(json.dumps(value)) if isinstance(value, (bool, int)) else value


def unshared(document: Document, value: Data) -> Data:
    """The data of a document in which no alias stands for what is elsewhere, so that one can change alone."""

    def part(key: str | int) -> Data:
        data = value[key]
        if isinstance(data, str):
            is_plain = (id(value), key) not in document.quoted and not is_text(data)
            return PlainText(data) if is_plain else data
        return unshared(document, data)

    if isinstance(value, dict):
        return {key: part(key) for key in value}
    return [part(place) for place in range(len(value))] if isinstance(value, list) else value
