"""A person with a real browser, who follows the steps of a runbook on the practice pages by what the pages show.

It shares nothing with `reconciler.sandbox.operator.person`, which does the same without a browser.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from playwright.sync_api import expect

from reconciler.model.runbook import Click, ClickKind, Condition

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator
    from playwright.sync_api import Page as BrowserPage

    from reconciler.model.runbook import Branch, Page, Step


class BrowserHands:
    """A person at the practice pages at `url`, whose browser shows `page`.

    passwords  gives the practice password for the text of a reference
    told       whom they told something that is not in Bromcom, and what
    """

    def __init__(self, page: BrowserPage, url: str, passwords: Callable[[str], str]) -> None:
        self.told: list[tuple[str, str]] = []
        self._page = page
        self._url = url
        self._passwords = passwords

    @property
    def _main(self) -> Locator:
        return self._page.get_by_role("main")

    def do(self, school_id: int, where: Page, step: Step) -> None:
        """Open the page by the school's menu and follow the step on it; what is not there fails the test."""
        if where.trail:
            self._page.goto(f"{self._url}/practice/")
            self._go(self._main.get_by_role("link", name=f"School {school_id}"))
            self._go(self._page.get_by_role("navigation").get_by_role("link", name=where.trail[-1], exact=True))
        for way in [way for way in step.ways if self._is_taken(way)]:
            for click in way.clicks:
                self._click(click)

    def _is_taken(self, way: Branch) -> bool:
        if way.when in {Condition.ALWAYS, Condition.JUDGED}:
            return way.when is Condition.ALWAYS
        lines = self._main.locator("tbody th, option")
        return (lines.filter(has_text=_exactly(way.name)).count() > 0) is (way.when is Condition.LISTED)

    def _click(self, click: Click) -> None:
        if click.do is ClickKind.TELL:
            self.told.append((click.label, click.value))
            return
        what = self._find(click)
        if click.optional and what.count() == 0:
            return
        match click.do:
            case ClickKind.PRESS:
                self._go(what)
            case ClickKind.EXPAND:
                what.click()
            case ClickKind.CHOOSE if click.value and what.get_attribute("data-submit-on-choose") is not None:
                with self._page.expect_navigation():
                    what.select_option(click.value)
            case ClickKind.CHOOSE if click.value:
                what.select_option(click.value)
            case ClickKind.SELECT:
                self._select()
            case ClickKind.CHOOSE | ClickKind.TICK:
                what.check()
            case ClickKind.UNTICK:
                what.uncheck()
            case ClickKind.FILL:
                what.fill(click.value)
            case ClickKind.PASSWORD:
                what.fill(self._passwords(click.value))
            case ClickKind.SEE:
                expect(what).to_be_visible()
            case _:
                assert_never(click.do)

    def _go(self, pressed: Locator) -> None:
        """Press it, and wait for the page that a link or a form's button leads to: what is counted next is on that
        one."""
        if pressed.evaluate("pressed => pressed.tagName === 'SUMMARY'"):
            pressed.click()
            return
        with self._page.expect_navigation():
            pressed.click()

    def _select(self) -> None:
        """Those whose line says that they returned the form on which they consent."""
        consents = self._page.get_by_role("cell", name="returned", exact=True)
        for row in self._main.get_by_role("row").filter(has=consents).all():
            row.get_by_role("checkbox").check()

    def _find(self, click: Click) -> Locator:
        """What a click is on. An entity may be spelt in other capitals than the step has."""
        exactly = _exactly(click.label)
        if click.do is ClickKind.SEE:
            return self._main.get_by_text(exactly)
        if click.do not in (ClickKind.PRESS, ClickKind.EXPAND):
            return self._main.get_by_label(exactly)
        within = self._main
        if click.value:
            within = within.get_by_role("row").filter(has=self._page.get_by_text(click.value, exact=True))
            return within.get_by_text(click.label, exact=True)
        pressed = within.get_by_role("button", name=click.label, exact=True)
        pressed = pressed.or_(within.get_by_role("link", name=click.label, exact=True))
        return pressed.or_(within.locator("summary").filter(has_text=exactly))


def _exactly(text: str) -> re.Pattern[str]:
    return re.compile(rf"^\s*{re.escape(text)}\s*$", re.IGNORECASE)
