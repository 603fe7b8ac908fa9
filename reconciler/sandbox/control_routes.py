"""The controls over HTTP, as JSON, for another process on the same machine.

    GET     /_sandbox/state        schools, accounts (never their passwords), their ticks, and troubles
    GET     /_sandbox/log          the access log
    PUT     /_sandbox/ticks        {schoolId, username, entities}      DELETE takes them away
    PUT     /_sandbox/password     {schoolId, username, password}
    PUT     /_sandbox/role         {schoolId, username, role}          DELETE takes it away
    PUT     /_sandbox/lawful-basis {schoolId, lawfulBasis}
    PUT     /_sandbox/consent      {schoolId, kind, number}            DELETE withdraws it
    PUT     /_sandbox/troubles     {kind, schoolId?, operation?, username?, calls?, seconds?}
    DELETE  /_sandbox/troubles     {kind?, schoolId?}

It answers this machine alone, and no web page: a request with a foreign Host, or with an Origin, is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from aiohttp import web

from reconciler.errors import InputError
from reconciler.sandbox.people import PersonKind

if TYPE_CHECKING:
    from reconciler.sandbox.controls import Controls

ROOT = "/_sandbox/"
_OWN_NAMES = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?")

Fields = Mapping[str, Any]


async def control(controls: Controls, request: web.Request) -> web.Response:
    """Answer a request below `/_sandbox/`."""
    if not _from_here(request):
        return _json({"error": "the sandbox's control answers programs on its own machine alone"}, 403)
    path = request.path.casefold().removeprefix(ROOT)
    view, change = _VIEWS.get(path), _CHANGES.get((request.method, path))
    if view is not None and request.method == "GET":
        return _json(view(controls), 200)
    if change is None:
        return _json({"error": f"there is no {request.method} /_sandbox/{path}"}, 404)
    try:
        result = change(controls, await _fields(request))
    except InputError as error:
        return _json({"error": str(error)}, 400)
    return _json({"done": True} if result is None else {"done": True, "count": result}, 200)


def _from_here(request: web.Request) -> bool:
    """Whether a program on this machine asks, by a name that no other site can have, and no page in a browser."""
    return (
        _OWN_NAMES.fullmatch(request.headers.get("Host", "")) is not None
        and "Origin" not in request.headers
        and request.remote is not None
        and ip_address(request.remote.partition("%")[0]).is_loopback
    )


def _json(value: object, status: int) -> web.Response:
    return web.json_response(value, status=status)


async def _fields(request: web.Request) -> Fields:
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


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value or not _is_unicode(value):
        raise InputError(f"`{name}` must be a text")
    return value


def _is_unicode(text: str) -> bool:
    """JSON can hold halves of characters (`"\\ud800"`), which nothing can store."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _integer(fields: Fields, name: str) -> int:
    value = fields.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InputError(f"`{name}` must be a whole number")
    return value


def _entities(fields: Fields) -> list[str]:
    value = fields.get("entities")
    if not isinstance(value, list) or not all(isinstance(name, str) and _is_unicode(name) for name in value):
        raise InputError("`entities` must be a list of names")
    return value


def _kind_of_person(fields: Fields) -> PersonKind:
    if _text(fields, "kind") not in list(PersonKind):
        raise InputError(f"`kind` must be one of {', '.join(PersonKind)}")
    return PersonKind(fields["kind"])


def _optional(read: Callable[[Fields, str], Any], fields: Fields, name: str) -> Any:
    return None if fields.get(name) is None else read(fields, name)


def _seconds(fields: Fields, name: str) -> float:
    value = fields.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise InputError(f"`{name}` must be a number")
    return value


def _tick(controls: Controls, fields: Fields) -> None:
    controls.tick(_integer(fields, "schoolId"), _text(fields, "username"), *_entities(fields))


def _untick(controls: Controls, fields: Fields) -> None:
    controls.untick(_integer(fields, "schoolId"), _text(fields, "username"), *_entities(fields))


def _password(controls: Controls, fields: Fields) -> None:
    controls.set_password(_integer(fields, "schoolId"), _text(fields, "username"), _text(fields, "password"))


def _role(controls: Controls, fields: Fields, *, held: bool) -> None:
    controls.set_role(_integer(fields, "schoolId"), _text(fields, "username"), _text(fields, "role"), held=held)


def _lawful_basis(controls: Controls, fields: Fields) -> None:
    controls.set_lawful_basis(_integer(fields, "schoolId"), _text(fields, "lawfulBasis"))


def _consent(controls: Controls, fields: Fields, *, granted: bool) -> None:
    number = _integer(fields, "number")
    controls.set_consent(_integer(fields, "schoolId"), _kind_of_person(fields), number, granted=granted)


def _trouble(controls: Controls, fields: Fields) -> None:
    controls.set_trouble(
        _text(fields, "kind"),
        school_id=_optional(_integer, fields, "schoolId"),
        operation=_optional(_text, fields, "operation"),
        username=_optional(_text, fields, "username"),
        calls=_optional(_integer, fields, "calls"),
        seconds=_optional(_seconds, fields, "seconds"),
    )


def _clear(controls: Controls, fields: Fields) -> int:
    return controls.clear_troubles(_optional(_text, fields, "kind"), school_id=_optional(_integer, fields, "schoolId"))


def _state(controls: Controls) -> object:
    return {
        "schools": [
            {
                "schoolId": school.school_id,
                "name": school.name,
                "lawfulBasis": school.lawful_basis,
                "accounts": [
                    {
                        "username": account.username,
                        "passwordEnv": account.password_env,
                        "roles": account.roles,
                        "entities": account.ticks,
                    }
                    for account in controls.accounts(school.school_id)
                ],
            }
            for school in controls.schools()
        ],
        "troubles": [_camel(asdict(trouble)) for trouble in controls.troubles()],
    }


def _log(controls: Controls) -> object:
    return [_camel(asdict(call)) for call in controls.access_log()]


def _camel(fields: Fields) -> Fields:
    """The same fields, `school_id` named `schoolId`."""
    return {"schoolId" if name == "school_id" else name: value for name, value in fields.items()}


_VIEWS: Mapping[str, Callable[[Controls], object]] = {"state": _state, "log": _log}
_CHANGES: Mapping[tuple[str, str], Callable[[Controls, Fields], int | None]] = {
    ("PUT", "ticks"): _tick,
    ("DELETE", "ticks"): _untick,
    ("PUT", "password"): _password,
    ("PUT", "role"): partial(_role, held=True),
    ("DELETE", "role"): partial(_role, held=False),
    ("PUT", "lawful-basis"): _lawful_basis,
    ("PUT", "consent"): partial(_consent, granted=True),
    ("DELETE", "consent"): partial(_consent, granted=False),
    ("PUT", "troubles"): _trouble,
    ("DELETE", "troubles"): _clear,
}
