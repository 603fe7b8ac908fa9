"""`--record` and `--against`: what the service said, kept in a file, says the same later without a network."""

from __future__ import annotations

import json
import os
import stat
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from reconciler.sandbox.state.fault_injection import FaultKind
from tests.cli.world import SCHOOLS, changes, unknown

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler

# Not in the workspace: every *.yaml in it is a manifest.
both_forms = pytest.mark.parametrize("name", ["live.json", "../live.yaml", "../live.yml"])


@pytest.fixture
def drifted(sandbox: SandboxServer, workspace: Path) -> SandboxServer:
    """A tick too many, one missing, a login that is refused, and a school that is down."""
    sandbox.tick(SCHOOLS["greenfield"], "till.greenfield", "Students")
    sandbox.untick(SCHOOLS["greenfield"], "groupcall.greenfield", "Staff")
    sandbox.set_password(SCHOOLS["riverside"], "till.riverside", "another one")
    return sandbox


def read(file: Path) -> Any:
    """A snapshot as data."""
    text = file.read_text(encoding="utf-8")
    return json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)


def write(file: Path, data: Any) -> None:
    """The other way round."""
    file.write_text(json.dumps(data) if file.suffix == ".json" else yaml.safe_dump(data), encoding="utf-8")


@both_forms
@pytest.mark.parametrize("deep", [False, True])
def test_a_snapshot_plans_to_the_same_changes_without_a_network(
    name: str, deep: bool, drifted: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """Same changes, same unknown, same fingerprint; the text says what it was made against, and nobody is asked."""
    probed = reconciler("plan", "--format", "json", "--record", name, *(["--deep"] if deep else []))
    asked = len(drifted.access_log())
    replayed = reconciler("plan", "--format", "json", "--against", name)
    assert (probed.code, replayed.code) == (2, 2)
    assert changes(replayed.plan) == changes(probed.plan) != set()
    assert unknown(replayed.plan) == unknown(probed.plan) != set()
    assert replayed.plan["fingerprint"] == probed.plan["fingerprint"]
    assert replayed.plan["recorded"] is not None
    assert "Compared with the snapshot of 2" in reconciler("drift", "--against", name).out
    assert len(drifted.access_log()) == asked


def test_a_snapshot_needs_no_passwords(
    workspace: Path, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reviews a plan need not be able to log in."""
    reconciler("plan", "--record", "live.json")
    monkeypatch.delenv("ACCESS_PASSWORD")
    assert reconciler("plan", "--against", "live.json").code == 0


@both_forms
@pytest.mark.parametrize("trouble", [None, FaultKind.HTML_200, FaultKind.DATABASE_DOWN, FaultKind.REFUSED_STATUS])
def test_a_snapshot_is_as_its_schema_says(
    name: str, trouble: FaultKind | None, drifted: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """Whatever was found."""
    if trouble:
        drifted.set_trouble(trouble, school_id=SCHOOLS["riverside"])
    reconciler("plan", "--deep", "--record", name)
    schema = json.loads(reconciler("schema", "snapshot").out)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(read(workspace / name))


@pytest.mark.skipif(os.name == "nt", reason="on Windows the rights of the folder hold")
def test_what_says_what_is_live_is_for_its_owner_alone(workspace: Path, reconciler: Reconciler) -> None:
    """Snapshots and reports in files, new or written over; and no other file is left behind."""
    before = {file.name for file in workspace.iterdir()}
    (workspace / "live.json").write_text("old", encoding="utf-8")
    (workspace / "live.json").chmod(0o644)
    reconciler("plan", "--record", "live.json", "--format", "json=plan.json", "--format", "text=new/plan.txt")
    for name in ("live.json", "plan.json", "new/plan.txt"):
        assert stat.S_IMODE((workspace / name).stat().st_mode) == 0o600, name
    assert {file.name for file in workspace.iterdir()} == before | {".reconciler", "live.json", "plan.json", "new"}


@both_forms
def test_an_access_that_the_snapshot_lacks_is_unknown(name: str, workspace: Path, reconciler: Reconciler) -> None:
    """It may have been declared since; it is neither in sync nor ungranted. Without its school's entry nobody knows of
    which School ID an answer is."""
    reconciler("plan", "--record", name)
    data = read(workspace / name)
    del data["accesses"]["riverside/till"]
    del data["schools"]["greenfield"]
    write(workspace / name, data)
    done = reconciler("plan", "--against", name, "--format", "json")
    assert (done.code, changes(done.plan)) == (4, set())
    assert unknown(done.plan) == {
        ("greenfield", "reachable", "greenfield"),
        ("greenfield/groupcall", "login", "groupcall.greenfield"),
        ("greenfield/groupcall", "read", "*"),
        ("greenfield/till", "login", "till.greenfield"),
        ("greenfield/till", "read", "*"),
        ("riverside/till", "login", "till.riverside"),
        ("riverside/till", "read", "*"),
    }
    told = reconciler("plan", "--against", name)
    assert told.out.count("the snapshot does not contain it: record a new one") == 2
    assert "In sync:" not in told.out


def test_an_access_that_is_declared_no_longer_does_not_disturb(workspace: Path, reconciler: Reconciler) -> None:
    """A snapshot may hold more than the manifests ask about."""
    reconciler("plan", "--record", "live.json")
    data = read(workspace / "live.json")
    data["accesses"]["riverside/former"] = data["accesses"]["riverside/till"]
    write(workspace / "live.json", data)
    assert reconciler("plan", "--against", "live.json").code == 0


def emptied(text: str) -> str:
    """Nothing."""
    return text[:0]


def halved(text: str) -> str:
    """What a full disk leaves."""
    return text[: len(text) // 2]


def of_another_kind(text: str) -> str:
    """A list."""
    return "[1, 2]"


def with_a_word_for_the_names(text: str) -> str:
    """Each list of names is a text, which has letters where a list has names."""
    return json.dumps(_with_words(json.loads(text)))


def _with_words(data: Any) -> Any:
    for access in data["accesses"].values():
        access["entities"]["known"] = "Students"
    return data


def without_a_time(text: str) -> str:
    """A time that is none."""
    return json.dumps({**json.loads(text), "recorded": "yesterday"})


@pytest.mark.parametrize(
    "damage", [emptied, halved, of_another_kind, with_a_word_for_the_names, without_a_time], ids=lambda d: d.__name__
)
@pytest.mark.parametrize("name", ["live.json", "../live.yaml"])
def test_a_damaged_snapshot_is_refused(
    name: str, damage: Callable[[str], str], workspace: Path, reconciler: Reconciler
) -> None:
    """Exit code 1, the file is named, and no plan is made of the rest. (JSON is YAML too.)"""
    reconciler("plan", "--record", "live.json")
    damaged = damage((workspace / "live.json").read_text(encoding="utf-8"))
    (workspace / name).write_text(damaged, encoding="utf-8")
    done = reconciler("plan", "--against", name)
    assert (done.code, done.out) == (1, "")
    assert name in done.err
    assert "snapshot" in done.err
    assert "because of a bug" not in done.err


@both_forms
def test_a_newer_format_is_refused_with_what_to_do(name: str, workspace: Path, reconciler: Reconciler) -> None:
    """This program cannot know what a later one means."""
    reconciler("plan", "--record", name)
    data = read(workspace / name)
    write(workspace / name, {**data, "formatVersion": data["formatVersion"] + 1})
    done = reconciler("plan", "--against", name)
    assert (done.code, done.out) == (1, "")
    assert "it has format version 2, and this reconciler reads version 1. " in done.err
    assert f"Record a new one: `reconciler plan --record {name}`." in done.err


def test_a_snapshot_that_is_no_text_is_refused(workspace: Path, reconciler: Reconciler) -> None:
    """A spreadsheet under the wrong name."""
    (workspace / "live.json").write_bytes(b"PK\x03\x04\xff\xfe")
    done = reconciler("plan", "--against", "live.json")
    assert (done.code, done.out) == (1, "")
    assert "is not UTF-8" in done.err


def test_a_snapshot_of_a_snapshot_is_no_new_look(workspace: Path, reconciler: Reconciler) -> None:
    """It keeps the time at which Bromcom was asked."""
    reconciler("plan", "--record", "old.json")
    age(workspace / "old.json", 3)
    reconciler("plan", "--against", "old.json", "--record", "new.json")
    assert read(workspace / "new.json")["recorded"] == read(workspace / "old.json")["recorded"]


def age(file: Path, days: int) -> None:
    """Make a snapshot older than it is."""
    data = read(file)
    then = datetime.fromisoformat(data["recorded"]) - timedelta(days=days)
    write(file, {**data, "recorded": then.isoformat()})


def test_an_outage_leaves_what_was_recorded_with_its_age(
    sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """School by school: one is down for a night, then both are, and the record still says what was seen last, and when;
    the headline says how long nobody has looked."""
    name = "live.json"
    reconciler("plan", "--record", name)
    age(workspace / name, 7)
    sandbox.set_trouble(FaultKind.DATABASE_DOWN, school_id=SCHOOLS["riverside"])
    assert reconciler("plan", "--record", name).code == 4
    data = read(workspace / name)
    assert "recorded" not in data["schools"]["greenfield"]
    assert data["accesses"]["riverside/till"]["entities"]["known"]
    one = reconciler("plan", "--against", name, "--format", "text", "--format", "markdown=../r.md")
    assert one.code == 0
    assert "Last checked 7 days ago at riverside." in one.out
    assert "Older still: riverside (7 days)." in one.out
    assert "Last checked 7 days ago at riverside.**" in (workspace.parent / "r.md").read_text(encoding="utf-8")
    old = reconciler("plan", "--against", name, "--max-age", "36h", "--format", "json")
    assert {place for place, _, _ in unknown(old.plan)} == {"riverside", "riverside/groupcall", "riverside/till"}
    (riverside,) = (school for school in old.plan["schools"] if school["name"] == "riverside")
    assert riverside["recorded"] == datetime.fromisoformat(data["schools"]["riverside"]["recorded"]).isoformat()
    sandbox.set_trouble(FaultKind.UNAVAILABLE_503)
    reconciler("plan", "--record", name, "--retries", "0")
    assert reconciler("plan", "--against", name).code == 0
    Draft202012Validator(json.loads(reconciler("schema", "snapshot").out)).validate(read(workspace / name))
    Draft202012Validator(json.loads(reconciler("schema", "plan").out)).validate(old.plan)
    sandbox.clear_troubles()
    reconciler("plan", "--record", name)
    assert not [school for school in read(workspace / name)["schools"].values() if "recorded" in school]
