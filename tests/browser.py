"""A real browser for tests: Chromium, driven by Playwright. `tests/conftest.py` hands the fixtures to every test."""

from __future__ import annotations

import asyncio
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from playwright.sync_api import Browser, ConsoleMessage, Page

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_PATIENCE = 10_000  # milliseconds for anything that a page is expected to show


@dataclass(frozen=True)
class Chromium:
    """A running browser, and the event loop of Playwright, which is to be the running one while the browser is used."""

    browser: Browser
    loop: asyncio.AbstractEventLoop

    @contextmanager
    def opened(self, *, scripts: bool = True) -> Iterator[Page]:
        """An empty page in a profile of its own. A script's error, or something that the page's policy stopped, fails
        the test when it is closed."""
        with _running(self.loop):
            context = self.browser.new_context(java_script_enabled=scripts)
            context.set_default_timeout(_PATIENCE)
            page = context.new_page()
            faults: list[str] = []

            def hear(message: ConsoleMessage) -> None:
                if "Content Security Policy" in message.text:
                    faults.append(message.text)

            page.on("pageerror", lambda error: faults.append(str(error)))
            page.on("console", hear)
            yield page
            context.close()
        assert faults == []


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """One browser for the whole run: the program that CHROMIUM names, or the system's."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip("there is no Chromium: install it (Debian: apt-get install chromium), or name it in CHROMIUM")
    from playwright.sync_api import sync_playwright

    playwright = sync_playwright().start()
    # Without its sandbox it also runs as root, as in a container; it is shown our own pages alone.
    browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
    loop = asyncio.get_running_loop()
    asyncio._set_running_loop(None)
    yield Chromium(browser, loop)
    with _running(loop):
        browser.close()
        playwright.stop()


@pytest.fixture
def page(chromium: Chromium) -> Iterator[Page]:
    """An empty page in a browser."""
    with chromium.opened() as opened:
        yield opened


def others_may_run() -> AbstractContextManager[None]:
    """`with others_may_run():` around what calls `asyncio.run`, as the command line does, in a test that has a page.

    Playwright leaves its own event loop marked as the running one of this thread, even while nobody waits for it.
    """
    return _running(None)


@contextmanager
def _running(loop: asyncio.AbstractEventLoop | None) -> Iterator[None]:
    before = asyncio._get_running_loop()
    asyncio._set_running_loop(loop)
    try:
        yield
    finally:
        asyncio._set_running_loop(before)
