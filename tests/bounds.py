"""A bound on every wait of a test: what never comes fails the test that waits for it, and not the whole run."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

SECONDS = int(os.environ.get("TEST_SECONDS", "3600"))  # no test takes so long, on however busy a machine
_MERCY = 60  # more, where even that is not heard


def _too_long(_number: int, _frame: object) -> NoReturn:
    pytest.fail(f"this test waited for {SECONDS} seconds: what it waits for does not happen")


@contextmanager
def bounded() -> Iterator[None]:
    """Fail the test where the block takes too long; end the run, with a traceback, where not even that helps, and on
    Windows, which knows no alarm."""
    if sys.__stderr__:  # the one that no test replaces
        faulthandler.dump_traceback_later(SECONDS + _MERCY, exit=True, file=sys.__stderr__)
    if sys.platform != "win32":
        signal.signal(signal.SIGALRM, _too_long)
        signal.alarm(SECONDS)
    try:
        yield
    finally:
        if sys.platform != "win32":
            signal.alarm(0)
        faulthandler.cancel_dump_traceback_later()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, object, object]:
    """Bound what is made for a test."""
    with bounded():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    """Bound the test."""
    with bounded():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown() -> Generator[None, object, object]:
    """Bound what is taken away after it."""
    with bounded():
        return (yield)
