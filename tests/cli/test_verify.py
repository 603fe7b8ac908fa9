"""`reconciler verify`: what of a plan is done, what is not, and how that is known."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from reconciler.cli.clock import system_clock
from reconciler.codec.plan_file import parse
from reconciler.journal.file import Journal
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.journal import ApplyStarted, PageAnswered
from reconciler.model.outcome import PageAnswer
from reconciler.model.runbook import PageId
from reconciler.state_folder.paths import journal_of
from tests.cli.world import PASSWORD, SCHOOLS

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler

GREENFIELD, RIVERSIDE = SCHOOLS["greenfield"], SCHOOLS["riverside"]
GROUPCALL = "groupcall.greenfield"
STUDENTS = FactRef("greenfield", "groupcall", Aspect.READ, "Students")


@pytest.fixture
def planned(sandbox: SandboxServer, workspace: Path, reconciler: Reconciler) -> Path:
    """A plan with a tick to set at greenfield and a login to mend at riverside."""
    sandbox.untick(GREENFIELD, GROUPCALL, "Students")
    sandbox.set_password(RIVERSIDE, "till.riverside", "another one")
    assert reconciler("plan", "--out", "plan.json", "--quiet").code == 2
    return workspace / "plan.json"


def outcomes(reconciler: Reconciler, out: str) -> dict[str, dict[str, Any]]:
    """{subject: its outcome} of a JSON report, which its schema accepts."""
    report = json.loads(out)
    jsonschema_rs.validator_for(json.loads(reconciler("schema", "outcomes").out)).validate(report)
    return {f"{each['school']}/{each['supplier']} {each['aspect']} {each['name']}": each for each in report["outcomes"]}


def put_right(sandbox: SandboxServer) -> None:
    """Do what the plan asks for."""
    sandbox.tick(GREENFIELD, GROUPCALL, "Students")
    sandbox.set_password(RIVERSIDE, "till.riverside", PASSWORD)


def test_nothing_is_done_yet(planned: Path, reconciler: Reconciler) -> None:
    """Everything waits for a person, with what is: exit code 5."""
    done = reconciler("verify", planned)
    assert (done.code, done.err) == (5, "")
    assert done.out == (
        "greenfield/groupcall\n"
        "  pending       entity Students · it is not granted\n"
        "riverside/till\n"
        "  pending       account till.riverside · the login is refused\n"
        "  pending       all declared entities · it can be checked once the login works\n"
        "\n"
        "Outcomes: 3 pending.\n"
    )


def test_all_is_done(planned: Path, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """And proven: exit code 0, however often it is asked, and nothing is written down."""
    put_right(sandbox)
    first, done = (reconciler("verify", planned, "--format", "json") for _ in range(2))
    assert (done.code, done.err, done.out) == (0, "", first.out)
    assert json.loads(done.out)["counts"]["verified"] == 3
    for outcome in outcomes(reconciler, done.out).values():
        assert (outcome["outcome"], outcome["evidence"]) == ("verified", "findEntitiesBySchoolID")
    assert json.loads(done.out)["fingerprint"] == parse(planned.read_text(encoding="utf-8")).plan.fingerprint
    assert not journal_of(planned.parent).exists()


def test_one_is_left(planned: Path, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """Half of it: exit code 5."""
    sandbox.tick(GREENFIELD, GROUPCALL, "Students")
    done = reconciler("verify", planned)
    assert done.code == 5
    assert "Outcomes: 2 pending, 1 verified.\n" in done.out


def test_what_differs_beside_the_plan_is_told(planned: Path, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """All of it is done, and something else is different there: exit code 2."""
    put_right(sandbox)
    sandbox.tick(GREENFIELD, GROUPCALL, "PersonPhotos")
    done = reconciler("verify", planned)
    assert done.code == 2
    assert done.out.endswith(
        "\nDifferent too, and not in this plan (plan again to settle it):\n"
        "  greenfield/groupcall read PersonPhotos: was not approved\n"
        "\n"
        "Outcomes: 3 verified.\n"
    )
    assert json.loads(reconciler("verify", planned, "--format", "json").out)["others"] == [
        "greenfield/groupcall read PersonPhotos: was not approved"
    ]


def test_what_cannot_be_found_out_is_not_called_done(
    planned: Path, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """Somebody did all of it, and the service is down: exit code 4, with the reason."""
    put_right(sandbox)
    sandbox.set_trouble("unavailable-503", school_id=GREENFIELD)
    done = reconciler("verify", planned, "--retries", "0", "--format", "json")
    assert done.code == 4
    outcome = outcomes(reconciler, done.out)["greenfield/groupcall read Students"]
    assert outcome["outcome"] == "failed"
    assert "503" in outcome["reason"]


def test_what_somebody_said_and_a_probe_denies_is_contradicted(
    planned: Path, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """The journal of this very plan says that it was done; another plan's says nothing of it."""
    plan = parse(planned.read_text(encoding="utf-8")).plan
    answered = PageAnswered("greenfield", PageId.THIRD_PARTY, PageAnswer.DONE, (STUDENTS,))
    journal = Journal(journal_of(planned.parent), "J. Smith", system_clock)
    journal.append("f" * 64, ApplyStarted("other.json", (), 1), answered)
    assert "  pending       entity Students" in reconciler("verify", planned).out
    journal.append(plan.fingerprint, ApplyStarted("plan.json", (), 3), answered)
    done = reconciler("verify", planned)
    assert done.code == 5
    assert "  contradicted  entity Students · it is not granted\n" in done.out


