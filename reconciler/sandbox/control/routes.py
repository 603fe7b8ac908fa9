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

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any, TypeAlias

from aiohttp import web

from reconciler.errors import InputError
from reconciler.sandbox.control.controls import Controls
from reconciler.sandbox.service.loopback_only import from_this_machine
from reconciler.sandbox.state.database import SandboxSchool
from reconciler.sandbox.state.people import PersonKind
from reconciler.sandbox.state.records import SandboxAccount

ROOT = "/_sandbox/"

Fields: TypeAlias = Mapping[str, Any]


async def control(controls: Controls, request: web.Request) -> web.Response:
    """Answer a request below `/_sandbox/`."""
    if not from_this_machine(request) or "Origin" in request.headers:
        return web.json_response(
            {"error": "the sandbox's control answers only programs on its own machine"}, status=403
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


async def read_fields(request: web.Request) -> Fields:
    """The JSON object in a request; raises InputError."""
    if request.content_type != "application/json":
        raise InputError("the sandbox's control takes only application/json")
    try:
        fields = json.loads(await request.text())
    except ValueError:
        raise InputError("the request is not JSON") from None
    if not isinstance(fields, dict):
        raise InputError("the request is not a JSON object")
    return fields


def text(fields: Fields, name: str) -> str:
    """A text that is not empty."""
    value = fields.get(name)
    if not isinstance(value, str) or not value or not _is_unicode(value):
        raise InputError(f"`{name}` must be a text that is not empty")
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
    """The field as `read` returns it; None if it is missing or null."""
    return None if fields.get(name) is None else read(fields, name)


def seconds(fields: Fields, name: str) -> float:
    """A number."""
    value = fields.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise InputError(f"`{name}` must be a number")
    return value


def state(controls: Controls) -> object:
    """The schools with their accounts, roles and partner applications; the troubles. Never a password."""
    return {
        "schools": [_school(controls, school) for school in controls.schools()],
        "troubles": [_camel(asdict(trouble)) for trouble in controls.troubles()],
    }


def log(controls: Controls) -> object:
    """Every call to the two services."""
    return [_camel(asdict(call)) for call in controls.access_log()]


def _school(controls: Controls, school: SandboxSchool) -> Mapping[str, object]:
    return {
        "schoolId": school.school_id,
        "name": school.name,
        "lawfulBasis": school.lawful_basis,
        "accounts": [_account(account) for account in controls.accounts(school.school_id)],
        "roles": [asdict(role) for role in controls.roles(school.school_id)],
        "partnerApplications": [asdict(application) for application in controls.applications(school.school_id)],
    }


def _account(account: SandboxAccount) -> Mapping[str, object]:
    return {
        "username": account.username,
        "firstName": account.first_name,
        "lastName": account.last_name,
        "mustChange": account.must_change,
        "canLogIn": account.can_log_in,
        "passwordEnv": account.password_env,
        "roles": account.roles,
        "entities": account.ticks,
    }


def _camel(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The same fields, `school_id` named `schoolId`."""
    return {"schoolId" if name == "school_id" else name: value for name, value in fields.items()}


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
