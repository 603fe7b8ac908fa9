"""`report access` on a running sandbox: its numbers are those of the sandbox, and what is not known is told as such."""

from __future__ import annotations

import csv
import json
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
    """The rows of a report in CSV."""
    return list(csv.DictReader(StringIO(done.out.removeprefix("\ufeff"))))


def test_every_row_is_as_the_sandbox_and_the_manifests_have_it(sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """An entity too many, one too few, and one at one of two schools."""
    sandbox.tick(SCHOOLS["greenfield"], "till.greenfield", "PersonPhotos")
    sandbox.untick(SCHOOLS["riverside"], "groupcall.riverside", "Staff")
    done = reconciler("report", "access", "--format", "csv")
    assert done.code == 0
    found = {(row["school"], row["supplier"], row["entity"]): row for row in rows(done)}
    ticks = {
        (school, supplier): set(each.ticks)
        for school, number in SCHOOLS.items()
        for each in sandbox.accounts(number)
        for supplier in ENTITIES
        if each.username == username(school, supplier)
    }
    expected = {
        (*place, name): ("yes" if name in ENTITIES[place[1]] else "no", "yes" if name in names else "no")
        for place, names in ticks.items()
        for name in names | set(ENTITIES[place[1]])
    }
    assert {key: (row["agreed"], row["can read"]) for key, row in found.items()} == expected
    assert found["greenfield", "till", "PersonPhotos"]["look again because"] == "can be read, and is not agreed"
    assert found["riverside", "groupcall", "Staff"]["given by other schools"] == "1 of 1"
    assert {row["how known"] for row in found.values()} == {"asked"}


def test_a_refused_login_is_not_known_and_no_peer(sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """Its entities are neither readable nor not, and the other school has no peer then."""
    sandbox.set_password(SCHOOLS["riverside"], "groupcall.riverside", "another one")
    done = reconciler("report", "access", "--supplier", "groupcall", "--format", "csv")
    assert done.code == 4
    refused = [row for row in rows(done) if row["school"] == "riverside"]
    assert {row["can read"] for row in refused} == {"could not be checked"}
    assert {row["given by other schools"] for row in rows(done) if row["school"] == "greenfield"} == {"none answered"}
    text = reconciler("report", "access", "--supplier", "groupcall")
    assert "2 accesses at 2 schools: 1 could be checked.\n" in text.out
    assert "It is not known what 1 access can read.\n" in text.out
    assert "riverside/groupcall  Bromcom refused this login (401)" in text.out
    assert PASSWORD not in text.out + text.err + done.out


def test_other_schools_are_asked_for_the_sake_of_one(sandbox: SandboxServer, reconciler: Reconciler) -> None:
    """They are what it is compared with, and are not told of."""
    done = reconciler("report", "access", "--school", "greenfield", "--supplier", "till")
    assert "1 of 1 other school gives 1" in done.out
    assert "riverside" not in done.out
    asked = {call.username for call in sandbox.access_log() if call.username}
    assert asked == {"till.greenfield", "till.riverside"}


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (("--entity", "STAFF"), {"Staff"}),
        (("--entity", "St*"), {"Staff", "Students"}),
        (("--people", "staff"), {"Attendances", "Staff"}),
        (("--category", "attendance"), {"Attendances"}),
        (("--category", "special-category", "--category", "finance"), {"Students", "OnlinePaymentOrders"}),
    ],
)
def test_filters(filters: tuple[str, ...], names: set[str], reconciler: Reconciler) -> None:
    """Each narrows the rows, also in text."""
    found = {row["entity"] for row in rows(reconciler("report", "access", "--format", "csv", *filters))}
    text = reconciler("report", "access", *filters).out
    assert found == names == {name for its in ENTITIES.values() for name in its if f" {name} " in text}


