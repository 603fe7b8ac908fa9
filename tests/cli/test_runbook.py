"""`reconciler runbook`: from a saved plan alone."""

from __future__ import annotations

import json
import os
import random
from typing import TYPE_CHECKING

import pytest

from reconciler.sandbox.server import SandboxServer, serve
from tests.cli.world import PASSWORD, SCHOOLS, TRACES, seed, write_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import Reconciler

FORMATS = ("text", "markdown", "html")
REVOKED = "OnlinePaymentOrders"


@pytest.fixture
def plan(tmp_path: Path, workspace: Path, reconciler: Reconciler) -> Path:
    """A saved plan: nobody may read online payment orders any more, and the till may read students."""
    manifest = workspace / "reconciler.yaml"
    changed = manifest.read_text(encoding="utf-8").replace(f"entities: [{REVOKED}]", "entities: [Students]")
    manifest.write_text(changed, encoding="utf-8")
    saved = tmp_path / "plan.json"
    assert reconciler("plan", "--out", saved).code == 2
    return saved


def test_a_saved_plan_becomes_a_runbook(plan: Path, workspace: Path, reconciler: Reconciler) -> None:
    """Nothing is needed but the file: no manifest, no password, no service."""
    (workspace / "reconciler.yaml").unlink()
    done = reconciler("runbook", plan)
    assert (done.code, done.err) == (0, "")
    assert "greenfield" in done.out
    assert "Modules > Setup > Third Party Access Permissions & Logs" in done.out
    assert f'Untick "{REVOKED}"' in done.out
    assert 'Tick "Students"' in done.out


@pytest.mark.parametrize("style", FORMATS)
def test_a_runbook_goes_to_a_file_that_its_owner_alone_reads(
    plan: Path, tmp_path: Path, reconciler: Reconciler, style: str
) -> None:
    """It says what is live. The file holds what stdout would."""
    file = tmp_path / "runbook"
    printed = reconciler("runbook", plan, "--format", style)
    assert reconciler("runbook", plan, "--format", style, "--output", file).out == ""
    assert file.read_text(encoding="utf-8") == printed.out
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600


LIES = {
    "note": "first tick PersonPhotos, then ring 0123 456789",
    "reason": "the office says: tick everything",
}


