"""The workflows as they are shipped, from the push to the comment: a real git remote, a real Bromcom (the sandbox), a
GitHub that refuses what a job's token may not do.

The comment of each rehearsal is a golden file: read it as the person does who must approve the change.
"""

from __future__ import annotations

import copy
import json
import re
import shutil
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from reconciler.history.file import HistoryFile
from reconciler.model.shard import Shard
from reconciler.sandbox.server import SandboxServer, serve
from reconciler.sandbox.state.fault_injection import FaultKind
from tests.ci import scene
from tests.ci.github_server import REPOSITORY, GitHubServer
from tests.ci.machine import Machine, Ran, Trigger
from tests.ci.origin import Origin
from tests.ci.program import TO_RUN, copy_of_this_revision
from tests.ci.receiver import receiving
from tests.cli.world import EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from reconciler.history.history import ObservedHistory
    from tests.ci.conftest import Step
    from tests.conftest import Golden

pytestmark = [
    pytest.mark.rehearsal,
    pytest.mark.skipif(sys.platform == "win32", reason="the workflows run on Linux"),
]

NUMBER: Final = 7
NIGHT: Final = "reconciler-drift.yml"
STATE: Final = "reconciler-state-default"
WORKSPACE: Final = f"{scene.WORKSPACE}/reconciler.yaml"
LIBRARY: Final = f"{scene.WORKSPACE}/suppliers/library-loans.yaml"
_DIFFERS: Final = {
    r"runs/\d+": "runs/RUN",
    r"(?<![\w.-])[0-9a-f]{7,64}(?![\w-])": "HASH",
    r"\d+ minutes? old": "MINUTES old",
    r"reconciler \d+\.\d+\.\d+": "reconciler VERSION",
    r"\d{4}-\d\d-\d\d \d\d\\?:\d\d UTC": "THEN",
}
PHOTOS: Final = scene.suppliers(library_loans=("PersonPhotos", "Students", "YearGroupClasses"))
HARMLESS: Final = scene.suppliers(library_loans=("Locations", "Students", "YearGroupClasses"))


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This revision as GitHub downloads it for an action."""
    return copy_of_this_revision(tmp_path_factory.mktemp("program") / "reconciler", TO_RUN)


@pytest.fixture(scope="session")
def machine_folder(tmp_path_factory: pytest.TempPathFactory, installed: Path) -> Path:
    """One machine for all rehearsals, on which the program is installed."""
    folder = tmp_path_factory.mktemp("machine")
    (folder / "temp").mkdir()
    (folder / "temp" / installed.name).symlink_to(installed)
    return folder


class Rehearsal:
    """A repository with the trust's manifests on its default branch, and all that works on it."""

    def __init__(self, github: GitHubServer, sandbox: SandboxServer, origin: Origin, machine: Machine) -> None:
        self.github, self.sandbox, self.origin, self.machine = github, sandbox, origin, machine
        github.hub.pulls.add(NUMBER)
        self._main = ""
        self.merge("main", scene.manifests(sandbox))

    def merge(self, branch: str, files: Mapping[str, str | None]) -> None:
        """Put files onto the default branch."""
        commit = self.origin.commit(branch, files)
        self.github.hub.branches["main"] = commit
        self.github.hub.histories[commit] = [*self.github.hub.histories.get(self._main, []), commit]
        self._main = commit

    def review(
        self,
        files: Mapping[str, str | None],
        inputs: Mapping[str, Any] | None = None,
        *,
        base: str = "main",
        own: bool = True,
        secret: bool = True,
        actor: str = "a-colleague",
    ) -> Ran:
        """Push a change and have it reviewed; `own`: from a branch of this repository, and not from a fork."""
        commit = self.origin.commit("change", files)
        self.github.hub.heads[NUMBER] = commit
        self.origin.pull(NUMBER, "change", base)
        head = {"repo": {"id": 1 if own else 2}, "sha": commit}
        change = {"number": NUMBER, "head": head, "base": {"ref": base, "repo": {"id": 1}}}
        read_only = not own or actor == "dependabot[bot]"
        trigger = Trigger(
            "pull_request",
            {"repository": _repository(self.github), "pull_request": change},
            f"refs/pull/{NUMBER}/merge",
            "reconciler-plan.yml",
            actor,
            read_only,
        )
        secrets = {"RECONCILER_PASSWORDS": scene.passwords()} if secret else {}
        return self.machine.run("plan.yml", trigger, {"workspace": scene.WORKSPACE, **(inputs or {})}, secrets)[1]

    def night(self, secrets: Mapping[str, str] | None = None, **inputs: Any) -> Ran:
        """Have the nightly run look for drift."""
        trigger = Trigger("schedule", {"repository": _repository(self.github)}, "refs/heads/main", NIGHT)
        given = {"RECONCILER_PASSWORDS": scene.passwords(), **(secrets or {})}
        return self.machine.run("drift.yml", trigger, {"workspace": scene.WORKSPACE, **inputs}, given)[1]

    def pages(self, night: Ran, **inputs: Any) -> Ran:
        """Have the pages of the last nightly run published, as the second job of its caller does."""
        trigger = Trigger("schedule", {"repository": _repository(self.github)}, "refs/heads/main", NIGHT)
        given = {"workspace": scene.WORKSPACE, "state": night.outputs["drift"]["state"], **inputs}
        return self.machine.run("site.yml", trigger, given, {}, after=self.github.hub.runs[-1]["id"])[1]

    def night_on_many_machines(self, file: Path) -> Ran:
        """Have the nightly run of the example for many machines look for drift."""
        trigger = Trigger("schedule", {"repository": _repository(self.github)}, "refs/heads/main", NIGHT)
        return self.machine.run_example(file, trigger, {"RECONCILER_PASSWORDS": scene.passwords()})[1]

    @property
    def comments(self) -> list[str]:
        """The comments on the pull request."""
        return [each["body"] for each in self.github.hub.comments_on(NUMBER)]

    @property
    def issues(self) -> list[dict[str, Any]]:
        """The issues, the oldest first."""
        return list(self.github.hub.issues.values())

    def asked(self) -> list[str]:
        """The accounts that the service was asked with, call by call."""
        return [call.username for call in self.sandbox.access_log() if call.username]


