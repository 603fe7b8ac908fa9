"""A new fact takes a member, a row, its words and its keys, and no branch: a copy of the program is run with one."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from reconciler.cli.output.renderers import OF_PLANS
from reconciler.sandbox.server import serve
from tests.catalogue.test_data import copied
from tests.cli.world import PASSWORD, environment, seed, write_workspace
from tests.conftest import REPOSITORY
from tests.repository import Repository

# {file of the package: (the line before which it is added, what is added)}, and nothing else.
ADDED: Final = {
    "model/aspect.py": ("\n\nclass Risk(", '    SECRET_HANDSHAKE = "secret-handshake"\n'),
    "planning/facts.py": (
        "\n)\n# fmt: on",
        '\n    FactRow(Aspect.SECRET_HANDSHAKE, "secretHandshake", choices=("known", "missing"), wanted="known",\n'
        '            manifest=("handshake",), widens=True),',
    ),
    "report/labels.py": (
        "\n}\nKINDS: Final",
        '\n    Aspect.SECRET_HANDSHAKE: AspectLabel("secret handshake", "the secret handshake",'
        ' rules={Action.SET: "handshake-missing"}, differs={Action.SET: "its secret handshake is {before}"},'
        ' asked="needs a secret handshake", let_go="no longer needs a secret handshake", due="to learn"),',
    ),
    "report/finding_rules.py": (
        "    RuleText(\n        LICENCE_MISSING,",
        '    RuleText("handshake-missing", "The secret handshake is known.", "To fix it: have it shown."),\n',
    ),
    "catalogue/pages.toml": (
        "\n# A trust's central users",
        '[outside.requests.secret-handshake]\ndue = "Learn the secret handshake of {title}"\nwhom = "the office"\n'
        'ask = "Please show the secret handshake."\nnotes = []\n',
    ),
}
WHERE: Final = ("catalogue/pages.toml", "\noldExport =", '\nsecretHandshake = "ask the office"')
STEPS: Final = """
import contextlib, io, json, sys
from reconciler.cli.main import main
steps, sys.stdin = sys.stdin, io.StringIO()
for line in steps:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main(json.loads(line))
    print(json.dumps([code, out.getvalue(), err.getvalue()]), flush=True)
