"""Reports on what is wrong in manifests, as CI systems ask for them: several at once, each where it belongs."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from tests.cli.test_validate import spoil
from tests.report.runners import github_commands
from tests.repository import repository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Reconciler


@pytest.fixture
def wrong(workspace: Path) -> Path:
    """A workspace with a mistyped entity."""
    spoil(workspace, "Attendances, Staff", "Attendancs, Staff")
    return workspace


@pytest.mark.parametrize("verb", ["validate", "lint"])
def test_several_reports_at_once(verb: str, wrong: Path, reconciler: Reconciler) -> None:
    """Each in its file, one to stdout, and the exit code of any other run."""
    formats = ["--format=sarif=report.sarif", "--format=markdown=report.md", "--format=json=report.json"]
    done = reconciler(verb, *formats, "--format=github")
    assert done.code == 1
    (command,) = (each for each in github_commands(done.out) if each.name == "error")
    assert command.properties["title"] == "unknown-entity"
    assert command.properties["file"] == "reconciler.yaml"
    sarif = json.loads((wrong / "report.sarif").read_text(encoding="utf-8"))
    assert "unknown-entity" in {result["ruleId"] for result in sarif["runs"][0]["results"]}
    assert (wrong / "report.md").read_text(encoding="utf-8").startswith("### The manifests have errors\n")
    assert "unknown-entity" in {
        each["rule"] for each in json.loads((wrong / "report.json").read_text(encoding="utf-8"))
    }


def test_a_file_is_named_from_the_top_of_its_repository(wrong: Path, reconciler: Reconciler) -> None:
    """The workspace is a folder of the repository, or one in a worktree of it, whose `.git` is a file."""
    (wrong.parent / ".git").write_text("gitdir: elsewhere\n", encoding="utf-8")
    done = reconciler("validate", "--format=sarif", "--format=github=annotations.txt")
    (result,) = json.loads(done.out)["runs"][0]["results"]
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "workspace/reconciler.yaml"
    (command,) = github_commands((wrong / "annotations.txt").read_text(encoding="utf-8"))
    assert command.properties["file"] == "workspace/reconciler.yaml"


def test_a_workspace_that_is_a_repository_needs_no_folder(wrong: Path, reconciler: Reconciler) -> None:
    """The names in it are those of the repository."""
    repository(wrong)
    done = reconciler("validate", "--format", "github")
    assert github_commands(done.out)[0].properties["file"] == "reconciler.yaml"


def test_the_page_of_a_job_is_added_to(
    wrong: Path, reconciler: Reconciler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where GitHub Actions has one and annotations are asked for; other steps have written there."""
    page = tmp_path / "summary.md"
    page.write_text("from another step\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))
    assert reconciler("validate").code == 1
    assert page.read_text(encoding="utf-8") == "from another step\n"
    assert reconciler("validate", "--format", "github").code == 1
    assert page.read_text(encoding="utf-8").startswith("from another step\n### The manifests have errors\n")


def test_a_report_that_cannot_be_written_fails_and_costs_no_other(
    workspace: Path, reconciler: Reconciler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does a job's page: right manifests end with 1 all the same, since what was asked for is not there."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    (workspace / "file").write_text("", encoding="utf-8")
    done = reconciler("validate", "--format", "markdown=file/report.md", "--format", "github", "--format=json=ok.json")
    assert done.code == 1
    assert "report.md was not written" in done.err
    assert "the job's summary, was not written" in done.err
    assert json.loads((workspace / "ok.json").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("formats", "said"),
    [
        (["junit"], "There is no format 'junit'. Choose from text, json, markdown, sarif, github."),
        (["json", "text"], "Only one report can go to stdout"),
        (["json=a", "sarif=a"], "is named twice"),
        (["json=reconciler.yaml"], "would be read as a manifest of this workspace"),
        (["json="], "names no file"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    formats: list[str], said: str, workspace: Path, reconciler: Reconciler
) -> None:
    """Before anything is read or written."""
    before = (workspace / "reconciler.yaml").read_bytes()
    done = reconciler("validate", *(f"--format={each}" for each in formats))
    assert (done.code, done.out) == (64, "")
    assert said in " ".join(done.err.split())
    assert (workspace / "reconciler.yaml").read_bytes() == before


def test_a_manifest_speaks_to_no_runner(workspace: Path, reconciler: Reconciler) -> None:
    """A line of it that is quoted, and the name of its file, are read for commands on a CI machine."""
    hostile = "::add-mask::x: ##[add-mask]y\n::stop-commands::z: [\n"
    name = "::error::.yaml" if os.name == "posix" else "error.yaml"
    (workspace / name).write_text(hostile, encoding="utf-8")
    for form in ("text", "json", "markdown", "sarif"):
        done = reconciler("validate", "--format", form)
        assert done.code == 1
        assert github_commands(done.out + done.err) == []
    plan = reconciler("plan")
    assert plan.code == 1
    assert github_commands(plan.out + plan.err) == []
