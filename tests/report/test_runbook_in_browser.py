"""A runbook's page in a real browser: on a desk, on a phone, with the keyboard, and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.catalogue.pages import pages
from reconciler.report.runbooks.html import render_runbook_html
from reconciler.runbook import make_runbook
from tests.runbook.scenes import everything

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

PHONE = {"width": 360, "height": 640}


@pytest.fixture
def file(tmp_path: Path) -> str:
    """The address of the page in a file, as somebody opens it who was sent it."""
    made = tmp_path / "runbook.html"
    made.write_text(render_runbook_html(make_runbook(everything(), pages())), encoding="utf-8")
    return made.as_uri()


def test_a_step_is_ticked_off_by_its_title(page: Page, file: str) -> None:
    """With the mouse on its words, and with the keyboard."""
    page.goto(file)
    step = page.get_by_label('Buy the write licence for "Groupcall"')
    page.get_by_text('Buy the write licence for "Groupcall"').click()
    assert step.is_checked()
    step.press("Space")
    assert not step.is_checked()


def test_every_school_is_a_heading_that_the_list_leads_to(page: Page, file: str) -> None:
    """The list of schools at the top jumps to each of them."""
    page.goto(file)
    for name in ("greenfield", "meadow", "riverside"):
        page.get_by_role("navigation", name="Schools").get_by_role("link", name=name).click()
        assert (
            page.get_by_role("heading", name=name, level=2).evaluate("each => each.getBoundingClientRect().top") < 700
        )


def test_a_phone_scrolls_down_and_not_sideways(page: Page, file: str) -> None:
    """Nothing is wider than the screen, in light and in dark."""
    page.set_viewport_size({"width": 360, "height": 640})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.goto(file)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_paper_gives_each_school_its_own_sheets(page: Page, file: str) -> None:
    """A school begins on a new sheet, so that it can be handed to whoever works there; links are left out."""
    page.goto(file)
    page.emulate_media(media="print")
    breaks = page.locator("section.school").evaluate_all("all => all.map(each => getComputedStyle(each).breakBefore)")
    assert breaks == ["page"] * 3
    assert not page.get_by_role("navigation").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF-")


def test_paper_leaves_room_to_sign_where_somebody_vouches(page: Page, file: str) -> None:
    """Name, date and evidence, on the steps that no probe can see and on no others; a screen has no such line."""
    page.goto(file)
    signed = page.locator(".step", has_text="you confirm it").locator(".signed")
    assert signed.count() == page.locator(".signed").count() > 5
    assert not signed.first.is_visible()
    page.emulate_media(media="print")
    assert signed.first.inner_text().split() == ["Name", "Date", "Evidence"]
    assert all(
        box["width"] > 60
        for box in signed.first.locator("span").evaluate_all(
            "all => all.map(each => each.getBoundingClientRect().toJSON())"
        )
    )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page: Page, file: str, scheme: str) -> None:
    """The rules of WCAG 2.2 that a program can check: names, headings, landmarks, contrast."""
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(file)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
