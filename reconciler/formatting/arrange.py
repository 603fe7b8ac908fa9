"""Bring manifests into normal form: keys in the schema's order, entities spelt as the service shows them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, NamedTuple

from reconciler.catalogue import entities
from reconciler.formatting.nodes import Alias, Collection, CollectionItem, Empty, Node, Root, Scalar
from reconciler.manifest.schema.check import schema_text
from reconciler.manifest.text.typed_scalars import folded, referred
from reconciler.model.entity import entity_key

_ANY: Final = "*"
# The places of entity names; `*` is any key, or any item.
_ENTITIES: Final = frozenset({
    ("Workspace", "spec", "knownEntities", _ANY),
    ("Supplier", "spec", "bundles", _ANY, _ANY),
    ("Supplier", "spec", "entities", _ANY),
    ("Supplier", "spec", "entities", "add", _ANY),
    ("Supplier", "spec", "entities", "remove", _ANY),
    ("Profile", "spec", "entities", _ANY),
    ("Supplier", "spec", "overrides", _ANY, "entities", "add", _ANY),
    ("Supplier", "spec", "overrides", _ANY, "entities", "remove", _ANY),
    ("Attestation", "spec", "facts", "entities", _ANY),
    ("Round", "spec", "accesses", _ANY, "reads", _ANY),
    ("Round", "spec", "accesses", _ANY, "decision", "entities", _ANY),
})  # fmt: skip
_CHANGES: Final = ("Waiver", "spec", "changes", _ANY)  # the name in one is an entity's if its aspect is `read`
_DATE: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}"  # how the pattern of a date begins


@dataclass(frozen=True, slots=True)
class Shape:
    """A place of a manifest.

    keys       its properties, in the schema's order
    rest       the place under any other key, or in a list; None if the schema has none
    only_text  a text belongs here, and not a number, boolean or date
    is_date    a date belongs here, which needs no quotes
    is_entity  an entity or a bundle belongs here
    is_change  a change that a Waiver accepts
    """

    keys: Mapping[str, Shape] = field(default_factory=dict)
    rest: Shape | None = None
    only_text: bool = False
    is_date: bool = False
    is_entity: bool = False
    is_change: bool = False

    def under(self, key: str) -> Shape:
        """The place under a key of it."""
        return self.keys.get(key) or self.items

    @property
    def items(self) -> Shape:
        """The place of any item, or of a key that the schema does not name."""
        return self.rest or NOWHERE


NOWHERE: Final = Shape()


@cache
def shape_of(kind: str) -> Shape:
    """The shape of a kind's manifests."""
    schema = json.loads(schema_text(kind.lower()))
    return _shape(schema, schema, (kind,))


def _shape(schema: Mapping[str, Any], root: Mapping[str, Any], place: tuple[str, ...]) -> Shape:
    """The shape of a part of a schema whose references all lead into its own `$defs`."""
    schema = folded(referred(schema, root), root)
    keys = {key: _shape(way, root, (*place, key)) for key, way in schema.get("properties", {}).items()}
    others = (schema.get(keyword) for keyword in ("items", "additionalProperties"))
    rest = next((_shape(way, root, (*place, _ANY)) for way in others if isinstance(way, dict)), None)
    is_date = schema.get("pattern", "").startswith(_DATE)
    return Shape(keys, rest, _is_text(schema) and not is_date, is_date, place in _ENTITIES, place == _CHANGES)


def _is_text(schema: Mapping[str, Any]) -> bool:
    if "type" in schema:
        return bool(schema["type"] == "string")
    words = schema.get("enum", [schema.get("const")])
    return all(isinstance(word, str) for word in words)


def in_schema_order(value: Any, shape: Shape) -> Any:
    """A value with the keys of each mapping in the schema's order."""
    if isinstance(value, list):
        return [in_schema_order(part, shape.items) for part in value]
    if not isinstance(value, dict):
        return value
    ranks = {key: rank for rank, key in enumerate(shape.keys)}
    keys = sorted(value, key=lambda key: ranks.get(key, len(ranks)))
    return {key: in_schema_order(value[key], shape.under(key)) for key in keys}


class _Names(NamedTuple):
    """The anchors that a value gives to what is in it, and those that it repeats."""

    given: frozenset[str]
    repeated: frozenset[str]

    def holds(self, other: _Names) -> bool:
        """Tell if this must stay before a later one: an alias repeats the last anchor of its name before it."""
        return not (self.given.isdisjoint(other.given | other.repeated) and self.repeated.isdisjoint(other.given))