def _repository(github: GitHubServer) -> dict[str, Any]:
    return {"id": 1, "full_name": REPOSITORY, "default_branch": "main", "private": github.hub.private}


@pytest.fixture
def rehearsal(tmp_path: Path, program: Path, machine_folder: Path, github: GitHubServer) -> Iterator[Rehearsal]:
    """The trust in sync with its Bromcom."""
    with serve(scene.seed()) as sandbox:
        origin = Origin(tmp_path / "origin")
        shutil.rmtree(machine_folder / "artifacts", ignore_errors=True)
        yield Rehearsal(github, sandbox, origin, Machine(machine_folder, program, github, origin))


def as_read(text: str, rehearsal: Rehearsal) -> str:
    """A comment without what differs from run to run: hashes, ids, the time, and the port of the sandbox."""
    text = text.replace(str(rehearsal.sandbox.port), "PORT")
    for what_differs, instead in _DIFFERS.items():
        text = re.sub(what_differs, instead, text)
    return text


def spoil(rehearsal: Rehearsal) -> None:
    """Bromcom drifts: one tick too few at one school, a sensitive one too many at another."""
    rehearsal.sandbox.untick(scene.SCHOOLS["greenfield"], "groupcall.greenfield", "Attendances")
    rehearsal.sandbox.tick(scene.SCHOOLS["riverside"], "groupcall.riverside", "StudentProtectionRegister")


