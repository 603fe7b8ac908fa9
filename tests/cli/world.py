"""A small world to plan in: two schools with two suppliers each, in sync with a sandbox until a test spoils it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.sandbox.state.records import SandboxAccount
from reconciler.sandbox.state.seed import Seed, SeedSchool

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.sandbox.server import SandboxServer

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

SCHOOLS = {"greenfield": 12345, "riverside": 12346}
ENTITIES = {"groupcall": ("Attendances", "Staff", "Students"), "till": ("OnlinePaymentOrders",)}
ADDRESSES = {f"{school}/{supplier}" for school in SCHOOLS for supplier in ENTITIES}

# What people and password managers come up with; the two ends stand in no other text of a run, however it is escaped.
PASSWORD = "zq7Kx'\"<&>\\$HOME %s {x} `k` wört #9vTj"
TRACES = ("zq7Kx", "9vTj", "wört")


def quoted(password: str) -> str:
    """A password as a file of NAME=value lines takes any."""
    escaped = password.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def username(school: str, supplier: str) -> str:
    """The account of an access."""
    return f"{supplier}.{school}"


def seed() -> Seed:
    """The live side: every tick that the manifests declare, and no other."""
    return Seed(tuple(_school(name, number) for name, number in SCHOOLS.items()))


def _school(name: str, number: int) -> SeedSchool:
    accounts = tuple(
        SandboxAccount(username(name, supplier), PASSWORD, PASSWORD, ticks=entities)
        for supplier, entities in ENTITIES.items()
    )
    return SeedSchool(number, name.title(), "Public Task", (), accounts)


def write_workspace(folder: Path, sandbox: SandboxServer, soap: str = "1.1") -> Path:
    """The manifests of the world; every password is in the environment variable ACCESS_PASSWORD."""
    documents = [
        f"kind: Workspace\nmetadata: {{name: small-world}}\nspec:\n  platforms:\n    practice:\n"
        f'      soap: "{soap}"\n      readUrl: {sandbox.read_url}\n      writeUrl: {sandbox.write_url}\n'
        '  account: {username: "{supplier}.{school}", password: {env: ACCESS_PASSWORD}}\n'
    ]
    documents += [
        f"kind: School\nmetadata: {{name: {name}}}\nspec: {{schoolId: {number}, platform: practice}}\n"
        for name, number in SCHOOLS.items()
    ]
    documents += [
        f"kind: Supplier\nmetadata: {{name: {name}}}\nspec:\n  title: {name}\n  purpose: For the tests\n"
        f"  entities: [{', '.join(entities)}]\n"
        for name, entities in ENTITIES.items()
    ]
    text = "---\n".join(f"apiVersion: reconciler/v1\n{document}" for document in documents)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "reconciler.yaml").write_text(text, encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Outcome:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def plan(self) -> dict[str, Any]:
        """The JSON plan on stdout."""
        plan = json.loads(self.out)
        assert isinstance(plan, dict)
        return plan


def changes(plan: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """The (school or address, action, name) of the changes of a JSON plan."""
    of_schools = {(s["name"], change["action"], change["name"]) for s in plan["schools"] for change in s["changes"]}
    return of_schools | {
        (a["address"], change["action"], change["name"]) for a in plan["accesses"] for change in a["changes"]
    }


def unknown(plan: Mapping[str, Any]) -> set[tuple[str, str, str]]:
    """The (school or address, aspect, name) of what a JSON plan does not know."""
    of_schools = {(s["name"], item["aspect"], item["name"]) for s in plan["schools"] for item in s["unknown"]}
    return of_schools | {
        (a["address"], item["aspect"], item["name"]) for a in plan["accesses"] for item in a["unknown"]
    }


def environment(**changed: str) -> dict[str, str]:
    """This process's environment, with the password of the world and without what changes how output looks."""
    plain = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM", "PYTHONIOENCODING")}
    return {**plain, "ACCESS_PASSWORD": PASSWORD, **changed}


def run(arguments: Sequence[str | Path], cwd: Path, **changed: str) -> Outcome:
    """Run `reconciler` as a process of its own; `changed` are environment variables."""
    done = subprocess.run(
        [sys.executable, "-m", "reconciler", *map(str, arguments)],
        cwd=cwd,
        env=environment(**changed),
        capture_output=True,
        timeout=30,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
