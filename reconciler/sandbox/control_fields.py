"""The fields of a request to the control, checked: each function raises InputError with what it wants."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from reconciler.errors import InputError
from reconciler.sandbox.people import PersonKind

if TYPE_CHECKING:
    from aiohttp import web

Fields = Mapping[str, Any]


async def read_fields(request: web.Request) -> Fields:
    """The JSON object in a request; raises InputError."""
    if request.content_type != "application/json":
        raise InputError("the sandbox's control takes application/json")
    try:
        fields = json.loads(await request.text())
    except ValueError:
        raise InputError("the request holds no JSON") from None
    if not isinstance(fields, dict):
        raise InputError("the request holds no JSON object")
    return fields


def text(fields: Fields, name: str) -> str:
    """A text that is not empty."""
    value = fields.get(name)
    if not isinstance(value, str) or not value or not _is_unicode(value):
        raise InputError(f"`{name}` must be a text")
    return value


def _is_unicode(text: str) -> bool:
    """JSON can hold halves of characters (`"\\ud800"`), which nothing can store."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def integer(fields: Fields, name: str) -> int:
    """A whole number that an xsd:int can hold."""
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**31:
        raise InputError(f"`{name}` must be a whole number")
    return value


def entities(fields: Fields) -> list[str]:
    """The names under `entities`."""
    value = fields.get("entities")
    if not isinstance(value, list) or not all(isinstance(name, str) and _is_unicode(name) for name in value):
        raise InputError("`entities` must be a list of names")
    return value


def kind_of_person(fields: Fields) -> PersonKind:
    """The kind of person under `kind`."""
    if text(fields, "kind") not in list(PersonKind):
        raise InputError(f"`kind` must be one of {', '.join(PersonKind)}")
    return PersonKind(fields["kind"])


def optional(read: Callable[[Fields, str], Any], fields: Fields, name: str) -> Any:
    """What `read` makes of a field, or None where it is left out or null."""
    return None if fields.get(name) is None else read(fields, name)


def seconds(fields: Fields, name: str) -> float:
    """A number."""
    value = fields.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise InputError(f"`{name}` must be a number")
    return value
