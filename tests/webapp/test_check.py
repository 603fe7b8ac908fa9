"""Asking the service from the browser: progress, stop, a result that stays, and a plan saved for approval."""

from __future__ import annotations

import json
import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.history.file import HistoryFile
from reconciler.sandbox.server import SandboxServer
from reconciler.sandbox.state.fault_injection import FaultKind
from reconciler.state_folder.paths import check_of, history_of
from tests.cli.world import PASSWORD, SCHOOLS, TRACES, run, username, write_workspace
from tests.webapp.running import AppProcess, Client, running_app

if TYPE_CHECKING:
    from collections.abc import Iterator

GREENFIELD = SCHOOLS["greenfield"]
TILL = (GREENFIELD, username("greenfield", "till"))


@pytest.fixture(autouse=True)
def in_sync(sandbox: SandboxServer) -> Iterator[None]:
    """Put right what a test spoilt."""
    yield
    sandbox.clear_troubles()
    sandbox.set_ticks(*TILL, ["OnlinePaymentOrders"])


def check(browser: Client) -> None:
    """Check, and wait for the end."""
    browser.send("check")
    end = time.monotonic() + 30
    while "is going on" in browser.get("index.html").words:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_before_the_first_check_every_page_says_so(sandbox: SandboxServer, tmp_path: Path) -> None:
    """Nothing is green, and nothing is in sync. The register and the suppliers tell what the manifests declare."""
    with running_app(write_workspace(tmp_path, sandbox)) as app:
        browser = app.browser()
        for page in ("index.html", "schools.html", "schools/greenfield.html", "suppliers/till.html", "register.html"):
            answer = browser.get(page)
            assert answer.status == 200
            assert "Not checked yet" in answer.words
            assert "In sync" not in answer.words
        assert "2 schools, 4 accesses" in browser.get("index.html").words
        assert "Bromcom was not asked yet." in browser.get("register.html").words
        assert "For the tests" in browser.get("register.html").words
        till = browser.get("suppliers/till.html").words
        assert "Bromcom was not asked. This is what is agreed." in till
        assert "as agreed." not in till
        for page in ("suppliers.html", "register.html", "suppliers/till.html"):
            assert "Checked not yet" in browser.get(page).words
        assert browser.get("suppliers/nothing.html").status == 404
        assert browser.get("schools/nothing.html").status == 404
        assert browser.get("nothing/greenfield.html").status == 404


def test_the_result_is_what_every_browser_and_every_page_shows(app: AppProcess, sandbox: SandboxServer) -> None:
    """One tick goes, one browser checks, and both see it: on the overview, the school's page and the supplier's."""
    first, second = app.browser(), app.browser()
    check(first)
    assert "In sync" in second.get("index.html").words
    sandbox.untick(*TILL, "OnlinePaymentOrders")
    assert "In sync" in second.get("index.html").words
    check(second)
    for page in ("index.html", "schools/greenfield.html", "suppliers/till.html", "check.html"):
        assert "1 missing" in first.get(page).words or "Missing" in first.get(page).words, page
    assert first.get("schools/nothing.html").status == 404


def test_the_progress_is_told_by_school(app: AppProcess, browser: Client, sandbox: SandboxServer) -> None:
    """As events for the script, and on the page for those without; the events end with the check."""
    sandbox.set_trouble(FaultKind.LATENCY, seconds=0.3)
    browser.send("check")
    assert "Asking Bromcom" in browser.get("check.html").words
    assert '<noscript><meta http-equiv="refresh"' in browser.get("check.html").text
    events = browser.get("check/events").text
    assert "event: progress" in events
    assert "greenfield" in events
    assert "riverside" in events
    assert events.endswith("event: end\ndata: done\n\n")


def test_a_stopped_check_takes_the_place_of_nothing(app: AppProcess, browser: Client, sandbox: SandboxServer) -> None:
    """The result before it stays, also for the next start, and the page says that it was stopped. No night is whole."""
    check(browser)
    kept = check_of(app.workspace).read_bytes()
    history = HistoryFile(history_of(app.workspace), "", hidden=True)
    nights = history.read().whole
    sandbox.set_trouble(FaultKind.LATENCY, seconds=20)
    browser.send("check")
    browser.until("0 of 6", "check.html")
    begun = time.monotonic()
    number = browser.get("check.html").text.partition('name="number" value="')[2].partition('"')[0]
    browser.send("check/stop", "check.html", number="0")
    assert "Asking Bromcom" in browser.get("check.html").words
    browser.send("check/stop", "check.html", number=number)
    answer = browser.until("was stopped", "check.html")
    assert time.monotonic() - begun < 15
    assert "still show the one before" in answer.words
    assert "In sync" in browser.get("index.html").words
    assert check_of(app.workspace).read_bytes() == kept
    assert history.read().whole == nights


