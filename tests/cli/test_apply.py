"""`reconciler apply` where nobody sits at a terminal: it writes the runbook, begins nothing, and says what waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from reconciler import __version__
from reconciler.planning.planfile import dump, parse
from tests.cli.world import SCHOOLS

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler

GREENFIELD = SCHOOLS["greenfield"]


@pytest.fixture
def drifted(sandbox: SandboxServer, workspace: Path) -> SandboxServer:
    """One tick is missing at greenfield, and one is too many."""
    sandbox.untick(GREENFIELD, "groupcall.greenfield", "Students")
    sandbox.tick(GREENFIELD, "groupcall.greenfield", "PersonPhotos")
    return sandbox


@pytest.fixture
def planned(drifted: SandboxServer, workspace: Path, reconciler: Reconciler) -> Path:
    """The plan of it, in its file."""
    assert reconciler("plan", "--out", "plan.json", "--quiet").code == 2
    return workspace / "plan.json"


def test_the_runbook_is_written_and_nothing_is_begun(planned: Path, workspace: Path, reconciler: Reconciler) -> None:
    """Exit code 5, since steps wait for a person; there is no journal, no lock, and no plan put away."""
    done = reconciler("apply", planned)
    assert (done.code, done.err) == (5, "")
    assert done.out.startswith(
        f"Runbook of small-world, plan {parse(planned.read_text('utf-8')).plan.fingerprint[:8]}\n"
    )
    assert "Set the ticks of groupcall.greenfield: 1 on, 1 off" in done.out
    assert not (workspace / ".reconciler").exists()


@pytest.mark.parametrize(("style", "start"), [("html", "<!doctype html>"), ("markdown", "# Runbook")])
def test_it_is_written_in_the_format_that_was_asked_for(
    planned: Path, workspace: Path, reconciler: Reconciler, style: str, start: str
) -> None:
    """To a file that its owner alone may read."""
    done = reconciler("apply", planned, "--format", style, "--output", "book")
    assert (done.code, done.out, done.err) == (5, "", "")
    assert (workspace / "book").read_text(encoding="utf-8").lower().startswith(start.lower())


def test_yes_does_no_step(drifted: SandboxServer, reconciler: Reconciler) -> None:
    """It answers a question that is not asked here; nobody pretends that a person acted."""
    done = reconciler("apply", "--yes")
    assert (done.code, done.err) == (5, "")
    assert "Set the ticks of groupcall.greenfield" in done.out
    assert reconciler("plan").code == 2


def test_where_nothing_is_left_it_says_so(workspace: Path, reconciler: Reconciler) -> None:
    """Exit code 0."""
    done = reconciler("apply")
    assert (done.code, done.err) == (0, "")
    assert "There is nothing to do by hand.\n" in done.out


def test_what_could_not_be_seen_is_not_called_done(
    sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """Nothing for hands, and a school that does not answer: exit code 4."""
    sandbox.set_trouble("database-down", school_id=GREENFIELD)
    assert reconciler("apply").code == 4


def test_a_stale_plan_is_refused(planned: Path, drifted: SandboxServer, reconciler: Reconciler) -> None:
    """Exit code 3, and what moved, a line each; no runbook is written."""
    drifted.tick(GREENFIELD, "groupcall.greenfield", "Students")
    done = reconciler("apply", planned)
    assert (done.code, done.out) == (3, "")
    assert done.err == (
        "Refused: what was approved is not what is due now. Nothing was changed: look at what moved, and plan again.\n"
        "  greenfield/groupcall: was approved, and is not so any more: grant read Students (absent -> granted)\n"
    )


def test_an_expired_plan_is_refused(planned: Path, reconciler: Reconciler) -> None:
    """A plan of last week is nobody's approval of today."""
    saved = parse(planned.read_text(encoding="utf-8"))
    assert saved.expires
    assert saved.created
    assert saved.expires - saved.created == timedelta(days=7)
    past = datetime(2026, 1, 1, tzinfo=UTC)
    planned.write_text(dump(saved.plan, version=__version__, created=past, expires=past), encoding="utf-8")
    done = reconciler("apply", planned)
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("Refused: the plan expired 2026-01-01T00:00:00+00:00. Nothing was changed")


def test_a_plan_that_was_changed_by_hand_is_refused(planned: Path, reconciler: Reconciler) -> None:
    """Its counts and its fingerprint are those of what was approved."""
    planned.write_text(planned.read_text("utf-8").replace('"name": "Students"', '"name": "StudentsInCare"'), "utf-8")
    done = reconciler("apply", planned)
    assert (done.code, done.out) == (1, "")
    assert "changed by hand" in done.err


def test_a_limit_is_refused_by_name(planned: Path, workspace: Path, reconciler: Reconciler) -> None:
    """And opened by that name; one that opens nothing is told."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8").replace(
        "spec:\n  platforms:", "spec:\n  limits: {revoke: {count: 0}}\n  platforms:", 1
    )
    manifest.write_text(text, encoding="utf-8")
    done = reconciler("apply", planned)
    assert (done.code, done.out) == (3, "")
    assert done.err == (
        "Refused: Over the limit `revoke` of the workspace: 1 to revoke, and it says 0. Nothing was changed: "
        "make a smaller plan, or accept this with --accept revoke.\n"
    )
    assert reconciler("apply", planned, "--accept", "widen").code == 3
    accepted = reconciler("apply", planned, "--accept", "revoke", "--accept", "widen")
    assert (accepted.code, accepted.err) == (5, "--accept widen: the plan goes over no limit of that name.\n")


def test_there_is_nothing_to_resume(workspace: Path, reconciler: Reconciler) -> None:
    """Without an apply that was begun."""
    done = reconciler("apply", "--resume")
    assert (done.code, done.out) == (3, "")
    assert "no apply was begun here that is not finished" in done.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("plan.json", "--resume"), "leave PLAN out"),
        (("plan.json", "--school", "greenfield"), "what was approved is carried out whole"),
        (("--resume", "--supplier", "till"), "what was approved is carried out whole"),
        (("--resume", "--accept", "revoke"), "--accept is for the beginning"),
    ],
)
def test_what_contradicts_itself_is_a_mistake(
    workspace: Path, reconciler: Reconciler, arguments: tuple[str, ...], told: str
) -> None:
    """Exit code 64, before anything is asked."""
    done = reconciler("apply", *arguments)
    assert (done.code, done.out) == (64, "")
    assert told in done.err


def test_a_snapshot_is_nothing_to_apply_against(workspace: Path, reconciler: Reconciler) -> None:
    """What is carried out is probed."""
    done = reconciler("apply", "--against", "live.json")
    assert done.code == 64
    assert "No such option" in done.err
