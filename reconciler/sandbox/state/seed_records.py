"""The accounts, roles and partner applications of a seed: each function reads one, and raises InputError."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import TypeAlias, TypeVar

import yaml

from reconciler.sandbox.state.entities import spelling
from reconciler.sandbox.state.records import THIRD_PARTY, Application, Role, SandboxAccount
from reconciler.sandbox.state.seed_nodes import SeedNode, required

Lists: TypeAlias = Mapping[str, tuple[str, ...]]  # the named lists of entities, for `from`

_Named = TypeVar("_Named", SandboxAccount, Role, Application)


def account(node: SeedNode, lists: Lists) -> SandboxAccount:
    """An account."""
    fields = node.fields(
        *("username", "password", "handedOver", "passwordEnv", "roles", "entities"),
        *("firstName", "lastName", "mustChange", "made"),
    )
    password = required(node, fields, "password").text()
    return SandboxAccount(
        username=required(node, fields, "username").text(),
        password=password,
        handed_over=fields["handedOver"].text() if "handedOver" in fields else password,
        password_env=_text(fields, "passwordEnv"),
        roles=_texts(fields, "roles") if "roles" in fields else (THIRD_PARTY,),
        ticks=entities(fields["entities"], lists) if "entities" in fields else (),
        first_name=_text(fields, "firstName"),
        last_name=_text(fields, "lastName"),
        must_change=fields["mustChange"].truth() if "mustChange" in fields else False,
        made=fields["made"].truth() if "made" in fields else True,
    )


def role(node: SeedNode) -> Role:
    """A role."""
    fields = node.fields("name", "description", "permissions")
    return Role(required(node, fields, "name").text(), _text(fields, "description"), _texts(fields, "permissions"))


def application(node: SeedNode, lists: Lists) -> Application:
    """A partner application."""
    fields = node.fields("name", "scope", "installed")
    return Application(
        required(node, fields, "name").text(),
        entities(required(node, fields, "scope"), lists),
        fields["installed"].truth() if "installed" in fields else False,
    )


def entities(node: SeedNode, lists: Lists) -> tuple[str, ...]:
    """A list of names, or `{from: LIST, add: [...], remove: [...]}`."""
    if isinstance(node.node, yaml.SequenceNode):
        return tuple(_entity(item) for item in node.items())
    fields = node.fields("from", "add", "remove")
    source = required(node, fields, "from")
    if source.text() not in lists:
        source.wrong(f"there is no list `{source.text()}` under `lists`")
    names = list(lists[source.text()])
    for item in fields["remove"].items() if "remove" in fields else []:
        if _entity(item) not in names:
            item.wrong(f"{item.text()} is not in the list `{source.text()}`, so it cannot be removed")
        names.remove(_entity(item))
    names += [_entity(item) for item in fields["add"].items()] if "add" in fields else []
    return tuple(names)


def each_once(
    node: SeedNode | None, read: Callable[[SeedNode], _Named], name: Callable[[_Named], str], what: str
) -> dict[str, _Named]:
    """{name in lower case: record}, of a list in which no name stands twice; empty where there is no list."""
    found: dict[str, _Named] = {}
    for item in node.items() if node else []:
        record = read(item)
        key = name(record).casefold()
        if key in found:
            item.wrong(f"the {what} {name(record)} stands here twice; the service ignores case")
        found[key] = record
    return found


@cache
def ready_made() -> tuple[tuple[str, ...], tuple[Role, ...]]:
    """The write-back permissions and the roles that every school has from the start, from `roles.yaml`."""
    document = yaml.safe_load(files("reconciler.sandbox").joinpath("roles.yaml").read_text(encoding="utf-8"))
    roles = [Role(made["name"], made["description"], tuple(made["permissions"])) for made in document["roles"]]
    return tuple(document["permissions"]), (Role(THIRD_PARTY, "May call the API"), *roles)


def _entity(node: SeedNode) -> str:
    name = spelling(node.text())
    if name is None:
        node.wrong(f"the practice service knows no entity {node.text()!r}")
    return name


def _text(fields: Mapping[str, SeedNode], name: str) -> str:
    return fields[name].text() if name in fields else ""


def _texts(fields: Mapping[str, SeedNode], name: str) -> tuple[str, ...]:
    return tuple(item.text() for item in fields[name].items()) if name in fields else ()