def test_two_checks_at_once_are_one(app: AppProcess, browser: Client, sandbox: SandboxServer) -> None:
    """The second button shows the first one's progress."""
    other = app.browser()
    sandbox.set_trouble(FaultKind.LATENCY, seconds=1)
    before = len(sandbox.access_log())
    browser.send("check")
    assert "Asking Bromcom" in other.send("check", "check.html").words
    browser.get("check/events")
    assert len(sandbox.access_log()) - before == 6  # two schools, four accesses


def test_a_plan_is_saved_as_by_the_command_line(app: AppProcess, browser: Client, sandbox: SandboxServer) -> None:
    """The same plan, valid as long as the form says, readable for its owner alone; the next command is named."""
    sandbox.untick(*TILL, "OnlinePaymentOrders")
    check(browser)
    number = number_of(browser)
    answer = browser.send("check/save", "check.html", number=number, file="approved.json", days="3")
    assert "Wrote the plan" in answer.words
    assert f"reconciler apply {app.workspace / 'approved.json'}" in answer.words
    assert "Wrote the plan" not in browser.get("check.html").words
    assert run(["plan", "--out", "plan.json", "--valid-days", "3"], app.workspace).code == 2
    saved, typed = (json.loads((app.workspace / name).read_text()) for name in ("approved.json", "plan.json"))
    for plan in (saved, typed):
        plan.pop("created"), plan.pop("expires")
    assert saved == typed
    assert sys.platform == "win32" or (app.workspace / "approved.json").stat().st_mode & 0o077 == 0


def number_of(browser: Client) -> str:
    """The number of the check that the page shows."""
    return browser.get("check.html").text.partition('name="number" value="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"number": "0"}, "newer check"),
        ({"days": "91"}, "1 to 90"),
        ({"days": "-1"}, "1 to 90"),
        ({"days": "٣"}, "1 to 90"),
        ({"file": ""}, "no file in the workspace"),
        ({"file": "../plan.json"}, "no file in the workspace"),
        ({"file": "/tmp/plan.json"}, "no file in the workspace"),
        ({"file": "plan\0.json"}, "no file in the workspace"),
        ({"file": "plan.yaml"}, "would be read as a manifest"),
        ({"file": ".reconciler/plan.json"}, "holds the journal"),
        ({"file": "reconciler.json"}, "is not a plan"),
    ],
)
def test_what_must_not_be_written_is_not(
    app: AppProcess, browser: Client, sandbox: SandboxServer, changed: dict[str, str], reason: str
) -> None:
    """A form of an older check, and names that `plan --out` refuses too, or that lead out of the workspace."""
    sandbox.untick(*TILL, "OnlinePaymentOrders")
    if not number_of(browser):
        check(browser)
    (app.workspace / "reconciler.json").write_text("{}")
    before = {file: file.read_bytes() for file in app.workspace.rglob("*") if file.is_file()}
    form = {"number": number_of(browser), "file": "new.json", "days": "7", **changed}
    answer = browser.send("check/save", "check.html", **form)
    assert answer.status == 409
    assert reason in answer.words
    assert {file: file.read_bytes() for file in app.workspace.rglob("*") if file.is_file()} == before


def test_wrong_manifests_are_shown_with_their_places(app: AppProcess, browser: Client) -> None:
    """File, line and column, and what to do; the result before stays, and the next check works."""
    check(browser)
    manifest = app.workspace / "reconciler.yaml"
    right = manifest.read_text(encoding="utf-8")
    wrong = right.replace("schoolId: 12345", "schoolId: twelve")
    line = wrong.partition("twelve")[0].count("\n") + 1
    manifest.write_text(wrong, encoding="utf-8")
    try:
        browser.send("check")
        answer = browser.until("was not begun", "check.html")
        assert f"reconciler.yaml:{line}:18" in answer.words
        assert "The last check failed" in browser.get("index.html").words
        assert "In sync" in browser.get("index.html").words
    finally:
        manifest.write_text(right, encoding="utf-8")
    check(browser)
    assert "was not begun" not in browser.get("check.html").words


