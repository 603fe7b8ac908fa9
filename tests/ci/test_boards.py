"""One issue on GitLab and one work item on Azure DevOps for drift, over many nights: the scripts as their jobs run
them, and a forge that answers over HTTP."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.ci import azure_items, gitlab_issues
from tests.ci.forge_server import ACCESS_TOKEN, BUILD_SERVICE, ForgeServer
from tests.ci.script import run_script
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.rehearsal

EXAMPLES: Final = REPOSITORY / "examples" / "ci"
DIFFERS: Final = "Bromcom differs from the manifests"


@dataclass(frozen=True)
class Shown:
    """An issue or an item, as people see it."""

    is_open: bool
    title: str
    text: str
    said: list[str]


class Board:
    """Nights, one after the other, and what they leave on the board of a forge."""

    def __init__(self, system: str, folder: Path, forge: ForgeServer) -> None:
        self.system, self.forge, self._folder = system, forge, folder

    def night(
        self, state: str, fingerprint: str = "f1", text: str = "A report.", attention: str = "", **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """What a night's job found, and what the script makes of it. It is green unless a test says otherwise."""
        reports, memory = self._folder / "reports", self._folder / "drift.json"
        reports.mkdir(exist_ok=True)
        for name in ("report.md", "report.txt"):
            (reports / name).write_text(f"{text}\n", encoding="utf-8", newline="\n")
        (reports / "plan.json").write_text(json.dumps(_plan(state)), encoding="utf-8")
        told = {"attention": attention, "fingerprint": fingerprint}
        memory.write_text(json.dumps({"remembered": told}), encoding="utf-8")
        return self.script(reports, memory, **variables)

    def script(self, reports: Path, memory: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the script of this forge."""
        file = "gitlab/drift_issue.py" if self.system == "gitlab" else "azure/work_item.py"
        usual = {
            "CI_API_V4_URL": self.forge.url,
            "CI_PROJECT_ID": "5",
            "CI_PIPELINE_URL": "https://forge.example/run?a=1&b=2",
            "RECONCILER_ISSUE_TOKEN": gitlab_issues.ISSUE_TOKEN if self.system == "gitlab" else "$(NOT_SET)",
            "SYSTEM_COLLECTIONURI": f"{self.forge.url}/",
            "SYSTEM_TEAMPROJECT": "access",
            "SYSTEM_ACCESSTOKEN": ACCESS_TOKEN,
            "BUILD_BUILDID": "1",
            "WORK_ITEM_TYPE": "Task",
        }
        system = {each: os.environ[each] for each in ("SYSTEMROOT", "TEMP", "PATH") if each in os.environ}
        return run_script(EXAMPLES / file, reports, memory, environment={**system, **usual, **variables})

    def shown(self) -> list[Shown]:
        """All that stand on the board, the oldest first."""
        if self.system == "gitlab":
            return [
                Shown(each["state"] == "opened", each["title"], each["description"], each["notes"])
                for each in self.forge.issues.issues
            ]
        return [
            Shown(
                each["fields"]["System.State"] not in ("Closed", "Removed", "Done", "Over"),
                each["fields"]["System.Title"],
                unescape(each["fields"].get(_field(each)) or ""),
                [unescape(text) for text in each["comments"]],
            )
            for each in self.forge.items.items.values()
        ]

    def change(self, number: int = 1, **changed: Any) -> None:
        """People change one: its `state` (`open` or `closed`), its `title`, its `text` or its `author`."""
        if self.system == "gitlab":
            names = {"title": "title", "text": "description", "state": "state", "author": "author"}
            values = {"open": "opened", "closed": "closed", "a-colleague": {"id": gitlab_issues.A_COLLEAGUE}}
            kept = self.forge.issues.issues[number - 1]
        else:
            item = self.forge.items.items[number]
            names = {"title": "System.Title", "text": _field(item), "state": "System.State"}
            names["author"] = "System.CreatedBy"
            values = {"open": "Active", "closed": "Closed", "a-colleague": {"id": azure_items.A_COLLEAGUE}}
            kept = item["fields"]
        kept.update({names[name]: values.get(value, value) for name, value in changed.items()})

    def calls(self) -> int:
        """How often the board was asked for anything."""
        return len(self.forge.issues.calls) + len(self.forge.items.calls)


def _field(item: dict[str, Any]) -> str:
    is_bug = item["fields"]["System.WorkItemType"] == "Bug"
    return "Microsoft.VSTS.TCM.ReproSteps" if is_bug else "System.Description"


def _plan(state: str) -> dict[str, Any]:
    """As much of the program's report as says how a night ended."""
    asked = int(state in ("differences", "pending"))
    return {
        "interrupted": state == "failed",
        "complete": state != "incomplete",
        "accesses": [{}],
        "summary": {"grant": asked, "revoke": 0, "mendLogin": 0, "set": 0},
        "applied": {"pending": [{}]} if state == "pending" else {},
    }


@pytest.fixture
def forge() -> Iterator[ForgeServer]:
    """A forge with an empty board."""
    with ForgeServer() as server:
        yield server


@pytest.fixture(params=["gitlab", "azure"])
def board(request: pytest.FixtureRequest, tmp_path: Path, forge: ForgeServer) -> Board:
    """The board of either."""
    return Board(request.param, tmp_path, forge)


@pytest.fixture
def gitlab(tmp_path: Path, forge: ForgeServer) -> Board:
    """GitLab's."""
    return Board("gitlab", tmp_path, forge)


@pytest.fixture
def azure(tmp_path: Path, forge: ForgeServer) -> Board:
    """Azure DevOps'."""
    return Board("azure", tmp_path, forge)


def test_drift_opens_one_and_the_next_nights_tell_only_what_is_new(board: Board) -> None:
    """The same drift again changes the text and mails nobody; other drift is told in a comment."""
    assert board.night("differences", "f1", "One thing.").stderr == ""
    board.night("differences", "f1", "One thing, and another day.")
    (shown,) = board.shown()
    assert (shown.is_open, shown.title, shown.said) == (True, DIFFERS, [])
    assert "another day" in shown.text
    board.night("differences", "f2", "Two things.")
    (shown,) = board.shown()
    assert len(shown.said) == 1
    assert "The differences have changed" in shown.said[0]
    assert "Two things." in shown.text


def test_a_quiet_night_changes_nothing(board: Board) -> None:
    """The same report again: nothing is written, whatever the forge did to spaces and entities."""
    board.night("differences", "f1", "It's <b> & \"c\" 'd'.\n\n  - @everyone  #1")
    before = board.calls()
    board.night("differences", "f1", "It's <b> & \"c\" 'd'.\n\n  - @everyone  #1")
    calls = board.forge.issues.calls + board.forge.items.calls
    assert not [call for call in calls[before:] if call.startswith(("PUT", "PATCH")) or call.endswith("/comments")]


def test_what_is_mended_is_closed_and_later_drift_is_another_story(board: Board) -> None:
    """All in sync: one comment, closed, and left closed; after that a new one."""
    board.night("differences")
    board.night("in-sync", text="All in sync.")
    board.night("in-sync", text="All in sync.")
    (shown,) = board.shown()
    assert not shown.is_open
    assert [each.partition(":")[0] for each in shown.said] == ["Everything is in sync again"]
    board.night("differences", "f2")
    board.night("differences", "f2")
    assert [each.is_open for each in board.shown()] == [False, True]


def test_closing_it_by_hand_mends_nothing(board: Board) -> None:
    """It is opened again, and says how a difference is accepted."""
    board.night("differences")
    board.change(state="closed")
    board.night("differences")
    (shown,) = board.shown()
    assert shown.is_open
    assert "Waiver" in shown.said[0]


def test_work_that_is_left_opens_none_and_closes_one(board: Board) -> None:
    """Nothing moved, and the manifests ask for something."""
    board.night("pending", attention="pending")
    assert board.shown() == []
    board.night("differences", attention="needed")
    board.night("pending", "f2", "What is left.", attention="pending")
    (shown,) = board.shown()
    assert not shown.is_open
    assert "What is left." in shown.text
    assert shown.said[0].startswith("No drift is left. The report lists what the manifests ask for")


@pytest.mark.parametrize("how", ["interrupted", "no reports", "no folder"])
def test_a_night_that_failed_touches_nothing(board: Board, tmp_path: Path, how: str) -> None:
    """What is open stays as it is, the forge is not even asked, and the log says why."""
    board.night("differences")
    kept, asked = board.shown(), board.calls()
    (tmp_path / "empty").mkdir()
    if how == "interrupted":
        done = board.night("failed", "f2", "Something else.")
    else:
        folder = tmp_path / ("empty" if how == "no reports" else "nowhere")
        done = board.script(folder, folder / "drift.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert "is unchanged. The run failed" in done.stdout
    assert (board.shown(), board.calls()) == (kept, asked)


@pytest.mark.parametrize("state", ["incomplete", "in-sync"])
def test_what_an_earlier_night_saw_is_still_told(board: Board, state: str) -> None:
    """A school is down: tonight's text, still open, and no news."""
    board.night("differences", "f1", "PersonPhotos")
    board.night(state, "f1", "PersonPhotos, not seen tonight", "needed")
    (shown,) = board.shown()
    assert (shown.is_open, shown.said) == (True, [])
    assert "not seen tonight" in shown.text


def test_a_school_that_is_down_closes_nothing(board: Board) -> None:
    """Nothing differs, and not everything was seen: it stays open until all was."""
    board.night("differences", "f1", "PersonPhotos")
    board.night("incomplete", "f2", "No difference was seen.", "unclear")
    (shown,) = board.shown()
    assert shown.is_open
    assert "PersonPhotos" not in shown.text
    board.night("incomplete", "f3", "Something waits to be attested.", "none")
    (shown,) = board.shown()
    assert not shown.is_open
    assert "Everything is in sync" not in shown.said[-1]


def test_a_place_that_is_dark_for_several_nights_opens_one(board: Board) -> None:
    """By a name of its own, which later drift changes."""
    board.night("incomplete", "f0", attention="unclear")
    assert board.shown() == []
    board.night("incomplete", "f1", "Not seen: hilltop.", "unseen")
    assert [each.title for each in board.shown()] == ["Bromcom could not be checked for several nights"]
    board.night("differences", "f2", attention="needed")
    assert [each.title for each in board.shown()] == [DIFFERS]


LIES: Final = {
    "mended": '<!-- reconciler:drift key="default" state="mended" fingerprint="f1" -->',
    "forged": '<!-- reconciler:drift key="default" state="open" fingerprint="f1" text="0" -->',
    "bare": '<!-- reconciler:drift key="default" -->',
}


@pytest.mark.parametrize("state", ["open", "closed"])
@pytest.mark.parametrize("lie", LIES)
def test_a_lie_in_ours_is_replaced(board: Board, lie: str, state: str) -> None:
    """People who may write change its text, its mark and its title: tonight's takes their place, in the same one."""
    board.night("differences")
    mark, text = LIES[lie], "All is well."
    changed = f"{mark}\n{text}" if board.system == "gitlab" else f"<p>{text}</p>{mark.replace('<', '&lt;')}"
    board.change(text=changed, title="Nothing to see", state=state)
    board.night("differences")
    (shown,) = board.shown()
    assert (shown.is_open, shown.title) == (True, DIFFERS)
    assert "All is well" not in shown.text
    assert len(shown.said) == 1


def test_one_that_somebody_else_wrote_is_not_ours(board: Board) -> None:
    """It has our mark, our tag and our title, and not our author: it is let be, and ours is opened beside it."""
    board.night("differences")
    board.change(author="a-colleague")
    kept = board.shown()
    board.night("in-sync")
    assert board.shown() == kept
    board.night("differences")
    assert board.shown()[:1] == kept
    assert len(board.shown()) == 2


def test_two_of_ours_become_one(board: Board) -> None:
    """An answer that was lost may have left two: the newest goes on."""
    board.night("differences")
    if board.system == "gitlab":
        (issue,) = board.forge.issues.issues
        board.forge.issues.issues.append({**issue, "iid": 2, "notes": []})
    else:
        item = board.forge.items.items[1]
        board.forge.items.items[2] = {"id": 2, "fields": dict(item["fields"]), "comments": []}
    board.night("differences", "f2")
    assert [each.is_open for each in board.shown()] == [False, True]


@pytest.mark.parametrize("done", [True, False], ids=["it-was-made", "it-was-not"])
def test_a_lost_answer_opens_no_second_one(board: Board, done: bool) -> None:
    """The script looks again before it opens another."""
    board.forge.lost.append(("/issues" if board.system == "gitlab" else "/$Task", done))
    assert board.night("differences").returncode == 0
    assert len(board.shown()) == 1


def test_a_comment_whose_answer_is_lost_is_not_said_twice(board: Board) -> None:
    """Once too little is better; the log says so, and the job is green."""
    board.night("differences")
    board.forge.lost.append(("/notes" if board.system == "gitlab" else "/comments", True))
    done = board.night("differences", "f2")
    assert done.returncode == 0
    assert "A comment may be missing" in done.stdout
    assert len(board.shown()[0].said) == 1


def test_another_workspace_has_one_of_its_own(board: Board) -> None:
    """They are told apart by the mark, and for people by the title."""
    board.night("differences", RECONCILER_KEY="upper-school")
    board.night("differences", RECONCILER_KEY="lower-school")
    board.night("in-sync", RECONCILER_KEY="lower-school")
    assert [each.is_open for each in board.shown()] == [True, False]
    assert board.shown()[0].title == f"{DIFFERS} (upper-school)"


def test_without_a_token_none_is_kept_and_the_job_is_green(board: Board) -> None:
    """One line says so."""
    done = board.night("differences", RECONCILER_ISSUE_TOKEN="", SYSTEM_ACCESSTOKEN="")
    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 1)
    assert "is kept: " in done.stdout
    assert board.shown() == []


HOSTILE: Final = (
    '/close\n /title All is well\n> /close\n<!-- reconciler:drift key="upper" -->\n@everyone @all #1 !1 ~bug'
)


def test_hostile_text_commands_nothing(board: Board) -> None:
    """Lines that GitLab would carry out, and a mark of another workspace, come with a report and with a night's end."""
    board.night("differences", "f1", HOSTILE)
    (shown,) = board.shown()
    assert (shown.is_open, shown.title) == (True, DIFFERS)
    assert "/title All is well" in shown.text
    board.night("differences", "f1", HOSTILE)
    board.night("differences", "f1", f"\r{HOSTILE}", RECONCILER_KEY="upper")
    assert [each.title for each in board.shown()] == [DIFFERS, f"{DIFFERS} (upper)"]
    assert [each.said for each in board.shown()] == [[], []]


def test_the_issue_is_confidential_and_made_so_again(gitlab: Board) -> None:
    """Guests of the project do not see it; somebody who opens it to them finds it closed to them the next night."""
    gitlab.night("differences")
    (issue,) = gitlab.forge.issues.issues
    assert (issue["confidential"], issue["labels"]) == (True, ["reconciler-drift"])
    issue["confidential"] = False
    gitlab.night("differences")
    assert issue["confidential"]


def test_ours_is_found_behind_many_others(gitlab: Board) -> None:
    """The bot wrote more than a page of other issues since."""
    gitlab.night("differences")
    for number in range(150):
        gitlab.forge.issues.add(gitlab_issues.ISSUE_BOT, title=f"Another {number}")
    gitlab.night("differences", "f2")
    assert len(gitlab.shown()) == 151
    assert len(gitlab.shown()[0].said) == 1


@pytest.mark.parametrize(
    "token",
    ["wrong", gitlab_issues.READ_TOKEN, gitlab_issues.FOREIGN_TOKEN, gitlab_issues.GUEST_TOKEN],
    ids=["unknown", "read-only", "of-another-project", "of-a-guest"],
)
def test_gitlabs_wrong_token_fails_the_job_and_says_what_it_must_be(gitlab: Board, token: str) -> None:
    """Drift that nobody hears of is the worst."""
    gitlab.night("differences")
    done = gitlab.night("differences", "f2", RECONCILER_ISSUE_TOKEN=token)
    assert done.returncode == 1
    assert done.stderr.startswith("The drift issue was not updated. GitLab ")
    assert "must be a token of this project with the role Reporter and the scope `api`" in done.stderr
    assert "Traceback" not in done.stderr
    assert token == "wrong" or token not in done.stderr


@pytest.mark.parametrize("token", ["wrong", azure_items.EXPIRED_TOKEN, azure_items.VIEWER_TOKEN])
def test_azures_wrong_token_fails_the_job_and_says_what_it_needs(azure: Board, token: str) -> None:
    """Azure DevOps answers with 401, with a page to sign in, or with a rule that was broken."""
    done = azure.night("differences", RECONCILER_ISSUE_TOKEN=token)
    assert done.returncode == 1
    assert done.stderr.startswith("The work item was not updated. Azure DevOps refused: ")
    assert "*Edit work items in this node*" in done.stderr
    assert "*Work Items (Read & write)*" in done.stderr
    assert azure.shown() == []


@pytest.mark.parametrize(
    ("kind", "closed", "opened"), [("Task", "Closed", "New"), ("Bug", "Closed", "New"), ("Issue", "Done", "To Do")]
)
def test_each_process_has_its_own_words(azure: Board, kind: str, closed: str, opened: str) -> None:
    """The states are found by their category, and the text of a bug is where its form shows it."""
    azure.night("differences", WORK_ITEM_TYPE=kind)
    fields = azure.forge.items.items[1]["fields"]
    assert (fields["System.WorkItemType"], fields["System.Tags"]) == (kind, "reconciler-drift")
    azure.night("in-sync", WORK_ITEM_TYPE=kind)
    assert fields["System.State"] == closed
    fields["System.Description" if kind != "Bug" else "Microsoft.VSTS.TCM.ReproSteps"] = (
        "<p>Mine.</p>" + '&lt;!-- reconciler:drift key="default" --&gt;'
    )
    azure.night("differences", WORK_ITEM_TYPE="Issue")
    assert fields["System.State"] == opened
    assert "A report." in azure.shown()[0].text
    assert len(azure.shown()) == 1


def test_a_state_that_people_chose_stays(azure: Board) -> None:
    """They are at work on it, or say that it is resolved: it is open until a night sees it right."""
    azure.night("differences", WORK_ITEM_TYPE="Bug")
    fields = azure.forge.items.items[1]["fields"]
    for state in ("Active", "Resolved"):
        fields["System.State"] = state
        azure.night("differences", f"f-{state}", state, WORK_ITEM_TYPE="Bug")
        assert fields["System.State"] == state
        assert len(azure.shown()) == 1
    azure.night("in-sync", WORK_ITEM_TYPE="Bug")
    assert fields["System.State"] == "Closed"


def test_an_item_without_its_tag_is_still_ours(azure: Board) -> None:
    """Somebody tidies up tags: it is found by its title, keeps their tags, and has ours again."""
    azure.night("differences")
    fields = azure.forge.items.items[1]["fields"]
    fields["System.Tags"] = "autumn; audit"
    azure.night("differences")
    assert fields["System.Tags"] == "autumn; audit; reconciler-drift"
    fields["System.Title"] = "Look at this"
    azure.night("differences")
    assert len(azure.shown()) == 1
    assert fields["System.Title"] == DIFFERS


def test_ours_is_found_behind_many_items(azure: Board) -> None:
    """A colleague gave our tag to more items than one request may ask for."""
    azure.night("differences")
    for number in range(250):
        tagged = [{"op": "add", "path": "/fields/System.Tags", "value": "reconciler-drift"}]
        titled = [{"op": "add", "path": "/fields/System.Title", "value": f"Another {number}"}]
        azure.forge.items.add(azure_items.A_COLLEAGUE, "Task", tagged + titled)
    azure.night("differences", "f2")
    assert len(azure.shown()) == 251
    assert len(azure.shown()[0].said) == 1


def test_a_type_that_the_process_lacks_is_named(azure: Board) -> None:
    """The error names it, and the variable that says it."""
    done = azure.night("differences", WORK_ITEM_TYPE="Issu")
    assert done.returncode == 1
    assert "Work item type Issu does not exist" in done.stderr
    assert "Is `Issu` of WORK_ITEM_TYPE a type of the project's process?" in done.stderr


def test_no_type_is_no_item(azure: Board) -> None:
    """Who wants none leaves the variable empty."""
    done = azure.night("differences", WORK_ITEM_TYPE="")
    assert (done.returncode, done.stdout.strip()) == (0, "No work item is kept: WORK_ITEM_TYPE is empty.")
    assert azure.calls() == 0


def test_a_token_of_a_person_comes_before_the_jobs_own(azure: Board) -> None:
    """For a project whose build service may not write items."""
    azure.night("differences", RECONCILER_ISSUE_TOKEN=azure_items.PERSONAL_TOKEN)
    created = azure.forge.items.items[1]["fields"]["System.CreatedBy"]["id"]
    assert created == azure_items.A_PERSON != BUILD_SERVICE


def test_a_long_report_is_cut_at_a_line_and_says_where_the_rest_is(azure: Board) -> None:
    """A report as text has no limit of its own. The next night knows it again."""
    report = "".join(f"school {number} <&> {'x' * 90}\n" for number in range(5_000))
    azure.night("differences", "f1", report)
    (shown,) = azure.shown()
    assert len(shown.text) < 66_000
    assert "... The report goes on: " in shown.text
    assert azure.night("differences", "f1", report).returncode == 0
    assert azure.shown() == [shown]
