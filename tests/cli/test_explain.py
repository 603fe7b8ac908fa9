"""`reconciler explain`: each value with its layers, each fact with its evidence, and every word of a report."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from reconciler.cli.exit_codes import Exit
from reconciler.cli.main import main
from reconciler.manifest.rule_texts import rule_texts
from reconciler.manifest.schema.check import schema_text
from reconciler.report.finding_rules import FINDING_RULES
from reconciler.report.vocabulary import EXIT_CODES, VOCABULARY
from tests.cli.world import EXAMPLES, PASSWORD, TRACES

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler
    from tests.conftest import Golden

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


def explanations(done: Any) -> list[dict[str, Any]]:
    """The explanations as JSON, which are as their schema says."""
    found: list[dict[str, Any]] = json.loads(done.out)
    jsonschema_rs.validator_for(json.loads(schema_text("explanations"))).validate(found)
    return found


def parts(done: Any) -> dict[str, dict[str, Any]]:
    """{part: {row: the row}} of one explanation as JSON."""
    (explanation,) = explanations(done)
    return {part["id"]: {row["name"]: row for row in part["rows"]} for part in explanation["parts"]}


@pytest.mark.parametrize("subject", ["riverside/library-loans", "greenfield/cashless-till", "greenfield"])
def test_an_access_is_explained_offline(
    subject: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], golden: Golden, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Values with layers and places, what people confirmed, what is accepted, and why it is done by hand."""
    monkeypatch.chdir(shutil.copytree(EXAMPLES / "trust", tmp_path / "trust"))
    code = main(["explain", subject], clock=lambda: NOW)
    assert code == Exit.OK
    golden(f"explain-{subject.replace('/', '-')}.txt", capsys.readouterr().out)


def test_a_snapshot_tells_what_is_live(
    reconciler: Reconciler, workspace: Path, sandbox: SandboxServer, tmp_path: Path
) -> None:
    """An entity too many, and one that is missing, each with its evidence; the snapshot's time is told."""
    sandbox.set_ticks(12345, "till.greenfield", ["PersonPhotos"])
    snapshot = tmp_path / "live.json"
    reconciler("plan", "--record", snapshot)
    done = reconciler("explain", "greenfield/till", "--against", snapshot)
    assert done.code == Exit.OK
    assert "As the snapshot of" in done.out
    assert "too much  entity PersonPhotos" in done.out
    assert "missing   entity OnlinePaymentOrders" in done.out
    assert "entity-not-declared" in done.out
    live = parts(reconciler("explain", "greenfield/till/personphotos", "--against", snapshot, "--format", "json"))
    assert live["values"]["PersonPhotos"]["values"] == ["not declared"]
    assert live["live"]["entity PersonPhotos"]["values"] == ["granted"]
    assert live["live"]["entity PersonPhotos"]["detail"] == "probed: findEntitiesBySchoolID"
    assert list(live["differences"]) == ["too much"]


def test_nothing_is_asked_unless_it_is_wanted(reconciler: Reconciler, workspace: Path, sandbox: SandboxServer) -> None:
    """Offline by default; `--probe` asks about the one access, and no password is printed."""
    assert parts(reconciler("explain", "greenfield/till", "--format", "json"))["live"]["entities"]["values"] == [
        "not asked"
    ]
    assert sandbox.access_log() == []
    done = reconciler("explain", "greenfield/till", "--probe", "--format", "json")
    assert parts(done)["live"]["login till.greenfield"]["values"] == ["works"]
    assert not any(trace in done.out + done.err for trace in (PASSWORD, *TRACES))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["greenfield/tll"], "Did you mean `till`?"),
        (["grenfield/till"], "Did you mean `greenfield`?"),
        (["greenfield/till/OnlinePaymentOrder"], "Did you mean `OnlinePaymentOrders`?"),
        (["till"], "`reconciler explain greenfield/till`"),
        (["grenfield"], "Did you mean `greenfield`?"),
        (["rule", "login-refusd"], "Did you mean `login-refused`?"),
        (["entity", "Studnts"], "Did you mean `Students`?"),
        (["exit", "6"], "Known: 0, 1, 2, 3, 4, 5, 64"),
        (["too", "mcuh"], "Did you mean `too much`?"),
        (["greenfield/till", "--deep"], "--deep needs --probe"),
    ],
)
def test_unknown_words_name_the_nearest(reconciler: Reconciler, workspace: Path, typed: list[str], said: str) -> None:
    """The command line was mistyped: exit code 64, and what was most likely meant."""
    done = reconciler("explain", *typed)
    assert done.code == Exit.USAGE
    assert said in done.err