def test_what_could_not_be_asked_has_its_next_step(sandbox: SandboxServer, tmp_path: Path) -> None:
    """No passwords, then no service: each in words, with a command that has the options of this app."""
    workspace = write_workspace(tmp_path / "workspace", sandbox)
    with running_app(workspace, ACCESS_PASSWORD="") as app:
        browser = app.browser()
        browser.send("check")
        answer = browser.until("4 passwords could not be read", "check.html")
        assert "reconciler ui --env-file ../passwords.env" in answer.words
        form, file = browser.get("passwords.html?of=greenfield/till"), tmp_path / "kept.env"
        assert "till.greenfield, kept under ACCESS_PASSWORD" in form.words
        typed = {"of": "greenfield/till", "password": PASSWORD}
        inside = browser.send("passwords/keep", "passwords.html", file=str(workspace / "in.env"), **typed)
        assert inside.status == 409
        assert TRACES[0] not in inside.text
        kept = browser.send("passwords/keep", "passwords.html", file=str(file), **typed)
        assert "Check again, to see if Bromcom takes it" in kept.words
        assert TRACES[0] in file.read_text(encoding="utf-8")
        check(browser)
        assert "could not be read" not in browser.until("In sync", "check.html").words
        sandbox.set_trouble(FaultKind.DATABASE_DOWN)
        check(browser)
        answer = browser.until("did not answer for 2 schools", "check.html")
        assert f"reconciler doctor greenfield -C {workspace}" in answer.words


def test_a_file_of_passwords_is_where_its_name_says(sandbox: SandboxServer, tmp_path: Path) -> None:
    """No shell reads the form: `~` is the home, and no folder of that name; what can be no file is said, by no bug."""
    workspace, home = write_workspace(tmp_path / "workspace", sandbox), tmp_path / "home"
    home.mkdir()
    with running_app(workspace, ("--no-browser",), HOME=str(home), USERPROFILE=str(home)) as app:
        browser = app.browser()
        typed = {"of": "greenfield/till", "password": PASSWORD}
        for name in (" ", "a\0b", "a" * 5000, str(home), os.devnull, "~no-such-user/x"):
            refused = browser.send("passwords/keep", "passwords.html", file=name, **typed)
            assert refused.status == 409, name
            assert re.search("Nothing was written|was not written", refused.words), name
        kept = browser.send("passwords/keep", "passwords.html", file="~/kept.env", **typed)
        assert f"The password is kept in {home / 'kept.env'}" in kept.words
        assert TRACES[0] in (home / "kept.env").read_text(encoding="utf-8")
        assert not Path("~").exists()


def test_a_page_of_the_practice_saves_no_plan_of_the_workspace(sandbox: SandboxServer, tmp_path: Path) -> None:
    """Nobody has looked at that one: the page that was left open shows another plan."""
    workspace, temporary = write_workspace(tmp_path / "workspace", sandbox), tmp_path / "temporary"
    temporary.mkdir()
    sandbox.untick(*TILL, "OnlinePaymentOrders")
    with running_app(workspace, TMPDIR=str(temporary), TEMP=str(temporary), TMP=str(temporary)) as app:
        browser = app.browser()
        browser.send("start/practice", "start.html")
        assert [*temporary.rglob("practice.env")]
        check(browser)
        page = browser.get("check.html").text
        number = re.search(r'check/save".*?name="number" value="(\d+)"', page)
        assert number
        browser.send("start/practice/end", "start.html")
        assert not [*temporary.rglob("practice.env")]  # it is gone now, not when the app ends
        check(browser)
        refused = browser.send("check/save", "check.html", number=number[1], days="3", file="plan.json")
        assert "there is a newer check than the one on the page" in refused.words
        assert not (workspace / "plan.json").exists()


def test_no_password_is_on_any_page(app: AppProcess, browser: Client) -> None:
    """Nor in the files that the app leaves, nor in what it says."""
    check(browser)
    pages = ("index.html", "check.html", "schools/greenfield.html", "suppliers/till.html", "register.html")
    texts = [browser.get(page).text for page in pages]
    texts += [
        file.read_text(encoding="utf-8", errors="replace")
        for file in app.workspace.rglob("*")
        if file.is_file() and file.name != "reconciler.yaml"
    ]
    assert PASSWORD
    assert not [text for text in texts if any(trace in text for trace in TRACES)]