def test_a_clean_change(rehearsal: Rehearsal, golden: Golden) -> None:
    """A supplier is to read photographs: the comment says who reads what more, and that nothing else was wrong. It is
    no failure of the check, every report is kept, and no password is in any of it."""
    ran = rehearsal.review(PHOTOS)
    assert ran.conclusions == {"review": "success", "comment": "success"}
    assert ran.outputs["review"]["state"] == "differences"
    (comment,) = rehearsal.comments
    golden("clean-change.md", as_read(comment, rehearsal))
    kept = rehearsal.machine.artifacts("reconciler-review-default")
    assert {file.name for file in kept} >= {"report.md", "report.html", "reconciler.sarif", "junit.xml", "plan.json"}
    told = "".join([ran.log, ran.summary, comment, *(file.read_text(encoding="utf-8") for file in kept)])
    assert "zq7Kx" not in told


def test_a_change_and_older_drift(rehearsal: Rehearsal, golden: Golden) -> None:
    """What this change asks for stands first, and what was wrong before apart from it."""
    spoil(rehearsal)
    rehearsal.review(PHOTOS)
    (comment,) = rehearsal.comments
    golden("change-and-older-drift.md", as_read(comment, rehearsal))


def test_a_fork_without_secrets(rehearsal: Rehearsal, golden: Golden) -> None:
    """A change from a fork is reviewed against the last night's snapshot: the service is not asked, no comment is
    tried, and the page of the run says why, and has the review."""
    spoil(rehearsal)
    rehearsal.night()
    asked = rehearsal.asked()
    ran = rehearsal.review(PHOTOS, own=False)
    assert rehearsal.asked() == asked
    assert ran.conclusions == {"review": "success", "comment": "skipped"}
    assert rehearsal.comments == []
    golden("fork.md", as_read(ran.summary, rehearsal))


def test_dependabot_has_neither_secrets_nor_a_comment(rehearsal: Rehearsal) -> None:
    """Its branches are of this repository, and its runs are like those of a fork."""
    ran = rehearsal.review(PHOTOS, actor="dependabot[bot]")
    assert ran.conclusions == {"review": "success", "comment": "skipped"}
    assert "Dependabot" in ran.summary
    assert rehearsal.asked() == []


def test_no_secret_and_no_night_yet(rehearsal: Rehearsal, golden: Golden) -> None:
    """On the first day there is nothing to compare with: the comment still says what the change asks for."""
    ran = rehearsal.review(PHOTOS, secret=False)
    assert ran.conclusions == {"review": "success", "comment": "success"}
    (comment,) = rehearsal.comments
    golden("no-snapshot.md", as_read(comment, rehearsal))


def test_the_service_is_down(rehearsal: Rehearsal, golden: Golden) -> None:
    """What could not be asked is unknown: no drift, and no failure of the check. What the change asks for is known."""
    rehearsal.sandbox.set_trouble(FaultKind.UNAVAILABLE_503)
    harmless = rehearsal.review(HARMLESS, {"options": "--retries=0", "fail-on": "any"})
    assert harmless.conclusions == {"review": "success", "comment": "success"}
    ran = rehearsal.review(PHOTOS, {"options": "--retries=0", "fail-on": "any"})
    assert ran.conclusions == {"review": "failure", "comment": "success"}
    assert ran.outputs["review"]["state"] == "incomplete"
    (comment,) = rehearsal.comments
    golden("service-down.md", as_read(comment, rehearsal))


def age_snapshot(rehearsal: Rehearsal, age: timedelta) -> None:
    """Make the last night's snapshot older than it is."""
    (snapshot,) = rehearsal.machine.artifacts("reconciler-snapshot-default")
    said = json.loads(snapshot.read_text(encoding="utf-8"))
    said["recorded"] = (datetime.now(UTC) - age).strftime("%Y-%m-%dT%H:%M:%SZ")
    snapshot.write_text(json.dumps(said), encoding="utf-8")


def test_an_expired_snapshot(rehearsal: Rehearsal, golden: Golden) -> None:
    """What the snapshot of four days ago says is unknown, since it may no longer be so."""
    rehearsal.night()
    age_snapshot(rehearsal, timedelta(days=4))
    ran = rehearsal.review(PHOTOS, secret=False)
    assert ran.outputs["review"]["state"] == "incomplete"
    (comment,) = rehearsal.comments
    golden("expired-snapshot.md", as_read(comment, rehearsal))


