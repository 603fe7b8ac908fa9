"""What a schema says of the normal form of its kind: the order of keys, where texts stand, and where entities do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from reconciler.manifest.schema import schema_text
from reconciler.manifest.text_types import folded

if TYPE_CHECKING:
    from collections.abc import Mapping

_ANY: Final = "*"
# Where names of entities stand; `*` is any key, or any item.
_ENTITIES: Final = frozenset({
    ("Workspace", "spec", "knownEntities", _ANY),
    ("Supplier", "spec", "bundles", _ANY, _ANY),
    ("Supplier", "spec", "entities", _ANY),
    ("Supplier", "spec", "overrides", _ANY, "entities", "add", _ANY),
    ("Supplier", "spec", "overrides", _ANY, "entities", "remove", _ANY),
    ("Attestation", "spec", "facts", "entities", _ANY),
})  # fmt: skip
_CHANGES: Final = ("Waiver", "spec", "changes", _ANY)  # the name in one is an entity's where its aspect is to read
_DATE: Final = "^[0-9]{4}-[0-9]{2}-[0-9]{2}"  # how the pattern of a date begins


@dataclass(frozen=True, slots=True)
class Shape:
    """A place of a manifest.

    keys       its properties, in the schema's order
    rest       what stands under any other key, or in a list; None where the schema says nothing
    only_text  a text stands here, and neither a number nor a boolean nor a date
    is_date    a date stands here, which needs no quotes
    is_entity  the name of an entity stands here, or a bundle
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
    if "$ref" in schema:
        return _shape(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, place)
    schema = folded(schema)
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
