"""`reconciler validate`: right or not, with every problem, for people and for programs, without a network."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.cli.world import EXAMPLES, SCHOOLS, run

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler


def spoil(workspace: Path, before: str, after: str) -> None:
    """Change a manifest of the small world."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    assert before in text
    manifest.write_text(text.replace(before, after), encoding="utf-8")


@pytest.mark.parametrize(
    ("example", "told"),
    [
        ("trust", "Valid: 6 schools, 8 suppliers, 26 accesses."),
        ("one-school", "Valid: 1 school, 2 suppliers, 2 accesses."),
    ],
)
def test_the_examples_are_valid(example: str, told: str, reconciler: Reconciler) -> None:
    """Counted on stdout, 0; nothing to say with --quiet."""
    done = reconciler("validate", "-C", EXAMPLES / example)
    assert (done.code, done.out) == (0, f"{told}\n")
    assert reconciler("validate", "-C", EXAMPLES / example, "--quiet", "--strict").out == ""


def test_every_problem_is_told_with_its_place_and_a_way_out(
    sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """On stdout, since they are what was asked for; 1; and nothing was asked of any service."""
    spoil(workspace, "Attendances, Staff, Students", "Attendancs, Staff, Students, staff")
    spoil(workspace, "schoolId: 12346", "schoolId: many")
    done = reconciler("validate")
    assert (done.code, done.err) == (1, "")
    assert "reconciler.yaml:" in done.out
    assert "many" in done.out
    assert "^\n" in done.out
    assert done.out.splitlines()[-1].startswith("Not valid: ")
    assert sandbox.access_log() == []


def test_problems_as_json_hold_the_same(workspace: Path, reconciler: Reconciler) -> None:
    """A list for programs, empty where all is well; the exit code is the same."""
    done = reconciler("validate", "--format", "json")
    assert (done.code, json.loads(done.out)) == (0, [])
    spoil(workspace, "Attendances, Staff", "Attendancs, Staff")
    done = reconciler("validate", "--format", "json")
    (problem,) = json.loads(done.out)
    assert done.code == 1
    assert problem["rule"] == "unknown-entity"
    assert problem["severity"] == "error"
    assert (problem["file"], problem["line"] > 0, problem["column"] > 0) == ("reconciler.yaml", True, True)
    assert "Attendances" in problem["hint"]


def test_a_warning_is_an_error_only_with_strict(workspace: Path, reconciler: Reconciler) -> None:
    """0 without, 1 with; the warning is shown either way."""
    spoil(workspace, "Attendances, Staff", "Frobnications, Staff")
    plain, strict = reconciler("validate"), reconciler("validate", "--strict")
    assert (plain.code, strict.code) == (0, 1)
    for done in (plain, strict):
        assert "warning" in done.out
        assert "Frobnications" in done.out
    assert plain.out.splitlines()[-1].startswith("Valid: 2 schools")
    assert strict.out.splitlines()[-1] == "Not valid: 1 problem to correct."


@pytest.mark.parametrize("verb", ["plan", "drift"])
def test_a_plan_of_manifests_that_are_wrong_is_refused_before_anything_is_asked(
    verb: str, sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """1, all problems on stderr, no report that could be taken for one."""
    spoil(workspace, "Attendances, Staff", "Attendancs, Staff")
    done = reconciler(verb, "--format", "json=plan.json")
    assert (done.code, done.out) == (1, "")
    assert "Did you mean `Attendances`?" in done.err
    assert "Nothing was done: 1 problem in the manifests." in done.err
    assert sandbox.access_log() == []
    assert not (workspace / "plan.json").exists()


def test_a_manifest_cannot_steer_a_terminal(workspace: Path, reconciler: Reconciler) -> None:
    """Manifests come from colleagues' branches; their control characters are shown as numbers."""
    spoil(workspace, "Attendances, Staff", '"\\e[2J\\u202eoops", Staff')
    for done in (reconciler("validate"), reconciler("plan")):
        assert "\x1b" not in done.out + done.err
        assert "\u202e" not in done.out + done.err


def test_a_plain_password_is_refused_and_not_repeated(workspace: Path, reconciler: Reconciler) -> None:
    """Wherever the problem is told."""
    spoil(workspace, "password: {env: ACCESS_PASSWORD}", "password: zq7Kx-9vTj")
    for arguments in (("validate",), ("validate", "--format", "json"), ("plan",)):
        done = reconciler(*arguments)
        assert done.code == 1
        assert "zq7Kx" not in done.out + done.err
        assert "9vTj" not in done.out + done.err


def test_validate_as_a_process_needs_no_password_and_no_service(workspace: Path, sandbox: SandboxServer) -> None:
    """Nor a writable folder: it leaves everything as it is."""
    before = {file: file.read_bytes() for file in workspace.rglob("*")}
    done = run(["validate"], workspace, ACCESS_PASSWORD="")
    assert (done.code, done.err) == (0, "")
    assert {file: file.read_bytes() for file in workspace.rglob("*")} == before
    assert sandbox.access_log() == []
    assert len(sandbox.schools()) == len(SCHOOLS)
