"""The pages for people who answer for access, in a real browser: on a phone, at a desk, in the dark and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.report.accountability.access_page import access_page
from reconciler.report.accountability.notice_page import notice_page
from reconciler.report.accountability.page_html import render_page_html
from reconciler.report.accountability.register_page import register_page
from reconciler.report.accountability.supplier_page import supplier_page
from tests.accountability.access_reports import access_report
from tests.accountability.registers import made

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

    from reconciler.report.accountability.page import ReportPage

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
PAGES: dict[str, Callable[[], ReportPage]] = {
    "register": lambda: register_page(made()),
    "notice": lambda: notice_page(made()),
    "supplier": lambda: supplier_page(made(supplier="bridge")),
    "access": lambda: access_page(access_report()),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_reads_well_everywhere(page: Page, tmp_path: Path, name: str) -> None:
    """axe finds nothing, and nothing is wider than the screen; on paper there are the lines to sign."""
    from axe_playwright_python.sync_playwright import Axe

    file = tmp_path / f"{name}.html"
    file.write_text(render_page_html(PAGES[name]()), encoding="utf-8")
    for width, height in (PHONE.values(), DESK.values()):
        for scheme in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            page.goto(file.as_uri())
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.emulate_media(media="print")
    signs = page.get_by_text("Reviewed by")
    assert signs.count() == 0 or signs.is_visible()
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")
