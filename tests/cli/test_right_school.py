"""A mistyped School ID of another school with the same account and password: `--deep` tells, by the URN."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from jsonschema import Draft202012Validator

from reconciler.manifest.schema.check import schema_file
from reconciler.sandbox.server import SandboxServer, serve
from reconciler.sandbox.state.records import SandboxAccount
from reconciler.sandbox.state.seed import Seed, SeedSchool
from tests.bromcom.answers import diffgram, entities, envelope, healthy, response, row, schema
from tests.bromcom.raw_server import Answer, Request, http, serving
from tests.cli.world import PASSWORD, changes
from tests.conftest import REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.cli.conftest import Reconciler

RIGHT, OTHER = 12345, 12346
READ = "getEntityDataBySchoolID"
URN = 112345  # of RIGHT, in the sandbox
ENTITIES = ("Schools", "Students")
MANIFESTS = """\
apiVersion: reconciler/v1
kind: Workspace
metadata: {{name: two-schools}}
spec:
  platforms: {{practice: {{readUrl: {read}, writeUrl: {write}}}}}
---
apiVersion: reconciler/v1
kind: School
metadata: {{name: greenfield}}
spec:
  title: Greenfield Primary
  urn: 112345
  schoolId: {number}
  platform: practice
  consent: {{lawfulBasis: Public Task}}
---
apiVersion: reconciler/v1
kind: Supplier
metadata: {{name: groupcall}}
spec:
  title: Groupcall
  purpose: For the tests
  account: {{username: groupcall, password: {{env: ACCESS_PASSWORD}}}}
  entities: [{entities}]
---
apiVersion: reconciler/v1
kind: Attestation
metadata: {{name: greenfield-basis}}
spec:
  school: greenfield
  by: J. Smith
  date: 2026-01-02
  expires: 2027-01-01
  evidence: ticket 4711
  facts: {{lawfulBasis: Public Task}}
