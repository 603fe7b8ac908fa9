"""Plain texts -> numbers, booleans and dates.

A plain text in YAML depends on the reader: `no` is False to one and a word to another. Here the schema decides. Where
it allows a text, a text stays as typed. Where it wants an integer or a boolean, only the forms of YAML 1.2's core
schema count. Anything else stays a text, and the schema then says what is wrong. Dates and moments are UTC.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from reconciler.manifest.text.document import Data, Document
from reconciler.startup import pattern

# {key: what to do below it, or the type to read there}. Only the ways that lead to a number or a boolean are in it.
Types: TypeAlias = dict[str, Any]
_ANY = "*"  # every key that is not named; a list's items

_INTEGER = pattern(r"[-+]?(?:0|[1-9][0-9]{0,17})")  # to some readers of YAML a zero before others means octal
_BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


def types_of(schema: Mapping[str, Any]) -> Types:
    """The types that a schema asks for; its references all lead into its own `$defs`."""
    below = _below(schema, schema)
    return below if isinstance(below, dict) else {}


def folded(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """A part of a schema that takes several types (`anyOf`) as one that takes them together; any other as it is."""
    together: dict[str, Any] = {}
    for branch in schema.get("anyOf", ()):
        together |= {key: value for key, value in referred(branch, root).items() if key != "type"}
    return {**together, **schema}


def referred(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of a schema that a reference leads to, into the `$defs` of its root; without one the part itself."""
    place = schema.get("$ref")
    return root["$defs"][place.removeprefix("#/$defs/")] if place else schema


def _below(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Types | str | None:
    schema = folded(referred(schema, root), root)
    kind = schema.get("type")
    if isinstance(kind, str) and kind in {"integer", "boolean"}:
        return kind
    ways = dict(schema.get("properties", {}))
    for keyword in ("additionalProperties", "items"):
        if isinstance(schema.get(keyword), dict):
            ways[_ANY] = schema[keyword]
    types = {key: _below(way, root) for key, way in ways.items()}
    return {key: way for key, way in types.items() if way} or None


def apply_types(types: Types, document: Document) -> None:
    """Turn the texts of a document that have a type into values of it, in place."""
    if types and isinstance(document.data, dict):
        _apply(types, document.data, document.quoted)


def _apply(types: Types, container: dict[str, Data] | list[Data], quoted: AbstractSet[tuple[int, str | int]]) -> None:
    entries = container.items() if isinstance(container, dict) else enumerate(container)
    for key, value in list(entries):
        way = types.get(key, types.get(_ANY)) if isinstance(key, str) else types.get(_ANY)
        if isinstance(way, dict) and isinstance(value, (dict, list)):
            _apply(way, value, quoted)
        elif isinstance(way, str) and isinstance(value, str) and (id(container), key) not in quoted:
            container[key] = _typed(way, value)  # type: ignore[index, call-overload]  # the key fits


def _typed(kind: str, text: str) -> Data:
    if kind == "boolean":
        return _BOOLEANS.get(text, text)
    return int(text) if _INTEGER.fullmatch(text) else text


def read_date(text: str) -> date:
    """`2027-11-24`. Raises ValueError for a date that no calendar has."""
    return date.fromisoformat(text)


def read_moment(text: str) -> datetime:
    """`2026-11-24T12:30:05Z`, or a date, which is its first moment. Raises ValueError where there is no such moment."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def day_of(text: str) -> date | None:
    """A day as manifests have it; None for one that does not exist, which no-such-date reports."""
    try:
        return read_date(text)
    except ValueError:
        return None
