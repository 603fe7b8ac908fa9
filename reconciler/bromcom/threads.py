"""Work that may take long, in a thread of its own, so that the loop goes on."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


async def in_thread(work: Callable[[], T], name: str) -> T:
    """The result of a piece of work. Raises what it raises.

    asyncio's own threads are a handful, which a few pieces of work that do not end would take from everybody, and the
    end of a run waits for them. This one is a daemon: nobody waits for it who does not want to.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: Exception | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]  # T may include None

    def run() -> None:
        result, caught = None, None
        try:
            result = work()
        except Exception as error:  # noqa: BLE001  # it is raised where it is waited for
            caught = error
        with suppress(RuntimeError):  # the run is over
            loop.call_soon_threadsafe(settle, result, caught)

    threading.Thread(target=run, name=name, daemon=True).start()
    return await future
