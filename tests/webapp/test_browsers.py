"""The app in real browsers: opened as a person opens it, two at once, with a script and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from reconciler.sandbox.state.fault_injection import FaultKind
from tests.webapp.running import second_link

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer
    from tests.browser import Chromium
    from tests.webapp.running import AppProcess

SLOWLY = 30_000  # milliseconds: a start, or a check that takes its time


def test_two_browsers_see_one_check(chromium: Chromium, app: AppProcess, sandbox: SandboxServer) -> None:
    """One begins it and sees each school's progress; the other, without a script, sees it too, and both the result."""
    links = [second_link(app.workspace) for _ in range(2)]
    with chromium.opened() as first, chromium.opened(scripts=False) as second:
        first.goto(links[0])
        second.goto(links[1])
        expect(second.get_by_role("heading", name="Not checked yet")).to_be_visible()
        sandbox.set_trouble(FaultKind.LATENCY, seconds=2)
        first.get_by_role("button", name="Check now").click()
        expect(first.get_by_role("heading", name="Asking Bromcom")).to_be_visible()
        expect(first.locator("[data-progress] li", has_text="greenfield")).to_contain_text("1 of 3")
        second.get_by_role("link", name="Check", exact=True).click()
        expect(second.get_by_role("heading", name="Asking Bromcom")).to_be_visible()
        for page in (first, second):
            expect(page.get_by_role("heading", name="In sync")).to_be_visible(timeout=SLOWLY)
        sandbox.clear_troubles()
        second.get_by_role("link", name="Overview", exact=True).click()
        expect(second.get_by_role("row", name="greenfield")).to_be_visible()


def test_a_check_can_be_stopped(chromium: Chromium, app: AppProcess, sandbox: SandboxServer) -> None:
    """With the button beside its progress; the page says how far it came."""
    sandbox.set_trouble(FaultKind.LATENCY, seconds=20)
    with chromium.opened() as page:
        page.goto(second_link(app.workspace))
        page.get_by_role("button", name="Check").click()
        page.get_by_role("button", name="Stop").click()
        expect(page.get_by_text("The last check was stopped")).to_be_visible(timeout=SLOWLY)
    sandbox.clear_troubles()


def test_a_page_from_elsewhere_opens_the_app(chromium: Chromium, app: AppProcess) -> None:
    """The link is followed from a file, as the program opens it: the strict cookie is there on the first page."""
    file = app.workspace / "opened.html"
    file.write_text(f'<meta http-equiv="refresh" content="0; url={second_link(app.workspace)}">', encoding="utf-8")
    with chromium.opened() as page:
        page.goto(file.as_uri())
        expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
        assert "token" not in page.url
        cookie = page.context.cookies()[0]
        assert cookie["sameSite"] == "Strict"
        assert cookie["httpOnly"]
    file.unlink()
