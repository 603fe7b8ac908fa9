"""`drift` against the manifests of the last apply: what moved, and what is not carried out yet, each by its name."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from reconciler.applying.plan_files import keep_plan, read_plan
from reconciler.journal.file import Journal
from reconciler.manifest.schema.check import schema_text
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.evidence import Probed
from reconciler.model.journal import ApplyFinished, ApplyStarted, OutcomeFound
from reconciler.model.outcome import Skipped, Verified
from reconciler.state_folder.paths import journal_of, plans_of
from tests.bromcom.raw_server import http, serving
from tests.cli.world import SCHOOLS
from tests.repository import Repository, repository

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reconciler.model.journal import Event
    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler
    from tests.cli.world import Outcome

GREENFIELD = SCHOOLS["greenfield"]
FAST = ("--rate", "0", "--retries", "0")
DONE = ApplyFinished(1, 0, 0, 0, 0)
STUDENTS_AT_GREENFIELD = FactRef("greenfield", "till", Aspect.READ, "Students")


@pytest.fixture
def repo(workspace: Path) -> Repository:
    """The small world in a repository, committed."""
    made = repository(workspace)
    made.commit("what was applied")
    return made


def ask_for_students(repo: Repository) -> None:
    """Let the manifests ask for one more entity for the till, at both schools."""
    file = repo.folder / "reconciler.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("OnlinePaymentOrders]", "OnlinePaymentOrders, Students]"), encoding="utf-8")


def journalled(repo: Repository, reconciler: Reconciler, commit: str, *events: Event, options: Sequence[str]) -> None:
    """Begin a plan of what these options select, and let the journal say this of it."""
    file = repo.folder / "plan.json"
    made = reconciler("plan", "--out", file, "--quiet", *options, *FAST)
    assert made.code in (0, 2), made.err
    saved = read_plan(file)
    file.unlink()
    kept = keep_plan(saved, plans_of(repo.folder))
    journal = Journal(journal_of(repo.folder), "J. Smith", lambda: datetime.now(UTC))
    journal.append(saved.plan.fingerprint, ApplyStarted(kept, (), 1, commit=commit), *events)


def pending(outcome: Outcome) -> list[str]:
    """What a JSON report says is not carried out yet, as `school name`."""
    applied: dict[str, Any] = outcome.plan["applied"]
    return [f"{each['school']} {each['name']}" for each in applied["pending"]]


def test_against_the_manifests_that_are_here_nothing_is_pending(
    repo: Repository, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """On a clean tree with --applied HEAD every difference is drift, as it is without."""
    sandbox.untick(GREENFIELD, "groupcall.greenfield", "Staff")
    told = reconciler("drift", "--applied", "HEAD", "--format", "json", *FAST)
    assert (told.code, pending(told)) == (2, [])
    assert told.plan["applied"]["commit"] == repo.git("rev-parse", "HEAD")
    assert reconciler("drift", *FAST).code == 2


def test_what_is_only_asked_for_is_listed_apart(
    repo: Repository, sandbox: SandboxServer, reconciler: Reconciler, tmp_path: Path
) -> None:
    """Only work that is left: 5, with a school that is down too. Then something moves: 2, and both are told apart in
    every format. No format fails a night for work that is left."""
    ask_for_students(repo)
    names = ("markdown", "html", "junit", "sarif", "json")
    files = [f"--format={name}={tmp_path / name}" for name in names]
    arguments = ("--applied", "main", "--heartbeat", str(tmp_path / "beat.json"), "--format", "text", *files, *FAST)
    quiet = reconciler("drift", *arguments)
    assert quiet.code == 5, quiet.err
    assert quiet.out.startswith("Not carried out yet: 2 missing.\n")
    assert "The manifests ask for this since main (" in quiet.out
    assert "missing   Students  reconciler.yaml:36 · not carried out yet" in quiet.out
    assert "<failure" not in (tmp_path / "junit").read_text(encoding="utf-8")
    assert json.loads((tmp_path / "beat.json").read_text(encoding="utf-8"))["state"] == "pending"
    sandbox.set_trouble("database-down", school_id=SCHOOLS["riverside"])
    assert reconciler("drift", *arguments).code == 5
    sandbox.clear_troubles()

    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    moved = reconciler("drift", *arguments)
    assert moved.code == 2
    assert moved.out.startswith("Action needed: 1 permission too many, 2 not carried out yet.\n")
    assert "Differences: 1 from drift, 2 not carried out yet (asked for since main (" in moved.out
    markdown = (tmp_path / "markdown").read_text(encoding="utf-8")
    above, below = markdown.split("### Asked for, but not carried out yet")
    assert "PersonPhotos" in above
    assert "Students" not in above
    assert "cannot read `Students`" in below
    junit = (tmp_path / "junit").read_text(encoding="utf-8")
    assert junit.count("<failure") == 1
    assert 'message="pending: `Students` is declared but not granted' in junit
    results = json.loads((tmp_path / "sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert sorted((each["level"], each["properties"].get("cause")) for each in results) == [
        ("error", None),
        ("note", "pending"),
        ("note", "pending"),
    ]
    beat = json.loads((tmp_path / "beat.json").read_text(encoding="utf-8"))
    assert (beat["state"], beat["differences"], beat["pending"]) == ("drift", 3, 2)
    for name, data in (("heartbeat", beat), ("plan", json.loads((tmp_path / "json").read_text(encoding="utf-8")))):
        Draft202012Validator(json.loads(schema_text(name))).validate(data)


def test_people_are_told_of_it_apart_and_of_what_a_night_could_not_see(
    repo: Repository, sandbox: SandboxServer, reconciler: Reconciler, tmp_path: Path
) -> None:
    """A webhook gets a list of its own. The next night one school is down: what was to do there is remembered as such,
    and needs nobody to look."""
    ask_for_students(repo)
    state = tmp_path / "drift.json"
    with serving(lambda _: http("ok")) as server:
        told = reconciler("drift", "--applied", "main", "--notify", server.url("/hook"), "--state", state, *FAST)
        (message,) = [json.loads(request.body) for request in server.requests]
    assert told.code == 5, told.err
    Draft202012Validator(json.loads(schema_text("notification"))).validate(message)
    assert (message["state"], message["new"]["count"], message["pending"]["count"]) == ("pending", 0, 2)
    assert json.loads(state.read_text(encoding="utf-8"))["remembered"]["attention"] == "pending"
    sandbox.set_trouble("database-down", school_id=SCHOOLS["riverside"])
    formats = ("--format", "text", f"--format=markdown={tmp_path / 'report.md'}")
    dark = reconciler("drift", "--applied", "main", "--state", state, *formats, *FAST)
    assert dark.code == 5
    assert re.search(r"riverside/till  missing Students  seen on [-0-9]+ · not carried out yet", dark.out)
    assert "not carried out yet when seen on" in (tmp_path / "report.md").read_text(encoding="utf-8")
    assert json.loads(state.read_text(encoding="utf-8"))["remembered"]["attention"] == "unclear"


def test_a_revision_that_cannot_be_read(repo: Repository, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """One that git does not know, one with wrong manifests, and none at all: nothing is asked of the service."""
    wrong = reconciler("drift", "--applied", "nowhere", *FAST)
    assert wrong.code == 1
    assert "git knows no revision 'nowhere' here" in wrong.err
    assert reconciler("drift", "--applied", "", *FAST).code == 64
    text = (repo.folder / "reconciler.yaml").read_text(encoding="utf-8")
    repo.write("reconciler.yaml", text.replace("kind: School", "kind: Skool"))
    repo.commit("a mistake")
    repo.write("reconciler.yaml", text)
    told = reconciler("drift", "--applied", "HEAD", *FAST)
    assert told.code == 1
    assert "Nothing was compared with HEAD: its manifests are wrong: reconciler.yaml" in told.err
    assert sandbox.access_log() == []


def test_the_journal_knows_the_last_verified_apply(
    repo: Repository, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """Without --applied its commit counts. A fact that was verified since is drift when it is gone; and an apply that
    skipped something is not the last."""
    journalled(repo, reconciler, repo.git("rev-parse", "HEAD"), DONE, options=())
    ask_for_students(repo)
    told = reconciler("drift", "--format", "json", *FAST)
    assert (told.code, pending(told)) == (5, ["greenfield students", "riverside students"])
    assert "the last verified apply (" in reconciler("drift", *FAST).out

    here = repo.commit("asks for more")
    verified = OutcomeFound(Verified(STUDENTS_AT_GREENFIELD, Probed("findEntitiesBySchoolID")))
    skipped = OutcomeFound(Skipped(STUDENTS_AT_GREENFIELD._replace(school="riverside"), "not granted"))
    journalled(repo, reconciler, here, verified, skipped, ApplyFinished(1, 0, 0, 1, 0), options=())
    told = reconciler("drift", "--format", "json", *FAST)
    assert (told.code, pending(told)) == (2, ["riverside students"])

    sandbox.tick(GREENFIELD, "till.greenfield", "Students")
    assert reconciler("drift", *FAST).code == 5
    journalled(repo, reconciler, here, DONE, options=())
    assert reconciler("drift", *FAST).code == 2


def test_an_apply_of_one_school_settles_nothing_at_the_others(repo: Repository, reconciler: Reconciler) -> None:
    """Each place has the last apply that was about it. A school that came since has none, and all of it is to do."""
    journalled(repo, reconciler, repo.git("rev-parse", "HEAD"), DONE, options=())
    ask_for_students(repo)
    journalled(repo, reconciler, repo.commit("asks for more"), DONE, options=("--school", "greenfield"))
    told = reconciler("drift", "--format", "json", *FAST)
    assert (told.code, pending(told)) == (2, ["riverside students"])
    assert reconciler("drift", "--school", "riverside", *FAST).code == 5


def test_a_school_that_came_since_is_all_to_do(
    repo: Repository, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """The last apply could not be about it."""
    for entity in ("Attendances", "Staff", "Students"):
        sandbox.untick(SCHOOLS["riverside"], "groupcall.riverside", entity)
    text = (repo.folder / "reconciler.yaml").read_text(encoding="utf-8")
    documents = text.split("---\n")
    repo.write("reconciler.yaml", "---\n".join(each for each in documents if "name: riverside" not in each))
    journalled(repo, reconciler, repo.commit("without riverside"), DONE, options=())
    repo.write("reconciler.yaml", text)
    told = reconciler("drift", "--format", "json", *FAST)
    assert (told.code, {each.split()[0] for each in pending(told)}) == (5, {"riverside"})


def test_a_journal_that_cannot_tell(repo: Repository, reconciler: Reconciler) -> None:
    """An apply of an older version, of another clone, or whose plan is gone: every difference is drift, and all but the
    first are warned of."""
    here = repo.git("rev-parse", "HEAD")
    ask_for_students(repo)
    journalled(repo, reconciler, "", DONE, options=())
    told = reconciler("drift", "--format", "json", *FAST)
    assert (told.code, "applied" in told.plan, told.err) == (2, False, "")
    journalled(repo, reconciler, "a" * 40, DONE, options=())
    told = reconciler("drift", *FAST)
    assert told.code == 2
    assert "Warning: Nothing was compared with aaaa" in told.err
    assert "So what differs there counts as drift." in told.err
    journalled(repo, reconciler, here, DONE, options=())
    assert reconciler("drift", *FAST).code == 5
    for file in plans_of(repo.folder).iterdir():
        file.unlink()
    told = reconciler("drift", *FAST)
    assert told.code == 2
    assert "So what differs there counts as drift." in told.err