@pytest.mark.parametrize("verb", ["runbook", "apply"])
def test_the_notes_of_a_plan_are_made_again(
    verb: str, plan: Path, workspace: Path, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """Whoever can write the file could put steps into our mouth; what the catalogue says of an entity is said again,
    and what is only a reason is told in words of ours."""
    manifest = workspace / "reconciler.yaml"
    declared = "  entities: [Students]\n  writeBack: {role: Till, permissions: [Attendance]}\n"
    text = manifest.read_text(encoding="utf-8").replace("  entities: [Students]\n", declared)
    manifest.write_text(text, encoding="utf-8")
    assert reconciler("attest", "greenfield/till", "roles=Till", "--by", "J. Smith").code == 0
    sandbox.tick(SCHOOLS["greenfield"], "till.greenfield", "PersonPhotos", "Students")
    assert reconciler("plan", "--out", plan).code == 2
    honest = reconciler(verb, plan).out
    data = json.loads(plan.read_text(encoding="utf-8"))
    edited = 0
    for access in data["accesses"]:
        for item in (*access["changes"], *access["unknown"]):
            for key in LIES.keys() & item.keys():
                item[key] = LIES[key]
                edited += 1
    plan.write_text(json.dumps(data), encoding="utf-8")
    assert edited > 4
    done = reconciler(verb, plan)
    assert done.out == honest
    assert "photographs of pupils" in done.out
    own = "a person confirmed something that cannot be right" if verb == "runbook" else "attested without Third Party"
    assert own in done.out
    assert not any(lie in done.out for lie in LIES.values())


def test_a_runbook_of_some_schools(plan: Path, reconciler: Reconciler) -> None:
    """One school's manager is handed that school alone."""
    done = reconciler("runbook", plan, "--school", "green*")
    assert "greenfield" in done.out
    assert "riverside" not in done.out


def test_an_offer_for_many_schools_is_for_whoever_has_them_all(
    workspace: Path, sandbox: SandboxServer, reconciler: Reconciler, tmp_path: Path
) -> None:
    """One school's manager is offered nothing that concerns the others."""
    manifest = workspace / "reconciler.yaml"
    shared = manifest.read_text(encoding="utf-8").replace("{supplier}.{school}", "{supplier}")
    manifest.write_text(shared, encoding="utf-8")
    saved = tmp_path / "plan.json"
    assert reconciler("plan", "--out", saved).code == 2
    assert "Central > Users > Distribute" in reconciler("runbook", saved, "--school", "*").out
    assert "Central > Users > Distribute" not in reconciler("runbook", saved, "--school", "greenfield").out


def test_a_school_that_the_plan_does_not_have_is_refused(plan: Path, reconciler: Reconciler) -> None:
    """A mistyped name must not read as "nothing to do"; the nearest name is offered."""
    done = reconciler("runbook", plan, "--school", "greenfeld")
    assert (done.code, done.out) == (64, "")
    assert "Did you mean `greenfield`?" in done.err


def test_the_plan_is_never_written_over(plan: Path, reconciler: Reconciler) -> None:
    """One mistyped name, and what was approved would be gone."""
    before = plan.read_bytes()
    done = reconciler("runbook", plan, "--output", plan)
    assert (done.code, done.out) == (64, "")
    assert "is what this command reads" in done.err
    assert plan.read_bytes() == before


def test_what_is_no_plan_is_refused(tmp_path: Path, reconciler: Reconciler) -> None:
    """A file that is missing, or that somebody else wrote."""
    assert "there is no such file" in reconciler("runbook", tmp_path / "none.json").err
    other = tmp_path / "other.json"
    other.write_text("{}", encoding="utf-8")
    done = reconciler("runbook", other)
    assert (done.code, done.out) == (1, "")
    assert f"Cannot read the plan {other}" in done.err
    assert "Make a new plan: `reconciler plan --out plan.json`." in done.err


def test_an_expired_plan_says_so(plan: Path, reconciler: Reconciler) -> None:
    """It is shown all the same: what it says may still be worth reading."""
    text = plan.read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith('  "expires"')]
    plan.write_text(text.replace(line, '  "expires": "2026-01-02T00:00:00+00:00",'), encoding="utf-8")
    done = reconciler("runbook", plan)
    assert done.code == 0
    assert "greenfield" in done.out
    assert "expired at 2026-01-02" in done.err


def test_a_plan_with_times_that_were_changed_says_so(plan: Path, reconciler: Reconciler) -> None:
    """As `apply` does, which refuses it."""
    data = json.loads(plan.read_text(encoding="utf-8"))
    plan.write_text(json.dumps({**data, "expires": "9999-01-02T00:00:00+00:00"}), encoding="utf-8")
    done = reconciler("runbook", plan)
    assert done.code == 0
    assert "refuses this plan: " in done.err
    assert "A plan is valid for at most 90 days, so this file was changed." in done.err


@pytest.mark.parametrize("style", FORMATS)
def test_the_order_of_manifests_does_not_matter(
    plan: Path, workspace: Path, reconciler: Reconciler, style: str, tmp_path: Path
) -> None:
    """The same bytes, whatever order the documents have in their file."""
    manifest = workspace / "reconciler.yaml"
    documents = manifest.read_text(encoding="utf-8").split("---\n")
    random.Random(2).shuffle(documents)
    manifest.write_text("---\n".join(each.rstrip("\n") + "\n" for each in documents), encoding="utf-8")
    again = tmp_path / "again.json"
    assert reconciler("plan", "--out", again).code == 2
    shuffled, first = (reconciler("runbook", file, "--format", style).out for file in (again, plan))
    assert shuffled.replace(again.name, plan.name) == first


@pytest.fixture
def locked_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, SandboxServer]]:
    """A workspace whose passwords the service does not take."""
    with serve(seed()) as server:
        monkeypatch.setenv("ACCESS_PASSWORD", f"{PASSWORD}, and wrong")
        folder = write_workspace(tmp_path / "locked-out", server)
        monkeypatch.chdir(folder)
        yield folder, server


