"""`report usage` and `report access --usage`, with the log of the practice page as a person copies it."""

from __future__ import annotations

import csv
from html.parser import HTMLParser
from io import BytesIO, StringIO, TextIOWrapper
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest

from tests.cli.world import ENTITIES, SCHOOLS, username

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer
    from tests.cli.conftest import Reconciler

pytestmark = pytest.mark.usefixtures("workspace")


class CopiedTable(HTMLParser):
    """The cells of a page's table, as a browser copies them: a tab between cells, a line for each row."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._in_cell = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A row or a cell begins."""
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")
            self._in_cell = True

    def handle_endtag(self, tag: str) -> None:
        """A cell ends."""
        self._in_cell = self._in_cell and tag not in {"td", "th"}

    def handle_data(self, data: str) -> None:
        """The text of a cell."""
        if self._in_cell:
            self.rows[-1][-1] += data


def copied(sandbox: SandboxServer, account: str) -> str:
    """The heading and the table of an account's log on its practice page."""
    url = f"{sandbox.pages_url}{SCHOOLS['greenfield']}/third-party-access?account={account}"
    with urlopen(url) as reply:
        table = CopiedTable(reply.read().decode("utf-8"))
    return "Access Log\n\n" + "".join("\t".join(row) + "\n" for row in table.rows)


def test_the_log_of_the_page_says_what_was_called(
    sandbox: SandboxServer, reconciler: Reconciler, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pasted as it is: it names neither the school nor the account, so a person says whose it is."""
    sandbox.untick(SCHOOLS["greenfield"], "groupcall.greenfield", "Staff")
    reconciler("plan", "--deep", "--school", "greenfield")
    pasted = copied(sandbox, username("greenfield", "groupcall"))
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(pasted.encode())))
    done = reconciler("report", "usage", "-", "--of", "greenfield/groupcall", "--format", "csv")
    rows = list(csv.DictReader(StringIO(done.out.removeprefix("\ufeff"))))
    calls = [
        call.entity
        for call in sandbox.access_log()
        if call.username == "groupcall.greenfield" and call.school_id == SCHOOLS["greenfield"]
    ]
    own = {row["entity"]: (row["called"], row["calls"]) for row in rows if row["supplier"] == "groupcall"}
    seen = {row["entity"]: row for row in rows if row["school"] == "greenfield" and row["supplier"] == "groupcall"}
    expected = {name: ("yes" if name in calls else "no", str(calls.count(name))) for name in ENTITIES["groupcall"]}
    assert {name: (row["called"], row["calls"]) for name, row in seen.items()} == expected
    assert expected["Staff"][0] == "no"
    assert own[""][0] == "not known: not in this log"  # at the other school
    assert done.code == 0


def test_least_privilege_with_a_log_of_ninety_days(workspace: Path, reconciler: Reconciler) -> None:
    """What was not called in it deserves a look; of accounts that it lacks nothing is known."""
    log = "Time,Account,Entity\n2026-08-20 06:00,till.greenfield,Students\n2026-11-18 06:00,till.greenfield,Students\n"
    (workspace / "log.csv").write_text(log, encoding="utf-8")
    done = reconciler("report", "access", "--usage", "log.csv", "--format", "csv")
    rows = {
        (row["school"], row["supplier"], row["entity"]): row
        for row in csv.DictReader(StringIO(done.out.removeprefix("\ufeff")))
    }
    orders = rows["greenfield", "till", "OnlinePaymentOrders"]
    assert (orders["last call"], orders["look again because"]) == ("not called", "not called in 91 days")
    students = rows["greenfield", "till", "Students"]
    assert students["look again because"] == "called until 2026-11-18, and not agreed"
    assert (students["agreed"], students["can read"], students["calls"]) == ("no", "no", "2")
    assert {row["last call"] for key, row in rows.items() if key[:2] != ("greenfield", "till")} == {"no log"}
    usage = reconciler("report", "usage", "log.csv")
    assert usage.code == 2
    assert "greenfield/till  Students  2 calls, the last on 2026-11-18" in usage.out
    assert "greenfield/till  in 91 days: OnlinePaymentOrders" in usage.out


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("usage", "nowhere.csv"), 1, "there is no such file"),
        (("usage", "log.csv", "--of", "greenfeld"), 64, "Did you mean `greenfield`?"),
        (("usage", "log.csv", "--of", "greenfield/tll"), 64, "Did you mean `till`?"),
        (("usage", "log.csv", "--column", "colour=x"), 64, "'colour=x' is none of time=NAME"),
        (("usage", "log.csv", "--from", "2026-01-01", "--to", "2026-11-01"), 64, "at most three months apart"),
        (("usage", "log.csv", "--from", "1.1.26"), 64, "is not a day such as"),
        (("access", "--of", "greenfield"), 64, "name it with --usage LOGFILE"),
    ],
)
def test_a_slip_is_told(words: tuple[str, ...], code: int, told: str, workspace: Path, reconciler: Reconciler) -> None:
    """And nothing is reported."""
    (workspace / "log.csv").write_text("Time,Account,Entity\n2026-08-20,till.greenfield,Students\n", encoding="utf-8")
    done = reconciler("report", *words)
    assert (done.code, done.out) == (code, "")
    assert told in " ".join(done.err.split())
