"""One comment on a pull request, whatever happens in between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ci.commands import read_commands
from tests.ci.github_server import Trouble

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ci.conftest import Step, Stepped
    from tests.ci.github_server import GitHubServer

pytestmark = pytest.mark.rehearsal

NUMBER = 7
OLD, NEW = "a1" * 20, "b2" * 20


@pytest.fixture
def report(tmp_path: Path, github: GitHubServer) -> Path:
    """A review; pull request 7 is open."""
    github.hub.pulls.add(NUMBER)
    push(github, OLD)
    file = tmp_path / "report.md"
    file.write_text("A review.\n", encoding="utf-8")
    return file


def comment(step: Step, github: GitHubServer, report: Path, **changed: str) -> Stepped:
    """Comment with a token that the workflow's job has."""
    token = github.token(pull_requests="write")
    given = {"REPORT": str(report), "NUMBER": str(NUMBER), "GITHUB_TOKEN": token, "COMMIT": github.hub.heads[NUMBER]}
    return step("comment", **{**given, **changed})


def push(github: GitHubServer, commit: str) -> None:
    """Push a commit: it is the newest of the pull request."""
    github.hub.heads[NUMBER] = commit


def bodies(github: GitHubServer) -> list[str]:
    """The texts of the comments, the oldest first."""
    return [each["body"] for each in github.hub.comments_on(NUMBER)]


def test_the_first_run_comments_and_the_next_one_changes_it(step: Step, github: GitHubServer, report: Path) -> None:
    """There is one comment after two pushes, it has its place and its number, and it says what the second run found."""
    assert comment(step, github, report).code == 0
    (first,) = github.hub.comments_on(NUMBER)
    github.hub.comment(NUMBER, "Looks good.", "a-colleague")
    report.write_text("Another review.\n", encoding="utf-8")
    push(github, NEW)
    assert comment(step, github, report).code == 0
    changed, other = github.hub.comments_on(NUMBER)
    assert changed["id"] == first["id"]
    assert changed["body"].endswith("-->\n> This is about commit `b2b2b2b2b2`.\n\nAnother review.\n")
    assert other["body"] == "Looks good."


def test_a_run_again_with_the_same_review_changes_nothing(step: Step, github: GitHubServer, report: Path) -> None:
    """The same text in the same run is not sent again."""
    comment(step, github, report)
    comment(step, github, report)
    assert not [call for call in github.calls if call.startswith("PATCH")]


def test_more_than_one_of_ours_becomes_one(step: Step, github: GitHubServer, report: Path) -> None:
    """Two runs at once may each have made one: the first stays, with tonight's text, and the others go."""
    comment(step, github, report)
    (kept,) = github.hub.comments_on(NUMBER)
    for _ in range(2):
        github.hub.comment(NUMBER, kept["body"])
    report.write_text("Newer.\n", encoding="utf-8")
    comment(step, github, report)
    (left,) = github.hub.comments_on(NUMBER)
    assert left["id"] == kept["id"]
    assert "Newer." in left["body"]


def test_what_somebody_else_wrote_is_let_be(step: Step, github: GitHubServer, report: Path) -> None:
    """A person's comment that quotes our mark, and one of ours for another workspace, stay as they are."""
    comment(step, github, report, KEY="upper-school")
    (other,) = bodies(github)
    quoted = other.replace("upper-school", "default")
    github.hub.comment(NUMBER, quoted, "a-colleague")
    comment(step, github, report)
    assert len(bodies(github)) == 3
    assert bodies(github)[:2] == [other, quoted]


def test_our_comment_is_found_behind_hundreds_of_others(step: Step, github: GitHubServer, report: Path) -> None:
    """GitHub gives a hundred comments at a time; ours may stand on the third page."""
    for number in range(250):
        github.hub.comment(NUMBER, f"Comment {number}", "a-colleague")
    comment(step, github, report)
    report.write_text("Another review.\n", encoding="utf-8")
    comment(step, github, report)
    assert len(bodies(github)) == 251
    assert "Another review." in bodies(github)[-1]


def test_an_older_commit_does_not_overwrite_the_review_of_the_newest(
    step: Step, github: GitHubServer, report: Path
) -> None:
    """A run that was held up comes last, and its review is of an older push."""
    push(github, NEW)
    comment(step, github, report)
    report.write_text("Of an older push.\n", encoding="utf-8")
    done = comment(step, github, report, COMMIT=OLD)
    assert "Of an older push." not in bodies(github)[0]
    assert "newer commit" in done.log


def test_a_review_of_an_older_commit_says_so_where_there_is_no_other(
    step: Step, github: GitHubServer, report: Path
) -> None:
    """The newest push was not reviewed, or not yet: nobody takes this review for it. The next review puts it right."""
    comment(step, github, report)
    push(github, NEW)
    assert comment(step, github, report, COMMIT=OLD).code == 0
    (body,) = bodies(github)
    assert "about an older commit, `a1a1a1a1a1`. The newest, `b2b2b2b2b2`, has not been reviewed" in body
    comment(step, github, report)
    assert "This is about commit `b2b2b2b2b2`." in bodies(github)[0]


