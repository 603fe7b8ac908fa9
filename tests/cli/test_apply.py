"""`reconciler apply` where nobody sits at a terminal: it writes the runbook, begins nothing, and says what waits."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from reconciler import __version__
from reconciler.applying.plan_files import keep_plan, read_plan
from reconciler.cli.clock import system_clock
from reconciler.codec.plan_file import dump, parse
from reconciler.errors import InputError
from reconciler.journal.file import Journal
from reconciler.model.journal import ApplyStarted
from reconciler.state_folder.paths import journal_of, plans_of
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
        f"Runbook for small-world, plan {parse(planned.read_text('utf-8')).plan.fingerprint[:8]}\n"
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


def test_what_was_not_seen_when_it_was_planned_is_never_0(
    sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """A plan in which a school did not answer and nothing is due: exit code 4 of `plan`, `apply` and `verify`, with the
    number; nothing is begun."""
    sandbox.set_trouble("database-down", school_id=GREENFIELD)
    assert reconciler("plan", "--out", "plan.json", "--quiet").code == 4
    told = "7 facts could not be seen, when this plan was made or now: plan again.\n"
    done = reconciler("apply", "plan.json")
    assert (done.code, done.err) == (4, told)
    assert "There is nothing to do by hand.\n" in done.out
    done = reconciler("verify", "plan.json")
    assert (done.code, done.err) == (4, "")
    assert done.out == f"Outcomes: nothing was due.\n{told}"
    assert not (workspace / ".reconciler").exists()


def test_a_plan_that_is_done_says_so(planned: Path, drifted: SandboxServer, reconciler: Reconciler) -> None:
    """It is not due any more as it was approved, since all of it was done: exit code 0, and no screen of what moved."""
    drifted.tick(GREENFIELD, "groupcall.greenfield", "Students")
    drifted.untick(GREENFIELD, "groupcall.greenfield", "PersonPhotos")
    done = reconciler("apply", planned)
    assert (done.code, done.err) == (0, "")
    assert "There is nothing to do by hand.\n" in done.out


def test_a_report_is_no_plan_to_approve(drifted: SandboxServer, workspace: Path, reconciler: Reconciler) -> None:
    """What `--format json` writes does not expire, and nobody is to carry it out for ever."""
    assert reconciler("plan", "--format", "json=report.json", "--quiet").code == 2
    done = reconciler("apply", "report.json")
    assert (done.code, done.out) == (3, "")
    assert "is a report, not a plan to approve" in done.err
    assert reconciler("verify", "report.json").code == 5


def test_a_missing_password_is_told_before_anything_is_done(
    planned: Path, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of `apply` and `verify`: exit code 3, with the access, the reference and the option."""
    monkeypatch.delenv("ACCESS_PASSWORD")
    for verb in ("apply", "verify"):
        done = reconciler(verb, planned)
        assert (done.code, done.out) == (3, "")
        assert "greenfield/groupcall: " in done.err
        assert "ACCESS_PASSWORD" in done.err
        assert "--env-file FILE" in done.err


def begun(workspace: Path, planned: Path, *, plan_file: str = "plan.json") -> Path:
    """An apply that was begun and not finished; where its plan is kept."""
    saved = read_plan(planned)
    name = keep_plan(saved, plans_of(workspace))
    journal = Journal(journal_of(workspace), "J. Smith", system_clock)
    journal.append(saved.plan.fingerprint, ApplyStarted(plan_file, (), 2))
    return plans_of(workspace) / name


def test_a_plan_is_kept_for_its_owner_alone(planned: Path, workspace: Path, reconciler: Reconciler) -> None:
    """It says what is live; and it goes on from there."""
    kept = begun(workspace, planned)
    assert os.name == "nt" or kept.stat().st_mode & 0o777 == 0o600
    done = reconciler("apply", "--resume")
    assert done.code == 5
    assert "Set the ticks of groupcall.greenfield: 1 on, 1 off" in done.out


def test_a_kept_plan_that_is_gone_is_told_with_what_to_do(
    planned: Path, workspace: Path, reconciler: Reconciler
) -> None:
    """Exit code 1: put it back, or begin anew."""
    begun(workspace, planned).unlink()
    done = reconciler("apply", "--resume")
    assert (done.code, done.out) == (1, "")
    assert "which is gone. Put it back, or start again: `reconciler plan --out plan.json`" in done.err


