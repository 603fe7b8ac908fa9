"""Barriers that a program can find on a page, by axe-core: on a phone, at a desk and on a large screen, in both
themes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from axe_playwright_python.sync_playwright import Axe, AxeResults

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Page

SCREENS = (390, 2560, 1280)  # how wide; the last stays
_LOADED = Axe().axe_script
# A page may fetch nothing, so axe may not either. The theme changes colours and nothing else.
_ALL = {"preload": False, "resultTypes": ["violations"]}
_COLOURS = {**_ALL, "runOnly": ["color-contrast"]}


def has_no_barrier(page: Page, widths: Sequence[int] = SCREENS) -> None:
    """By the rules of axe-core for WCAG 2.2 and its best practices; and nothing is wider than the screen."""
    page.evaluate(_LOADED)
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{page.url}, {width}"
        _run(page, "dark", _COLOURS)
        _run(page, "light", _ALL)


def _run(page: Page, scheme: str, rules: dict[str, object]) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    found = AxeResults(page.evaluate("rules => axe.run(rules)", rules))
    assert found.violations_count == 0, f"{page.url}, {page.viewport_size}, {scheme}: {found.generate_report()}"
