"""Which run's snapshot is trusted: none that a pull request, a fork, a tag or another workflow can have made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.ci.commands import read_commands

if TYPE_CHECKING:
    from tests.ci.conftest import Step, Stepped
    from tests.ci.github_server import GitHubServer

pytestmark = pytest.mark.rehearsal

FILE, ARTIFACT = "reconciler-drift.yml", "reconciler-snapshot-default"


def find(step: Step, github: GitHubServer, **changed: str) -> Stepped:
    """Look for it with a token that the workflow's job has."""
    token = github.token(actions="read", contents="read")
    return step("find-run", **{"WORKFLOW": FILE, "ARTIFACT": ARTIFACT, "GITHUB_TOKEN": token, **changed})


def test_the_newest_nightly_run_is_found(step: Step, github: GitHubServer) -> None:
    """Of two good nights it is the last; one of an older commit of the branch counts as well."""
    github.hub.artifact(github.hub.run(), ARTIFACT)
    last = github.hub.run(head_sha="c1")
    github.hub.artifact(last, ARTIFACT)
    assert find(step, github).outputs["run"] == str(last)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"event": "pull_request"}, id="a pull request's"),
        pytest.param({"event": "push"}, id="a push's"),
        pytest.param({"path": ".github/workflows/other.yml"}, id="another workflow's"),
        pytest.param({"path": ".github/workflows/x/reconciler-drift.yml"}, id="another folder's"),
        pytest.param({"head_repository": {"id": 2, "full_name": "stranger/access"}}, id="a fork's"),
        pytest.param({"head_repository": None}, id="a deleted fork's"),
        pytest.param({"head_sha": "rewritten"}, id="a commit that the repository does not have any more"),
        pytest.param({"head_sha": "evil"}, id="a tag's of the branch's name"),
        pytest.param({"event": "workflow_dispatch", "head_sha": "c1"}, id="by hand, maybe a tag's at an old commit"),
        pytest.param({"head_sha": "c3"}, id="a commit that the branch does not have yet"),
        pytest.param({"head_branch": "feature"}, id="another branch's"),
        pytest.param({"conclusion": "failure"}, id="one that failed"),
    ],
)
def test_a_run_that_proves_nothing_is_passed_over(step: Step, github: GitHubServer, changed: dict[str, Any]) -> None:
    """However new it is: the older one that can be trusted is taken."""
    github.hub.histories["c3"] = ["c3", "c2", "c1"]
    good = github.hub.run()
    github.hub.artifact(good, ARTIFACT)
    github.hub.artifact(github.hub.run(**changed), ARTIFACT)
    assert find(step, github).outputs["run"] == str(good)


def test_an_artifact_that_expired_or_is_another_is_passed_over(step: Step, github: GitHubServer) -> None:
    """GitHub lists what has expired too, and it cannot be downloaded."""
    good = github.hub.run()
    github.hub.artifact(good, ARTIFACT)
    github.hub.artifact(github.hub.run(), ARTIFACT, expired=True)
    github.hub.artifact(github.hub.run(), "reconciler-snapshot-other")
    assert find(step, github).outputs["run"] == str(good)


def test_many_runs_before_it_do_not_hide_it(step: Step, github: GitHubServer) -> None:
    """Somebody may start a hundred runs by hand on a tag: the search goes on to the next page."""
    good = github.hub.run()
    github.hub.artifact(good, ARTIFACT)
    for _ in range(120):
        github.hub.run(event="push")
    assert find(step, github).outputs["run"] == str(good)


def test_where_there_is_none_the_run_goes_on_and_says_so(step: Step, github: GitHubServer) -> None:
    """Before the first night there is no run at all; that is a notice, and no failure."""
    done = find(step, github)
    assert (done.code, done.outputs["run"]) == (0, "")
    assert [command.name for command in read_commands(done.log)] == ["notice"]


@pytest.mark.parametrize(
    ("runs", "artifacts", "cause"),
    [
        ([], {}, "the workflow reconciler-drift.yml has not run on main yet"),
        ([{"event": "push"}], {}, "has not yet run on schedule"),
        ([{"event": "workflow_dispatch"}], {ARTIFACT: {}}, "has run only by hand"),
        ([{}], {ARTIFACT: {"expired": True}}, "the last nightly record has expired"),
        ([{}], {"reconciler-snapshot-upper-school": {}}, "a record for the key `upper-school`, not for `default`"),
        ([{}], {}, "no night has left one"),
    ],
)
def test_why_there_is_none_is_said(
    step: Step, github: GitHubServer, runs: list[dict[str, Any]], artifacts: dict[str, dict[str, Any]], cause: str
) -> None:
    """Each cause by its name, with what to do; and that a review has no passwords by design."""
    for run in runs:
        identity = github.hub.run(**run)
        for name, changed in artifacts.items():
            github.hub.artifact(identity, name, **changed)
    done = find(step, github)
    assert (done.code, done.outputs["run"]) == (0, "")
    assert cause in done.outputs["remark"]
    assert "by design, a review has no passwords" in done.outputs["remark"]


def test_a_failed_run_counts_where_any_end_does(step: Step, github: GitHubServer) -> None:
    """What was told last is kept by a run that failed too."""
    failed = github.hub.run(conclusion="failure")
    github.hub.artifact(failed, ARTIFACT)
    assert find(step, github, ANY_END="true").outputs["run"] == str(failed)


def test_a_token_without_permission_is_an_error_that_names_it(step: Step, github: GitHubServer) -> None:
    """Not finding anything for want of a permission would look like a first night for ever."""
    done = find(step, github, GITHUB_TOKEN=github.token(contents="read"))
    assert done.code == 1
    assert "actions: read" in done.log


def test_a_workflow_is_named_by_its_file_alone(step: Step, github: GitHubServer) -> None:
    """A name that leads elsewhere in GitHub's interface is refused."""
    assert find(step, github, WORKFLOW="../../issues?x=a.yml").code == 1
    assert not github.calls