@pytest.mark.parametrize(
    "mark",
    [
        '<!-- reconciler:review key="default" run="999999999999" -->',
        '<!-- reconciler:review key="default" run="abc" -->',
        f'<!-- reconciler:review key="default" commit="{NEW}" -->',
        f'<!-- reconciler:review key="default" commit="{NEW}" text="0123456789abcdef" -->',
        '<!-- reconciler:review key="default" commit="x" text="" run="1" -->',
    ],
)
@pytest.mark.parametrize("commit", [OLD, NEW])
def test_a_lie_in_our_comment_is_replaced(
    step: Step, github: GitHubServer, report: Path, mark: str, commit: str
) -> None:
    """Whoever may write to the repository changes our text and its mark: no run gives way to that, whatever it says of
    itself."""
    comment(step, github, report)
    push(github, NEW)
    github.hub.comments_on(NUMBER)[0]["body"] = f"{mark}\n## Nothing sensitive\n"
    done = comment(step, github, report, COMMIT=commit)
    assert done.code == 0, done.log
    (body,) = bodies(github)
    assert "Nothing sensitive" not in body
    assert "A review." in body


def test_a_changed_text_below_a_true_mark_is_replaced(step: Step, github: GitHubServer, report: Path) -> None:
    """An older run does not leave it for the newest commit's sake: it is not what was written of that."""
    push(github, NEW)
    comment(step, github, report)
    (ours,) = github.hub.comments_on(NUMBER)
    ours["body"] = ours["body"].replace("A review.", "Nothing sensitive.")
    comment(step, github, report, COMMIT=OLD)
    assert "Nothing sensitive" not in bodies(github)[0]


def test_a_text_that_github_keeps_in_its_own_way_is_still_ours(step: Step, github: GitHubServer, report: Path) -> None:
    """Ends of lines and blanks at the end are no change."""
    push(github, NEW)
    comment(step, github, report)
    (ours,) = github.hub.comments_on(NUMBER)
    ours["body"] = ours["body"].rstrip().replace("\n", "\r\n")
    done = comment(step, github, report, COMMIT=OLD)
    assert "newer commit" in done.log


def test_a_number_that_is_none_is_an_error_in_one_line(step: Step, github: GitHubServer, report: Path) -> None:
    """And no traceback."""
    done = comment(step, github, report, NUMBER="7; rm")
    assert done.code == 1
    assert "Traceback" not in done.log


def test_a_review_that_failed_takes_the_place_of_the_older_one(step: Step, github: GitHubServer, report: Path) -> None:
    """Without a report there is still something to say: nobody must take the old review for this push's."""
    comment(step, github, report)
    report.unlink()
    push(github, NEW)
    comment(step, github, report, CAUSE="No `pip`: the index\nis down")
    (body,) = bodies(github)
    assert "This is about commit `b2b2b2b2b2`." in body
    assert "the run failed" in body
    assert "This commit was not reviewed: `No 'pip': the index is down`" in body
    assert "A review." not in body


def test_a_token_that_may_only_read_is_said_plainly(step: Step, github: GitHubServer, report: Path) -> None:
    """It is no failure of the review: the run's page says that no comment was left, and where the review is."""
    done = comment(step, github, report, GITHUB_TOKEN=github.token(pull_requests="read"))
    (said,) = read_commands(done.log)
    assert (done.code, said.name, said.properties["title"]) == (0, "warning", "No comment was left")
    assert "summary" in said.message


def test_a_long_review_is_taken_and_a_longer_one_is_refused_before_it_is_sent(
    step: Step, github: GitHubServer, report: Path
) -> None:
    """GitHub takes 65,536 characters: our 60,000 fit with their mark; what would not fit is an error that says so."""
    report.write_text("é" * 60_000, encoding="utf-8")
    assert comment(step, github, report).code == 0
    report.write_text("é" * 65_536, encoding="utf-8")
    done = comment(step, github, report)
    assert done.code == 1
    assert "too long" in done.log
    assert not [call for call in github.calls if call.startswith("PATCH")]


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble("GET", 502),
        Trouble("GET", 503),
        Trouble("GET", 429, {"Retry-After": "1"}),
        Trouble("GET", 403, {"Retry-After": "1"}),
        Trouble("GET", 403, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}),
    ],
    ids=lambda trouble: f"{trouble.status}-{len(trouble.headers)}",
)
def test_a_moment_of_trouble_is_waited_out(step: Step, github: GitHubServer, report: Path, trouble: Trouble) -> None:
    """GitHub is down for a moment, or asks to be asked later: the comment is made all the same."""
    github.troubles.append(trouble)
    assert comment(step, github, report).code == 0
    assert len(bodies(github)) == 1


@pytest.mark.parametrize("done", [True, False], ids=["it-was-made", "it-was-not"])
def test_a_lost_answer_makes_no_second_comment(step: Step, github: GitHubServer, report: Path, done: bool) -> None:
    """GitHub may have made the comment and failed to say so: the step looks before it makes another."""
    github.troubles.append(Trouble("POST", 502, done=done))
    assert comment(step, github, report).code == 0
    assert len(bodies(github)) == 1


def test_a_redirect_is_not_followed_with_the_token(step: Step, github: GitHubServer, report: Path) -> None:
    """Wherever it leads, the token does not go there."""
    github.troubles.append(Trouble("GET", 302, {"Location": f"{github.url}/elsewhere"}))
    done = comment(step, github, report)
    assert done.code == 1
    assert not [call for call in github.calls if "elsewhere" in call]
    assert "302" in done.log