def test_a_night_without_bromcom_takes_no_snapshot_away(rehearsal: Rehearsal) -> None:
    """What the night before saw still counts, with its age: a review does not go blind because a night did."""
    rehearsal.night()
    rehearsal.sandbox.set_trouble(FaultKind.UNAVAILABLE_503)
    assert rehearsal.night(options="--retries=0").conclusions["drift"] == "failure"
    ran = rehearsal.review(PHOTOS, secret=False)
    assert ran.outputs["review"]["state"] == "differences"
    assert "to tick by hand" in rehearsal.comments[0]


def test_manifests_that_are_wrong(rehearsal: Rehearsal, golden: Golden) -> None:
    """The check is red, what is wrong stands at its line, and the comment says so instead of a review; nothing is
    asked."""
    wrong = {LIBRARY: PHOTOS[LIBRARY].replace("entities:", "entitys:")}
    ran = rehearsal.review(wrong)
    assert ran.conclusions == {"review": "failure", "comment": "success"}
    (comment,) = rehearsal.comments
    golden("invalid-manifests.md", as_read(comment, rehearsal))
    at = [(each.properties.get("file"), each.properties.get("line")) for each in ran.commands if each.name == "error"]
    assert (LIBRARY, "7") in at
    assert rehearsal.asked() == []


def test_a_second_push_changes_the_comment(rehearsal: Rehearsal) -> None:
    """There is one comment, and it is of the last push."""
    rehearsal.review(PHOTOS)
    (first,) = rehearsal.comments
    rehearsal.review(scene.suppliers(library_loans=("Students", "SENStudents", "YearGroupClasses")))
    (second,) = rehearsal.comments
    assert "PersonPhotos" in first
    assert "PersonPhotos" not in second
    assert "SENStudents" in second


BROKEN: Final = [
    ({"options": "--no-such-option"}, "There is no option"),
    ({"workspace": "no-such-folder"}, "no-such-folder"),
    ({"workspace": ".."}, "The workspace is outside the checkout: '..' is not a folder inside it."),
    ({"drift-workflow": "no file"}, "Not a workflow file: 'no file'"),
]


def test_a_review_that_fails_takes_the_place_of_the_older_one(rehearsal: Rehearsal) -> None:
    """However early it failed: the comment says which commit it is about, that this one was not reviewed, and why, in
    the words of what failed. What it said of the last push must not be taken for this one."""
    rehearsal.review(PHOTOS, secret=False)
    comments = rehearsal.github.hub.comments
    older = copy.deepcopy(comments)
    for inputs, cause in BROKEN:
        comments.clear()
        comments.update(copy.deepcopy(older))
        ran = rehearsal.review(PHOTOS, inputs, secret=False)
        assert ran.conclusions == {"review": "failure", "comment": "success"}
        (comment,) = rehearsal.comments
        assert f"This is about commit `{rehearsal.github.hub.heads[NUMBER][:10]}`." in comment
        (line,) = [line for line in comment.splitlines() if line.startswith("This commit was not reviewed: ")]
        assert cause in line
        assert "PersonPhotos" not in comment


@pytest.mark.parametrize("what", ["change", "drift"])
def test_which_differences_fail_the_check(rehearsal: Rehearsal, step: Step, what: str) -> None:
    """By default none does: a change asks for what is not so yet. Whoever wants can have it otherwise, which the same
    reports then decide."""
    if what == "drift":
        spoil(rehearsal)
    change = PHOTOS if what == "change" else {"README.md": "Our access.\n"}
    ran = rehearsal.review(change)
    assert ran.conclusions == {"review": "success", "comment": "success"}
    reports = rehearsal.machine.artifacts("reconciler-review-default")[0].parent
    told: dict[str, str | Path] = {"STATE": ran.outputs["review"]["state"], "EXIT_CODE": "2", "REPORTS": reports}
    codes = {fail_on: step("verdict", FAIL_ON=fail_on, **told).code for fail_on in ("never", "this-change", "any")}
    assert codes == {"never": 0, "this-change": int(what == "change"), "any": 1}