def test_who_left_and_accounts_of_nobody_come_first(
    sandbox: SandboxServer, workspace: Path, reconciler: Reconciler
) -> None:
    """An access that has ended and can be read, and an account that people listed and no supplier claims."""
    manifests = workspace / "reconciler.yaml"
    text = manifests.read_text(encoding="utf-8")
    ended = text.replace("metadata: {name: till}\nspec:\n", "metadata: {name: till}\nspec:\n  state: retired\n")
    assert ended != text
    manifests.write_text(ended, encoding="utf-8")
    words = "accounts=groupcall.greenfield,till.greenfield,old-texts"
    assert reconciler("attest", "greenfield", words, "--by", "J. Smith").code == 0
    sandbox.untick(SCHOOLS["riverside"], "till.riverside", *ENTITIES["till"])
    done = reconciler("report", "access")
    assert "Should have no access, and can still read: greenfield/till (ended).\n" in done.out
    assert "No supplier claims 1 account, which may read anything: old-texts at greenfield.\n" in done.out
    assert "OnlinePaymentOrders  can be read, and the access ended\n" in done.out
    data = json.loads(reconciler("report", "access", "--format", "json").out)
    assert data["unclaimed"] == [{"school": "greenfield", "account": "old-texts"}]
    assert {each["supplier"]: each["ended"] for each in data["accesses"]} == {
        "groupcall": None,
        "till": {"reason": "retired", "day": None},
    }


def test_an_entity_that_the_catalogue_lacks_may_be_about_anybody(workspace: Path, reconciler: Reconciler) -> None:
    """So no filter but of names hides it."""
    manifests = workspace / "reconciler.yaml"
    text = manifests.read_text(encoding="utf-8").replace("[OnlinePaymentOrders]", "[OnlinePaymentOrders, BrandNew]")
    manifests.write_text(text, encoding="utf-8")
    for filters in (("--people", "contacts"), ("--category", "medical")):
        found = rows(reconciler("report", "access", "--format", "csv", *filters))
        assert {row["people"] for row in found if row["entity"] == "BrandNew"} == {"not known"}


def test_every_format_is_written_and_the_manifests_stay(workspace: Path, reconciler: Reconciler) -> None:
    """In one run, readable for their owner alone; the patch takes what nothing needs."""
    before = (workspace / "reconciler.yaml").read_bytes()
    log = "Time,Account,Entity\n" + "".join(
        f"{day},groupcall.greenfield,Students\n" for day in ("2026-08-20", "2026-11-18")
    )
    (workspace / "log.csv").write_text(log, encoding="utf-8")
    formats = [word for form in ("html", "csv", "xlsx", "json") for word in ("--format", f"{form}=out/report.{form}")]
    done = reconciler("report", "access", "--usage", "log.csv", "--patch", "out/p.patch", *formats, "--format", "text")
    assert done.code == 0
    files = sorted(file.name for file in (workspace / "out").iterdir())
    assert files == ["p.patch", "report.csv", "report.html", "report.json", "report.xlsx"]
    patch = (workspace / "out" / "p.patch").read_text(encoding="utf-8")
    added = [line for line in patch.splitlines() if line.startswith("+") and not line.startswith("+++")]
    assert any("greenfield" in line for line in added)
    assert "Attendances" in "".join(added)
    assert "Students" not in "".join(added)
    assert "it takes 2 entities away from 1 access" in " ".join(done.err.split())
    assert (workspace / "reconciler.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--entity", "Studnets"), "No entity is called 'Studnets'. Did you mean `Students`?"),
        (("--category", "medcal"), "There is no category medcal. Did you mean `medical`?"),
        (("--against", "live.json", "--deep"), "--deep has no effect with --against"),
        (("--format", "xlsx"), "name its file, as in --format xlsx=report.xlsx"),
        (("--format", "csv=a.csv", "--patch", "a.csv"), "is named twice"),
        (("--patch", "reconciler.yaml"), "would be read as a manifest"),
    ],
)
def test_a_slip_is_told(words: tuple[str, ...], told: str, reconciler: Reconciler) -> None:
    """A name that nothing has must not read as "nothing can read it"."""
    done = reconciler("report", "access", *words)
    assert (done.code, done.out) == (64, "")
    assert told in done.err
