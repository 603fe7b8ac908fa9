"""Brings manifests into normal form: their keys in order, the names of entities as the service shows them."""

from typing import Final

from reconciler.catalogue import entities
from reconciler.formatting.nodes import Collection, Node, Root, Scalar
from reconciler.formatting.schema_order import Shape, ordered, shape_of
from reconciler.model.entity import entity_key

_OF_ENTITIES: Final = frozenset({"grant", "revoke"})  # a change with these actions and no aspect is to read


def arrange(root: Root, kind: str) -> None:
    """Bring one manifest of this kind into normal form, in place, but for how its texts and lines are written."""
    _arrange(root.value, shape_of(kind), has_anchors=root.has_anchors)


def spelled(name: str) -> str:
    """The name of an entity as the service shows it; one that the catalogue does not know as it is."""
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
    """Write the name of an entity as the service does. One with an anchor stays: it may be repeated elsewhere."""
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