@pytest.mark.parametrize("seen", ["four days ago", "never"])
def test_sensitive_access_fails_whatever_could_be_seen(rehearsal: Rehearsal, seen: str) -> None:
    """What a change asks for stands in the manifests: the check does not open because nobody could look."""
    if seen != "never":
        rehearsal.night()
    if seen == "four days ago":
        age_snapshot(rehearsal, timedelta(days=4))
    ran = rehearsal.review(PHOTOS, {"fail-on": "this-change"}, secret=False)
    assert ran.conclusions == {"review": "failure", "comment": "success"}
    (error,) = [each.message for each in ran.commands if each.name == "error"]
    assert "PersonPhotos for greenfield/library-loans" in error


def test_a_moved_password_is_not_asked_with_the_secret(rehearsal: Rehearsal, golden: Golden) -> None:
    """A change that says another address, account or reference gets no password: not at the new place, nor there at the
    old one. The other accesses are asked as ever."""
    with serve(scene.seed()) as elsewhere:
        moved = scene.manifests(elsewhere)[WORKSPACE]
        rehearsal.review({WORKSPACE: moved})
        assert elsewhere.access_log() == []
        assert rehearsal.asked() == []
        golden("moved-address.md", as_read(rehearsal.comments[0].replace(str(elsewhere.port), "OTHER"), rehearsal))
    text = PHOTOS[LIBRARY] + "  account:\n    password: {env: GROUPCALL_RIVERSIDE_PASSWORD}\n"
    rehearsal.review({WORKSPACE: scene.manifests(rehearsal.sandbox)[WORKSPACE], LIBRARY: text})
    assert set(rehearsal.asked()) == {f"groupcall.{school}" for school in scene.SCHOOLS}
    golden("moved-reference.md", as_read(rehearsal.comments[0], rehearsal))


def test_a_tag_called_like_the_base_is_not_taken_for_it(rehearsal: Rehearsal) -> None:
    """git would take the tag `origin/main` for the branch; then whoever may push a tag could say what was reviewed."""
    with serve(scene.seed()) as elsewhere:
        moved = {WORKSPACE: scene.manifests(elsewhere)[WORKSPACE]}
        rehearsal.origin.commit("change", moved)
        rehearsal.origin.tag("origin/main", "change")
        rehearsal.review({**moved, "README.md": "Nothing to see.\n"})
        assert elsewhere.access_log() == []


def test_a_branch_that_nobody_reviewed_is_no_base_for_passwords(rehearsal: Rehearsal) -> None:
    """Whoever may push can make a branch that names their own address, and then ask to merge into that."""
    with serve(scene.seed()) as elsewhere:
        rehearsal.origin.commit("trap", {WORKSPACE: scene.manifests(elsewhere)[WORKSPACE]})
        rehearsal.origin.commit("change", {"README.md": "Nothing to see.\n"}, start="trap")
        ran = rehearsal.review({"README.md": "Nothing to see here.\n"}, base="trap")
        assert not [call for call in elsewhere.access_log() if call.username]
        assert "other than main" in ran.summary


