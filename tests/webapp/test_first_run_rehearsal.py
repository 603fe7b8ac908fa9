"""The first run in a real browser: from an empty folder to an empty plan, a form that changes what was written, and
the example of one school from its first check to an empty plan."""

from __future__ import annotations

from socket import socket
from typing import TYPE_CHECKING

import pytest

from reconciler.sandbox.server import serve
from tests.barriers import has_no_barrier
from tests.cli.world import EXAMPLES, PASSWORD, run, seed
from tests.repository import repository
from tests.webapp.running import running_app

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.rehearsal


def test_from_an_empty_folder_to_an_empty_plan_and_a_change(tmp_path: Path, page: Page) -> None:
    """Connect a school with two suppliers, write what was found, check it, let one read more, and review that."""
    folder, passwords = tmp_path / "our-school", tmp_path / "passwords.env"
    folder.mkdir()
    with serve(seed()) as sandbox, running_app(folder) as app:
        page.goto(app.link)
        has_no_barrier(page)
        page.get_by_role("link", name="Connect", exact=True).click()
        has_no_barrier(page)
        page.get_by_label("School ID").fill("12345")
        page.get_by_label("Name of the school").fill("Greenfield Primary School")
        page.get_by_label("Another server").check()
        page.get_by_label("Address of the other server").fill(sandbox.read_url)
        for number, supplier in enumerate(("Groupcall", "Till"), 1):
            page.get_by_label(f"Supplier {number}").fill(supplier)
            page.get_by_label(f"Username {number}").fill(f"{supplier.lower()}.greenfield")
            page.get_by_label(f"Password {number}").fill(PASSWORD)
        page.get_by_label("A file that stays here").check()
        page.get_by_label("Its name").fill(str(passwords))
        page.get_by_role("button", name="Ask what they may read").click()
        page.get_by_text("To be written in").wait_for()
        has_no_barrier(page)
        page.get_by_role("button", name="Write this").click()
        page.get_by_role("main").get_by_role("button", name="Check now").click()
        page.get_by_role("heading", name="In sync").wait_for()
        assert run(["plan", "--env-file", passwords], folder).code == 0
        repository(folder).commit()
        page.get_by_role("link", name="Edit").click()
        has_no_barrier(page)
        page.get_by_role("link", name="Give a password").click()
        has_no_barrier(page)
        page.get_by_role("link", name="Leave").click()
        page.get_by_role("link", name="Change what a supplier may read").click()
        page.get_by_label("till").check()
        page.get_by_role("button", name="Go on").click()
        has_no_barrier(page)
        page.get_by_text("photographs 1").click()
        page.get_by_label("PersonPhotos").check()
        page.get_by_role("button", name="Show what this would write").click()
        page.get_by_text("may read PersonPhotos").wait_for()
        has_no_barrier(page)
        page.get_by_role("button", name="Write it").click()
        page.get_by_text("The manifests have changed since.").wait_for()
        assert run(["plan", "--env-file", passwords], folder).code == 2
        page.get_by_role("main").get_by_role("button", name="Check again").click()
        page.get_by_role("heading", name="Action needed").wait_for()
        page.get_by_role("link", name="Changes", exact=True).click()
        page.get_by_role("heading", name="This change lets 1 supplier read or write more").wait_for()
        has_no_barrier(page)


def tick_in_practice(page: Page, account: str, *entities: str) -> None:
    """Click in the practice Bromcom, which the app has a link to, as the guided page says."""
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Open the practice Bromcom").click()
    bromcom = opened.value
    bromcom.get_by_role("link", name="Greenfield Primary School").click()
    bromcom.get_by_text("Practice passwords").wait_for()
    bromcom.get_by_role("link", name="Third Party Access Permissions & Logs").click()
    bromcom.get_by_label("Account", exact=True).select_option(account)
    for entity in entities:
        bromcom.get_by_label(entity, exact=True).check()
    bromcom.get_by_role("button", name="Save").click()
    bromcom.get_by_text("Permissions Saved").wait_for()
    bromcom.close()


def test_one_school_without_a_terminal(tmp_path: Path, page: Page) -> None:
    """The example of one school: its practice Bromcom starts from the app, every page is carried out, all agrees."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = (EXAMPLES / "one-school" / "reconciler.yaml").read_text(encoding="utf-8")
    (tmp_path / "reconciler.yaml").write_text(text.replace(":8765/", f":{port}/"), encoding="utf-8")
    with running_app(tmp_path) as app:
        page.goto(app.link)
        page.get_by_role("button", name="Check now").click()
        page.get_by_role("button", name="Start the practice Bromcom").click()
        page.get_by_text("2 missing.").wait_for()
        page.get_by_role("navigation").get_by_role("link", name="Guided apply").click()
        has_no_barrier(page)
        page.get_by_role("button", name="Ask Bromcom and show the plan").click()
        page.get_by_label("Type apply 5 to begin").fill("apply 5")
        page.get_by_role("button", name="Begin with the first page").click()
        for answer in ("Only Dinner Money", "Exactly these: Third Party, Till write-back", "", "Public Task"):
            if not answer:
                tick_in_practice(page, "groupcall.greenfield", "Students", "StudentContacts")
            page.get_by_role("button", name="I have done this").click()
            if answer:
                page.get_by_label(answer, exact=True).check()
                page.get_by_label("Where is the evidence?").fill("Ticket 14")
                page.get_by_role("button", name="Save my word").click()
            last = answer == "Public Task"
            page.get_by_role("button", name="Check everything once more" if last else "Next page").click()
        page.get_by_text("Everything is verified").wait_for()
        page.get_by_role("navigation").get_by_role("link", name="Check").click()
        page.get_by_role("button", name="Check again").click()
        page.get_by_role("heading", name="In sync").wait_for()
