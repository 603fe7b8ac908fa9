"""`reconciler import inventory`: from a list of accounts to the plan that tells what nobody agreed to."""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.exit_codes import Exit
from tests.cli.world import changes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import Reconciler

LIST = "TILL.greenfield\ngroupcall.greenfield\nold.export\n"
UNCLAIMED = ("greenfield", "revoke", "old.export")


def test_an_account_that_no_supplier_claims_is_a_difference_until_it_is_waived(
    workspace: Path, reconciler: Reconciler
) -> None:
    """The plan says how to adopt it; the runbook has its clicks; a new list proves that it is gone."""
    (workspace / "dropdown.txt").write_text(LIST, encoding="utf-8")
    assert reconciler("plan").code == Exit.OK
    tried = reconciler("import", "inventory", "dropdown.txt", "--school", "12345", "--by", "J. Smith", "--dry-run")
    assert (tried.code, tried.out) == (0, "greenfield: 3 accounts, 2 claimed. No supplier claims: old.export.\n")
    assert reconciler("plan").code == Exit.OK

    yesterday = str((datetime.now(UTC) - timedelta(days=1)).date())
    command = ("import", "inventory", "dropdown.txt", "--school", "greenfield", "--by", "J. Smith", "--date", yesterday)
    done = reconciler(*command)
    assert done.code == Exit.OK, done.err
    text = (workspace / "attestations" / "greenfield.yaml").read_text("utf-8")
    assert "accounts: [TILL.greenfield, groupcall.greenfield, old.export]" in text
    assert "evidence: dropdown.txt" in text

    planned = reconciler("plan")
    assert planned.code == Exit.DIFFERENCES
    adopt = "`reconciler import account --school 12345 --supplier old-export --username old.export`"
    assert adopt in planned.out
    plan = reconciler("plan", "--format", "json", "--out", "plan.json").plan
    assert changes(plan) == {UNCLAIMED}
    assert adopt in reconciler("runbook", "plan.json").out

    waiver = (
        "apiVersion: reconciler/v1\nkind: Waiver\nmetadata: {name: until-easter}\nspec:\n  schools: [greenfield]\n"
        "  changes: [{action: revoke, aspect: third-party-account, name: OLD.export}]\n  reason: it goes at Easter\n"
        "  by: J. Smith\n  expires: 2027-04-01\n"
    )
    (workspace / "waivers.yaml").write_text(waiver, encoding="utf-8")
    assert reconciler("plan").code == Exit.OK
    (workspace / "waivers.yaml").unlink()

    accounts = "accounts=till.greenfield,groupcall.greenfield"
    assert reconciler("attest", "greenfield", accounts, "--by", "J. Smith").code == Exit.OK
    verified = reconciler("verify", "plan.json")
    assert (verified.code, "1 verified" in verified.out) == (Exit.OK, True), verified.out


def test_a_table_of_many_schools_is_an_attestation_of_each(
    workspace: Path, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it is pasted from a spreadsheet. A row of a school that is none stops all of it."""
    rows = "Login name\tSchool ID\tRoles\ntill.greenfield\t12345\tThird Party\nhead\t12345\tAdministrator\n"
    rows += "groupcall.riverside\tRivërside\tThird Party\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(rows.encode()), encoding="cp1252"))  # as on Windows
    refused = reconciler("import", "inventory", "-", "--by", "J. Smith")
    assert refused.code == Exit.FAILED
    assert "There is no school 'Rivërside'" in refused.err
    assert not (workspace / "attestations").exists()

    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(rows.replace("Rivërside", "12346").encode())))
    done = reconciler("import", "inventory", "-", "--by", "J. Smith", "--date", "2026-01-05", "--expires", "2026-12-31")
    assert done.code == Exit.OK, done.err
    assert "Left out: 1 account without the role Third Party." in done.err
    assert "Claimed and not in the list: groupcall.greenfield." in done.out
    for school in ("greenfield", "riverside"):
        assert "date: 2026-01-05T00:00:00Z" in (workspace / "attestations" / f"{school}.yaml").read_text("utf-8")
    # The logins of the accounts that it lacks work, so the list is not whole: nothing differs, and it is asked again.
    planned = reconciler("plan")
    assert planned.code == Exit.INCOMPLETE
    assert "attested without an account whose login works" in " ".join(planned.out.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--column", "name=Logon"), "username=HEADING"),
        (("--date", "2199-01-01"), "in the future"),
        (("--by", " "), "--by is empty"),
        (("--school", "greenfeld"), "There is no school 'greenfeld'"),
    ],
)
def test_a_mistyped_line_writes_nothing(
    workspace: Path, reconciler: Reconciler, arguments: tuple[str, ...], words: str
) -> None:
    """It says what can be typed."""
    (workspace / "dropdown.txt").write_text(LIST, encoding="utf-8")
    done = reconciler("import", "inventory", "dropdown.txt", *arguments)
    assert done.code in (Exit.FAILED, 64)
    assert words in done.err
    assert not (workspace / "attestations").exists()
