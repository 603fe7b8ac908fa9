"""What a check leaves behind: a night in the history, and a result that the next start of the app shows."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from reconciler.history.file import HistoryFile
from reconciler.state_folder.paths import check_of, history_of
from tests.cli.world import SCHOOLS, TRACES, run, username, write_workspace
from tests.webapp.running import Client, Response, running_app

if TYPE_CHECKING:
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer

TILL = (SCHOOLS["greenfield"], username("greenfield", "till"))
PAGES = ("index.html", "schools/greenfield.html", "suppliers/till.html", "register.html")


def main_of(page: Response) -> str:
    """What a page tells, without what belongs to one start of the app."""
    return re.sub(r'name="csrf" value="\w+"', "", page.text.partition("<main")[2].partition("</main>")[0])


def checked(browser: Client) -> None:
    """Check, and wait for the end."""
    browser.send("check", "check.html")
    browser.get("check/events")


def test_the_last_check_is_there_after_a_restart(sandbox: SandboxServer, tmp_path: Path) -> None:
    """With all that its pages told, and its date; nothing of it looks new, and nothing of it is secret."""
    workspace = write_workspace(tmp_path, sandbox)
    sandbox.untick(*TILL, "OnlinePaymentOrders")
    with running_app(workspace) as app:
        browser = app.browser()
        checked(browser)
        before = [main_of(browser.get(page)) for page in PAGES]
        assert "before the app was started" not in browser.get("index.html").words
        app.end()
    sandbox.set_ticks(*TILL, ["OnlinePaymentOrders"])
    file = check_of(workspace)
    assert sys.platform == "win32" or file.stat().st_mode & 0o077 == 0
    assert not any(trace in file.read_text(encoding="utf-8") for trace in TRACES)
    with running_app(workspace) as app:
        browser = app.browser()
        assert [main_of(browser.get(page)) for page in PAGES] == before
        assert "before the app was started. Check again" in browser.get("register.html").words
        assert "Compared with the snapshot of" in browser.get("plan.html").words
        assert "This is what Bromcom answered then." in browser.get("check.html").words
        manifest = workspace / "reconciler.yaml"
        manifest.write_text(manifest.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
        app.end()
    with running_app(workspace) as app:
        browser = app.browser()
        form = browser.get("edit/waiver.html").words  # knows it too, as the first page that anybody asks for
        assert "Bromcom was not asked yet" not in form
        assert "OnlinePaymentOrders" in form
        answer = browser.get("index.html")
        assert "before the app was started. The manifests have changed since." in answer.words
        assert "Action needed" in answer.words
        assert "manifests have changed since. Check again." in browser.get("check.html").words
        checked(browser)
        answer = browser.get("index.html")
        assert "In sync" in answer.words
        assert "before the app was started" not in answer.words
        assert "changed since" not in answer.words
    history = HistoryFile(history_of(workspace), "", hidden=True).read()
    assert len(history.whole) == 2
    trend = run(["history", "show", "greenfield/till"], workspace)
    assert "OnlinePaymentOrders" in trend.out


def test_a_check_that_wrong_manifests_stopped_hides_no_kept_one(sandbox: SandboxServer, tmp_path: Path) -> None:
    """Once they are right again, what Bromcom answered before counts until there is something newer."""
    workspace = write_workspace(tmp_path, sandbox)
    with running_app(workspace) as app:
        checked(app.browser())
        app.end()
    manifest = workspace / "reconciler.yaml"
    right = manifest.read_text(encoding="utf-8")
    manifest.write_text(f"{right}---\nkind: Nonsense\n", encoding="utf-8")
    with running_app(workspace) as app:
        browser = Client(app.link)
        browser.open()
        browser.send("check", "check.html")
        browser.until("the manifests have 1 error")
        manifest.write_text(right, encoding="utf-8")
        answer = browser.get("index.html").words
        assert "In sync" in answer
        assert "before the app was started" in answer


def test_what_is_damaged_is_said_and_stops_no_check(sandbox: SandboxServer, tmp_path: Path) -> None:
    """The result that was kept gives way to the next one; the history is left alone. Warnings are shown beside it."""
    workspace = write_workspace(tmp_path, sandbox)
    (workspace / "loans.yaml").write_text(
        "apiVersion: reconciler/v1\nkind: Supplier\nmetadata: {name: loans}\n"
        "spec: {title: Loans, entities: [Students], schools: {labels: {phase: none}}}\n",
        encoding="utf-8",
    )
    check_of(workspace).parent.mkdir()
    check_of(workspace).write_text('{"formatVersion": 1, "snapshot": {}}', encoding="utf-8")
    history_of(workspace).write_bytes(b"no database" * 100)
    with running_app(workspace) as app:
        browser = app.browser()
        assert "Not checked yet" in browser.get("index.html").words
        answer = browser.get("check.html")
        assert f"Cannot read the last check, {check_of(workspace)}" in answer.words
        checked(browser)
        answer = browser.get("check.html")
        assert "Cannot read the last check" not in answer.words
        assert "This check is not in the history. Cannot read" in answer.words
        assert "The manifests have 1 warning" in answer.words
        assert "loans.yaml:4:" in answer.words
        answer = browser.get("index.html")
        assert "In sync" in answer.words
        assert "no commit has them, 1 warning" in answer.words
        assert "Cannot read the last check" in app.end()
    assert history_of(workspace).read_bytes() == b"no database" * 100