def test_drift_opens_an_issue_and_what_is_mended_closes_it(rehearsal: Rehearsal, golden: Golden) -> None:
    """Night after night: in sync, drift, the same drift, more drift, the service down, mended."""
    assert rehearsal.night().conclusions == {"drift": "success", "issue": "success"}
    assert rehearsal.issues == []
    spoil(rehearsal)
    rehearsal.night()
    (issue,) = rehearsal.issues
    golden("drift-issue.md", as_read(f"# {issue['title']}\n\n{issue['body']}", rehearsal))
    rehearsal.night()
    assert rehearsal.github.hub.comments_on(issue["number"]) == []
    rehearsal.sandbox.untick(scene.SCHOOLS["hilltop"], "library-loans.hilltop", "Students")
    rehearsal.night()
    assert len(rehearsal.github.hub.comments_on(issue["number"])) == 1
    rehearsal.sandbox.set_trouble(FaultKind.UNAVAILABLE_503)
    assert rehearsal.night(options="--retries=0").outputs["drift"]["state"] == "incomplete"
    assert issue["state"] == "open"
    assert "could not be checked this time" in issue["body"]
    assert len(rehearsal.github.hub.comments_on(issue["number"])) == 1
    rehearsal.sandbox.clear_troubles()
    for school, number in scene.SCHOOLS.items():
        for supplier, entities in scene.ENTITIES.items():
            rehearsal.sandbox.set_ticks(number, f"{supplier}.{school}", entities)
    rehearsal.night()
    assert [each["state"] for each in rehearsal.issues] == ["closed"]
    assert len(history(rehearsal).comparisons.runs) == 6


def history(rehearsal: Rehearsal) -> ObservedHistory:
    """The history that the last night left for the next."""
    (file,) = (each for each in rehearsal.machine.artifacts(STATE) if each.name == "history.sqlite")
    return HistoryFile(file, "", hidden=False).read()


def test_a_damaged_history_stops_no_night_and_is_made_again(rehearsal: Rehearsal) -> None:
    """It is put aside as it was, and said. The new one has the snapshots that earlier nights left, of trusted runs
    alone; so one that was lost is made again."""
    rehearsal.night()
    (file,) = (each for each in rehearsal.machine.artifacts(STATE) if each.name == "history.sqlite")
    file.write_bytes(b"damaged")
    first, hub = rehearsal.machine.artifacts("reconciler-snapshot-default")[0].parent, rehearsal.github.hub
    hub.artifact(hub.run(event="workflow_dispatch"), "reconciler-snapshot-default", first)
    night = rehearsal.night()
    assert night.conclusions == {"drift": "success", "issue": "success"}
    (warning,) = (each.message for each in night.commands if each.name == "warning")
    assert "it is damaged" in warning
    assert "It was put aside as history-unusable-1.sqlite" in warning
    (aside,) = (each for each in rehearsal.machine.artifacts(STATE) if "unusable" in each.name)
    assert aside.read_bytes() == b"damaged"
    assert (len(history(rehearsal).readings.runs), len(history(rehearsal).comparisons.runs)) == (2, 1)
    assert [call for call in rehearsal.github.calls if "/zip" in call] == [
        f"GET /repos/{REPOSITORY}/actions/artifacts/{_artifact(rehearsal, first)}/zip"
    ]


def _artifact(rehearsal: Rehearsal, folder: Path) -> int:
    return next(each for each, kept in rehearsal.github.hub.folders.items() if kept == folder)


def test_work_that_is_left_opens_no_issue_and_is_listed_apart_in_one(rehearsal: Rehearsal) -> None:
    """A merged change that nobody has carried out: no issue, though `fail-on` is `any`. Then something drifts: the
    issue has it, and below it what is left to do."""
    rehearsal.origin.tag("applied", "main")
    rehearsal.origin.commit("main", PHOTOS)
    night = rehearsal.night(None, **{"applied": "applied", "fail-on": "any"})
    assert night.conclusions == {"drift": "success", "issue": "success"}
    assert (night.outputs["drift"]["state"], night.outputs["drift"]["attention"]) == ("pending", "pending")
    assert rehearsal.issues == []
    rehearsal.sandbox.untick(scene.SCHOOLS["hilltop"], "library-loans.hilltop", "Students")
    assert rehearsal.night(applied="applied").outputs["drift"]["state"] == "differences"
    (issue,) = rehearsal.issues
    drift, left = issue["body"].split("### Asked for, but not carried out yet")
    assert "`Students`" in drift
    assert "`PersonPhotos`" in left


