"""`reconciler history`: `drift` and `plan --record` add nights, and they answer who could read what."""

from __future__ import annotations

import json
import stat
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import jsonschema_rs
import pytest

from reconciler.cli.main import main
from reconciler.manifest.schema.check import schema_text
from reconciler.sandbox.state.fault_injection import FaultKind
from tests.cli.world import TRACES, Outcome

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer

FIRST = datetime(2026, 3, 1, 2, 0, tzinfo=UTC)
FILE = Path(".reconciler/history.sqlite")


class OnNight(Protocol):
    """`on_night(NUMBER, VERB, ...)`: run a command line on a night, counted from 1 March 2026."""

    def __call__(self, night: int, *arguments: str | Path) -> Outcome: ...


@pytest.fixture
def on_night(capsys: pytest.CaptureFixture[str], workspace: Path) -> OnNight:
    """The command line in this process, on a night."""

    def run(night: int, *arguments: str | Path) -> Outcome:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments], clock=lambda: FIRST + timedelta(days=night - 1))
        printed = capsys.readouterr()
        return Outcome(code, printed.out, printed.err)

    return run


def week(sandbox: SandboxServer, on_night: OnNight, *options: str | Path) -> None:
    """A week: PersonPhotos comes on the 2nd and goes on the 6th; on the 4th riverside is down, on the 5th and 7th there
    is no run, and on the 6th one of riverside alone."""
    assert on_night(1, "drift", *options).code == 0
    sandbox.tick(12346, "till.riverside", "PersonPhotos")
    assert on_night(2, "drift", *options).code == 2
    assert on_night(3, "drift", *options).code == 2
    sandbox.set_trouble(FaultKind.DATABASE_DOWN, school_id=12346)
    assert on_night(4, "drift", *options).code == 4
    sandbox.clear_troubles()
    sandbox.untick(12346, "till.riverside", "PersonPhotos")
    assert on_night(6, "drift", "--school", "riverside", *options).code == 0
    assert on_night(8, "drift", *options).code == 0


def test_a_week_is_told(sandbox: SandboxServer, on_night: OnNight, workspace: Path) -> None:
    """What came and went, the nights that could not tell, and how long it lasted; with nothing of a password."""
    week(sandbox, on_night)
    shown = on_night(9, "history", "show", "riverside/till")
    assert shown.code == 0
    assert "2026-03-02 to 2026-03-03  2 entities, asked; new: PersonPhotos" in shown.out
    assert "2026-03-04                could not be checked: the school's database did not answer" in shown.out
    assert "2026-03-06 to 2026-03-08  1 entity, asked; gone: PersonPhotos" in shown.out
    assert "too much: entity PersonPhotos, 2026-03-02 to 2026-03-06" in shown.out
    trend = on_night(9, "history", "trend").out
    assert "differences  ▁██····▁  last 0, most 1" in trend
    assert "not checked  ▁▁▁█···▁  last 0, most 6" in trend
    assert "riverside   ▁██··▁·▁  last 0, most 1" in trend
    assert "differences  _@@????_" in on_night(9, "history", "trend", "--ascii").out
    assert "1 difference was settled, after 4 days." in trend
    content = FILE.read_bytes()
    assert not any(trace.encode() in content for trace in TRACES)
    if sys.platform != "win32":
        assert stat.S_IMODE(FILE.stat().st_mode) == 0o600


def test_a_day_says_what_is_unknown(sandbox: SandboxServer, on_night: OnNight, workspace: Path) -> None:
    """A day that could not be checked, or was not looked at, is told with the nearest nights, and never filled in."""
    week(sandbox, on_night)
    photos = ("--entity", "PersonPhotos", "--supplier", "till")
    known = on_night(9, "history", "at", "2026-03-03", *photos)
    assert known.code == 0
    assert "since 2026-03-02 (not on 2026-03-01)" in known.out
    down = on_night(9, "history", "at", "2026-03-04", *photos)
    assert down.code == 4
    assert "PersonPhotos  could read it on 2026-03-03, could not read it on 2026-03-06" in down.out
    silent = on_night(9, "history", "at", "2026-03-05", "--school", "greenfield", "--entity", "Staff")
    assert silent.code == 4
    assert "greenfield/groupcall  not looked at" in silent.out
    assert silent.out.startswith("It is not known what")  # and not that nothing could be read
    assert "Staff  could read it on 2026-03-04 and on 2026-03-08" in silent.out
    later = on_night(9, "history", "at", "2026-03-20", "--school", "greenfield", "--entity", "Staff")
    assert "Staff  could read it on 2026-03-08" in later.out
    assert on_night(9, "history", "at", "2026-03-03", "--entity", "Photoss").code == 64


def test_answers_are_as_their_schemas_say(sandbox: SandboxServer, on_night: OnNight, workspace: Path) -> None:
    """In JSON; and CSV has a row for what the text says."""
    week(sandbox, on_night)
    for kind, *arguments in (
        ("history-access", "show", "riverside/till"),
        ("history-day", "at", "2026-03-03"),
        ("history-day", "at", "2026-03-04"),
        ("history-day", "at", "2026-02-01"),
        ("history-trend", "trend"),
    ):
        data = json.loads(on_night(9, "history", *arguments, "--format", "json").out)
        jsonschema_rs.validator_for(json.loads(schema_text(kind))).validate(data)
        assert on_night(9, "history", *arguments, "--format", "csv").out.count("\n") > 1