"""

Run = Callable[..., tuple[int, str]]


def insert(file: Path, before: str, text: str) -> None:
    """Add a text before another one that a file has once."""
    content = file.read_text(encoding="utf-8")
    assert content.count(before) == 1, (file, before)
    file.write_text(content.replace(before, text + before), encoding="utf-8")


def with_keys(schema: Any, name: str) -> Any:
    """A schema with the fact's key in a Supplier and below `facts`, and its aspect wherever aspects are listed."""
    if isinstance(schema, dict):
        changed = {key: with_keys(value, key) for key, value in schema.items()}
        if name == "properties" and "extraEntities" in changed and "entities" in changed:
            changed["handshake"] = {"title": "Secret handshake", "enum": ["known"]}
        if name == "properties" and "oldExport" in changed:
            changed["secretHandshake"] = {"title": "Secret handshake", "enum": ["known", "missing"]}
        return changed
    if isinstance(schema, list):
        return [with_keys(value, "") for value in schema] + ["secret-handshake"] * ("old-export" in schema)
    return schema


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A folder with the program that has one fact more."""
    copy = tmp_path / "copy" / "reconciler"
    shutil.copytree(REPOSITORY / "reconciler", copy, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(REPOSITORY / "schemas", copy / "schemas", dirs_exist_ok=True)
    for name, (before, text) in ADDED.items():
        insert(copy / name, before, text)
    insert(copy / WHERE[0], *WHERE[1:])
    (copy / WHERE[0]).with_suffix(".json").write_text(copied(copy / WHERE[0]), encoding="utf-8")
    for file in (copy / "schemas").glob("*/*.json"):
        schema = with_keys(json.loads(file.read_text(encoding="utf-8")), "")
        file.write_text(json.dumps(schema), encoding="utf-8")
    return copy.parent


@pytest.fixture
def run(package: Path, tmp_path: Path) -> Iterator[Run]:
    """`run(VERB, ...)`: the program of the copy, in a process that stays; (exit code, what it printed)."""
    with serve(seed()) as sandbox:
        write_workspace(tmp_path / "workspace", sandbox)
        process = subprocess.Popen(
            [sys.executable, "-c", STEPS],
            cwd=tmp_path / "workspace",
            env=environment(PYTHONPATH=str(package), ACCESS_PASSWORD=PASSWORD),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        assert process.stdin
        assert process.stdout

        def typed(*arguments: str) -> tuple[int, str]:
            print(json.dumps(arguments), file=process.stdin, flush=True)
            code, out, err = json.loads(process.stdout.readline())  # type: ignore[union-attr]  # it is a pipe
            return code, out + err

        yield typed
        process.communicate(timeout=30)


def test_a_new_fact_is_planned_attested_verified_reviewed_and_rendered(run: Run, tmp_path: Path) -> None:
    """From the first question to the proof, in every format."""
    folder = tmp_path / "workspace"
    repository = Repository(folder)
    repository.git("init", "--quiet", "--initial-branch", "main")
    repository.commit("before")
    manifest = folder / "reconciler.yaml"
    manifest.write_text(manifest.read_text("utf-8").replace("  title: till\n", "  title: till\n  handshake: known\n"))

    # Nobody knows it yet: it is asked for, and a runbook says how.
    assert in_every_format(run, folder) == 4
    assert run("plan", "--out", "asked.json")[0] == 4
    for form in ("text", "markdown", "html"):
        assert "Learn the secret handshake of till" in run("runbook", "asked.json", "--format", form)[1]
    assert "secretHandshake" in run("attest", "--help")[1]
    assert "reconciler attest greenfield/till secretHandshake=known" in run("attest", "greenfield/till")[1]

    # What differs is a change, with a rule of its own; a waiver accepts it as it is.
    attested = run("attest", "greenfield/till", "secretHandshake=missing", "--by", "J. Smith")
    assert attested == (0, attested[1])
    assert in_every_format(run, folder) == 2
    _, text = run("plan", "--format", "json")
    (change,) = [each for access in json.loads(text)["accesses"] for each in access["changes"]]
    assert (change["action"], change["aspect"], change["before"], change["after"]) == (
        "set", "secret-handshake", "missing", "known",
    )  # fmt: skip
    assert "handshake-missing" in run("plan", "--format", "sarif")[1]

    # A change under review says that it asks for it.
    assert in_every_format(run, folder, "--base", "HEAD") == 2
    assert "needs a secret handshake" in run("plan", "--base", "HEAD", "--format", "markdown")[1]

    # Once somebody saw that it is so, that is the proof. Two different values in the same second contradict each other.
    time.sleep(1)
    assert run("attest", "greenfield/till", "secretHandshake=known", "--by", "J. Smith")[0] == 0
    assert run("attest", "riverside/till", "secretHandshake=known", "--by", "J. Smith")[0] == 0
    assert run("plan")[0] == 0
    _, text = run("verify", "asked.json", "--format", "json")
    assert {tuple(outcome.values())[:5] for outcome in json.loads(text)["outcomes"]} == {
        (school, "till", "secret-handshake", "known", "verified") for school in ("greenfield", "riverside")
    }


def in_every_format(run: Run, folder: Path, *arguments: str) -> int:
    """The exit code of a plan, whose report names the fact in every format."""
    code, _ = run("plan", *arguments, *(f"--format={form}=report.{form}" for form in OF_PLANS.formats))
    for form in OF_PLANS.formats:
        text = (folder / f"report.{form}").read_text(encoding="utf-8")
        assert "secret handshake" in text.casefold() or "secret-handshake" in text, (form, text)
    return code
