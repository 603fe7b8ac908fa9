"""Rounds from end to end: opened with what Bromcom says, decided in a sheet or by hand, closed into the manifests."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from reconciler.manifest.load import load
from reconciler.manifest.schema.check import schema_text
from reconciler.model.address import Address
from tests.cli.test_drift_notices import GREENFIELD, night, receiver

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from reconciler.model.attestation import Round
    from reconciler.model.desired import Desired
    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler
    from tests.cli.test_drift_notices import Receiver
    from tests.cli.world import Outcome

DUE = "2099-12-18"
FAST = ("--rate", "0", "--retries", "0")
__all__ = ("night", "receiver")  # fixtures
pytestmark = pytest.mark.usefixtures("workspace")


def today() -> date:
    """The day of the program."""
    return datetime.now(UTC).date()


def desired(folder: Path) -> Desired:
    """What the manifests say."""
    result = load(folder, today())
    assert result.desired, result.problems
    return result.desired


def only_round(folder: Path) -> Round:
    """The round of a workspace."""
    (found,) = desired(folder).rounds
    return found


def filled(file: Path, answers: Mapping[str, tuple[str, str, str]]) -> None:
    """Fill in a sheet: {address: (decision, keep only, reason)}."""
    rows = list(csv.DictReader(StringIO(file.read_text(encoding="utf-8-sig"))))
    for row in rows:
        if answer := answers.get(f"{row['School']}/{row['Supplier']}"):
            row["Decision"], row["Keep only"], row["Reason"] = answer
    text = StringIO(newline="")
    writer = csv.DictWriter(text, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(text.getvalue(), encoding="utf-8-sig", newline="")


ALL = {
    "greenfield/groupcall": ("Reduce", "students,\nStaff", "Registers come from elsewhere now"),
    "riverside/groupcall": ("keep", "", "Used every day"),
    "greenfield/till": ("keep", "", 'Dinners, - with a "quote" and £'),
    "riverside/till": ("keep", "", "=Dinners"),
}


def test_a_round_from_its_start_to_the_manifests(
    sandbox: SandboxServer, workspace: Path, reconciler: Reconciler, tmp_path: Path
) -> None:
    """What could be read then, with doubts; decisions of a sheet; and after it the manifests, which a plan follows."""
    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    started = reconciler("round", "start", "--due", DUE, "--reviewer", "J. Smith", *FAST)
    assert (started.code, started.out) == (0, f"Wrote rounds/round-{today()}.yaml: 4 accesses to decide by {DUE}.\n")
    opened = only_round(workspace)
    till = opened.accesses[Address("greenfield", "till")]
    assert (till.reads, till.known) == (("OnlinePaymentOrders", "PersonPhotos"), f"asked on {today()}")
    assert dict(till.doubts) == {"PersonPhotos": ("not-declared",)}
    assert opened.reviewers == ("J. Smith",)
    sheet = tmp_path / "decisions.csv"
    assert reconciler("round", "sheet", sheet).code == 0
    assert "PersonPhotos (not-declared)" in sheet.read_text(encoding="utf-8-sig")
    filled(sheet, ALL)
    decided = reconciler("round", "decide", "--from", sheet, "--by", "A. Jones")
    assert (decided.code, decided.out) == (
        0,
        f"Wrote 4 decisions to rounds/round-{today()}.yaml; 0 of 4 are left.\n",
    )
    assert reconciler("round", "close", "--dry-run").code == 0
    assert only_round(workspace).closed is None
    closed = reconciler("round", "close", "--review-by", "2099-06-30")
    assert closed.code == 0, closed.err
    after = desired(workspace)
    record = only_round(workspace)
    assert record.closed == today()
    decision = record.accesses[Address("greenfield", "groupcall")].decision
    assert decision
    assert (decision.entities, decision.by, decision.decided) == (("Students", "Staff"), "A. Jones", today())
    assert set(after.accesses[Address("greenfield", "groupcall")].entities) == {"students", "staff"}
    assert set(after.accesses[Address("riverside", "groupcall")].entities) == {"attendances", "staff", "students"}
    terms = {name: its.review_by and its.review_by.value for name, its in after.terms.items()}
    assert terms == {"groupcall": "2099-06-30", "till": "2099-06-30"}
    explained = reconciler("explain", "greenfield/groupcall")
    assert f"reduce to Students, Staff, decided by A. Jones on {today()}" in explained.out
    assert "Registers come from elsewhere now" in explained.out
    plan = reconciler("plan", "--format", "json", *FAST).plan
    revoked = {
        (access["address"], change["name"])
        for access in plan["accesses"]
        for change in access["changes"]
        if change["action"] == "revoke"
    }
    assert revoked == {("greenfield/groupcall", "Attendances"), ("greenfield/till", "PersonPhotos")}
    assert reconciler("validate").code == 0
    assert reconciler("round", "close").code == 64


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (("reduce", "", "x"), "reduce needs a list of what to keep"),
        (("reduce", "Studnets", "x"), "Did you mean `Students`"),
        (("reduce", "Students, Staff, Attendances", "x"), "that keeps everything: write keep"),
        (("keep", "Students", "x"), "keep goes without a list"),
        (("keep", "", " "), "a decision needs a reason"),
        (("maybe", "", "x"), "'maybe' is no decision: write one of keep, reduce, retire"),
    ],
)
def test_a_sheet_with_one_fault_decides_nothing(
    answer: tuple[str, str, str], told: str, workspace: Path, reconciler: Reconciler, tmp_path: Path
) -> None:
    """All or nothing, with the row of each fault."""
    assert reconciler("round", "start", "--due", DUE, *FAST).code == 0
    sheet = tmp_path / "decisions.csv"
    assert reconciler("round", "sheet", sheet).code == 0
    filled(sheet, {**ALL, "riverside/groupcall": answer})
    before = (workspace / f"rounds/round-{today()}.yaml").read_bytes()
    done = reconciler("round", "decide", "--from", sheet, "--by", "A. Jones")
    assert done.code == 1
    assert told in done.err
    assert "row 4" in done.err
    assert (workspace / f"rounds/round-{today()}.yaml").read_bytes() == before


def test_decisions_by_hand_and_a_second_round(
    sandbox: SandboxServer, workspace: Path, reconciler: Reconciler, tmp_path: Path
) -> None:
    """One access after the other; a round that is not decided is not closed; the next round tells what changed."""
    one = ("--school", "greenfield", "--supplier", "till")
    assert reconciler("round", "start", "--name", "first", "--due", DUE, *one, *FAST).code == 0
    refused = reconciler("round", "close")
    assert refused.code == 1
    assert "1 of 1 accesses are not decided, such as greenfield/till" in refused.err
    by_hand = ("round", "decide", "greenfield/till", "keep", "--by", "A. Jones", "--reason")
    assert reconciler(*by_hand, "It's used").code == 0
    assert reconciler(*by_hand, "It is used every day").code == 0
    assert reconciler("round", "close").code == 0
    assert desired(workspace).terms["till"].review_by is None  # riverside's was not in the round
    older = workspace / "rounds" / "first.yaml"
    text = older.read_text(encoding="utf-8").replace(f"opened: {today()}", "opened: 2026-01-01")
    older.write_text(text, encoding="utf-8")
    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    assert reconciler("round", "start", "--name", "second", "--due", DUE, *one, *FAST).code == 0
    assert reconciler("round", "sheet", tmp_path / "s.csv").code == 0
    (row,) = csv.DictReader(StringIO((tmp_path / "s.csv").read_text(encoding="utf-8-sig")))
    assert (row["Since last round"].lstrip("'"), row["Decision"]) == ("+PersonPhotos", "")


def test_what_could_not_be_asked_is_said_and_no_less_to_decide(
    sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """Unknown is never empty."""
    sandbox.set_trouble("database-down", school_id=GREENFIELD)
    assert reconciler("round", "start", "--due", DUE, *FAST).code == 4
    found = only_round(workspace).accesses[Address("greenfield", "till")]
    assert found.reads is None
    assert found.known.startswith("not known: ")


def test_an_overdue_round_is_told(
    workspace: Path, reconciler: Reconciler, night: Callable[..., Outcome], receiver: Receiver
) -> None:
    """By `lint`, by every drift report, and once by a message: nothing else is new, and it is told with its command."""
    assert reconciler("round", "start", "--due", DUE, *FAST).code == 0
    file = workspace / f"rounds/round-{today()}.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(DUE, "2026-01-31"), encoding="utf-8")
    lint = reconciler("lint")
    assert "round-due" in lint.out
    assert "4 of 4 accesses are not decided" in lint.out
    told = f"The round round-{today()} was due, and 4 of 4 accesses are not decided"
    first = night("--format", "text", "--format", "json=drift.json", "--format", "markdown=drift.md")
    assert (first.code, len(receiver.messages)) == (0, 1)
    assert told in receiver.messages[0]["overdue"]["items"][0]["words"]
    assert f"2026-01-31  overdue  {told}" in first.out
    assert told in (workspace / "drift.md").read_text(encoding="utf-8")
    report = json.loads((workspace / "drift.json").read_text(encoding="utf-8"))
    Draft202012Validator(json.loads(schema_text("plan"))).validate(report)
    assert [(day["kind"], day["urgency"], day["words"]) for day in report["comingDates"]] == [
        ("round-due", "overdue", told)
    ]
    assert (night().code, len(receiver.messages)) == (0, 1)
    file.write_text(file.read_text(encoding="utf-8").replace("2026-01-31", "2026-02-28"), encoding="utf-8")
    assert (night().code, len(receiver.messages)) == (0, 2)


def test_a_round_that_names_what_is_not_there_is_wrong(workspace: Path, reconciler: Reconciler) -> None:
    """As long as it is open."""
    assert reconciler("round", "start", "--due", DUE, *FAST).code == 0
    file = workspace / f"rounds/round-{today()}.yaml"
    document: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    document["spec"]["accesses"]["greenfield/tlil"] = {"known": "asked"}
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    done = reconciler("validate")
    assert done.code == 1
    assert "There is no access `greenfield/tlil`." in done.err + done.out
    document["spec"]["closed"] = str(today())
    file.write_text(yaml.safe_dump(document), encoding="utf-8")
    assert reconciler("validate").code == 0