def test_every_word_rule_and_exit_code_is_explained_anywhere(
    reconciler: Reconciler, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a folder without a workspace too."""
    monkeypatch.chdir(tmp_path)
    for entry in VOCABULARY:
        for word in entry.words:
            assert entry.text in reconciler("explain", "word", word).out
    for rule in (*rule_texts(), *FINDING_RULES):
        assert rule.title in reconciler("explain", "rule", rule.id).out
    for code, (meaning, _) in EXIT_CODES.items():
        assert meaning in reconciler("explain", "exit", str(code)).out
    assert "than was agreed" in reconciler("explain", "▲2").out
    assert "pupil" in reconciler("explain", "Students").out


def test_wrong_manifests_are_problems(reconciler: Reconciler, workspace: Path) -> None:
    """An access of a workspace with errors is not explained: the problems are told."""
    (workspace / "more.yaml").write_text("kind: School\n", encoding="utf-8")
    done = reconciler("explain", "greenfield/till")
    assert done.code == Exit.FAILED
    assert "more.yaml:1:1" in done.err


def test_a_school_is_known_by_its_title_and_its_number(reconciler: Reconciler, workspace: Path) -> None:
    """As `--school` takes them; the title is told."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace("schoolId: 12345", "title: Green Field, schoolId: 12345"), encoding="utf-8")
    by_name = reconciler("explain", "greenfield").out
    assert "Green Field, School 12345 on practice" in by_name
    assert reconciler("explain", "green field").out == by_name
    assert reconciler("explain", "12345").out == by_name
    assert reconciler("explain", "12345/till").out == reconciler("explain", "greenfield/till").out
    assert "stands for 2 schools" in reconciler("explain", "*/till").err


STATEMENT = """\
---
apiVersion: reconciler/v1
kind: Attestation
metadata: {{name: {name}}}
spec:
  school: greenfield
  supplier: till
  account: {account}
  by: J. Smith
  date: {date}
  expires: {expires}
  facts: {{{fact}}}
"""
WAIVER = """\
---
apiVersion: reconciler/v1
kind: Waiver
metadata: {name: photos}
spec:
  schools: [greenfield]
  supplier: till
  by: A. Jones
  reason: until the cards are printed
  expires: 2099-01-01
  changes:
    - {action: revoke, name: PersonPhotos}
    - {action: revoke, name: Staff}
"""


def test_what_people_said_and_accepted_is_told_with_its_worth(
    reconciler: Reconciler, workspace: Path, sandbox: SandboxServer
) -> None:
    """Which statement counts, which was replaced, is over or about another account; which waiver is of a difference."""
    own, other = "till.greenfield", "old.account"
    statements = (
        ("old", own, "2020-01-01", "2099-01-01", "roles: [Third Party, Admin]"),
        ("new", own, "2020-02-01", "2099-01-01", "roles: [Third Party]"),
        ("over", own, "2020-01-01", "2020-12-31", "writeLicence: bought"),
        ("another", other, "2020-01-01", "2099-01-01", "permissions: []"),
    )
    keys = ("name", "account", "date", "expires", "fact")
    text = "".join(STATEMENT.format(**dict(zip(keys, one, strict=True))) for one in statements) + WAIVER
    (workspace / "people.yaml").write_text(text, encoding="utf-8")
    manifest = workspace / "reconciler.yaml"
    unlimited = manifest.read_text(encoding="utf-8").replace("spec:\n  platforms", "spec:\n  limits: none\n  platforms")
    manifest.write_text(unlimited, encoding="utf-8")
    sandbox.tick(12345, own, "PersonPhotos")
    done = reconciler("explain", "greenfield/till", "--probe", "--format", "json")
    assert done.err == ""
    (explanation,) = explanations(done)
    rows = {part["id"]: part["rows"] for part in explanation["parts"]}
    worth = [(row["name"], row["detail"].partition(";")[0]) for row in rows["attestations"]]
    assert worth == [
        ("roles", "replaced by a newer one"),
        ("roles", "counts"),
        (
            "permissions",
            f"no longer counts: attestation by J. Smith is for the account {other}, and the manifests now name {own}",
        ),
        ("writeLicence", "no longer counts: attestation by J. Smith expired 2020-12-31"),
    ]
    accepted = [(row["values"], row["detail"]) for row in rows["accepted"]]
    assert accepted[0] == (
        ["too much: entity PersonPhotos"],
        "accepted by A. Jones until 2099-01-01: until the cards are printed",
    )
    assert accepted[1][1].startswith("accepts nothing seen now; ")
    assert rows["differences"][0]["detail"].startswith("accepted by A. Jones until 2099-01-01")
    assert all(row["origin"]["file"] == "people.yaml" for row in (*rows["attestations"], *rows["accepted"]))
