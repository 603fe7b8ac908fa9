"""The pace of requests to one host: additive increase, multiplicative decrease.

    a 429         nine tenths of the rate that it answered in the last second, and half as many at a time; nothing is
                  sent before the pause that it asked for is over
    an answer     a little more of both, up to where the run began: slowly, or quickly while too few answers came to
                  tell what the host can do

A request that was sent before a 429 and refused after it is the same event.
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
    """The pace of one host, up to `rate` (requests a second; None: no limit) and `at_once`."""

    def __init__(self, rate: float | None, at_once: int) -> None:
        self._fastest = rate or math.inf
        self._most = at_once
        self._rate = self._fastest
        self._at_once = float(at_once)
        self._quick_to = 0.0  # below this rate it goes up quickly
        self._free_at = 0.0
        self._slowed_at = -math.inf
        self._in_flight = 0
        self._gate = asyncio.Lock()
        self._one_ended = asyncio.Event()
        self._answer_times: deque[float] = deque(maxlen=1024)
        self.answered = 0

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[float]:
        """Wait for this request's turn, and hold its place until it ends; gives the time it began."""
        async with self._gate:
            began = await self._wait_for_turn()
        try:
            yield began
        finally:
            self._in_flight -= 1
            self._one_ended.set()

    async def _wait_for_turn(self) -> float:
        due = 0.0
        while True:
            now = _now()
            if now < self._free_at:
                due = self._free_at
                await asyncio.sleep(self._free_at - now)
            elif self._in_flight >= int(self._at_once):
                due = 0.0
                self._one_ended.clear()
                await self._one_ended.wait()
            else:
                break
        self._free_at = (due or now) + 1 / self._rate  # a timer that wakes late slows nobody
        self._in_flight += 1
        return now

    def rest(self, seconds: float) -> None:
        """Send nothing for this many seconds."""
        self._free_at = max(self._free_at, _now() + seconds)

    def speed_up(self) -> None:
        """Count an answer, whatever it says."""
        self.answered += 1
        self._answer_times.append(_now())
        if self._rate < self._fastest:
            step = _QUICKLY if self._rate < self._quick_to else _SLOWLY / self._rate
            self._rate = min(self._rate + step, self._fastest)
        if self._at_once < self._most:
            self._at_once = min(self._at_once + _AT_ONCE, self._most)

    def slow_down(self, began: float, rest: float | None) -> None:
        """Slow down: the request that `began` at this time was refused as one too many."""
        self.rest(_REST if rest is None else rest)
        if began <= self._slowed_at:  # it was sent before the last 429: the same event
            return
        now = self._slowed_at = _now()
        self._at_once = max(1.0, self._at_once / 2)
        achieved = sum(then > now - _LOOKED_BACK for then in self._answer_times) / _LOOKED_BACK
        if not achieved:
            return  # without an answer there is no rate to go by: it rests, and no more
        if self._rate < self._fastest:  # slowed before: never below half, and from now on up slowly
            achieved = max(achieved, self._rate / 2)
            self._quick_to = 0.0
        elif achieved < _TELL_LITTLE:  # a burst was refused at once: start low, and go up quickly to half the rate
            achieved, self._quick_to = _TELL_LITTLE, self._rate / 2
        self._rate = _DECREASE * min(self._rate, achieved)


def _now() -> float:
    return asyncio.get_running_loop().time()