def test_a_school_that_is_down_takes_nothing_out_of_the_issue(rehearsal: Rehearsal, golden: Golden) -> None:
    """A tick on child protection at one school: its database goes down, and the issue still tells of it, with the day.
    What is mended meanwhile at another school is told no more. No webhook is needed for that."""
    spoil(rehearsal)
    rehearsal.night()
    rehearsal.sandbox.set_trouble(FaultKind.DATABASE_DOWN, school_id=scene.SCHOOLS["riverside"])
    rehearsal.sandbox.tick(scene.SCHOOLS["greenfield"], "groupcall.greenfield", "Attendances")
    night = rehearsal.night(options="--retries=0")
    assert night.conclusions == {"drift": "success", "issue": "success"}
    assert night.outputs["drift"]["state"] == "incomplete"
    (issue,) = rehearsal.issues
    assert issue["state"] == "open"
    told = re.sub(r"\d{4}-\d\d-\d\d", "DATE", as_read(issue["body"], rehearsal))
    golden("drift-issue-school-down.md", told)


def test_a_secret_that_lacks_a_password_is_red_by_its_name(rehearsal: Rehearsal) -> None:
    """A school was renamed, so its passwords have other names by now: the first night says which one is missing."""
    lines = scene.passwords().splitlines()
    gone = scene.variable("groupcall", "hilltop")
    secret = "\n".join(line for line in lines if not line.startswith(f"{gone}="))
    night = rehearsal.night({"RECONCILER_PASSWORDS": secret})
    assert night.conclusions["drift"] == "failure"
    (red,) = [command for command in night.commands if command.name == "error"]
    assert f"{gone} (hilltop/groupcall)" in red.message


def test_a_night_that_fails_is_red_and_touches_no_issue(rehearsal: Rehearsal) -> None:
    """The manifests on the default branch are wrong: nothing is known, so nothing is closed."""
    spoil(rehearsal)
    rehearsal.night()
    rehearsal.merge("main", {LIBRARY: "kind: Nonsense\n"})
    kept = json.dumps(rehearsal.issues)
    assert rehearsal.night().conclusions["drift"] == "failure"
    assert json.dumps(rehearsal.issues) == kept


def test_a_public_repository_is_refused_unless_that_is_meant(rehearsal: Rehearsal) -> None:
    """Everybody could read where a login is broken; nothing is asked before somebody says that it is practice."""
    rehearsal.github.hub.private = False
    assert rehearsal.review(PHOTOS).conclusions["review"] == "failure"
    assert rehearsal.night().conclusions["drift"] == "failure"
    assert rehearsal.asked() == []
    assert rehearsal.review(PHOTOS, {"allow-public": True}).conclusions["review"] == "success"


def test_a_night_without_passwords_is_red(rehearsal: Rehearsal) -> None:
    """An environment that was named wrongly gives no secret: each night would see nothing, and nobody would notice."""
    assert rehearsal.night({"RECONCILER_PASSWORDS": ""}).conclusions["drift"] == "failure"
    assert rehearsal.asked() == []


def test_the_watcher_hears_of_each_night_and_people_of_what_is_new(rehearsal: Rehearsal) -> None:
    """What was told is kept from night to night: the same drift is told once. No address stands in the log."""
    with receiving() as receiver:
        addresses = {
            "RECONCILER_HEARTBEAT_URL": f"{receiver.url}/beat-zq7Kx",
            "RECONCILER_NOTIFY_URL": f"{receiver.url}/tell-zq7Kx",
        }
        spoil(rehearsal)
        nights = [rehearsal.night(addresses) for _ in range(2)]
        assert [night.conclusions["drift"] for night in nights] == ["success", "success"]
        assert len(receiver.at("/beat-zq7Kx")) == 2
        (told,) = receiver.at("/tell-zq7Kx")
        assert "StudentProtectionRegister" in told
        assert not [night for night in nights if "zq7Kx" in night.log]
        rehearsal.merge("main", {LIBRARY: "kind: Nonsense\n"})
        assert rehearsal.night(addresses).conclusions["drift"] == "failure"
        assert len(receiver.at("/beat-zq7Kx")) == 2


