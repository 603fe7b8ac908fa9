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
        *(pytest.param({"public": value}, _UNCLEAR, id=f"{value!r}") for value in (None, 0, "", "false", [])),
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
def test_a_token_that_may_not_ask_publishes_nothing(
    step: Step, github: GitHubServer, pages: Any, status: int
) -> None:
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
