"""What a night's report says of what the night could not see, and which nights are red."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.sandbox.state.fault_injection import FaultKind
from tests.cli.world import SCHOOLS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler
    from tests.cli.world import Outcome

GREENFIELD = SCHOOLS["greenfield"]
FAST = ("--rate", "0", "--retries", "0")
pytestmark = pytest.mark.usefixtures("workspace")


@pytest.fixture
def night(reconciler: Reconciler, tmp_path: Path) -> Callable[..., Outcome]:
    """One night that nobody is told of: its report as text, and its Markdown in a file."""
    files = ("--state", tmp_path / "drift.json", "--format", f"markdown={tmp_path / 'report.md'}", "--format", "text")

    def one(*more: str | Path) -> Outcome:
        return reconciler("drift", *files, *FAST, *more)

    return one


def remembered(folder: Path) -> dict[str, Any]:
    """What the file of the nights holds."""
    found = json.loads((folder / "drift.json").read_text(encoding="utf-8"))["remembered"]
    assert isinstance(found, dict)
    return found


def test_a_school_that_is_down_does_not_erase_its_drift(
    sandbox: SandboxServer, night: Callable[..., Outcome], tmp_path: Path
) -> None:
    """A sensitive tick at one school: its database goes down, and text and Markdown still tell of it, with the day it
    was seen; nobody needs a webhook for that."""
    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    assert night().code == 2
    first = remembered(tmp_path)
    sandbox.set_trouble("database-down", school_id=GREENFIELD)
    dark = night()
    assert dark.code == 4
    (row,) = remembered(tmp_path)["differences"]
    assert f"greenfield/till  too much PersonPhotos  seen on {row['seen']} · {row['note']}" in dark.out
    report = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert f"seen on {row['seen']}, could not be checked this time" in report
    assert "⚠️ **sensitive**: can read `PersonPhotos`" in report
    assert remembered(tmp_path)["attention"] == "needed"
    assert remembered(tmp_path)["fingerprint"] == first["fingerprint"]
    sandbox.untick(GREENFIELD, "till.greenfield", "PersonPhotos")
    sandbox.clear_troubles()
    assert "PersonPhotos" not in night().out
    assert remembered(tmp_path)["attention"] == "none"


def test_a_school_that_is_renamed_while_it_is_down_keeps_its_drift(
    sandbox: SandboxServer, night: Callable[..., Outcome], workspace: Path, tmp_path: Path
) -> None:
    """The manifests call a school and a supplier differently, and the accounts are the same: what was seen, and since
    when nobody sees it, stays under the new names, and no account is left behind."""
    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    night()
    sandbox.set_trouble("database-down", school_id=GREENFIELD)
    night()
    before = remembered(tmp_path)
    file = workspace / "reconciler.yaml"
    text = (
        file.read_text(encoding="utf-8").replace("name: greenfield", "name: academy").replace("name: till", "name: pay")
    )
    own = {("academy", "pay"): "till.greenfield", ("academy", "groupcall"): "groupcall.greenfield"}
    for (school, supplier), username in own.items():
        at_school = f"  overrides: [{{schools: [{school}], account: {{username: {username}}}}}]\n"
        at_others = "" if supplier == "groupcall" else "  account: {username: 'till.{school}'}\n"
        text = text.replace(
            f"  title: {supplier.replace('pay', 'till')}\n", f"  title: {supplier}\n{at_others}{at_school}"
        )
    file.write_text(text, encoding="utf-8")
    done = night()
    assert (done.code, remembered(tmp_path)["orphans"]) == (4, [])
    assert "academy/pay  too much PersonPhotos  seen on" in done.out
    (row,) = remembered(tmp_path)["differences"]
    assert row == {**before["differences"][0], "school": "academy", "supplier": "pay"}
    spots = [
        {**each, "school": "academy", "supplier": each["supplier"].replace("till", "pay")}
        for each in before["blindSpots"]
    ]
    assert remembered(tmp_path)["blindSpots"] == spots


def test_what_is_mended_goes_while_another_school_is_down(
    sandbox: SandboxServer, night: Callable[..., Outcome], tmp_path: Path
) -> None:
    """In the other order: the mended one is told no more, and that not all was seen stays said."""
    sandbox.tick(GREENFIELD, "till.greenfield", "PersonPhotos")
    night()
    sandbox.untick(GREENFIELD, "till.greenfield", "PersonPhotos")
    sandbox.set_trouble("database-down", school_id=SCHOOLS["riverside"])
    assert night().code == 4
    assert "PersonPhotos" not in (tmp_path / "report.md").read_text(encoding="utf-8")
    assert remembered(tmp_path)["attention"] == "unclear"


def test_a_password_that_is_missing_is_red_on_the_first_night(
    sandbox: SandboxServer, night: Callable[..., Outcome], workspace: Path, tmp_path: Path
) -> None:
    """Although there is drift, and most was seen: the error names the variable and what it is for. The heartbeat still
    says that the run came to its end."""
    sandbox.tick(GREENFIELD, "groupcall.greenfield", "PersonPhotos")
    manifests = workspace / "reconciler.yaml"
    text = manifests.read_text(encoding="utf-8")
    own = "  entities: [OnlinePaymentOrders]\n  account: {password: {env: TILL_PASSWORD_MISTYPED}}\n"
    manifests.write_text(text.replace("  entities: [OnlinePaymentOrders]\n", own), encoding="utf-8")
    done = night("--heartbeat", tmp_path / "beat.json")
    assert done.code == 1
    assert "PersonPhotos" in done.out
    told = " ".join(done.err.split())
    assert "Error: 1 password is missing, so 2 accesses were not checked" in told
    assert "env TILL_PASSWORD_MISTYPED (greenfield/till, riverside/till)" in told
    assert json.loads((tmp_path / "beat.json").read_text(encoding="utf-8"))["state"] == "drift"


def test_a_night_that_saw_nothing_is_red(sandbox: SandboxServer, night: Callable[..., Outcome]) -> None:
    """Wherever it runs: what makes it red is the program, and no step of one CI system."""
    sandbox.set_trouble(FaultKind.UNAVAILABLE_503)
    done = night()
    assert done.code == 1
    assert "Error: Nothing was seen" in done.err


def test_all_passwords_missing_is_one_sentence(night: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    """A night without any password saw nothing either, and that has one cause."""
    monkeypatch.delenv("ACCESS_PASSWORD")
    done = night()
    assert done.code == 1
    assert done.err.count("Error: ") == 1
    assert "1 password is missing, so 4 accesses were not checked: env ACCESS_PASSWORD" in " ".join(done.err.split())


def test_a_place_that_is_dark_for_three_nights_is_named(
    sandbox: SandboxServer, night: Callable[..., Outcome], tmp_path: Path
) -> None:
    """The nights are those of the file: two are put into it, the third says so in every report for people."""
    sandbox.set_trouble("database-down", school_id=GREENFIELD)
    night()
    state = json.loads((tmp_path / "drift.json").read_text(encoding="utf-8"))
    for spot in state["remembered"]["blindSpots"]:
        spot.update(since="2026-01-01", last="2026-01-02", nights=2)
    (tmp_path / "drift.json").write_text(json.dumps(state), encoding="utf-8")
    done = night()
    assert done.code == 4
    assert "Not checked for several nights: greenfield (since 2026-01-01)." in done.out
    assert "greenfield (since 2026-01-01)" in (tmp_path / "report.md").read_text(encoding="utf-8")
    assert remembered(tmp_path)["attention"] == "unseen"


def test_a_state_that_is_not_ours_is_said_once(night: Callable[..., Outcome], tmp_path: Path) -> None:
    """It is left alone, and the run is red: nothing of earlier nights can be told."""
    (tmp_path / "drift.json").write_text("not ours", encoding="utf-8")
    done = night()
    assert done.code == 1
    assert done.err.count("where drift runs keep") == 1
    assert (tmp_path / "drift.json").read_text(encoding="utf-8") == "not ours"


GONE = """---
apiVersion: reconciler/v1
kind: Attestation
metadata: {{name: till-is-gone-at-{school}}}
spec: {{school: {school}, supplier: till, by: J. Smith, date: {date}, expires: {until}, facts: {{access: gone}}}}
"""


def test_the_accounts_of_a_supplier_that_was_deleted_are_listed_until_somebody_says_that_they_are_gone(
    night: Callable[..., Outcome], workspace: Path, tmp_path: Path
) -> None:
    """With nobody's agreement they go on reading: no night is in sync, whatever else it finds."""
    assert night().code == 0
    assert remembered(tmp_path)["orphans"] == []
    text = (workspace / "reconciler.yaml").read_text(encoding="utf-8")
    without = "---\n".join(part for part in text.split("---\n") if "title: till" not in part)
    (workspace / "reconciler.yaml").write_text(without, encoding="utf-8")
    for _ in range(2):
        done = night("--heartbeat", tmp_path / "beat.json")
        assert done.code == 2
        assert "till is no longer agreed but still has access at 2 schools." in done.out
        assert "In sync" not in done.out
        report = (tmp_path / "report.md").read_text(encoding="utf-8")
        assert "**till** is no longer agreed but still has access at 2 schools." in report
        assert "`till.greenfield`" in report
        assert json.loads((tmp_path / "beat.json").read_text(encoding="utf-8"))["state"] == "drift"
        assert remembered(tmp_path)["attention"] == "needed"
    until = datetime.now(UTC).date() + timedelta(days=300)
    first, fingerprint = remembered(tmp_path)["orphans"][0], remembered(tmp_path)["fingerprint"]
    words = without + GONE.format(school="greenfield", date=first["since"], until=until)
    (workspace / "reconciler.yaml").write_text(words, encoding="utf-8")
    one = night()
    assert "till is no longer agreed but still has access at riverside." in one.out
    assert (one.code, remembered(tmp_path)["fingerprint"] == fingerprint) == (2, False)
    words += GONE.format(school="riverside", date=first["since"], until=until)
    (workspace / "reconciler.yaml").write_text(words, encoding="utf-8")
    assert night().code == 0
    assert remembered(tmp_path)["attention"] == "none"
    (workspace / "reconciler.yaml").write_text(text, encoding="utf-8")
    assert night().code == 0


def test_a_night_that_looks_at_a_part_takes_the_rest_for_agreed(night: Callable[..., Outcome]) -> None:
    """What a selection leaves out is in no plan, and nobody's agreement has ended."""
    assert night().code == 0
    assert night("--supplier", "groupcall").code == 0
    assert night("--school", "riverside").code == 0
    assert night().code == 0
