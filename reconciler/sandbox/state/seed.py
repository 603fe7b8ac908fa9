"""The initial state of a sandbox, read from a YAML file. `trust.yaml` is the default and shows every field."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypeAlias, TypeVar

import yaml

from reconciler.files import read_text
from reconciler.sandbox.state.entities import spelling
from reconciler.sandbox.state.fault_injection import FaultKind, InjectedFault
from reconciler.sandbox.state.people import PersonKind, PersonRecord
from reconciler.sandbox.state.records import LAWFUL_BASES, THIRD_PARTY, Application, Role, SandboxAccount
from reconciler.sandbox.state.seed_nodes import SeedNode, required

Lists: TypeAlias = Mapping[str, tuple[str, ...]]  # the named lists of entities, for `from`

_Named = TypeVar("_Named", SandboxAccount, Role, Application)


def account(node: SeedNode, lists: Lists) -> SandboxAccount:
    """An account."""
    fields = node.fields(
        *("username", "password", "handedOver", "passwordEnv", "roles", "entities"),
        *("firstName", "lastName", "mustChange", "canLogIn", "made"),
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
        can_log_in=fields["canLogIn"].truth() if "canLogIn" in fields else True,
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
    """{name in lower case: record} of a list, in which each name may appear once."""
    records: dict[str, _Named] = {}
    for item in node.items() if node else []:
        record = read(item)
        key = name(record).casefold()
        if key in records:
            item.wrong(f"the {what} {name(record)} appears twice (the service ignores case)")
        records[key] = record
    return records


@cache
def ready_made() -> tuple[tuple[str, ...], tuple[Role, ...]]:
    """The write-back permissions and the roles that every school has from the start, from `roles.yaml`."""
    document = yaml.safe_load(files("reconciler.sandbox").joinpath("roles.yaml").read_text(encoding="utf-8"))
    roles = [Role(made["name"], made["description"], tuple(made["permissions"])) for made in document["roles"]]
    return tuple(document["permissions"]), (Role(THIRD_PARTY, "May call the API"), *roles)


def _entity(node: SeedNode) -> str:
    name = spelling(node.text())
    if name is None:
        node.wrong(f"the sandbox has no entity {node.text()!r}")
    return name


def _text(fields: Mapping[str, SeedNode], name: str) -> str:
    return fields[name].text() if name in fields else ""


def _texts(fields: Mapping[str, SeedNode], name: str) -> tuple[str, ...]:
    return tuple(item.text() for item in fields[name].items()) if name in fields else ()


@dataclass(frozen=True, slots=True)
class SeedSchool:
    """One school's database. It also has the roles of `roles.yaml`, unless a role here has the same name."""

    school_id: int
    name: str
    lawful_basis: str
    people: tuple[PersonRecord, ...]
    accounts: tuple[SandboxAccount, ...]
    roles: tuple[Role, ...] = ()
    applications: tuple[Application, ...] = ()


@dataclass(frozen=True, slots=True)
class Seed:
    """All schools, and the troubles from the start."""

    schools: tuple[SeedSchool, ...]
    troubles: tuple[InjectedFault, ...] = field(default=())


def default_seed() -> Seed:
    """The live side of `examples/trust`, which has drifted in a few known ways."""
    name = "trust.yaml"
    return parse_seed(files("reconciler.sandbox").joinpath(name).read_text(encoding="utf-8"), name)


def load_seed(path: Path) -> Seed:
    """The seed in a file; raises InputError with the place of what is wrong in it."""
    return parse_seed(read_text(path, what="the seed"), str(path))


def parse_seed(text: str, source: str) -> Seed:
    """The seed in a text that came from `source`; raises InputError."""
    root = SeedNode.of_text(text, source)
    fields = root.fields("lists", "schools", "troubles")
    lists = {name: entities(node, {}) for name, node in fields["lists"].pairs().items()} if "lists" in fields else {}
    schools: dict[int, SeedSchool] = {}
    troubles: list[InjectedFault] = []
    for node in required(root, fields, "schools").items():
        school, own_troubles = _school(node, lists)
        if school.school_id in schools:
            node.wrong(f"School ID {school.school_id} appears twice")
        schools[school.school_id] = school
        troubles += own_troubles
    if "troubles" in fields:
        troubles += [_trouble(node, None) for node in fields["troubles"].items()]
    return Seed(tuple(schools.values()), tuple(troubles))


def _school(node: SeedNode, lists: Lists) -> tuple[SeedSchool, list[InjectedFault]]:
    fields = node.fields(
        *("schoolId", "name", "lawfulBasis", "people", "accounts", "roles", "partnerApplications", "troubles")
    )
    school_id = required(node, fields, "schoolId").integer(least=1)
    accounts = each_once(
        fields.get("accounts"), lambda item: account(item, lists), lambda record: record.username, "username"
    )
    roles = each_once(fields.get("roles"), role, lambda record: record.name, "role")
    applications = each_once(
        fields.get("partnerApplications"), lambda item: application(item, lists), lambda record: record.name, "name"
    )
    school = SeedSchool(
        school_id,
        required(node, fields, "name").text(),
        _lawful_basis(fields["lawfulBasis"]) if "lawfulBasis" in fields else "Public Task",
        _people(fields.get("people")),
        tuple(accounts.values()),
        tuple(roles.values()),
        tuple(applications.values()),
    )
    troubles = fields["troubles"].items() if "troubles" in fields else []
    return school, [_trouble(trouble, school_id) for trouble in troubles]


def _lawful_basis(node: SeedNode) -> str:
    if node.text() not in LAWFUL_BASES:
        node.wrong(f"{node.text()!r} is not a lawful basis: choose one of {', '.join(LAWFUL_BASES)}")
    return node.text()


def _people(node: SeedNode | None) -> tuple[PersonRecord, ...]:
    """People of each kind: `count` of them, of whom the first `consent` granted consent; by default six and none.
    `env` has the numbers of some by the environment variables that the examples read them from."""
    kinds = node.fields(*PersonKind) if node else {}
    people: list[PersonRecord] = []
    for kind in PersonKind:
        fields = kinds[kind].fields("count", "consent", "env") if kind in kinds else {}
        count = fields["count"].integer() if "count" in fields else 6
        consent = fields["consent"].integer() if "consent" in fields else 0
        variables: dict[int, str] = {}
        for variable, number in (fields["env"].pairs() if "env" in fields else {}).items():
            if number.integer(least=1) > count:
                number.wrong(f"there are {count} {kind}")
            variables[number.integer()] = variable
        people += [
            PersonRecord(kind, number, number <= consent, variables.get(number, "")) for number in range(1, count + 1)
        ]
    return tuple(people)


def _trouble(node: SeedNode, school_id: int | None) -> InjectedFault:
    fields = node.fields("kind", "operation", "username", "calls", "seconds")
    kind = required(node, fields, "kind")
    if kind.text() not in list(FaultKind):
        kind.wrong(f"{kind.text()!r} is not a trouble: choose one of {', '.join(FaultKind)}")
    return InjectedFault(
        FaultKind(kind.text()),
        school_id,
        fields["operation"].text() if "operation" in fields else None,
        fields["username"].text() if "username" in fields else None,
        fields["calls"].integer(least=1) if "calls" in fields else None,
        fields["seconds"].decimal() if "seconds" in fields else None,
    )
