"""`report register` on a running sandbox: what it says is what the sandbox has, and a refused login is no answer."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

import pytest

from tests.cli.world import ENTITIES, PASSWORD, SCHOOLS, username

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler
    from tests.cli.world import Outcome

pytestmark = pytest.mark.usefixtures("workspace")


def rows(done: Outcome) -> list[dict[str, str]]:
    """The rows of a register in CSV."""
    return list(csv.DictReader(StringIO(done.out.removeprefix("\ufeff"))))


def readable(done: Outcome) -> set[tuple[str, str, str]]:
    """(school, supplier, entity) of all that the register says can be read."""
    return {
        (school, row["supplier"], name)
        for row in rows(done)
        for school in row["schools"].split("; ")
        for name in row["names in Bromcom"].split("; ")
        if row["may"] == "read" and row["state"] in ("agreed", "not agreed")
    }


def test_it_says_what_the_sandbox_has(sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """An entity too many, one too few: as the sandbox's own ticks have it, however they are counted."""
    sandbox.tick(SCHOOLS["greenfield"], "till.greenfield", "PersonPhotos")
    sandbox.untick(SCHOOLS["riverside"], "groupcall.riverside", "Staff")
    done = reconciler("report", "register", "--format", "csv")
    assert done.code == 0
    ticked = {
        (school, supplier, name)
        for school, number in SCHOOLS.items()
        for account in sandbox.accounts(number)
        for supplier in ENTITIES
        if account.username == username(school, supplier)
        for name in account.ticks
    }
    assert readable(done) == ticked


def test_a_refused_login_is_no_answer(sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """It is told as that in every format, with the exit code of an incomplete view, and no password is in any."""
    sandbox.set_password(SCHOOLS["riverside"], "groupcall.riverside", "another one")
    for form in ("text", "markdown", "html", "json", "csv"):
        done = reconciler("report", "register", "--format", form)
        assert done.code == 4
        assert "could not be checked" in done.out or "could-not-be-checked" in done.out
        assert "Bromcom refused this login" in done.out
        assert PASSWORD not in done.out + done.err


def test_no_cell_is_a_formula(workspace: Path, reconciler: Reconciler) -> None:
    """Whatever a person wrote."""
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8").replace("purpose: For the tests", "purpose: =1+1", 1)
    manifest.write_text(text, encoding="utf-8")
    told = rows(reconciler("report", "register", "--format", "csv"))
    purposes = {row["purpose"] for row in told if row["supplier"]}  # the rest are of the schools themselves
    assert purposes == {"'=1+1", "For the tests"}


def test_a_workbook_has_the_rows_of_the_csv(workspace: Path, reconciler: Reconciler) -> None:
    """As text, whatever a person wrote; without a file there is none, and that is said."""
    openpyxl = pytest.importorskip("openpyxl")
    manifest = workspace / "reconciler.yaml"
    text = manifest.read_text(encoding="utf-8").replace("purpose: For the tests", "purpose: =1+1", 1)
    manifest.write_text(text, encoding="utf-8")
    assert reconciler("report", "register", "--format", "xlsx=register.xlsx", "--quiet").code == 0
    sheet = openpyxl.load_workbook(workspace / "register.xlsx").worksheets[0]
    cells = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    done = reconciler("report", "register", "--format", "csv")
    expected = [
        [cell.removeprefix("'") for cell in row] for row in csv.reader(StringIO(done.out.removeprefix("\ufeff")))
    ]
    assert cells == expected
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "n" and cell.value is not None]
    assert reconciler("report", "register", "--format", "xlsx").code == 64


def test_a_snapshot_is_told_as_one(workspace: Path, reconciler: Reconciler) -> None:
    """It says when it was taken; nothing of Bromcom is asked again, and a manifest is not written over."""
    assert reconciler("plan", "--record", "live.json").code == 0
    done = reconciler("report", "register", "--against", "live.json", "--supplier", "till")
    assert done.code == 0
    assert "as the snapshot of" in done.out
    assert "groupcall" not in done.out
    refused = reconciler("report", "register", "--output", str(workspace / "reconciler.yaml"))
    assert refused.code == 64


def test_a_notice_asks_nothing(sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """It is what is agreed; what no manifest says is to be completed."""
    sandbox.tick(SCHOOLS["greenfield"], "till.greenfield", "PersonPhotos")
    for form in ("text", "markdown", "html", "csv"):
        done = reconciler("report", "privacy-notice", "--format", form)
        assert (done.code, done.err) == (0, "")
        assert "For the tests" in done.out
        assert "to complete" in done.out
        assert "Photographs" not in done.out
    assert sandbox.access_log() == []


def test_one_supplier(sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """Its page leads with what is too much; a name of two suppliers, or of none, is told."""
    sandbox.tick(SCHOOLS["greenfield"], "till.greenfield", "PersonPhotos")
    done = reconciler("report", "supplier", "till")
    assert done.code == 0
    assert "Action needed: 1 permission too many at 1 school." in done.out
    assert "At 1 of 2 schools it reads what is agreed." in done.out
    assert reconciler("report", "supplier", "*").code == 64
    wrong = reconciler("report", "supplier", "tilll")
    assert wrong.code == 64
    assert "till" in wrong.err
