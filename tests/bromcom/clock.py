"""An event loop whose clock goes where its sleepers want it: seconds of waiting take none, and always the same."""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


class _Loop(asyncio.SelectorEventLoop):
    """Where nothing is ready, the clock goes on to the next that is due."""

    def __init__(self) -> None:
        self.now = 0.0
        super().__init__(_Selector(self))

    def time(self) -> float:
        return self.now


class _Selector(selectors.SelectSelector):
    def __init__(self, loop: _Loop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everybody waits for somebody else"
        self._loop.now += timeout
        return super().select(0)


def run(story: Coroutine[object, object, T]) -> tuple[T, float]:
    """What a story leads to, and how many seconds it took by its own clock."""
    loop = _Loop()
    try:
        return loop.run_until_complete(story), loop.now
    finally:
        loop.close()
