"""What a sandbox starts with, read from a YAML file. `trust.yaml` is the default and shows every field."""

from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from reconciler.files import read_text
from reconciler.sandbox.state.fault_injection import Trouble, TroubleKind
from reconciler.sandbox.state.people import PersonKind, PersonRecord
from reconciler.sandbox.state.records import LAWFUL_BASES, Application, Role, SandboxAccount
from reconciler.sandbox.state.seed_nodes import SeedNode, required
from reconciler.sandbox.state.seed_records import Lists, account, application, each_once, entities, role


@dataclass(frozen=True, slots=True)
class SeedSchool:
    """One school's database. It has the roles of `roles.yaml` too; one of the same name here stands in its place."""

    school_id: int
    name: str
    lawful_basis: str
    people: tuple[PersonRecord, ...]
    accounts: tuple[SandboxAccount, ...]
    roles: tuple[Role, ...] = ()
    applications: tuple[Application, ...] = ()


@dataclass(frozen=True, slots=True)
class Seed:
    """All schools, and the troubles that are there from the start."""

    schools: tuple[SeedSchool, ...]
    troubles: tuple[Trouble, ...] = field(default=())


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
    troubles: list[Trouble] = []
    for node in required(root, fields, "schools").items():
        school, own_troubles = _school(node, lists)
        if school.school_id in schools:
            node.wrong(f"School ID {school.school_id} stands here twice")
        schools[school.school_id] = school
        troubles += own_troubles
    if "troubles" in fields:
        troubles += [_trouble(node, None) for node in fields["troubles"].items()]
    return Seed(tuple(schools.values()), tuple(troubles))


def _school(node: SeedNode, lists: Lists) -> tuple[SeedSchool, list[Trouble]]:
    fields = node.fields(
        *("schoolId", "name", "lawfulBasis", "people", "accounts", "roles", "partnerApplications", "troubles")
    )
    school_id = required(node, fields, "schoolId").integer(least=1)
    accounts = each_once(
        fields.get("accounts"), lambda item: account(item, lists), lambda found: found.username, "username"
    )
    roles = each_once(fields.get("roles"), role, lambda found: found.name, "role")
    applications = each_once(
        fields.get("partnerApplications"), lambda item: application(item, lists), lambda found: found.name, "name"
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
        node.wrong(f"{node.text()!r} is no lawful basis; known are {', '.join(LAWFUL_BASES)}")
    return node.text()


def _people(node: SeedNode | None) -> tuple[PersonRecord, ...]:
    """Of each kind `count` people, the first `consent` of whom have granted consent. Left out: six of each, none of
    whom has."""
    kinds = node.fields(*PersonKind) if node else {}
    people: list[PersonRecord] = []
    for kind in PersonKind:
        fields = kinds[kind].fields("count", "consent") if kind in kinds else {}
        count = fields["count"].integer() if "count" in fields else 6
        consent = fields["consent"].integer() if "consent" in fields else 0
        people += [PersonRecord(kind, number, number <= consent) for number in range(1, count + 1)]
    return tuple(people)


def _trouble(node: SeedNode, school_id: int | None) -> Trouble:
    fields = node.fields("kind", "operation", "username", "calls", "seconds")
    kind = required(node, fields, "kind")
    if kind.text() not in list(TroubleKind):
        kind.wrong(f"{kind.text()!r} is no trouble; known are {', '.join(TroubleKind)}")
    return Trouble(
        TroubleKind(kind.text()),
        school_id,
        fields["operation"].text() if "operation" in fields else None,
        fields["username"].text() if "username" in fields else None,
        fields["calls"].integer(least=1) if "calls" in fields else None,
        fields["seconds"].decimal() if "seconds" in fields else None,
    )
