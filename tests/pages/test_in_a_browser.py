"""The static pages in a real browser, from the disk: on a phone, at a desk, on a large screen, on paper."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.report.pages.overview import overview_page
from reconciler.report.pages.site import assets, pages_of
from tests.barriers import has_no_barrier
from tests.pages.sets import made, reviewed, trust

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from reconciler.report.pages.page_set import PageSet
    from tests.browser import Chromium
    from tests.pictures import Pictures

pytestmark = pytest.mark.rehearsal
ONE_OF_EACH = (
    "index.html", "schools.html", "schools/eastvale-primary-school.html", "suppliers.html",
    "suppliers/canteen-till.html", "register.html", "plan.html", "review.html", "catalogue.html", "journal.html",
)  # fmt: skip


def trust_with_review(schools: int, suppliers: int) -> PageSet:
    """The set of a trust, with the review of a change that brings its last supplier."""
    return reviewed(trust(schools, suppliers - 1)[0], trust(schools, suppliers))


def written(folder: Path, page_set: PageSet) -> Path:
    """The site of a set, in a folder."""
    for address, text in (*assets(), *((address, render()) for address, render in pages_of(page_set))):
        file = folder / address
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of 75 schools with 25 suppliers."""
    return written(tmp_path_factory.mktemp("site"), trust_with_review(75, 25))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small one, which axe reads in seconds; its overview is of more suppliers, whose matrix has narrow cells."""
    few = trust_with_review(6, 4)
    named = replace(few, with_usernames=True, catalogue=few.catalogue[:20])  # the journal is there where names may be
    folder = written(tmp_path_factory.mktemp("small"), named)
    (folder / "index.html").write_text(overview_page(made(trust(6, 15))), encoding="utf-8")
    return folder


@pytest.mark.parametrize("address", ONE_OF_EACH)
def test_each_page_can_be_read_by_everybody_and_looks_as_kept(
    page: Page, small: Path, pictures: Pictures, address: str
) -> None:
    """axe finds nothing, nothing is too wide, and the policy stops nothing of a page's own; the overview is dark in the
    dark."""
    page.goto((small / address).as_uri())
    has_no_barrier(page)
    pictures(page, Path(address).stem, "light", *(["dark"] if address == "index.html" else ()))


def test_the_matrix_is_filtered_and_leads_to_what_differs(page: Page, site: Path) -> None:
    """No page has 400 kB; heads stay in view; a cell is read out in words, and leads to its place."""
    assert max(file.stat().st_size for file in site.rglob("*.html")) < 400_000
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"  # the first stop skips the navigation
    page.get_by_label("School", exact=True).fill("oakwood")
    assert page.locator("#matrix tbody tr[data-text]:visible").count() == 1
    assert page.get_by_text("1 of 75 shown").is_visible()
    page.get_by_label("School", exact=True).fill("")
    box = page.locator(".matrix-box")
    box.evaluate("box => box.scrollTo(300, 900)")
    frame, head = box.bounding_box(), page.locator("#matrix thead th").nth(9).bounding_box()
    assert frame
    assert head
    assert abs(head["y"] - frame["y"]) < 3
    cell = page.locator("#matrix tbody td.over a").first
    assert "too many" in (cell.text_content() or "")
    cell.click()
    assert page.locator("tr:target .chip--leak").first.is_visible()


def test_who_reads_special_category_data_is_two_clicks_away(page: Page, site: Path) -> None:
    """From the overview to the register, which begins with it, and on to a supplier."""
    page.goto((site / "index.html").as_uri())
    page.get_by_role("link", name="Who can read what").click()
    section = page.get_by_role("region", name="Special-category data")
    assert section.get_by_text("asked 2026-11-24").first.is_visible()
    section.get_by_role("link").first.click()
    assert page.get_by_role("heading", name="What it can read", exact=True).is_visible()


def test_without_a_script_all_of_it_is_there(chromium: Chromium, site: Path) -> None:
    """No filter is offered that would do nothing, and each row shows."""
    with chromium.opened(scripts=False) as page:
        page.goto((site / "index.html").as_uri())
        assert not page.locator("form.filter").is_visible()
        assert page.locator("#matrix tbody tr[data-text]").count() == 75
        page.goto((site / "schools" / "oakwood-academy.html").as_uri())
        page.locator("summary").first.click()
        assert page.locator("details[open] .reads li").first.is_visible()


def test_paper_has_the_stamp_and_no_controls(page: Page, site: Path) -> None:
    """The navigation and the buttons go; the time, the key and the lines to sign stay."""
    page.emulate_media(media="print")
    page.goto((site / "register.html").as_uri())
    assert page.get_by_text("Tuesday 24 November 2026").is_visible()
    assert page.get_by_text("Reviewed by").is_visible()
    assert not page.get_by_role("navigation").is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
