"""Pages are published only where GitHub itself says that they are private."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest
import yaml

from tests.ci.commands import read_commands
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from tests.ci.conftest import Step
    from tests.ci.github_server import GitHubServer

_LIKE_NO: Final[tuple[Any, ...]] = (None, 0, "", "false", [])
_UNCLEAR: Final = "GitHub does not say if this repository's Pages are private."


def test_private_pages_may_be_published(step: Step, github: GitHubServer) -> None:
    """GitHub says that they are not public, and nothing needs to be said."""
    github.hub.pages = {"public": False, "build_type": "workflow"}
    done = step("private-pages", GITHUB_TOKEN=github.token(pages="read"))
    assert (done.code, done.outputs) == (0, {"private": "true"})
    assert not done.log


@pytest.mark.parametrize(
    ("pages", "cause"),
    [
        pytest.param({"public": True}, "Everyone on the internet can read this repository's Pages.", id="public"),
        pytest.param(None, "This repository has no Pages, or the job may not see them", id="none"),
        pytest.param({"build_type": "workflow"}, _UNCLEAR, id="not said"),
        *(pytest.param({"public": value}, _UNCLEAR, id=f"{value!r}") for value in _LIKE_NO),
        pytest.param([], _UNCLEAR, id="another answer"),
    ],
)
def test_whatever_is_not_known_to_be_private_is_not_published(
    step: Step, github: GitHubServer, pages: Any, cause: str
) -> None:
    """Nothing that is merely like a no counts as one. The run's page and its log say why, and what to do."""
    github.hub.pages = pages
    done = step("private-pages", GITHUB_TOKEN=github.token(pages="write"))
    assert (done.code, done.outputs) == (0, {"private": "false"})
    (warning,) = read_commands(done.log)
    assert warning.message.startswith(cause)
    assert "your plan has no private Pages" in warning.message
    assert warning.message in done.summary


@pytest.mark.parametrize(("pages", "status"), [(None, 403), ({"public": False}, 403), ({"public": False}, 401)])
def test_a_token_that_may_not_ask_publishes_nothing(step: Step, github: GitHubServer, pages: Any, status: int) -> None:
    """It could not be asked, so it is not known; the message names what the answer was."""
    github.hub.pages = pages
    token = github.token(contents="read") if status == 403 else "ghs_gone"
    done = step("private-pages", GITHUB_TOKEN=token)
    assert (done.code, done.outputs) == (0, {"private": "false"})
    (warning,) = read_commands(done.log)
    assert f"was answered with {status}" in warning.message


def test_the_check_is_the_last_step_before_the_deployment() -> None:
    """In the job that publishes, whose every other step is before it; the deployment depends on its yes alone."""
    workflow = yaml.safe_load((REPOSITORY / ".github" / "workflows" / "site.yml").read_text(encoding="utf-8"))
    *_, check, deployment = workflow["jobs"]["publish"]["steps"]
    assert check["uses"] == "$/.github/actions/private-pages"
    assert deployment["uses"].startswith("actions/deploy-pages@")
    assert deployment["if"] == f"steps.{check['id']}.outputs.private == 'true'"
    assert not {"continue-on-error", "if"} & check.keys()


def test_the_job_in_the_example_is_what_the_workflow_takes() -> None:
    """GitHub refuses a caller whose job does not grant what each job of the workflow asks for. It is a comment until
    somebody wants it: then the `# ` of its lines goes."""
    example = (REPOSITORY / "examples" / "ci" / "github" / "reconciler-drift.yml").read_text(encoding="utf-8")
    assert list(yaml.safe_load(example)["jobs"]) == ["access"]
    head, comment, lines = example.partition("  # pages:\n")
    lines = "".join(line.replace("  # ", "  ", 1) for line in f"{comment}{lines}".splitlines(keepends=True))
    job = yaml.safe_load(head + lines)["jobs"]["pages"]
    called = yaml.safe_load((REPOSITORY / ".github" / "workflows" / "site.yml").read_text(encoding="utf-8"))
    asked = {name: level for each in called["jobs"].values() for name, level in each["permissions"].items()}
    assert job["permissions"] == asked
    inputs = called[True]["workflow_call"]["inputs"]  # YAML reads `on` as a yes
    assert {name for name, each in inputs.items() if each.get("required")} <= job["with"].keys() <= inputs.keys()
    assert job["needs"] == "access"
    assert job["uses"].partition("@")[0] == "OWNER/bromcom-reconciler/.github/workflows/site.yml"
