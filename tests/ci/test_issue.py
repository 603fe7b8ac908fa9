"""One issue for drift, over many nights."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.ci.github_server import Trouble

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any, Protocol

    from tests.ci.conftest import Step, Stepped
    from tests.ci.github_server import GitHubServer

    class Night(Protocol):
        """`night(STATE, FINGERPRINT, TEXT)`: what a night's run found, and what the step makes of it."""

        def __call__(self, state: str, fingerprint: str = "f1", text: str = "A report.", **changed: str) -> Stepped: ...


pytestmark = pytest.mark.rehearsal


@pytest.fixture
def night(step: Step, github: GitHubServer, tmp_path: Path) -> Night:
    """Nights, one after the other."""

    def run(state: str, fingerprint: str = "f1", text: str = "A report.", **changed: str) -> Stepped:
        reports = tmp_path / "reports"
        reports.mkdir(exist_ok=True)
        (reports / "report.md").write_text(f"{text}\n", encoding="utf-8")
        told = {"REPORTS": str(reports), "STATE": state, "RUN_URL": "https://github.example/runs/1"}
        told["FINGERPRINT"] = fingerprint
        return step("issue", **{**told, "GITHUB_TOKEN": github.token(issues="write"), **changed})

    return run


def issues(github: GitHubServer) -> list[dict[str, Any]]:
    """All issues, the oldest first."""
    return list(github.hub.issues.values())


def said(github: GitHubServer, issue: dict[str, Any]) -> list[str]:
    """The comments on an issue."""
    return [each["body"] for each in github.hub.comments_on(issue["number"])]


def test_drift_opens_an_issue_with_a_label_of_its_own(night: Night, github: GitHubServer) -> None:
    """The first difference opens one; the label is made where the repository has none."""
    assert night("differences").code == 0
    (issue,) = issues(github)
    assert (issue["state"], issue["labels"]) == ("open", ["reconciler-drift"])
    assert issue["body"].endswith("-->\nA report.\n")
    assert list(github.hub.labels) == ["reconciler-drift"]


def test_the_next_nights_change_its_text_and_tell_only_what_is_new(night: Night, github: GitHubServer) -> None:
    """GitHub sends mail for a comment: there is one where what differs changed, and none for the same drift again."""
    night("differences", "f1", "One thing.")
    night("differences", "f1", "One thing, and another day.")
    (issue,) = issues(github)
    assert "another day" in issue["body"]
    assert said(github, issue) == []
    night("differences", "f2", "Two things.")
    assert len(said(github, issue)) == 1
    assert len(issues(github)) == 1


def test_what_is_mended_is_closed_with_a_comment(night: Night, github: GitHubServer) -> None:
    """All in sync again: the issue says so and is closed; the nights after that leave it closed."""
    night("differences")
    night("in-sync", text="All in sync.")
    night("in-sync", text="All in sync.")
    (issue,) = issues(github)
    assert (issue["state"], issue["state_reason"]) == ("closed", "completed")
    assert len(said(github, issue)) == 1
    assert "in sync again" in said(github, issue)[0]


def test_drift_after_that_is_another_story(night: Night, github: GitHubServer) -> None:
    """A new issue is opened: the old one's story has ended."""
    night("differences")
    night("in-sync")
    night("differences", "f2")
    assert [issue["state"] for issue in issues(github)] == ["closed", "open"]


def test_closing_the_issue_by_hand_mends_nothing(night: Night, github: GitHubServer) -> None:
    """It is opened again, and says how a difference is accepted: by a waiver."""
    night("differences")
    (issue,) = issues(github)
    issue["state"] = "closed"
    night("differences")
    assert [each["state"] for each in issues(github)] == ["open"]
    assert "Waiver" in said(github, issue)[0]


def test_work_that_is_left_opens_no_issue_and_closes_one(night: Night, github: GitHubServer) -> None:
    """Nothing moved, and the manifests ask for something: no issue for that. An issue for drift is closed when only
    such work is left, and its comment says so."""
    assert night("pending", ATTENTION="pending").code == 0
    assert issues(github) == []
    night("differences", ATTENTION="needed")
    night("pending", "f2", "What is left.", ATTENTION="pending")
    (issue,) = issues(github)
    assert (issue["state"], issue["body"].endswith("What is left.\n")) == ("closed", True)
    (comment,) = said(github, issue)
    assert comment.startswith("No drift is left. The report lists what the manifests ask for")


@pytest.mark.parametrize("state", ["failed", "manifests-wrong"])
@pytest.mark.parametrize("before", ["open", "none"])
def test_a_night_that_failed_touches_nothing(night: Night, github: GitHubServer, state: str, before: str) -> None:
    """An issue that is open stays as it is, none is opened, and the run's page says why."""
    if before == "open":
        night("differences")
    kept = json.dumps(issues(github))
    asked = len(github.calls)
    done = night(state, "f2", "Something else.")
    assert done.code == 0
    assert json.dumps(issues(github)) == kept
    assert len(github.calls) == asked
    assert "is unchanged" in done.summary


