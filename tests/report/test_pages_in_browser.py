"""What people read, in a real browser: the page of a plan, and its Markdown as a host shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt

from reconciler.report.markdown.plan import render_markdown
from reconciler.report.pages.plan import render_html
from tests.report import changes

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser import Chromium

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
SCHEMES = ("light", "dark")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the page of a change with everything in it."""
    made: Path = tmp_path_factory.mktemp("pages") / "plan.html"
    made.write_text(render_html(changes.everything()), encoding="utf-8")
    return made.as_uri()


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the page of a trust: 75 schools and 25 suppliers."""
    made: Path = tmp_path_factory.mktemp("pages") / "trust.html"
    made.write_text(render_html(changes.huge(75, 25, 8)), encoding="utf-8")
    return made.as_uri()


def opened(page: Page, address: str, size: dict[str, int], scheme: str = "light") -> None:
    """Open the page at this size, in this scheme."""
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(address)


def test_one_look_at_a_desk_says_what_matters(page: Page, file: str) -> None:
    """Who reads more, what is sensitive in it and what was wrong before stand on the first screen."""
    opened(page, file, DESK)
    for words in (
        "may read or write more than before",
        "SENStudents",
        "Already different before this change",
        "Over a limit",
    ):
        assert page.get_by_text(words).first.bounding_box()["y"] < DESK["height"]  # type: ignore[index]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_scrolls_down_and_not_sideways(page: Page, file: str, size: dict[str, int], scheme: str) -> None:
    """Nothing is wider than the screen, with everything unfolded too; the matrix scrolls in its own box."""
    opened(page, file, size, scheme)
    for summary in page.locator("summary").all()[:40]:
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_axe_finds_nothing(page: Page, file: str, size: dict[str, int], scheme: str) -> None:
    """The rules of WCAG 2.2 that a program can check: names, headings, landmarks, contrast, sizes of targets."""
    from axe_playwright_python.sync_playwright import Axe

    opened(page, file, size, scheme)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_keyboard_walks_the_page(page: Page, file: str) -> None:
    """The first stop skips to what matters; each stop is seen; the matrix takes the keys, and its links lead on."""
    opened(page, file, DESK)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('nav') !== null")
    box = page.get_by_role("region", name="The table of schools and suppliers")
    box.focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "beechwood"
    seen = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert seen == "solid"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector(':target').textContent.trim()").startswith("Groupcall Xporter")


def test_a_cell_leads_to_its_access_and_is_read_out_in_words(page: Page, file: str) -> None:
    """A screen reader hears the words, and the link jumps to where all of it stands."""
    opened(page, file, DESK)
    cell = page.get_by_role("row", name="greenfield").get_by_role("link", name="2 too many, 10 missing")
    cell.click()
    target = page.locator(":target")
    assert "2 too many" in target.inner_text()
    assert target.bounding_box()["y"] < DESK["height"]  # type: ignore[index]


def test_without_scripts_it_is_all_there(chromium: Chromium, file: str) -> None:
    """Folds open, links jump, and nothing is missing."""
    with chromium.opened(scripts=False) as page:
        page.goto(file)
        page.locator("summary", has_text="6 schools").first.click()
        assert page.get_by_text("to tick by hand: greenfield").first.is_visible()
        page.get_by_role("link", name="Details, school by school").click()
        assert page.get_by_role("heading", name="riverside").count() == 1


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_trust_of_75_schools_and_25_suppliers_is_seen_at_one_look(
    page: Page, trust: str, size: dict[str, int]
) -> None:
    """The heads of the matrix stay where they are while it is scrolled in its box; the page itself stays in place."""
    opened(page, trust, size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    box = page.locator(".matrix-box")
    box.scroll_into_view_if_needed()
    box.evaluate("each => each.scrollTo(400, 900)")
    frame = box.bounding_box()
    column = page.locator(".matrix thead th").nth(9).bounding_box()
    row = page.get_by_role("rowheader", name="school-0040").bounding_box()
    assert frame
    assert column
    assert row
    assert abs(column["y"] - frame["y"]) < 3
    assert abs(row["x"] - frame["x"]) < 3
    if size is DESK:
        assert box.evaluate("each => each.scrollWidth <= each.clientWidth")


def test_paper_shows_what_is_folded(page: Page, file: str) -> None:
    """Whoever files it under a decision has all of it."""
    opened(page, file, DESK)
    page.emulate_media(media="print")
    assert page.pdf(format="A4").startswith(b"%PDF-")
    assert not page.get_by_role("navigation").is_visible()
    assert page.get_by_text("to tick by hand: greenfield").first.is_visible()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_markdown_reads_as_a_host_shows_it(page: Page, size: dict[str, int]) -> None:
    """Tables are tables, folds fold, and the first screen says who reads more and what is sensitive in it."""
    body = MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(render_markdown(changes.everything()))
    page.set_viewport_size({"width": size["width"], "height": size["height"]})
    page.set_content(f"<!doctype html><meta name=viewport content='width=device-width'><article>{body}</article>")
    assert page.locator("table").count() > 10
    assert page.get_by_text("Sensitive:").first.bounding_box()["y"] < size["height"]  # type: ignore[index]
    cell = page.locator("td details").first
    section = page.locator("article > details", has_text="greenfield/groupcall").first
    for fold in (cell, section):
        closed = fold.bounding_box()
        fold.locator("summary").first.click()
        unfolded = fold.bounding_box()
        assert closed
        assert unfolded
        assert unfolded["height"] > 2 * closed["height"]
