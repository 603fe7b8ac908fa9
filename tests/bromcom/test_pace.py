"""The pace of a host finds itself: near the best that the host can do, and never to its harm.

The hosts are simulated, at a clock of their own; the seconds here are the clock's.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.bromcom.pace import HostPace, Moment, moment
from tests.bromcom.clock import run
from tests.bromcom.simulated import BUSY, SHIPPED, TOO_MANY, Bucket, Cores, Far, Sliding, Window, asked

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.bromcom.reading import HttpAnswer
    from tests.bromcom.simulated import Shape

# {a host: (it, what it can do at most in a second, requests at a time that are too many for it)}
HOSTS: dict[str, tuple[Callable[[], Shape], float, int]] = {
    "a school's own, one core": (lambda: Cores(1, 0.02), 50, 4),
    "the same, always as quick": (lambda: Cores(1, 0.02, spread=False), 50, 4),
    "the same, 20 ms away": (lambda: Cores(1, 0.02, way=0.02), 50, 6),
    "a quick one": (lambda: Cores(1, 0.005), 200, 8),
    "a slow one": (lambda: Cores(1, 0.2), 5, 5),
    "one that slows down with load": (lambda: Cores(1, 0.02, strain=0.3), 50, 3),
    "eight cores": (lambda: Cores(8, 0.02), 400, 24),
    "eight cores, 20 ms away": (lambda: Cores(8, 0.02, way=0.02), 400, 40),
    "far away": (lambda: Far(0.3), 64 / 0.3, 64),
    "far away, sooner or later": (lambda: Far(0.3, spread=0.3), 64 / 0.31, 64),
}


@pytest.mark.parametrize("name", HOSTS)
def test_a_host_is_used_well_and_not_more(name: str) -> None:
    """Near the best that it can do, with hardly more at a time than that takes."""
    shape, best, too_many = HOSTS[name]
    ran = asked(shape(), int(max(best * 12, 200)))
    assert not ran.lost
    assert ran.rate() >= best / 1.35
    assert ran.at_once(ran.seconds / 3) <= too_many


@pytest.mark.parametrize("name", HOSTS)
def test_no_run_begins_with_a_burst(name: str) -> None:
    """One, then a few, then twice as many in each round, if all is well."""
    ran = asked(HOSTS[name][0](), 300)
    first = ran.answered[0]
    assert max(number for then, number in ran.sent if then < first) == 1
    assert max(number for _, number in ran.sent[:5]) <= 4
    assert max(number for _, number in ran.sent[:13]) <= 8


def test_a_host_that_refuses_all_beyond_six_at_a_time_is_hardly_driven_to_it() -> None:
    """It is near its best with two, so it is not asked more for long."""
    ran = asked(Cores(1, 0.02, patience=6), 1000)
    assert not ran.lost
    assert ran.refused <= 20
    assert ran.rate() >= 50 / 1.35


def test_a_host_with_much_to_do_for_others_is_not_burdened() -> None:
    """Forty questions of others at a time, for hours: ours are few beside them, all are answered, and when the others
    are gone we are as quick as ever."""
    busy = Cores(4, 0.02, others=lambda then: 40 if 5 <= then < 60 else 0)
    ran = asked(busy, 6000)
    assert not ran.lost
    assert ran.at_once(10, 60) <= 8
    assert ran.rate(70) >= 200 / 1.35
    slow = asked(Cores(1, 0.02, others=lambda _: 200), 100)  # each takes four seconds
    assert not slow.lost
    assert slow.at_once() <= 12


LIMITS: dict[str, Callable[[], Callable[[float], bool]]] = {
    "in each second": lambda: Window(20).lets_in,
    "in the last second": lambda: Sliding(20).lets_in,
    "in the last second, the refused ones too": lambda: Sliding(20, strict=True).lets_in,
    "one in each 50 ms": lambda: Bucket(20, 0.05).lets_in,
    "a bucket of twenty": lambda: Bucket(20, 1).lets_in,
}


@pytest.mark.parametrize("seconds", [0.005, 0.3])
@pytest.mark.parametrize("name", LIMITS)
def test_twenty_a_second_are_found_without_being_told(name: str, seconds: float) -> None:
    """A 429 without `Retry-After`, however the host counts: none is lost, few are refused, little time is wasted."""
    ran = asked(Far(seconds, LIMITS[name]()), 480)
    assert not ran.lost
    assert ran.refused <= 48
    assert ran.seconds <= 1.5 * 480 / 20


@given(
    kind=st.sampled_from([Window, Sliding, Bucket]),
    rate=st.integers(1, 90),
    seconds=st.floats(0.001, 0.5),
    questions=st.integers(1, 300),
    refusal=st.sampled_from([TOO_MANY, BUSY, TOO_MANY._replace(retry_after="1")]),
)
def test_no_limit_loses_a_question(
    kind: Callable[[int, float], Window | Sliding | Bucket],
    rate: int,
    seconds: float,
    questions: int,
    refusal: HttpAnswer,
) -> None:
    """Whatever the host allows, and whatever it calls a refusal: all are answered, and not many are refused."""
    ran = asked(Far(seconds, kind(rate, 1.0).lets_in, refusal), questions)
    assert not ran.lost
    assert ran.refused <= 64 + questions / 3
    assert ran.seconds <= 5 * max(questions / rate, questions * seconds / 16) + 20


def test_a_limit_that_is_gone_holds_nobody_up() -> None:
    """The rate goes up slowly, and then faster and faster."""
    window = Window(20)
    ran = asked(Far(0.02, lambda then: then > 20 or window.lets_in(then)), 6000)
    assert ran.seconds <= 90


@pytest.mark.parametrize("refusal", [TOO_MANY, BUSY])
def test_a_host_that_is_away_for_a_minute_is_waited_for(refusal: HttpAnswer) -> None:
    """Nothing is lost, and it is asked seldom meanwhile."""
    ran = asked(Far(0.1, lambda then: not 5 <= then < 65, refusal), 6000)
    assert not ran.lost
    assert sum(7 <= then < 65 for then, _ in ran.sent) <= 20


def test_a_host_that_is_away_for_good_is_given_up() -> None:
    """After two minutes; what was not asked says so."""
    ran = asked(Far(0.1, lambda then: then < 3, BUSY), 6000)
    assert ran.seconds <= 3 + 200
    assert "host asked for a pause 11 times in a row, so this was not asked" in ran.lost
    assert sum(then >= 5 for then, _ in ran.sent) <= 20


def test_refusals_that_have_nothing_to_do_with_us_cost_time_and_no_answer() -> None:
    """One in a hundred, whatever the pace."""
    chance = random.Random(3)
    ran = asked(Far(0.3, lambda _: chance.random() > 0.01, BUSY), 2000)
    assert not ran.lost
    assert ran.rate() >= 20


def test_a_host_that_hangs_is_not_asked_more_and_more() -> None:
    """A few at a time, each once and a few of them again, and after five minutes no more."""

    class Hanging:
        async def answer(self, at_once: int) -> HttpAnswer:
            await asyncio.sleep(3600)
            raise AssertionError(at_once)

    ran = asked(Hanging(), 300, schools=300)
    assert sum(ran.lost.values()) == 300
    assert max(number for _, number in ran.sent) <= 4
    assert len(ran.sent) <= 40
    assert ran.seconds <= 330


def test_the_ceilings_are_kept() -> None:
    """`--per-host` and `--rate`, from the first second to the last."""
    ran = asked(Far(0.12), 600, replace(SHIPPED, per_host=3, rate=20.0))
    assert max(number for _, number in ran.sent) == 3
    times = [then for then, _ in ran.sent]
    assert min(later - earlier for earlier, later in pairwise(times)) >= 1 / 20 - 1e-9
    assert ran.seconds == pytest.approx(30, rel=0.05)


def test_no_kind_of_question_is_judged_by_another() -> None:
    """The first of each goes alone, and a quick kind does not make a slow one look slow."""

    async def story() -> list[int]:
        pace = HostPace(None, 64)
        sizes = []
        for kind, seconds in [("quick", 0.001), ("slow", 0.5)]:
            for _ in range(5):
                await one(pace, kind, seconds)
            sizes.append(pace._limit.size)
            await asyncio.gather(*(one(pace, kind, seconds) for _ in range(64)))
        return sizes

    async def one(pace: HostPace, kind: str, seconds: float) -> None:
        async with pace.turn(kind):
            sent = moment()
            await asyncio.sleep(seconds)
            pace.answered(kind, sent, typical=True)

    assert run(story())[0] == [4, 4]


def test_one_burst_is_one_event() -> None:
    """Of many that were under way, each refused one says the same: the pace is halved once."""

    async def story() -> int:
        pace = HostPace(None, 64)
        pace._limit._size = 16.0
        await asyncio.sleep(1.0)
        for _ in range(15):
            pace.refused(Moment(0.5, 0.0), 0.0, too_fast=True)
        return pace._limit.size

    assert run(story())[0] == 8


def test_nobody_is_asked_while_a_host_rests() -> None:
    """Whoever waits already included; and a shorter rest ends no longer one."""

    async def story() -> float:
        pace = HostPace(None, 16)
        await asyncio.sleep(1.0)
        for rest in (5.0, 1.0):
            pace.refused(moment(), rest, too_fast=True)
        async with pace.turn("any"):
            return moment().time

    assert run(story())[0] == pytest.approx(6.0)
