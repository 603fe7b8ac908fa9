"""The controls over HTTP, as JSON, for another process on the same machine.

    GET     /_sandbox/state        schools, accounts (never their passwords), ticks, roles, applications, troubles
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

from functools import partial
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
from reconciler.sandbox.locality import from_this_machine
from reconciler.sandbox.state_view import log, state

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.sandbox.controls import Controls

ROOT = "/_sandbox/"


async def control(controls: Controls, request: web.Request) -> web.Response:
    """Answer a request below `/_sandbox/`."""
    if not from_this_machine(request) or "Origin" in request.headers:
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


_VIEWS: Mapping[str, Callable[[Controls], object]] = {"state": state, "log": log}
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
