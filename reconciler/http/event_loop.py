"""A loop whose clock stops while the loop is held up.

A computation, a busy machine or one that sleeps can hold the loop up. Answers then wait unread, and a time-out that
falls due would call their senders silent. All time-outs go by the loop's clock, so the clock leaves such time out.
"""

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Collection
from contextlib import suppress
from typing import Any, Final, TypeVar

if sys.platform == "win32":
    from asyncio import IocpProactor as _Events
    from asyncio import ProactorEventLoop as _Loop
else:
    from asyncio import SelectorEventLoop as _Loop
    from selectors import DefaultSelector as _Events

T = TypeVar("T")
R = TypeVar("R")

_NAP: Final = 0.1  # seconds that the loop waits for events at a time
_LONGEST_TURN: Final = 0.2  # seconds from one look at the events to the next; beyond that the loop was held up


class _Watched(_Events):
    """The events that a loop waits for. `lost` counts the seconds in which it was held up."""

    def __init__(self) -> None:
        super().__init__()
        self.lost = 0.0
        self._looked_at = time.monotonic()

    def select(self, timeout: float | None = None) -> Any:
        wait: Any = _NAP if timeout is None else min(timeout, _NAP)  # its stubs know whole seconds only on Windows
        events = super().select(wait)
        now = time.monotonic()
        self.lost += max(0.0, now - self._looked_at - _LONGEST_TURN)
        self._looked_at = now
        return events


class PatientLoop(_Loop):
    """The system's own kind of loop, with that clock."""

    def __init__(self) -> None:
        self._watched = _Watched()
        super().__init__(self._watched)

    @property
    def lost(self) -> float:
        """The seconds that the clock has left out."""
        return self._watched.lost

    def time(self) -> float:
        """Return the seconds in which the loop worked or waited."""
        return super().time() - self._watched.lost


async def each_of(items: Collection[T], work: Callable[[T], Awaitable[R]], at_once: int) -> list[R]:
    """Do the work for each item, `at_once` at a time, and return the results in the items' order."""
    results: dict[int, R] = {}
    queue = iter(enumerate(items))  # shared by the workers, so each item is taken once

    async def worker() -> None:
        for number, item in queue:
            results[number] = await work(item)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(min(at_once, len(items))):
            tasks.create_task(worker())
    return [results[number] for number in range(len(items))]


async def stoppable(work: Awaitable[R], on_start: Callable[[Callable[[], None]], None] | None) -> R:
    """Do the work, and hand over first what cancels it: a function for any thread, without effect after its end."""
    if on_start:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task

        def stop() -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(task.cancel)

        on_start(stop)
    return await work