"""


@pytest.fixture
def sandbox() -> Iterator[SandboxServer]:
    """Two schools, in which a supplier has the same account, password and ticks."""
    account = SandboxAccount("groupcall", PASSWORD, PASSWORD, ticks=ENTITIES)
    schools = [
        SeedSchool(number, name, "Public Task", (), (account,))
        for number, name in ((RIGHT, "Greenfield"), (OTHER, "Other"))
    ]
    with serve(Seed(tuple(schools))) as server:
        yield server


@pytest.fixture
def workspace(tmp_path: Path, sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The manifests of the first of them, whose School ID is that of the second."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("ACCESS_PASSWORD", PASSWORD)
    write(folder, sandbox, OTHER)
    return folder


def rows_of(*urns: int, number: str = "1") -> bytes:
    """The rows of `Schools` with these numbers in the register, and with the number that a database gives them."""
    cells = "".join(row(place, schoolID=number, uniqueReferenceNumber=str(urn)) for place, urn in enumerate(urns, 1))
    return http(envelope(response(READ, schema("schoolID", "uniqueReferenceNumber") + diffgram(cells))))


def telling(answer: Answer) -> Callable[[Request], Answer]:
    """A service that works, and answers so if its school is asked for by its URN."""

    def respond(request: Request) -> Answer:
        if request.operation == "findEntitiesBySchoolID":
            return http(entities(ENTITIES))
        if request.value("entityFilter") == f"uniqueReferenceNumber = {URN}":
            return answer
        return healthy(request)

    return respond


def write(folder: Path, sandbox: SandboxServer, number: int, entities: tuple[str, ...] = ENTITIES) -> None:
    """Write the manifests with this School ID."""
    text = MANIFESTS.format(read=sandbox.read_url, write=sandbox.write_url, number=number, entities=", ".join(entities))
    (folder / "reconciler.yaml").write_text(text, encoding="utf-8")


def test_only_deep_tells_that_another_school_answers(
    workspace: Path, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """All is well at first sight; then nothing found there counts, confirmed or not, until schoolId is corrected."""
    assert reconciler("plan").code == 0
    done = reconciler("plan", "--deep")
    assert done.code == 2
    assert done.out.startswith(
        "Another school answers: the database of School 12346 on practice is not that of Greenfield Primary: "
        "it has no school with URN 112345. Check schoolId (reconciler.yaml:13:13), then urn."
    )
    assert "0 of 1 access in sync, 1 could not be checked." in done.out
    plan = reconciler("plan", "--deep", "--format", "json").plan
    assert changes(plan) == {("greenfield", "set", "112345")}
    assert plan["schools"][0]["rightSchool"] == "no"
    assert (plan["summary"]["known"], plan["summary"]["attested"], plan["summary"]["attest"]) == (0, 0, 0)
    schema = json.loads((REPOSITORY / "schemas" / schema_file("plan")).read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(plan)
    write(workspace, sandbox, RIGHT)
    done = reconciler("plan", "--deep", "--format", "json")
    assert (done.code, done.plan["schools"][0]["rightSchool"]) == (0, "yes")
    Draft202012Validator(schema).validate(done.plan)


@pytest.mark.parametrize("form", ["text", "markdown", "html", "sarif", "junit", "github"])
def test_every_report_of_it_points_at_the_school_id(form: str, workspace: Path, reconciler: Reconciler) -> None:
    """And says that another school answers."""
    done = reconciler("plan", "--deep", "--format", form)
    assert done.code == 2
    assert "nother school answers" in done.out
    if form in ("text", "markdown", "html"):
        assert "it has no school with URN 112345" in re.sub("<[^>]*>|[*`]", "", done.out)
    assert "check schoolId 12346" in done.out
    assert "112345" in done.out
    place = {"sarif": '"startLine": 13', "github": "::error file=reconciler.yaml,line=13"}
    assert place.get(form, "reconciler.yaml:13") in done.out


def test_a_snapshot_holds_it(workspace: Path, reconciler: Reconciler) -> None:
    """And a plan against it says the same without asking; of another URN it says nothing."""
    assert reconciler("plan", "--deep", "--record", "live.json").code == 2
    recorded = json.loads(Path("live.json").read_text(encoding="utf-8"))
    assert recorded["schools"]["greenfield"]["rightSchool"]["known"] is False
    schema = json.loads((REPOSITORY / "schemas" / schema_file("snapshot")).read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(recorded)
    plan = reconciler("plan", "--against", "live.json", "--format", "json").plan
    assert changes(plan) == {("greenfield", "set", "112345")}
    explained = reconciler("explain", "greenfield/urn", "--against", "live.json")
    assert "not in this database" in explained.out
    assert "another school answers: check schoolId 12346 first, then urn" in explained.out
    manifest = workspace / "reconciler.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("112345", "112346"), encoding="utf-8")
    done = reconciler("plan", "--against", "live.json", "--format", "json")
    assert done.code == 4
    assert not changes(done.plan)
    assert not done.plan["summary"]["inSync"]


def test_no_one_is_guided_at_another_school(workspace: Path, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """Not with a plan that was made without looking, nor with one that found it out, nor with one made on the spot."""
    write(workspace, sandbox, OTHER, (*ENTITIES, "Staff"))
    assert reconciler("plan", "--out", "plan.json").code == 2
    for arguments in (("apply", "plan.json", "--deep"), ("apply", "--deep")):
        done = reconciler(*arguments)
        assert done.code == 3
        assert "Another school answers: greenfield (School ID 12346, reconciler.yaml:13:13)" in done.err
        assert "Staff" not in done.out
    done = reconciler("verify", "plan.json", "--deep")
    assert done.code == 4
    assert "verified" not in done.out.partition("\n")[0].replace("0 verified", "")
    assert reconciler("plan", "--deep", "--out", "found.json").code == 2
    assert reconciler("apply", "found.json", "--deep").code == 3
    assert reconciler("apply", "found.json").code == 3
    runbook = reconciler("runbook", "found.json")
    assert "Third Party Access" not in runbook.out


def test_without_the_tick_it_is_unknown_and_not_counted(
    workspace: Path, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """As it is without --deep."""
    sandbox.set_ticks(OTHER, "groupcall", ["Students"])
    plan = reconciler("plan", "--deep", "--format", "json").plan
    assert changes(plan) == {("greenfield/groupcall", "grant", "Schools")}
    assert "rightSchool" not in plan["schools"][0]
    assert plan["complete"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (http(status="503 Busy"), "throttled"),
        (http("<html></html>", kind="text/html"), "unreadable"),
        (rows_of(URN, URN + 1), "unreadable"),
        (rows_of(URN, number="27"), "unreadable"),
        (lambda connection: connection.recv(1), "unreachable"),
    ],
    ids=["busy", "page", "no filter", "only listed", "cut off"],
)
def test_an_answer_that_tells_nothing_is_not_in_sync(
    answer: Answer, why: str, workspace: Path, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """It is one unknown fact more, with its reason; a snapshot and the plan against it say the same."""
    with serving(telling(answer)) as server:
        manifest = workspace / "reconciler.yaml"
        manifest.write_text(
            manifest.read_text(encoding="utf-8").replace(sandbox.read_url, server.url()), encoding="utf-8"
        )
        shallow = reconciler("plan", "--format", "json")
        done = reconciler("plan", "--deep", "--retries", "0", "--record", "live.json", "--format", "json")
    assert (shallow.code, shallow.plan["schools"][0]["unknown"]) == (0, [])
    assert done.code == 4
    assert done.plan["summary"]["facts"] == shallow.plan["summary"]["facts"] + 1
    (item,) = done.plan["schools"][0]["unknown"]
    assert (item["aspect"], item["name"], item["facts"], item["why"]) == ("right-school", "112345", 1, why)
    for kind, data in (("plan", done.plan), ("snapshot", json.loads(Path("live.json").read_text(encoding="utf-8")))):
        schema = json.loads((REPOSITORY / "schemas" / schema_file(kind)).read_text(encoding="utf-8"))
        Draft202012Validator(schema).validate(data)
    again = reconciler("plan", "--against", "live.json", "--format", "json")
    assert again.code == 4
    (recorded,) = again.plan["schools"][0]["unknown"]
    assert {**recorded, "reason": ""} == {**item, "reason": ""}
    for form in ("text", "markdown", "html", "sarif", "junit", "github"):
        told = reconciler("plan", "--against", "live.json", "--format", form)
        assert told.code == 4
        assert "chool with URN 112345" in re.sub("<[^>]*>|[*`]", "", told.out)
        assert not told.out.startswith("In sync")
    explained = reconciler("explain", "greenfield/urn", "--against", "live.json")
    assert "school with URN 112345  unknown  " in explained.out
    assert reconciler("attest", "greenfield", "urn=right").code == 64


def test_a_waiver_cannot_accept_it(workspace: Path, reconciler: Reconciler) -> None:
    """It would accept whatever another school answers."""
    waiver = (
        "apiVersion: reconciler/v1\nkind: Waiver\nmetadata: {name: any-school}\nspec:\n  schools: [greenfield]\n"
        '  change: {action: set, aspect: right-school, name: "112345", before: not in this database}\n'
        "  by: J. Smith\n  reason: none\n  expires: 2027-01-01\n"
    )
    (workspace / "waiver.yaml").write_text(waiver, encoding="utf-8")
    done = reconciler("plan", "--deep")
    assert done.code == 1
    assert "right-school" in done.err


def test_a_night_tells_it_once_and_one_without_deep_forgets_nothing(
    workspace: Path, sandbox: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the School ID is correct: then it is fixed."""
    with serving(lambda _: http("ok")) as receiver:
        monkeypatch.setenv("HOOK", receiver.url("/hook"))
        night = ("drift", "--notify", "env:HOOK", "--notify-as", "json", "--heartbeat", "env:HOOK")
        assert reconciler(*night, "--deep").code == 2
        assert reconciler(*night).code == 0
        write(workspace, sandbox, RIGHT)
        assert reconciler(*night, "--deep").code == 0
    told, beat, second_beat, fixed, _ = (json.loads(request.body) for request in receiver.requests)
    schema = json.loads((REPOSITORY / "schemas" / schema_file("notification")).read_text(encoding="utf-8"))
    Draft202012Validator(schema).validate(told)
    assert [(one["school"], one["aspect"], one["note"]) for one in told["new"]["items"]] == [
        ("greenfield", "right-school", "")
    ]
    assert told["newlyUnseen"]["count"] == 0
    assert (beat["state"], beat["differences"], beat["known"], beat["inSync"]) == ("drift", 1, 0, 0)
    assert second_beat["kind"] == "Heartbeat"
    assert [one["aspect"] for one in fixed["mended"]["items"]] == ["right-school"]


def test_nothing_is_imported_from_another_school(
    workspace: Path, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """Its ticks are left out, with the reason, and the manifests stay as they are."""
    sandbox.tick(OTHER, "groupcall", "Staff")
    before = (workspace / "reconciler.yaml").read_bytes()
    account = ("--school", str(OTHER), "--supplier", "groupcall", "--username", "groupcall")
    done = reconciler("import", "account", *account, "--password", "env:ACCESS_PASSWORD")
    assert done.code == 4
    assert "another school answers, not the one with URN 112345" in done.out
    assert done.out.endswith(": greenfield/groupcall\n")
    assert (workspace / "reconciler.yaml").read_bytes() == before
