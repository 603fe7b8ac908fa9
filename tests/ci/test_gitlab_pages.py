"""GitLab publishes the pages only where it says that the project's Pages are private, and access control is on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.ci.forge_server import PAGES_TOKEN, ForgeServer
from tests.ci.gitlab_issues import FOREIGN_TOKEN
from tests.ci.script import run_script
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    import subprocess

SCRIPT: Final = REPOSITORY / "examples" / "ci" / "gitlab" / "pages_access.py"
_UNSAID: Final = "The Pages of this project are not said to be private."


def check(project: Any, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the script as its job does, on gitlab.com, with a GitLab that says this of the project."""
    system = {each: os.environ[each] for each in ("SYSTEMROOT", "TEMP", "PATH") if each in os.environ}
    with ForgeServer() as forge:
        forge.project = project
        usual = {"CI_API_V4_URL": forge.url, "CI_PROJECT_ID": "5", "CI_SERVER_HOST": "gitlab.com"}
        return run_script(SCRIPT, environment={**system, **usual, "RECONCILER_PAGES_TOKEN": PAGES_TOKEN, **variables})


def test_private_pages_may_be_published() -> None:
    """And elsewhere than on gitlab.com if a person has said that its Pages are under access control."""
    elsewhere = {"CI_SERVER_HOST": "git.school.example", "PAGES_ACCESS_CONTROL": "yes"}
    for variables in ({}, elsewhere):
        done = check({"visibility": "private", "pages_access_level": "private"}, **variables)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("project", "variables", "cause"),
    [
        pytest.param({"pages_access_level": "public"}, {}, "are 'public', not 'private'", id="public"),
        pytest.param({"pages_access_level": "enabled"}, {}, "are 'enabled', not 'private'", id="enabled"),
        pytest.param({"pages_access_level": "disabled"}, {}, "are 'disabled', not 'private'", id="disabled"),
        pytest.param({"visibility": "private"}, {}, _UNSAID, id="not said"),
        pytest.param({"pages_access_level": None}, {}, _UNSAID, id="nothing said"),
        pytest.param({"pages_access_level": ["private"]}, {}, "not 'private'", id="a list"),
        pytest.param([], {}, _UNSAID, id="another answer"),
        pytest.param({}, {"RECONCILER_PAGES_TOKEN": ""}, "has no RECONCILER_PAGES_TOKEN", id="no token"),
        pytest.param({}, {"RECONCILER_PAGES_TOKEN": "wrong"}, "was answered with 401", id="a wrong token"),
        pytest.param({}, {"RECONCILER_PAGES_TOKEN": FOREIGN_TOKEN}, "with the role Reporter", id="another's token"),
    ],
)
def test_whatever_is_not_known_to_be_private_is_not_published(
    project: Any, variables: dict[str, str], cause: str
) -> None:
    """The job says why in one line, and what to do."""
    done = check(project, **variables)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("The pages were not published. ")
    assert cause in line
    assert "Settings > General > Visibility" in line or "RECONCILER_PAGES_TOKEN must be" in line


def test_private_pages_of_a_gitlab_without_access_control_are_not_published() -> None:
    """There everyone can read them, and its API says `private` all the same."""
    done = check({"pages_access_level": "private"}, CI_SERVER_HOST="git.school.example")
    assert done.returncode == 1
    assert "set PAGES_ACCESS_CONTROL to yes" in done.stderr
