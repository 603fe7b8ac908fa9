"""`reconciler doctor --ci`: what a job needs, without a network."""

from __future__ import annotations

import json
import os
import re
from typing import TYPE_CHECKING

import jsonschema_rs
import pytest

from reconciler.manifest.schema.check import schema_text
from tests.cli.world import EXAMPLES, PASSWORD, quoted
from tests.repository import repository

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler
    from tests.repository import Repository

IN_A_JOB = ("CI_RUNNER_VERSION", "AGENT_VERSION", "RUNNER_ENVIRONMENT", "CI_DEFAULT_BRANCH")
AZURE = ".azure/azure-pipelines-drift.yml"
CHECKED = ("secrets", "record", "branches", "places", "git", "python", "runner")
SOURCE = ("--source", "acme/reconciler", "--revision", "5f0c3a1b" * 5)
GITHUB = ".github/workflows/reconciler-drift.yml"


@pytest.fixture
def made(workspace: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """The small world in a clone whose remote begins with `main`; with no file of CI yet, and outside of any job."""
    for variable in IN_A_JOB:
        monkeypatch.delenv(variable, raising=False)
    clone = repository(workspace)
    clone.git("update-ref", "refs/remotes/origin/main", clone.commit())
    clone.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
    return clone


def states(text: str) -> dict[str, str]:
    """{what was checked: its state}."""
    rows = re.findall(r"^  (\w+) +(fine|wrong|not clear|not reached)\b", text, re.MULTILINE)
    return dict(rows)


def test_all_is_fine_without_asking_anything(
    made: Repository, sandbox: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As at the end of setting up."""
    assert reconciler("init", "--ci", "github", *SOURCE, "--approver", "@a", "--password-approver", "@b").code == 0
    made.write("passwords.env", f"ACCESS_PASSWORD={quoted(PASSWORD)}\n")
    assert reconciler("plan", "--record", "snapshot.json").code == 0
    asked = len(sandbox.access_log())
    monkeypatch.setenv("CI_RUNNER_VERSION", "17.5.0")
    done = reconciler("doctor", "--ci", "--env-file", "passwords.env", "--against", "snapshot.json")
    assert done.code == 0, done.out
    assert states(done.out) == dict.fromkeys(CHECKED, "fine")
    assert "GitLab Runner 17.5.0" in done.out
    assert len(sandbox.access_log()) == asked
    told = reconciler("doctor", "--ci", "--env-file", "passwords.env", "--against", "snapshot.json", "--format", "json")
    document = json.loads(told.out)
    assert jsonschema_rs.validator_for(json.loads(schema_text("check-ups"))).is_valid(document)
    assert {result["step"]: result["verdict"] for result in document["job"]} == states(done.out)


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize(
    ("lines", "code", "words"),
    [
        ("ACESS_PASSWORD=x\n", 1, "Add to the secret: ACCESS_PASSWORD (there is ACESS_PASSWORD)."),
        ("access_password=x\n", 1, "Add to the secret: ACCESS_PASSWORD (there is access_password)."),
        ("OTHER=x\n", 1, "Add to the secret: ACCESS_PASSWORD.\n"),
        ("ACCESS_PASSWORD=\n", 1, "1 of 1 name missing"),
        ("ACCESS_PASSWORD=x\nOLD_SUPPLIER=y\n", 4, "1 name with a value; not used: OLD_SUPPLIER"),
        ("ACCESS_PASSWORD=x\n", 4, "1 name with a value\n"),
    ],
)
def test_names_that_are_missing_or_unused_are_told(
    lines: str, code: int, words: str, workspace: Path, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the near one. The last has no CI file yet, so that is not clear."""
    monkeypatch.delenv("ACCESS_PASSWORD")
    (workspace / "passwords.env").write_text(lines, encoding="utf-8")
    done = reconciler("doctor", "--ci", "--env-file", "passwords.env")
    assert done.code == code
    assert words in done.out


@pytest.mark.usefixtures("made")
def test_without_a_file_the_names_to_set_are_told(reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk need not have the passwords."""
    monkeypatch.delenv("ACCESS_PASSWORD")
    done = reconciler("doctor", "--ci")
    assert done.code == 4
    assert "The secret needs ACCESS_PASSWORD. Give its lines with --env-file." in done.out


@pytest.mark.parametrize(
    ("file", "text", "state", "words"),
    [
        (GITHUB, "on: {push: {branches: [master]}}\n# reconciler", "wrong", f"{GITHUB}: it only names master"),
        (GITHUB, "on: {push: {branches: [main, 'release/*']}}\n# reconciler", "fine", "1 CI file, for main"),
        (GITHUB, "on: {push: {branches-ignore: ['m*']}}\n# reconciler", "wrong", "it leaves out m*"),
        (GITHUB, "on: [pull_request]\n# reconciler", "fine", "for main"),
        (GITHUB, "on: {push: {branches: [master]}}\n", "not clear", "no CI file here calls reconciler"),
        (GITHUB, "on: [\n# reconciler", "wrong", "it is not YAML"),
        (AZURE, "schedules: [{branches: {include: [master]}}]\n# reconciler", "wrong", "master"),
        (AZURE, "pr: {branches: {exclude: [old]}}\n# reconciler", "fine", "for main"),
        (".gitlab-ci.yml", "a: {rules: [{if: $CI_COMMIT_BRANCH == 'dev'}]}\n# reconciler", "wrong", "it names dev"),
    ],
)
def test_branches_that_ci_files_name_are_compared_with_the_default_one(
    file: str, text: str, state: str, words: str, made: Repository, reconciler: Reconciler
) -> None:
    """A schedule or review of another branch never runs."""
    made.write(file, text)
    done = reconciler("doctor", "--ci")
    assert states(done.out)["branches"] == state
    assert words in done.out


@pytest.mark.parametrize("system", ["github", "gitlab", "azure"])
def test_the_examples_for_ci_fit(system: str, made: Repository, reconciler: Reconciler) -> None:
    """As they are copied."""
    for file in (EXAMPLES / "ci" / system).glob("*.yml"):
        place = f".github/workflows/{file.name}" if system == "github" else f".azure/{file.name}"
        made.write(place, file.read_text(encoding="utf-8"))
    for file in (EXAMPLES / "ci" / system).glob(".*.yml"):
        made.write(file.name, file.read_text(encoding="utf-8"))
    assert states(reconciler("doctor", "--ci").out)["branches"] == "fine"


def test_places_that_are_not_filled_in_are_told(made: Repository, reconciler: Reconciler) -> None:
    """Of an example that was copied: the program's commit is wrong; an approver without a name is not clear yet."""
    made.write(GITHUB, (EXAMPLES / "ci/github/reconciler-drift.yml").read_text(encoding="utf-8"))
    done = reconciler("doctor", "--ci")
    assert states(done.out)["places"] == "wrong"
    assert f"not filled in: {GITHUB}: OWNER/bromcom-reconciler, {GITHUB}: {'0' * 40}\n" in done.out
    made.write(".github/CODEOWNERS", (EXAMPLES / "ci/github/CODEOWNERS").read_text(encoding="utf-8"))
    assert ".github/CODEOWNERS: @OWNER/mis-managers\n" in reconciler("doctor", "--ci").out
    for file in (GITHUB, ".github/CODEOWNERS"):
        (made.folder / file).unlink()
    assert reconciler("init", "--ci", "github", *SOURCE).code == 0
    done = reconciler("doctor", "--ci")
    assert states(done.out)["places"] == "not clear"
    assert "5 lines without a name" in done.out


def test_a_default_branch_that_is_not_known_is_not_clear(made: Repository, reconciler: Reconciler) -> None:
    """As in a job's own checkout."""
    made.git("symbolic-ref", "--delete", "refs/remotes/origin/HEAD")
    made.write(GITHUB, "on: {push: {branches: [master]}}\n# reconciler")
    done = reconciler("doctor", "--ci")
    assert states(done.out)["branches"] == "not clear"
    assert "`git remote set-head origin --auto`" in done.out


@pytest.mark.usefixtures("made")
def test_an_old_record_is_wrong(workspace: Path, reconciler: Reconciler) -> None:
    """And one that cannot be read."""
    assert reconciler("plan", "--record", "snapshot.json").code == 0
    text = (workspace / "snapshot.json").read_text(encoding="utf-8")
    old = re.sub(r'("recorded": ")\d{4}', r"\g<1>2020", text, count=1)
    assert old != text
    (workspace / "old.json").write_text(old, encoding="utf-8")
    for name, state, words in (("snapshot", "fine", "0 hours ago"), ("old", "wrong", "2020-"), ("gone", "wrong", "")):
        done = reconciler("doctor", "--ci", "--against", f"{name}.json")
        assert states(done.out)["record"] == state
        assert words in done.out


@pytest.mark.usefixtures("made")
@pytest.mark.skipif(os.name == "nt", reason="Windows needs its PATH to start anything")
def test_a_machine_without_git_is_wrong(reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch) -> None:
    """A review needs it."""
    monkeypatch.setenv("PATH", "/nowhere")
    done = reconciler("doctor", "--ci")
    assert done.code == 1
    assert states(done.out)["git"] == "wrong"


@pytest.mark.usefixtures("made")
def test_it_takes_no_address(reconciler: Reconciler) -> None:
    """It is about the whole workspace."""
    assert reconciler("doctor", "--ci", "greenfield/groupcall").code == 64
