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

import re
from dataclasses import asdict
from functools import partial
from ipaddress import ip_address
from typing import TYPE_CHECKING

from aiohttp import web

from reconciler.errors import InputError
from reconciler.sandbox.control_fields import (
    Fields,
    entities,
    integer,
    kind_of_person,
    optional,
    read_fields,
    seconds,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.sandbox.controls import Controls

ROOT = "/_sandbox/"
_OWN_NAMES = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?")


async def control(controls: Controls, request: web.Request) -> web.Response:
    """Answer a request below `/_sandbox/`."""
    if not _from_here(request):
        return web.json_response(
            {"error": "the sandbox's control answers programs on its own machine alone"}, status=403
        )
    path = request.path.casefold().removeprefix(ROOT)
    view, change = _VIEWS.get(path), _CHANGES.get((request.method, path))
    if view is not None and request.method == "GET":
        return web.json_response(view(controls))
    if change is None:
        return web.json_response({"error": f"there is no {request.method} /_sandbox/{path}"}, status=404)
    try:
        result = change(controls, await read_fields(request))
    except InputError as error:
        return web.json_response({"error": str(error)}, status=400)
    return web.json_response({"done": True} if result is None else {"done": True, "count": result})


def _from_here(request: web.Request) -> bool:
    """Whether a program on this machine asks, by a name that no other site can have, and no page in a browser."""
    return (
        _OWN_NAMES.fullmatch(request.headers.get("Host", "")) is not None
        and "Origin" not in request.headers
        and request.remote is not None
        and ip_address(request.remote.partition("%")[0]).is_loopback
    )


def _tick(controls: Controls, fields: Fields) -> None:
    controls.tick(integer(fields, "schoolId"), text(fields, "username"), *entities(fields))


def _untick(controls: Controls, fields: Fields) -> None:
    controls.untick(integer(fields, "schoolId"), text(fields, "username"), *entities(fields))


def _password(controls: Controls, fields: Fields) -> None:
    controls.set_password(integer(fields, "schoolId"), text(fields, "username"), text(fields, "password"))


def _role(controls: Controls, fields: Fields, *, held: bool) -> None:
    controls.set_role(integer(fields, "schoolId"), text(fields, "username"), text(fields, "role"), held=held)


def _lawful_basis(controls: Controls, fields: Fields) -> None:
    controls.set_lawful_basis(integer(fields, "schoolId"), text(fields, "lawfulBasis"))


def _consent(controls: Controls, fields: Fields, *, granted: bool) -> None:
    number = integer(fields, "number")
    controls.set_consent(integer(fields, "schoolId"), kind_of_person(fields), number, granted=granted)


def _trouble(controls: Controls, fields: Fields) -> None:
    controls.set_trouble(
        text(fields, "kind"),
        school_id=optional(integer, fields, "schoolId"),
        operation=optional(text, fields, "operation"),
        username=optional(text, fields, "username"),
        calls=optional(integer, fields, "calls"),
        seconds=optional(seconds, fields, "seconds"),
    )


def _clear(controls: Controls, fields: Fields) -> int:
    return controls.clear_troubles(optional(text, fields, "kind"), school_id=optional(integer, fields, "schoolId"))


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
