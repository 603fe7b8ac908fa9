"""A supplier that has left, on the command line: what earlier runs saw decides if a refusal proves the end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from reconciler.cli.exit_codes import Exit
from tests.cli.world import SCHOOLS, TRACES, changes, unknown, username

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler

PLAN = ("plan", "--supplier", "till", "--format", "json")
LOGINS = {(f"{school}/till", "login", username(school, "till")) for school in SCHOOLS}
DELETIONS = {(f"{school}/till", "deletion", "confirmed") for school in SCHOOLS}


def edit(workspace: Path, before: str, after: str) -> None:
    """Change the manifests."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8")
    assert before in text
    manifest.write_text(text.replace(before, after), encoding="utf-8")


def close(sandbox: SandboxServer) -> None:
    """Untick that the accounts of the till may log in."""
    for school_id in SCHOOLS.values():
        for account in sandbox.accounts(school_id):
            if account.username.startswith("till."):
                sandbox.save_account(school_id, replace(account, can_log_in=False))


def test_a_nightly_run_remembers_what_proves_the_end(
    workspace: Path, sandbox: SandboxServer, reconciler: Reconciler
) -> None:
    """The same reference as in the night before: closed. Another one: nobody knows. And no file has the password."""
    assert reconciler("drift", "--state", "nights.json").code == Exit.OK
    edit(workspace, "  title: till\n", "  title: till\n  state: retired\n")
    drift = ("drift", "--state", "nights.json", "--supplier", "till", "--format", "json")
    open_still = reconciler(*drift)
    assert open_still.code == Exit.DIFFERENCES
    assert {(action, name) for _, action, name in changes(open_still.plan)} == {
        *(("revoke", username(school, "till")) for school in SCHOOLS),
        ("revoke", "OnlinePaymentOrders"),
    }
    close(sandbox)
    closed = reconciler(*drift)
    assert closed.code == Exit.INCOMPLETE
    assert (changes(closed.plan), unknown(closed.plan)) == (set(), DELETIONS)
    assert {access["login"]["status"] for access in closed.plan["accesses"]} == {"closed"}
    assert unknown(reconciler(*PLAN).plan) == LOGINS | DELETIONS  # this one was told of no nights
    edit(workspace, "{env: ACCESS_PASSWORD}", "{env: ANOTHER_PASSWORD}")
    (workspace / "passwords.env").write_text("ANOTHER_PASSWORD=mistyped\n", encoding="utf-8")
    mistyped = reconciler(*drift, "--env-file", "passwords.env")
    assert unknown(mistyped.plan) == LOGINS | DELETIONS
    memory = (workspace / "nights.json").read_text(encoding="utf-8")
    assert "env ACCESS_PASSWORD" in memory
    assert not any(trace in memory for trace in TRACES)


def test_people_say_what_no_run_has_seen(workspace: Path, sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """That the tick is gone, and that the supplier deleted what it had: then the plan is in sync."""
    close(sandbox)
    edit(workspace, "  title: till\n", "  title: till\n  state: retired\n")
    for school in SCHOOLS:
        attested = reconciler("attest", f"{school}/till", "login=closed", "deletion=confirmed", "--by", "J. Smith")
        assert attested.code == Exit.OK, attested.err
    assert reconciler(*PLAN).code == Exit.OK


def test_a_folder_that_is_kept_from_us_proves_nothing(
    workspace: Path, sandbox: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever used the folder first, such as root, may be the only one who can look into it."""
    close(sandbox)
    edit(workspace, "  title: till\n", "  title: till\n  state: retired\n")
    glob = Path.glob

    def refusing(folder: Path, pattern: str) -> Iterator[Path]:  # as before Python 3.13
        if folder.name == "plans":
            raise PermissionError(13, "Permission denied")
        return glob(folder, pattern)

    monkeypatch.setattr(Path, "glob", refusing)
    assert unknown(reconciler(*PLAN).plan) == LOGINS | DELETIONS


def test_a_day_ahead_is_planned_and_told(workspace: Path, reconciler: Reconciler) -> None:
    """With the last day still to come all is in sync; for the day after it a plan says what to take away."""
    last = datetime.now(UTC).date() + timedelta(days=10)
    edit(workspace, "  title: till\n", f"  title: till\n  accessUntil: {last}\n")
    assert reconciler(*PLAN).code == Exit.OK
    after = reconciler(*PLAN, "--as-of", f"{last + timedelta(days=1)}")
    assert after.code == Exit.DIFFERENCES
    assert len(changes(after.plan)) == 4
    assert f"the manifests ask for on {last + timedelta(days=1)}" in after.err
    assert reconciler(*PLAN, "--as-of", f"{last}").code == Exit.OK
    assert f"{last}  The access of till at 2 schools has its last day." in reconciler("drift").out
    assert "[access-ending]" in reconciler("lint").out
    assert reconciler("plan", "--as-of", f"{last}", "--out", "plan.json").code == Exit.USAGE


def test_a_supplier_that_is_deleted_is_told_how_to_leave(workspace: Path, reconciler: Reconciler) -> None:
    """The rule names the way back: keep it, with its state."""
    assert "state: retired" in reconciler("explain", "rule", "no-longer-agreed").out