def ordered(entries: list[CollectionItem], shape: Shape, *, has_anchors: bool) -> list[CollectionItem]:
    """Sort the entries of a mapping in the schema's order. Other keys come last, in their own order; what is merged in
    (`<<`) comes first."""
    ranks = {key: rank for rank, key in enumerate(shape.keys)}
    wanted = sorted(entries, key=lambda entry: _rank(entry, ranks))
    return _with_names_first(entries, wanted) if has_anchors and wanted != entries else wanted


def _rank(entry: CollectionItem, ranks: dict[str, int]) -> int:
    key = entry.key
    if not isinstance(key, Scalar):
        return len(ranks)
    return -1 if key.value == "<<" and not key.style else ranks.get(key.value, len(ranks))


def _with_names_first(entries: list[CollectionItem], wanted: list[CollectionItem]) -> list[CollectionItem]:
    """Sort entries in the wanted order, as far as anchors allow: next is always the first wanted entry that none of
    those still waiting must precede."""
    names = [_names_in(entry) for entry in entries]
    place = {id(entry): number for number, entry in enumerate(entries)}
    holders = {
        number: {before for before in range(number) if names[before].holds(names[number])}
        for number in range(len(entries))
    }
    ordered_entries: list[CollectionItem] = []
    waiting = [place[id(entry)] for entry in wanted]
    while waiting:
        number = next(number for number in waiting if holders[number].isdisjoint(waiting))
        waiting.remove(number)
        ordered_entries.append(entries[number])
    return ordered_entries


def _names_in(entry: CollectionItem) -> _Names:
    given: set[str] = set()
    repeated: set[str] = set()
    for node in (*([entry.key] if entry.key else []), *_nodes(entry.value)):
        if isinstance(node, Alias):
            repeated.add(node.name.removeprefix("*"))
        else:
            given.update(prop.removeprefix("&") for prop in node.props.split() if prop.startswith("&"))
    return _Names(frozenset(given), frozenset(repeated))


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    if isinstance(node, Collection):
        for entry in node.entries:
            if isinstance(entry.key, (Scalar, Empty)):
                yield entry.key
            yield from _nodes(entry.value)


_OF_ENTITIES: Final = frozenset({"grant", "revoke"})  # a change with these actions and no aspect is to read


def arrange(root: Root, kind: str) -> None:
    """Bring one manifest of this kind into normal form, in place, except for its quotes and line layout."""
    _arrange(root.value, shape_of(kind), has_anchors=root.has_anchors)


def spelled(name: str) -> str:
    """The name of an entity as the service shows it; a name that is not in the catalogue is unchanged."""
    entity = entities().get(entity_key(name)) if name == name.strip() else None
    return name if entity is None else entity.name


def _arrange(node: Node, shape: Shape, *, has_anchors: bool) -> None:
    if isinstance(node, Scalar):
        node.a_text, node.a_date = shape.only_text, shape.is_date
        if shape.is_entity:
            _respell(node)
    elif isinstance(node, Collection):
        for entry in node.entries:
            under = shape.under(entry.key.value) if isinstance(entry.key, Scalar) else shape.items
            _arrange(entry.value, under, has_anchors=has_anchors)
        if not node.is_mapping:
            return
        if shape.is_change and _is_of_an_entity(node):
            name = _text_under(node, "name")
            if name is not None:
                _respell(name)
        for entry in node.entries:
            entry.known = isinstance(entry.key, Scalar) and entry.key.value in shape.keys
        node.entries = ordered(node.entries, shape, has_anchors=has_anchors)


def _respell(scalar: Scalar) -> None:
    """Write the name of an entity as the service does, unless an anchor repeats it elsewhere."""
    name = spelled(scalar.value)
    if name != scalar.value and not scalar.props and not scalar.is_block:
        scalar.raw, scalar.value, scalar.style = name, name, ""


def _is_of_an_entity(change: Collection) -> bool:
    aspect, action = _text_under(change, "aspect"), _text_under(change, "action")
    if aspect is not None:
        return aspect.value == "read"
    return action is not None and action.value in _OF_ENTITIES


def _text_under(mapping: Collection, key: str) -> Scalar | None:
    for entry in mapping.entries:
        if isinstance(entry.key, Scalar) and entry.key.value == key and isinstance(entry.value, Scalar):
            return entry.value
    return None