def test_the_report_of_access_says_since_when(sandbox: SandboxServer, on_night: OnNight, workspace: Path) -> None:
    """In each format, where there is a history; what nobody looked at in between is told."""
    before = on_night(1, "report", "access", "--entity", "PersonPhotos")
    assert "since" not in before.out
    week(sandbox, on_night)
    sandbox.tick(12346, "till.riverside", "PersonPhotos")
    arguments = ("report", "access", "--entity", "Staff", "--entity", "PersonPhotos", "--supplier", "*")
    text = on_night(9, *arguments)
    assert "since 2026-03-09 (not on 2026-03-08)" in text.out
    assert "since 2026-03-01 or earlier, not checked on 1 night" in text.out
    assert "since 2026-03-09 (not on 2026-03-08)" in on_night(9, *arguments, "--format", "html").out
    assert "since 2026-03-09 (not on 2026-03-08)" in on_night(9, *arguments, "--format", "csv").out
    data = json.loads(on_night(9, *arguments, "--format", "json").out)
    jsonschema_rs.validator_for(json.loads(schema_text("access-report"))).validate(data)
    since = {
        (access["school"], entity["name"]): entity["since"]
        for access in data["accesses"]
        for entity in access["entities"]
        if entity["since"]
    }
    assert since["riverside", "PersonPhotos"]["notBefore"] == "2026-03-08T02:00:00+00:00"
    assert since["greenfield", "Staff"]["notBefore"] is None


def test_a_snapshot_adds_what_its_run_added_and_no_more(
    sandbox: SandboxServer, on_night: OnNight, workspace: Path, tmp_path: Path
) -> None:
    """The same observation twice is there once; kept snapshots alone make the same readings, in any order."""
    kept = tmp_path / "kept"
    for night in (3, 1, 2):
        sandbox.tick(12345, "till.greenfield", ("Staff", "Students", "PersonPhotos")[night - 1])
        done = on_night(night, "plan", "--record", kept / f"{night}.json", "--format", f"text={tmp_path / 'plan.txt'}")
        assert done.code in (0, 2), done.err
    (kept / "notes.json").write_text("{}", encoding="utf-8")
    before = FILE.read_bytes()
    again = on_night(4, "history", "import", kept)
    assert again.code == 0
    assert "Read 3 snapshots: 0 new observations, 3 in all." in again.out
    assert "notes.json" in again.err
    assert FILE.read_bytes() == before
    other = tmp_path / "other.sqlite"
    assert on_night(4, "history", "import", kept / "2.json", "--history", other).code == 0
    assert "2 new observations, 3 in all" in on_night(4, "history", "import", kept, "--history", other).out
    one, two = (on_night(4, "history", "show", "greenfield/till", "--history", file).out for file in (FILE, other))
    assert one.partition("Open")[0].rstrip() == two.rstrip()
    assert on_night(4, "history", "check", "--history", other).code == 0


def test_a_snapshot_compared_counts_at_its_own_time(
    sandbox: SandboxServer, on_night: OnNight, workspace: Path, tmp_path: Path
) -> None:
    """`drift --against` on a later day adds nothing to that day."""
    on_night(1, "plan", "--record", tmp_path / "s.json")
    on_night(5, "drift", "--against", tmp_path / "s.json")
    data = json.loads(on_night(5, "history", "trend", "--format", "json").out)
    assert [night["at"] for night in data["nights"]] == ["2026-03-01T02:00:00+00:00"]


def test_what_is_not_kept_says_so(sandbox: SandboxServer, on_night: OnNight, workspace: Path) -> None:
    """A plan that records nothing adds no night, and a file that it would not write is refused."""
    assert on_night(1, "plan").code == 0
    assert not FILE.exists()
    refused = on_night(1, "plan", "--history", "h.sqlite")
    assert refused.code == 64
    assert "--history has no effect" in refused.err
    nothing = on_night(1, "history", "trend")
    assert nothing.code == 1
    assert "There is no history" in nothing.err


def test_a_history_that_cannot_be_kept_stops_no_drift(
    sandbox: SandboxServer, on_night: OnNight, workspace: Path, tmp_path: Path
) -> None:
    """It warns, and a foreign file stays as it is; one that was named is an error."""
    FILE.parent.mkdir()
    FILE.write_text("something else", encoding="utf-8")
    done = on_night(1, "drift")
    assert done.code == 0
    assert "Warning: this night is not in the history. Cannot read .reconciler" in done.err
    assert FILE.read_text(encoding="utf-8") == "something else"
    named = on_night(1, "drift", "--history", FILE)
    assert named.code == 1
    assert "It was left alone" in named.err


def test_pruning_shows_first_and_deletes_on_request(sandbox: SandboxServer, on_night: OnNight, workspace: Path) -> None:
    """Without --yes nothing goes; what began earlier is then told as such."""
    week(sandbox, on_night)
    before = FILE.read_bytes()
    assert "This would delete 3 observations before 2026-03-04" in on_night(9, "history", "prune", "--keep", "5d").out
    assert FILE.read_bytes() == before
    assert "Deleted 3 observations" in on_night(9, "history", "prune", "--keep", "5d", "--yes").out
    assert on_night(9, "history", "check").code == 0
    shown = on_night(9, "history", "show", "riverside/groupcall").out
    assert "Looked at on 3 nights from 2026-03-04 to 2026-03-08" in shown
    assert "PersonPhotos" not in FILE.read_bytes().decode("latin-1")