def test_a_message_that_nobody_took_costs_neither_the_issue_nor_the_snapshot(rehearsal: Rehearsal) -> None:
    """The run is red, and says what did not arrive; what the night saw is told and kept all the same."""
    spoil(rehearsal)
    night = rehearsal.night({"RECONCILER_NOTIFY_URL": "http://127.0.0.1:9/gone"})
    assert night.conclusions == {"drift": "failure", "issue": "success"}
    assert "--notify (127.0.0.1) was not reached" in night.commands[-1].message
    (issue,) = rehearsal.issues
    assert "StudentProtectionRegister" in issue["body"]
    reviewed = rehearsal.review(PHOTOS, secret=False)
    assert reviewed.conclusions["review"] == "success"
    assert "StudentProtectionRegister" in rehearsal.comments[0]


def test_a_night_that_saw_nothing_is_red(rehearsal: Rehearsal) -> None:
    """It is no drift, so that there is no issue; and no sign of life: it would else look alive for ever."""
    rehearsal.sandbox.set_trouble(FaultKind.UNAVAILABLE_503)
    night = rehearsal.night(options="--retries=0")
    assert night.conclusions["drift"] == "failure"
    assert "Nothing was seen" in night.log
    assert rehearsal.issues == []


def test_the_pages_of_a_night_are_published_only_if_the_pages_are_private(rehearsal: Rehearsal) -> None:
    """Without asking Bromcom again, and without a password. Otherwise the run keeps them, and its page says why. Wrong
    manifests have no pages."""
    spoil(rehearsal)
    night = rehearsal.night()
    asked = rehearsal.asked()
    rehearsal.github.hub.pages = {"public": True}
    kept = rehearsal.pages(night)
    assert kept.conclusions == {"site": "success", "publish": "success"}, kept.log
    assert rehearsal.github.hub.published == []
    assert "Everyone on the internet can read this repository's Pages." in kept.summary
    pages = {file.name: file for file in rehearsal.machine.artifacts("reconciler-site-default")}
    assert "Action needed" in pages["index.html"].read_text(encoding="utf-8")
    rehearsal.github.hub.pages = {"public": False}
    published = rehearsal.pages(night)
    assert published.outputs["publish"] == {"address": "https://pages.example/"}
    (there,) = rehearsal.github.hub.published
    assert {"index.html", "register.html", *(f"schools/{school}.html" for school in scene.SCHOOLS)} <= set(there)
    assert rehearsal.asked() == asked
    for state in ("manifests-wrong", "failed", ""):
        assert rehearsal.pages(night, state=state).conclusions == {"site": "skipped", "publish": "skipped"}


def test_a_night_on_many_machines_sees_the_whole(rehearsal: Rehearsal, tmp_path: Path) -> None:
    """Each account is asked once, by one of the machines; the last job tells of drift at any school. Where a machine
    failed, its schools are not checked."""
    example = (EXAMPLES / "ci" / "github" / "reconciler-many-machines.yml").read_text(encoding="utf-8")
    own = {'workspace: "."': f"workspace: {scene.WORKSPACE}", "[1, 2, 3, 4, 5, 6, 7, 8]": "[1, 2, 3]", "}}/8": "}}/3"}
    file = tmp_path / NIGHT
    for theirs, ours in own.items():
        assert theirs in example
        example = example.replace(theirs, ours)
    file.write_text(example, encoding="utf-8")
    ran = rehearsal.night_on_many_machines(file)
    assert ran.conclusions == {"part": "success", "whole": "success"}, ran.log
    accounts = rehearsal.asked()
    assert len(accounts) == len(set(accounts)) == 6
    spoil(rehearsal)
    riverside = next(number for number in (1, 2, 3) if Shard(number, 3).holds("riverside"))
    file.write_text(example.replace("[1, 2, 3]", f"[{riverside}]"), encoding="utf-8")
    again = rehearsal.night_on_many_machines(file)
    assert again.conclusions == {"part": "success", "whole": "failure"}, again.log
    assert "StudentProtectionRegister" in again.summary
    assert "could not be checked" in again.summary