def test_another_plan_is_not_carried_out_under_its_name(
    planned: Path, drifted: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """Neither one that was put in its place, nor one that a line of the journal names."""
    drifted.untick(SCHOOLS["riverside"], "till.riverside", "OnlinePaymentOrders")
    assert reconciler("plan", "--school", "riverside", "--out", "other.json", "--quiet").code == 2
    kept = begun(workspace, planned, plan_file="../../other.json")
    assert "groupcall.greenfield" in reconciler("apply", "--resume").out
    kept.write_bytes((workspace / "other.json").read_bytes())
    done = reconciler("apply", "--resume")
    assert (done.code, done.out) == (3, "")
    assert "its file was replaced" in done.err


@pytest.mark.parametrize("verb", [("apply", "--resume"), ("verify", "plan.json")])
def test_a_broken_journal_is_told(
    planned: Path, workspace: Path, reconciler: Reconciler, verb: tuple[str, ...]
) -> None:
    """Nothing is gone by what a record says in which a line does not fit: exit code 1, and the line."""
    begun(workspace, planned)
    journal = journal_of(workspace)
    changed = journal.read_bytes().replace(b"J. Smith", b"A. Other")
    journal.write_bytes(changed)
    done = reconciler(*verb)
    assert (done.code, done.out) == (1, "")
    assert "altered at line 1: it was changed" in done.err
    assert journal.read_bytes() == changed


if os.name != "nt":

    @pytest.mark.parametrize("linked", ["plans", "plan"])
    def test_no_plan_is_kept_or_read_through_a_link(
        planned: Path, workspace: Path, tmp_path: Path, reconciler: Reconciler, linked: str
    ) -> None:
        """A repository can carry links."""
        kept = begun(workspace, planned)
        outside = tmp_path / "outside"
        link = kept.parent if linked == "plans" else kept
        link.rename(outside)
        before = sorted(file.name for file in tmp_path.rglob("*"))
        link.symlink_to(outside)
        done = reconciler("apply", "--resume")
        assert (done.code, done.out) == (1, "")
        assert "but a link" in done.err
        with pytest.raises(InputError, match="but a link"):
            keep_plan(read_plan(planned), plans_of(workspace))
        link.unlink()
        assert sorted(file.name for file in tmp_path.rglob("*")) == before


def test_a_stale_plan_is_refused(planned: Path, drifted: SandboxServer, reconciler: Reconciler) -> None:
    """Exit code 3, and what moved, a line each; no runbook is written."""
    drifted.tick(GREENFIELD, "groupcall.greenfield", "Students")
    done = reconciler("apply", planned)
    assert (done.code, done.out) == (3, "")
    assert done.err == (
        "Refused: Bromcom or the manifests changed since this plan was made. Nothing was changed. "
        "Make a new plan: `reconciler plan --out plan.json`.\n"
        "  greenfield/groupcall: was approved, but is no longer so: grant read Students (absent -> granted)\n"
    )


def test_a_plan_that_was_begun_leads_to_resume(
    drifted: SandboxServer, planned: Path, workspace: Path, reconciler: Reconciler
) -> None:
    """What is done by now is no news, and no list of it is shown; the list is of a plan that nobody began."""
    drifted.tick(GREENFIELD, "groupcall.greenfield", "Students")
    assert "was approved, but is no longer so" in reconciler("apply", planned, "--rate", "50").err
    begun(workspace, planned)
    done = reconciler("apply", planned, "--rate", "50")
    assert (done.code, done.out) == (3, "")
    assert done.err == (
        "Refused: This plan was begun here and is not finished, and part of it has changed since. "
        "Nothing was changed. To go on with it: `reconciler apply --resume --rate 50`.\n"
    )
    assert reconciler("apply", "--resume", "--rate", "50").code == 5


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
    assert done.err.startswith("Refused: The plan expired at 2026-01-01T00:00:00+00:00. Nothing was changed")


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
        "Refused: Over the limit `revoke`: 1 to take away, and the limit is 0. Nothing was changed. "
        "Make a smaller plan, or accept this with --accept revoke.\n"
    )
    assert reconciler("apply", planned, "--accept", "widen").code == 3
    accepted = reconciler("apply", planned, "--accept", "revoke", "--accept", "widen")
    assert (accepted.code, accepted.err) == (5, "--accept widen: the plan exceeds no limit of that name.\n")


def test_there_is_nothing_to_resume(workspace: Path, reconciler: Reconciler) -> None:
    """Without an apply that was begun."""
    done = reconciler("apply", "--resume")
    assert (done.code, done.out) == (3, "")
    assert "There is nothing to resume" in done.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("plan.json", "--resume"), "leave PLAN out"),
        (("plan.json", "--school", "greenfield"), "an approved plan is carried out whole"),
        (("--resume", "--supplier", "till"), "an approved plan is carried out whole"),
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
    assert "There is no option --against" in done.err


def test_what_the_manifests_withdrew_is_told(
    planned: Path, drifted: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """There is no step left, and what was approved is not done: exit code 5, and why."""
    begun(workspace, planned)
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    assert "Attendances, Staff, Students" in text
    manifest.write_text(text.replace("Attendances, Staff, Students", "Attendances, Staff, PersonPhotos"), "utf-8")
    drifted.tick(SCHOOLS["riverside"], "groupcall.riverside", "PersonPhotos")
    drifted.untick(SCHOOLS["riverside"], "groupcall.riverside", "Students")
    done = reconciler("apply", "--resume")
    assert done.code == 5
    assert done.err == "2 facts of this plan: not done, and no longer asked for by the manifests.\n"
