"""The pace of a host that asks to be asked less: it goes down at once, comes up slowly, and loses nothing.

The limits are those of real services, at a clock of their own; the seconds here are the clock's.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.bromcom.pace import RateLimiter
from tests.bromcom.clock import run

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass
class Window:
    """So many in each whole period."""

    most: int
    period: float = 1.0
    begun: float = -1.0
    used: int = 0

    def lets_in(self, now: float) -> bool:
        """Whether one more is answered."""
        if (begun := now // self.period) != self.begun:
            self.begun, self.used = begun, 0
        self.used += 1
        return self.used <= self.most


@dataclass
class Sliding:
    """So many in the period that has just gone by; with `strict` those that were refused count too."""

    most: int
    period: float = 1.0
    strict: bool = False
    times: deque[float] = field(default_factory=deque)

    def lets_in(self, now: float) -> bool:
        """Whether one more is answered."""
        while self.times and self.times[0] <= now - self.period:
            self.times.popleft()
        well = len(self.times) < self.most
        if well or self.strict:
            self.times.append(now)
        return well


@dataclass
class Bucket:
    """So many a second; what was not used is kept, up to the most of so many seconds."""

    rate: float
    seconds: float
    left: float = math.inf
    at: float = 0.0

    def lets_in(self, now: float) -> bool:
        """Whether one more is answered."""
        self.left, self.at = min(self.rate * self.seconds, self.left + (now - self.at) * self.rate), now
        well = self.left >= 1
        self.left -= well
        return well


@dataclass
class Seen:
    """What became of a run."""

    answered: int = 0
    refused: int = 0
    most_at_once: int = 0
    under_way: int = 0
    times: list[float] = field(default_factory=list)


def asked(
    lets_in: Callable[[float], bool],
    questions: int,
    pace: RateLimiter,
    *,
    takes: float = 0.05,
    rest: float | None = 1.0,
) -> tuple[Seen, float]:
    """Ask a service, each question again until it is answered, at most 16 at a time."""
    seen = Seen()

    async def ask() -> None:
        while True:
            async with pace.turn() as began:
                seen.under_way += 1
                seen.most_at_once = max(seen.most_at_once, seen.under_way)
                seen.times.append(began)
                well = lets_in(asyncio.get_running_loop().time())
                await asyncio.sleep(takes)
                seen.under_way -= 1
            if well:
                pace.speed_up()
                seen.answered += 1
                return
            seen.refused += 1
            pace.slow_down(began, rest)

    async def worker(left: list[None]) -> None:
        while left:
            left.pop()
            await ask()

    async def story() -> Seen:
        left = [None] * questions
        async with asyncio.TaskGroup() as tasks:
            for _ in range(16):
                tasks.create_task(worker(left))
        return seen

    return run(story())


FIVE_A_SECOND: dict[str, Callable[[], Callable[[float], bool]]] = {
    "in each second": lambda: Window(5).lets_in,
    "in the last second": lambda: Sliding(5).lets_in,
    "in the last second, the refused ones too": lambda: Sliding(5, strict=True).lets_in,
    "a bucket of five": lambda: Bucket(5, 1).lets_in,
    "a bucket of ten": lambda: Bucket(5, 2).lets_in,
}


@pytest.mark.parametrize("takes", [0.001, 0.05, 0.3])
@pytest.mark.parametrize("questions", [31, 36, 60])
@pytest.mark.parametrize("name", FIVE_A_SECOND)
def test_five_a_second_are_used_to_two_thirds_and_more(name: str, questions: int, takes: float) -> None:
    """However the service counts: the accesses of one school or of six take at most half as long again as they must."""
    seen, seconds = asked(FIVE_A_SECOND[name](), questions, RateLimiter(100, 16), takes=takes)
    assert seen.answered == questions
    assert seconds <= 1.5 * questions / 5


@given(
    kind=st.sampled_from([Window, Sliding, Bucket]),
    rate=st.integers(1, 90),
    takes=st.floats(0.001, 0.5),
    questions=st.integers(1, 200),
    rest=st.sampled_from([None, 1.0, 2.0]),
)
def test_whatever_a_host_can_do_everything_is_answered_soon(
    kind: Callable[[int, float], Window | Sliding | Bucket],
    rate: int,
    takes: float,
    questions: int,
    rest: float | None,
) -> None:
    """At most twice as long as it must, beside a few rests; and not many are refused."""
    seen, seconds = asked(kind(rate, 1.0).lets_in, questions, RateLimiter(100, 16), takes=takes, rest=rest)
    must = max(questions / rate, questions / 100, math.ceil(questions / 16) * takes)
    assert seen.answered == questions
    assert seconds <= 2 * must + 6 * (rest or 1.0)
    assert seen.refused <= 40 + questions / 3


def test_one_burst_is_one_event() -> None:
    """Fifteen of sixteen that were under way are refused: the pace is halved once, and not fifteen times."""
    pace = RateLimiter(100, 16)

    async def story() -> None:
        burst = 0.0
        for number in range(16):
            async with pace.turn() as began:
                burst = began
            if number < 8:
                pace.speed_up()
        for _ in range(8):
            pace.slow_down(burst, 0.0)

    run(story())
    assert pace._at_once == 8
    assert pace._rate == pytest.approx(0.9 * 8)


def test_the_ceilings_are_kept_and_come_back() -> None:
    """Never more than at the start; and as much, once a host that asked for rest once does well for long."""
    once = iter([False, *[True] * 10_000])
    seen, _ = asked(lambda _: next(once), 9_999, RateLimiter(20, 3), takes=0.12)
    assert seen.most_at_once == 3
    gaps = [later - earlier for earlier, later in zip(seen.times, seen.times[1:], strict=False)]
    assert min(gaps) >= 1 / 20 - 1e-9
    assert sum(gaps[-1000:]) == pytest.approx(1000 / 20, rel=0.01)


def test_nobody_is_asked_while_a_host_rests() -> None:
    """Whoever waits already included: a place in the queue is no promise."""
    refused: list[float] = []

    def lets_in(now: float) -> bool:
        if now >= 0.5 and not refused:
            refused.append(now)
            return False
        return True

    seen, _ = asked(lets_in, 200, RateLimiter(50, 16), takes=0.01, rest=3.0)
    (at,) = refused
    assert not [then for then in seen.times if at + 0.01 < then < at + 3.0]


def test_a_shorter_rest_ends_no_longer_one() -> None:
    """Two refusals, of which the later one asks for less: the host still rests for as long as the first one said."""

    async def began() -> float:
        pace = RateLimiter(None, 16)
        pace.rest(5.0)
        pace.rest(1.0)
        async with pace.turn() as at:
            return at

    assert run(began())[0] == pytest.approx(5.0)


def test_without_limits_nothing_waits() -> None:
    """`--rate 0`, and a host that never says no."""
    seen, seconds = asked(lambda _: True, 1600, RateLimiter(None, 16), takes=0.01)
    assert seen.answered == 1600
    assert seconds == pytest.approx(1.0)