def test_a_word_is_told_as_a_word(sandbox: SandboxServer, workspace: Path, reconciler: Reconciler) -> None:
    """What no probe can see is verified by an attestation, until the day it expires."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(
        text.replace("platform: practice}", "platform: practice, consent: {lawfulBasis: Consent}}"), "utf-8"
    )
    assert reconciler("plan", "--school", "greenfield", "--out", "plan.json", "--quiet").code == 4
    assert reconciler("verify", "plan.json").code == 5
    day = system_clock().date().isoformat()
    attested = reconciler("attest", "greenfield", "lawfulBasis=Consent", "--by", "J. Smith", "--expires", day)
    assert attested.code == 0
    done = reconciler("verify", "plan.json", "--format", "json")
    assert done.code == 0
    word = outcomes(reconciler, done.out)["greenfield/ lawful-basis Consent"]["attested"]
    assert (word["by"], word["expires"], word["origin"]["file"]) == ("J. Smith", day, "attestations/greenfield.yaml")
    told = reconciler("verify", "plan.json").out
    assert told.startswith(
        f"greenfield\n  verified      lawful basis Consent · confirmed by J. Smith on {day}, until {day}\n"
    )


def test_it_is_written_to_a_file(planned: Path, workspace: Path, reconciler: Reconciler) -> None:
    """And not to stdout then; its owner alone may read what is live."""
    done = reconciler("verify", planned, "--output", "outcomes.txt")
    assert (done.code, done.out) == (5, "")
    assert "Outcomes: 3 pending.\n" in (workspace / "outcomes.txt").read_text(encoding="utf-8")
    assert os.name == "nt" or (workspace / "outcomes.txt").stat().st_mode & 0o777 == 0o600


def test_what_was_not_seen_when_it_was_planned_is_told(
    sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """All that was due is done, and a school was not there to be asked: exit code 4, with how many facts that is."""
    sandbox.untick(GREENFIELD, GROUPCALL, "Students")
    sandbox.set_trouble("database-down", school_id=RIVERSIDE)
    assert reconciler("plan", "--out", "plan.json", "--quiet").code == 2
    sandbox.clear_troubles()
    sandbox.tick(GREENFIELD, GROUPCALL, "Students")
    done = reconciler("verify", "plan.json")
    assert (done.code, done.err) == (4, "")
    assert done.out.endswith(
        "\nOutcomes: 1 verified.\n7 facts could not be seen, when this plan was made or now: plan again.\n"
    )
    assert json.loads(reconciler("verify", "plan.json", "--format", "json").out)["notSeen"] == 7


def test_a_plan_of_another_workspace_is_refused(planned: Path, workspace: Path, reconciler: Reconciler) -> None:
    """It says nothing of this one."""
    manifest = workspace / "reconciler.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("small-world", "large-world"), encoding="utf-8")
    done = reconciler("verify", planned)
    assert (done.code, done.out) == (3, "")
    assert "The plan is for the workspace small-world" in done.err


def test_what_only_a_deep_probe_sees_is_not_forgotten_without_it(
    sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """A deep plan could not read what is ticked: whoever looks less deep afterwards has not seen that it can be read
    now. Exit code 4 of `verify` and `apply`, until a deep look reads it."""
    sandbox.untick(GREENFIELD, GROUPCALL, "Students")
    sandbox.set_trouble("fault-500", operation="getEntityDataBySchoolID")
    assert reconciler("plan", "--deep", "--retries", "0", "--out", "deep.json", "--quiet").code == 2
    sandbox.tick(GREENFIELD, GROUPCALL, "Students")
    told = "7 facts could not be seen, when this plan was made or now: plan again.\n"
    for verb in ("verify", "apply"):
        done = reconciler(verb, "deep.json")
        assert done.code == 4
        assert told in done.out + done.err
    assert reconciler("verify", "deep.json", "--deep", "--retries", "0").code == 4


def test_what_cannot_be_seen_now_is_told(planned: Path, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """A plan that was made without --deep is done, and a deep look cannot read what is ticked: exit code 4."""
    put_right(sandbox)
    sandbox.set_trouble("fault-500", operation="getEntityDataBySchoolID", username=GROUPCALL)
    assert reconciler("verify", planned).code == 0
    done = reconciler("verify", planned, "--deep", "--retries", "0")
    assert done.code == 4
    assert "2 facts could not be seen, when this plan was made or now: plan again.\n" in done.out
