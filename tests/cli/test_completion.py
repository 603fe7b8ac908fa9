"""Shells complete what a workspace and its repository have: in PowerShell by a protocol of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.shell_completion import ShellComplete

from reconciler.cli.main import cli
from tests.cli.world import run
from tests.repository import repository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Reconciler
    from tests.conftest import Golden

ADDRESSES = ["greenfield/groupcall", "greenfield/till"]
FORMATS = ["github", "html", "json", "junit", "markdown", "sarif", "text"]


@pytest.mark.parametrize(
    ("words", "incomplete", "offered"),
    [
        (["attest"], "green", ["greenfield", *ADDRESSES]),
        (["explain"], "greenfield/", ADDRESSES),
        (["doctor"], "river", ["riverside", "riverside/groupcall", "riverside/till"]),
        (["plan", "--format"], "", FORMATS),
        (["validate", "--format"], "js", ["json"]),
        (["plan", "--base"], "", ["main", "origin/main", "v1"]),
        (["drift", "--applied"], "v", ["v1"]),
        (["apply", "--accept"], "", ["revoke", "revoke/greenfield", "revoke/riverside", "widenConsent"]),
        (["runbook", "plan.json", "--format"], "m", ["markdown"]),
        (["completion"], "p", ["powershell"]),
        (["help"], "at", []),
    ],
)
def test_what_is_offered(words: list[str], incomplete: str, offered: list[str], workspace: Path) -> None:
    """Addresses, formats, revisions and limits, each where they are typed."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    limits = "spec:\n  limits: {revoke: {count: 3, perSchool: {count: 1}}}\n"
    manifest.write_text(text.replace("spec:\n", limits, 1), encoding="utf-8")
    made = repository(workspace)
    made.git("update-ref", "refs/remotes/origin/main", made.commit())
    made.git("tag", "v1")
    found = ShellComplete(cli, {}, "reconciler", "_X").get_completions(words, incomplete)
    assert [item.value for item in found] == offered


def test_without_a_repository_no_revision_is_offered(workspace: Path) -> None:
    """And nothing is said of it."""
    assert ShellComplete(cli, {}, "reconciler", "_X").get_completions(["plan", "--base"], "") == []


def test_the_script_for_powershell(reconciler: Reconciler, golden: Golden) -> None:
    """As it is put into a profile."""
    done = reconciler("completion", "powershell")
    assert (done.code, done.err) == (0, "")
    golden("completion.ps1", done.out)


@pytest.mark.parametrize(
    ("words", "incomplete", "answer"),
    [
        ("", "pl", "plan\tShow what must change for Bromcom to match the manifests.\n"),
        ("plan\n--school", "g", "greenfield\t\n"),
        ("plan\n--supplier", "t", "till\ttill\n"),
        ("-C\n.\nattest", "greenfield/t", "greenfield/till\ttill\n"),
        ("plan\n--output", "r", ""),
        ("plan\n--school", "nothing", ""),
    ],
)
def test_the_protocol_of_powershell(words: str, incomplete: str, answer: str, workspace: Path) -> None:
    """The words go over in the environment, one a line; a value and its help come back on each line."""
    asked = {"_RECONCILER_COMPLETE": "powershell_complete", "COMP_WORDS": words, "COMP_INCOMPLETE": incomplete}
    done = run([], workspace, **asked)
    assert (done.code, done.out.strip("\n"), done.err) == (0, answer.strip("\n"), "")
