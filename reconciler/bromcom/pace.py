"""How fast, and how much at a time, one host is asked: additive increase, multiplicative decrease.

    asked to slow down   nine tenths of what it answered in the last second, and half as much at a time; nobody is asked
                         before the rest that it asked for is over
    an answer            a little more of both, up to where the run began: slowly, or quickly as long as too little was
                         answered to tell what the host can do

What was sent before a host asked to slow down, and is refused afterwards, is the same event.
"""

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

_DECREASE: Final = 0.9  # of what was answered
_SLOWLY: Final = 0.07  # more requests a second, each second
_QUICKLY: Final = 0.7  # more requests a second with each answer, which doubles the pace in a second
_AT_ONCE: Final = 1 / 32  # more at a time with each answer
_TELL_LITTLE: Final = 3  # answers in a second: fewer may have come because too many were refused at once
_LOOKED_BACK: Final = 1.0  # seconds
_REST: Final = 1.0  # seconds, for a host that does not say how long


class RateLimiter:
    """The pace of one host. `rate` (requests a second, None: no limit) and `at_once` are its ceilings."""

    def __init__(self, rate: float | None, at_once: int) -> None:
        self._fastest = rate or math.inf
        self._most = at_once
        self._rate = self._fastest
        self._at_once = float(at_once)
        self._quick_to = 0.0  # below this rate it goes up quickly
        self._free_at = 0.0
        self._slowed_at = -math.inf
        self._flying = 0
        self._gate = asyncio.Lock()
        self._landed = asyncio.Event()
        self._times: deque[float] = deque(maxlen=1024)
        self.answered = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[float]:
        """Wait until it is this request's turn, and hold its place while it is under way; gives the time it began."""
        async with self._gate:
            began = await self._my_turn()
        try:
            yield began
        finally:
            self._flying -= 1
            self._landed.set()

    async def _my_turn(self) -> float:
        due = 0.0
        while True:
            now = _now()
            if now < self._free_at:
                due = self._free_at
                await asyncio.sleep(self._free_at - now)
            elif self._flying >= int(self._at_once):
                due = 0.0
                self._landed.clear()
                await self._landed.wait()
            else:
                break
        self._free_at = (due or now) + 1 / self._rate  # a timer that wakes late slows nobody
        self._flying += 1
        return now

    def rest(self, seconds: float) -> None:
        """Give nobody a turn before this many seconds are over."""
        self._free_at = max(self._free_at, _now() + seconds)

    def speed_up(self) -> None:
        """An answer came, whatever it says."""
        self.answered += 1
        self._times.append(_now())
        if self._rate < self._fastest:
            step = _QUICKLY if self._rate < self._quick_to else _SLOWLY / self._rate
            self._rate = min(self._rate + step, self._fastest)
        if self._at_once < self._most:
            self._at_once = min(self._at_once + _AT_ONCE, self._most)

    def slow_down(self, began: float, rest: float | None) -> None:
        """The request that `began` then was refused as one too many."""
        self.rest(_REST if rest is None else rest)
        if began <= self._slowed_at:
            return
        now = self._slowed_at = _now()
        self._at_once = max(1.0, self._at_once / 2)
        achieved = sum(then > now - _LOOKED_BACK for then in self._times) / _LOOKED_BACK
        if not achieved:
            return  # nothing is known but that it needs rest
        if self._rate < self._fastest:
            achieved = max(achieved, self._rate / 2)
            self._quick_to = 0.0
        elif achieved < _TELL_LITTLE:
            achieved, self._quick_to = _TELL_LITTLE, self._rate / 2
        self._rate = _DECREASE * min(self._rate, achieved)


def _now() -> float:
    return asyncio.get_running_loop().time()
