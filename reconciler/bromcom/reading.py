"""Reading answers, none of which may hold up the others.

A small answer is read at once: reading takes time in proportion to size, and a thread would cost more. A large one is
read in a thread, a few at a time, and given up after a while.
"""

import asyncio
from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from reconciler.errors import Unreadable
from reconciler.http.connections import in_thread


class HttpAnswer(NamedTuple):
    """A complete HTTP answer: the status, the headers that matter (empty where they are missing), and the body.

    `authenticate` holds the schemes of WWW-Authenticate, without their parameters.
    """

    status: int
    content_type: str
    body: bytes
    encoding: str = ""
    retry_after: str = ""
    authenticate: str = ""


T = TypeVar("T")

SMALL: Final = 32 * 1024  # bytes: 250 names; the worst that was found of this size takes 20 ms
_LONGEST: Final = 20.0  # seconds; the largest that is taken at all takes half of one
_AT_ONCE: Final = 4  # readings; a hostile megabyte takes thirty of memory

_TURNS: Final[WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore]] = WeakKeyDictionary()


async def read_answer(answer: HttpAnswer, read: Callable[[HttpAnswer], T]) -> T:
    """Return what `read` makes of an answer. Raises what it raises, and Unreadable if it takes too long."""
    return read(answer) if len(answer.body) <= SMALL else await read_in_thread(lambda: read(answer))


async def read_in_thread(read: Callable[[], T], longest: float = _LONGEST) -> T:
    """The same for a reading that may take long."""
    async with _TURNS.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(_AT_ONCE)):
        try:
            async with asyncio.timeout(longest):
                return await in_thread(read, "reading")
        except TimeoutError:
            raise Unreadable(f"the answer could not be read within {longest:g} s") from None