@pytest.mark.parametrize("style", FORMATS)
def test_a_runbook_names_no_password(
    locked_out: tuple[Path, SandboxServer], reconciler: Reconciler, style: str, tmp_path: Path
) -> None:
    """It says where the password to type is kept, and never what it is."""
    saved = tmp_path / "plan.json"
    assert reconciler("plan", "--out", saved).code == 2
    told = reconciler("runbook", saved, "--format", style).out
    assert "it is kept under ACCESS_PASSWORD, in the environment" in told
    assert "Reset Password" in told
    assert not [trace for trace in TRACES if trace in told]


NEW_SUPPLIER = """---
apiVersion: reconciler/v1
kind: Supplier
metadata: {name: library}
spec:
  title: Library Loans
  purpose: To lend books
  entities: [Staff, Students]
  writeBack: {role: Library, permissions: [Attendance], licence: bought}
  consent: {needs: [students]}
"""


@pytest.fixture
def unreachable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small world with a new supplier. Nothing answers at its platform."""
    with serve(seed()) as stopped:
        folder = write_workspace(tmp_path / "workspace", stopped)
    manifest = folder / "reconciler.yaml"
    manifest.write_text(manifest.read_text(encoding="utf-8") + NEW_SUPPLIER, encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setenv("ACCESS_PASSWORD", PASSWORD)
    return folder


@pytest.mark.parametrize("style", FORMATS)
def test_a_new_supplier_needs_no_host(style: str, unreachable: Path, reconciler: Reconciler) -> None:
    """The whole way, from the manifests alone: role, account, ticks, consent, hand-over sheet."""
    done = reconciler("runbook", "--supplier", "library", "--school", "greenfield", "--format", style)
    assert (done.code, done.err) == (0, "")
    steps = (
        "Create or check the role Library",
        "Create or check the account library.greenfield",
        "Check that library.greenfield has the role Library",
        "Check the ticks of library.greenfield: 2 on",
        "Check the consent of students",
    )
    places = [done.out.index(step) for step in steps]
    assert places == sorted(places)
    for words in ("Hand-over sheet: Library Loans", "made from the manifests alone", "12345"):
        assert words in done.out
    assert not any(words in done.out for words in (*TRACES, "riverside", "groupcall", "Plan "))


def test_without_a_plan_a_supplier_is_named(unreachable: Path, reconciler: Reconciler) -> None:
    """Everything for every supplier is nothing that anybody would do."""
    for arguments, words in [
        ((), "--supplier"),
        (("--school", "greenfield"), "--supplier"),
        (("--supplier", "library", "--checked-only"), "--checked-only needs a PLAN"),
        (("--supplier", "libary"), "Did you mean `library`?"),
    ]:
        done = reconciler("runbook", *arguments)
        assert done.code == 64
        assert words in done.err


def test_the_plan_of_an_unreachable_host_keeps_its_steps_as_not_checked(
    unreachable: Path, tmp_path: Path, reconciler: Reconciler
) -> None:
    """And says where the names of the entities are."""
    plan = tmp_path / "plan.json"
    assert reconciler("plan", "--out", plan, "--retries", "0").code == 4
    done = reconciler("runbook", plan, "--supplier", "library")
    assert done.code == 0
    assert "Create or check the account library.greenfield" in done.out
    assert "! Not checked: Bromcom did not answer." in done.out
    assert "groupcall" not in done.out
    assert "`reconciler runbook --school greenfield --supplier library` names them." in done.out
    named = reconciler("runbook", "--school", "greenfield", "--supplier", "library")
    assert 'Tick "Students"' in named.out
    checked = reconciler("runbook", plan, "--checked-only")
    assert "library.greenfield has the role Library" in checked.out  # no run ever sees that
    assert "Not checked" not in checked.out
    assert "Create or check the account" not in checked.out


def test_a_runbook_from_manifests_overwrites_no_manifest(unreachable: Path, reconciler: Reconciler) -> None:
    """Nor any other file that is not a runbook's to write."""
    done = reconciler("runbook", "--supplier", "library", "--output", "reconciler.yaml")
    assert done.code == 64
    assert "kind: Supplier" in (unreachable / "reconciler.yaml").read_text(encoding="utf-8")
