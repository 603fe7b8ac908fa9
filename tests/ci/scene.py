"""A trust of three schools with two suppliers each, as its manifests and as a sandbox that agrees with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reconciler.sandbox.state.records import SandboxAccount
from reconciler.sandbox.state.seed import Seed, SeedSchool

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.sandbox.server import SandboxServer

SCHOOLS: Final = {"greenfield": 12345, "hilltop": 12346, "riverside": 12347}
ENTITIES: Final = {
    "groupcall": ("Attendances", "Staff", "StudentContacts", "Students"),
    "library-loans": ("Students", "YearGroupClasses"),
}
# Every sign that a line of NAME=value might stumble over; the middle stands in no other text of a run.
_SECRET: Final = "s#cr&t %% 'of' \"{account}\" zq7Kx"
WORKSPACE: Final = "access"


def password(account: str) -> str:
    """The password of an account."""
    return _SECRET.format(account=account)


def passwords() -> str:
    """The secret of the repository: one line NAME=value for each account."""
    lines = []
    for supplier in ENTITIES:
        for school in SCHOOLS:
            value = password(f"{supplier}.{school}").replace("\\", "\\\\").replace("'", "\\'")
            lines.append(f"{variable(supplier, school)}='{value}'")
    return "\n".join(lines)


def variable(supplier: str, school: str) -> str:
    """The name of the line that holds the password of an access."""
    return f"{supplier.upper().replace('-', '_')}_{school.upper()}_PASSWORD"


def seed() -> Seed:
    """Bromcom as the manifests say it is."""
    return Seed(tuple(_school(name, number) for name, number in SCHOOLS.items()))


def _school(name: str, number: int) -> SeedSchool:
    accounts = []
    for supplier, ticks in ENTITIES.items():
        username = f"{supplier}.{name}"
        accounts.append(SandboxAccount(username, password(username), password(username), ticks=ticks))
    return SeedSchool(number, name.title(), "Public Task", (), tuple(accounts))


def manifests(sandbox: SandboxServer) -> dict[str, str]:
    """{file: text} of the workspace, which lies in a folder of its repository."""
    schools = "---\n".join(
        f"apiVersion: reconciler/v1\nkind: School\nmetadata: {{name: {name}}}\n"
        f"spec: {{schoolId: {number}, platform: our-server}}\n"
        for name, number in SCHOOLS.items()
    )
    return {
        f"{WORKSPACE}/reconciler.yaml": _workspace(sandbox.read_url, sandbox.write_url),
        f"{WORKSPACE}/schools.yaml": schools,
        **suppliers(groupcall=ENTITIES["groupcall"], library_loans=ENTITIES["library-loans"]),
    }


def _workspace(read_url: str, write_url: str) -> str:
    return (
        "apiVersion: reconciler/v1\nkind: Workspace\nmetadata: {name: example-trust}\nspec:\n  platforms:\n"
        f"    our-server:\n      readUrl: {read_url}\n      writeUrl: {write_url}\n"
        '  account: {username: "{supplier}.{school}", password: {env: "{SUPPLIER}_{SCHOOL}_PASSWORD"}}\n'
    )


def suppliers(**entities: tuple[str, ...]) -> dict[str, str]:
    """{file: text} of these suppliers with these entities."""
    return {_file(name): _supplier(name.replace("_", "-"), each) for name, each in entities.items()}


def _file(name: str) -> str:
    return f"{WORKSPACE}/suppliers/{name.replace('_', '-')}.yaml"


_ABOUT: Final[Mapping[str, tuple[str, str]]] = {
    "groupcall": ("Groupcall Xporter", "Moves pupil and staff data to the systems the school has bought"),
    "library-loans": ("Library Loans", "Lends books to pupils by their name and class"),
}


def _supplier(name: str, entities: tuple[str, ...]) -> str:
    title, purpose = _ABOUT[name]
    return (
        f"apiVersion: reconciler/v1\nkind: Supplier\nmetadata: {{name: {name}}}\nspec:\n  title: {title}\n"
        f"  purpose: {purpose}\n  entities:\n" + "".join(f"    - {entity}\n" for entity in entities)
    )
