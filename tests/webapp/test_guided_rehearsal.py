"""Guided apply in a real browser beside a real terminal, and what a kill leaves."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from reconciler.sandbox.server import serve
from tests.barriers import has_no_barrier
from tests.cli.at_terminal import at_terminal
from tests.cli.world import run, seed, username, write_workspace
from tests.webapp.running import running_app
from tests.webapp.test_guided import Applicant

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from reconciler.sandbox.server import SandboxServer

pytestmark = pytest.mark.rehearsal
GREENFIELD, RIVERSIDE = 12345, 12346
PAGE = r"Press d = done, s = skip(?:, b = back)? or x = stop: \Z"


def drift(sandbox: SandboxServer) -> None:
    """A page to visit at each school."""
    sandbox.untick(GREENFIELD, username("greenfield", "groupcall"), "Students")
    sandbox.tick(GREENFIELD, username("greenfield", "groupcall"), "Classes")
    sandbox.untick(RIVERSIDE, username("riverside", "till"), "OnlinePaymentOrders")


def repair(sandbox: SandboxServer) -> None:
    """Do what the first page says."""
    sandbox.tick(GREENFIELD, username("greenfield", "groupcall"), "Students")
    sandbox.untick(GREENFIELD, username("greenfield", "groupcall"), "Classes")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals that Python can open")
def test_begun_in_a_browser_contradicted_stopped_and_ended_in_a_terminal(tmp_path: Path, page: Page) -> None:
    """A person says done without doing it, does it, goes on, stops; another ends it at a terminal; the plan is empty,
    and the browser has nothing to go on with."""
    with serve(seed()) as sandbox, running_app(write_workspace(tmp_path / "trust", sandbox)) as app:
        drift(sandbox)
        page.goto(app.link)
        page.get_by_role("navigation").get_by_role("link", name="Guided apply").click()
        has_no_barrier(page)
        page.get_by_role("button", name="Ask Bromcom and show the plan").click()
        page.get_by_label("Type apply 3 to begin").fill("apply 3")
        has_no_barrier(page)
        page.keyboard.press("Tab")  # by keyboard alone
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Copy groupcall.greenfield").wait_for()
        has_no_barrier(page)
        opened = page.url
        page.get_by_role("button", name="I have done this: check now").click()
        page.get_by_role("alert").get_by_text("Still not done: 2 of 2").wait_for()
        has_no_barrier(page)
        page.go_back()
        page.reload()
        assert page.url == opened
        page.get_by_role("link", name="Show where it is now").click()
        repair(sandbox)
        page.get_by_role("button", name="Done now: check again").click()
        page.get_by_role("status").get_by_text("Verified: all 2 are as agreed").wait_for()
        has_no_barrier(page)
        page.get_by_role("button", name="Next page").click()
        page.get_by_text("are you logged in to riverside?").wait_for()
        page.get_by_role("button", name="Stop for now").click()
        page.get_by_text("Every answer is in the journal. To go on").wait_for()
        has_no_barrier(page)
        with at_terminal("apply", "--resume", "--as", "M. Lowe", cwd=app.workspace) as session:
            session.until(PAGE)
            assert "riverside" in session.seen
            assert "greenfield" not in session.seen
            sandbox.tick(RIVERSIDE, username("riverside", "till"), "OnlinePaymentOrders")
            session.press("d")
            assert session.end() == 0
        assert run(["plan"], app.workspace).code == 0
        page.get_by_role("button", name="Go on").click()
        page.get_by_text("There is nothing to resume").wait_for()


def test_a_kill_loses_nothing(tmp_path: Path) -> None:
    """The app is killed while a page is open: the next start says how far it is, and goes on from there."""
    with serve(seed()) as sandbox:
        workspace = write_workspace(tmp_path / "trust", sandbox)
        drift(sandbox)
        with running_app(workspace) as app:
            person = Applicant(app.browser())
            person.begin(school="*")
            repair(sandbox)
            assert "Verified: all 2" in person.send("answer", answer="done").words
            assert "riverside" in person.send("answer", answer="next").words
            app.process.kill()
            app.process.wait()
        with running_app(workspace) as app:
            person = Applicant(app.browser())
            assert "2 of 3 facts are verified" in person.page.words
            assert "riverside" in person.send("begin", source="resume").words
            sandbox.tick(RIVERSIDE, username("riverside", "till"), "OnlinePaymentOrders")
            assert "1 page verified earlier." in person.page.words
            assert "Verified: it is as agreed" in person.send("answer", answer="done").words
            assert "Everything is verified" in person.send("answer", answer="next").words
        assert run(["journal", "--check"], workspace).code == 0
