"""`reconciler runbook`: from a saved plan alone."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING

import pytest

from reconciler.sandbox.server import SandboxServer, serve
from tests.cli.world import PASSWORD, TRACES, seed, write_workspace

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
    assert f'Take the tick off "{REVOKED}"' in done.out
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
    assert "did you mean `greenfield`?" in done.err


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
    assert f"The plan {other} was not read" in done.err
    assert "Make one with `plan --out`." in done.err


def test_an_expired_plan_says_so(plan: Path, reconciler: Reconciler) -> None:
    """It is shown all the same: what it says may still be worth reading."""
    text = plan.read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith('  "expires"')]
    plan.write_text(text.replace(line, '  "expires": "2026-01-02T00:00:00+00:00",'), encoding="utf-8")
    done = reconciler("runbook", plan)
    assert done.code == 0
    assert "greenfield" in done.out
    assert "expired at 2026-01-02" in done.err


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
    assert reconciler("runbook", again, "--format", style).out == reconciler("runbook", plan, "--format", style).out


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