@pytest.mark.parametrize("state", ["incomplete", "in-sync"])
def test_what_an_earlier_night_saw_is_still_told(night: Night, github: GitHubServer, state: str) -> None:
    """A school is down: its difference is in the report with its day, so the issue has tonight's text. It is open, and
    opened again where somebody closed it; nothing is news, so there is no mail."""
    night("differences", "f1", "PersonPhotos")
    night(state, "f1", "PersonPhotos, not seen tonight", ATTENTION="needed")
    (issue,) = issues(github)
    assert (issue["state"], said(github, issue)) == ("open", [])
    assert "not seen tonight" in issue["body"]
    issue["state"] = "closed"
    night(state, "f1", "PersonPhotos, not seen tonight", ATTENTION="needed")
    assert issue["state"] == "open"


def test_what_was_seen_to_be_right_is_told_no_more(night: Night, github: GitHubServer) -> None:
    """It is mended, and another school is down: the issue tells it no more, stays open since not everything was seen,
    and is closed once all was."""
    night("differences", "f1", "PersonPhotos")
    night("incomplete", "f2", "No difference was seen.", ATTENTION="unclear")
    (issue,) = issues(github)
    assert issue["state"] == "open"
    assert "PersonPhotos" not in issue["body"]
    assert len(said(github, issue)) == 1
    night("incomplete", "f3", "Something waits to be attested.", ATTENTION="none")
    assert issue["state"] == "closed"
    assert "Everything is in sync" not in said(github, issue)[-1]


def test_a_place_that_is_dark_for_several_nights_opens_an_issue(night: Night, github: GitHubServer) -> None:
    """By a name of its own; drift that comes later changes the name, and the nights before that open none."""
    night("incomplete", "f0", ATTENTION="unclear")
    assert issues(github) == []
    night("incomplete", "f1", "Not seen for several nights: hilltop.", ATTENTION="unseen")
    (issue,) = issues(github)
    assert issue["title"] == "Bromcom could not be checked for several nights"
    night("differences", "f2", ATTENTION="needed")
    assert issue["title"] == "Bromcom differs from the manifests"
    assert [each["state"] for each in issues(github)] == ["open"]


@pytest.mark.parametrize(
    "mark",
    [
        '<!-- reconciler:drift key="default" state="mended" fingerprint="f1" -->',
        '<!-- reconciler:drift key="default" state="open" fingerprint="f1" text="0" -->',
        '<!-- reconciler:drift key="default" -->',
    ],
)
@pytest.mark.parametrize("state", ["open", "closed"])
def test_a_lie_in_our_issue_is_replaced(night: Night, github: GitHubServer, mark: str, state: str) -> None:
    """Whoever may write to the repository changes its text, its mark and its title: tonight's takes their place, in
    the same issue."""
    night("differences", "f1")
    (issue,) = issues(github)
    issue.update(body=f"{mark}\nAll is well.\n", title="Nothing to see", state=state)
    night("differences", "f1")
    assert issues(github) == [issue]
    assert (issue["state"], issue["title"]) == ("open", "Bromcom differs from the manifests")
    assert "All is well" not in issue["body"]
    assert len(said(github, issue)) == 1


def test_another_workspace_has_an_issue_of_its_own(night: Night, github: GitHubServer) -> None:
    """One repository may hold several; they are told apart in the title too."""
    night("differences", KEY="upper-school")
    night("differences", KEY="lower-school")
    night("in-sync", KEY="lower-school")
    assert [issue["state"] for issue in issues(github)] == ["open", "closed"]
    assert "(upper-school)" in issues(github)[0]["title"]


def test_an_issue_that_somebody_else_wrote_is_not_ours(night: Night, github: GitHubServer) -> None:
    """Whoever may open an issue can write our mark into it; it is let be."""
    night("differences")
    (issue,) = issues(github)
    issue["user"] = {"login": "a-colleague"}
    kept = dict(issue)
    night("in-sync")
    assert issues(github) == [kept]


def test_an_issue_without_its_label_is_still_ours(night: Night, github: GitHubServer) -> None:
    """Somebody sorts issues and takes the label away: no second one is opened, and what is mended closes this one."""
    night("differences")
    (issue,) = issues(github)
    issue["labels"] = []
    night("differences", "f2")
    night("in-sync")
    assert [each["state"] for each in issues(github)] == ["closed"]


def test_two_of_ours_become_one(night: Night, github: GitHubServer) -> None:
    """An answer that was lost may have left two: the newest goes on, and the other is closed as not planned."""
    night("differences")
    (issue,) = issues(github)
    newer = {**issue, "number": github.hub.next()}
    github.hub.issues[newer["number"]] = newer
    night("differences", "f2")
    assert [each["state"] for each in issues(github)] == ["closed", "open"]
    assert issue["state_reason"] == "not_planned"


@pytest.mark.parametrize("done", [True, False], ids=["it-was-made", "it-was-not"])
def test_a_lost_answer_opens_no_second_issue(night: Night, github: GitHubServer, done: bool) -> None:
    """The step looks again before it opens another."""
    night("differences")
    night("in-sync")
    github.troubles.append(Trouble("POST", 504, done=done))
    night("differences")
    assert len(issues(github)) == 2


def test_a_token_that_may_not_write_issues_fails_the_job(night: Night, github: GitHubServer) -> None:
    """Drift that nobody hears of is the worst: this is red, and says which permission is missing."""
    done = night("differences", GITHUB_TOKEN=github.token(issues="read"))
    assert done.code == 1
    assert "permission" in done.log
