"""The pace of requests to one host, which finds itself: how many at a time, and how many a second.

At a time: the first question of a kind goes alone, and says how long an idle host takes. Then a few at a time, and
twice as many in each round, for as long as answers come nearly as quickly.

    answers take twice as long        as many fewer at a time
    no answer in time                 half as many
    a refusal (429, 503)              half as many, and nothing is sent before the pause that it asked for is over

A second: as many as come of that, up to a refusal; then a little less than the host really answered. It rises slowly at
first, then faster and faster. A request that was sent before a refusal and refused after it is the same event.
"""

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from reconciler.bromcom.options import HostLoad
from reconciler.http.event_loop import PatientLoop

_FEW: Final = 4  # at a time: the second step of every run, and the answers that a judgement needs
_ENOUGH: Final = 8  # answers to judge by, once the first ones are in
_TOLERANCE: Final = 2.0  # times as long as alone: an answer that takes longer waited for others of ours
_QUICK: Final = 0.010  # seconds more than alone that slow nobody down, and tell nothing
_SLOW: Final = 1.0  # seconds: a host that takes longer is approached more slowly
_BUSY: Final = 4.0  # seconds: a host that takes longer has enough to do without us
_LEARNT: Final = 0.2  # of the difference, in each round that goes alone and is slow all the same
_MODEST: Final = 8  # at a time, of a host that seems to be slow for others' sake
_LEARNABLE: Final = 0.25  # seconds: what takes longer than before and than this is not taken for the host's own time

_DECREASE: Final = 0.93  # of what was answered
_LEAST: Final = 0.85  # of the rate until then
_SLOWLY: Final = 1 / 60  # of the rate more, in the first second after a refusal
_TWICE: Final = 10.0  # seconds until it rises twice as fast
_MOST_TWICE: Final = 8  # times, so that it stays a number
_STEP: Final = 1 / 100  # of the rate more with one answer, at most, so that few are refused by a slow host too
_QUICKLY: Final = 1.2  # requests a second more with each answer, which trebles the rate in a second
_TELL_LITTLE: Final = 3  # answers in a second: fewer may have come because too many were refused at once
_LOOKED_BACK: Final = 1.0  # seconds
_FIRST_REST: Final = 0.25  # seconds, for a host that does not say how long; twice as long each time
_LONGEST_REST: Final = 30.0


class Moment(NamedTuple):
    """A time of the loop's clock, and the seconds that the clock had left out until then."""

    time: float
    lost: float


@dataclass(slots=True)
class _Kind:
    """Questions of one kind.

    alone    seconds that one takes if the host has nothing else of ours to do; infinity: not known yet
    judged   a round of them was judged
    learnt   `alone` was learnt while the host was slow, which may be others' doing
    answers  to those that were sent since the last change of pace
    seconds  that these took, without refused logins and faults, which may be quicker or slower than the rest
    """

    alone: float = math.inf
    judged: bool = False
    learnt: bool = False
    answers: int = 0
    seconds: list[float] = field(default_factory=list)


class InFlightLimit:
    """How many requests a host is sent at a time, judged by the time that its answers take."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 1.0
        self._doubling = True
        self._peak = 0  # in flight since the last change
        self._never_cut = True
        self._changed_at = self._cut_at = -math.inf
        self._kinds: dict[str, _Kind] = {}
        self._first: set[str] = set()  # kinds whose first question is under way

    @property
    def size(self) -> int:
        """As many as may be in flight."""
        return int(self._size)

    def admits(self, kind: str, in_flight: int) -> bool:
        """Tell if one more of this kind may be sent."""
        return in_flight < self.size and kind not in self._first

    def begin(self, kind: str, in_flight: int) -> None:
        """Count one that is sent."""
        self._peak = max(self._peak, in_flight)
        if kind not in self._kinds:
            self._first.add(kind)

    def end(self, kind: str) -> None:
        """Count one that ended, in whatever way."""
        if kind in self._first:
            self._first.remove(kind)
            self._kinds.setdefault(kind, _Kind())
            if self._never_cut:  # perhaps the database of its school hangs, and others do not
                self._size = max(self._size, min(_FEW, self._most))

    def answered(self, kind: str, began: float, seconds: float | None, now: float) -> None:
        """Judge by an answer and the `seconds` that it took: None if they say nothing."""
        one = self._kinds.get(kind)
        if one is None:
            self._kinds[kind] = _Kind(seconds or math.inf)
            self._doubling = self._never_cut and (seconds or 0.0) <= _SLOW
            self._change(_FEW if self._doubling else min(self._size + 1, 2), now)
        elif began >= self._changed_at:  # what was sent earlier tells of the pace before
            one.answers += 1
            one.seconds += [] if seconds is None else [seconds]
            enough = max(self.size, _FEW) if self._doubling else max(2 * self.size, _ENOUGH)
            if one.answers >= enough:
                self._judge(one, now)

    def cut(self, began: float, now: float, least: int) -> None:
        """Halve it, once for all that were under way."""
        if began >= self._cut_at:
            self._doubling = False
            self._never_cut, self._cut_at = False, now
            self._change(max(self._size / 2, min(self._size, least)), now)

    def _judge(self, kind: _Kind, now: float) -> None:
        seconds = _median(kind.seconds) if kind.seconds else 0.0
        if not kind.judged and seconds > kind.alone * self.size:
            kind.alone = seconds  # the first one was much quicker than its like
        allowed = min(max(kind.alone * _TOLERANCE, kind.alone + _QUICK), _BUSY)
        size = self._size
        if seconds <= allowed:
            if self._peak >= self.size and not (size >= _MODEST and (kind.learnt or seconds > _SLOW)):
                size += size if self._doubling else math.sqrt(size)
        else:
            self._doubling = False
            size *= max(allowed / seconds, 0.5)
            if self.size == 1 and kind.alone < _LEARNABLE:  # it is not our own requests that slow it down
                kind.alone += _LEARNT * (min(seconds, _LEARNABLE) - kind.alone)
                kind.learnt = True
        if len(kind.seconds) >= _FEW:
            kind.learnt = kind.learnt and seconds * _TOLERANCE > kind.alone
            kind.alone = min(kind.alone, (seconds + kind.alone) / 2 if kind.judged else seconds)
            kind.judged = True
        self._change(size, now)

    def _change(self, size: float, now: float) -> None:
        self._size = min(max(size, 1.0), self._most)
        self._changed_at = now
        self._peak = 0
        for kind in self._kinds.values():
            kind.answers = 0
            kind.seconds.clear()


class RateLimit:
    """How many requests a host is sent a second: any number up to `most`, until it refuses some."""

    def __init__(self, most: float) -> None:
        self.most = most
        self.rate = most
        self._quick_to = 0.0  # below this rate it goes up quickly
        self._risen_at = self._slowed_at = -math.inf

    def answered(self, now: float) -> None:
        """Rise."""
        if self.rate >= self.most:
            return
        if self.rate < self._quick_to:
            self.rate = min(self.rate + _QUICKLY, self.most)
        else:
            speed = _SLOWLY * 2 ** min((now - self._slowed_at) / _TWICE, _MOST_TWICE)
            self.rate = min(self.rate * (1 + min(speed * (now - self._risen_at), _STEP)), self.most)
        self._risen_at = now

    def refused(self, began: float, now: float, achieved: float) -> None:
        """Fall to what was achieved, once for all that were under way. Without an answer there is nothing to go by."""
        if began <= self._slowed_at or not achieved:
            return
        slowed_before, self._slowed_at, self._risen_at = self._slowed_at > -math.inf, now, now
        if slowed_before:  # the last second may hold a rest, or a steep rise
            achieved = max(achieved, self.rate * _LEAST)
            self._quick_to = 0.0
        elif achieved < _TELL_LITTLE:  # a burst was refused at once: start low, and go up quickly to half the rate
            achieved, self._quick_to = _TELL_LITTLE, self.rate / 2
        self.rate = _DECREASE * min(self.rate, achieved)


class HostPace:
    """The pace of one host, up to `rate` requests a second (None: any) and `at_once`. If `patient`, its rests grow."""

    def __init__(self, rate: float | None, at_once: int, *, patient: bool = True) -> None:
        self._patient = patient
        self._limit = InFlightLimit(at_once)
        self._rate = RateLimit(rate or math.inf)
        self._free_at = 0.0
        self._in_flight = 0
        self._gate = asyncio.Lock()
        self._one_ended = asyncio.Event()
        self._answer_times: deque[float] = deque()  # of the last second
        self._latencies: deque[float] = deque(maxlen=1024)
        self._requests = self._refused = self._all_silent = self._most_at_once = self._best_rate = 0
        self._refused_at = -math.inf
        self.answers = 0
        self.rests = 0  # in a row, with no answer between them
        self.silent = 0  # requests in a row

    @asynccontextmanager
    async def turn(self, kind: str) -> AsyncIterator[None]:
        """Wait for the turn of a request of this kind, and hold its place until it ends."""
        async with self._gate:
            await self._wait_for_turn(kind)
        try:
            yield
        finally:
            self._in_flight -= 1
            self._limit.end(kind)
            self._one_ended.set()

    async def _wait_for_turn(self, kind: str) -> None:
        due = 0.0
        while True:
            now = moment().time
            if now < self._free_at:
                due = self._free_at
                await asyncio.sleep(self._free_at - now)
            elif not self._limit.admits(kind, self._in_flight):
                due = 0.0
                self._one_ended.clear()
                await self._one_ended.wait()
            else:
                break
        # A timer that wakes late slows nobody, unless the host counts: the next would come too soon for it.
        self._free_at = (now if self._rate.rate < self._rate.most else due or now) + 1 / self._rate.rate
        self._in_flight += 1
        self._requests += 1
        self._most_at_once = max(self._most_at_once, self._in_flight)
        self._limit.begin(kind, self._in_flight)

    def answered(self, kind: str, sent: Moment, *, typical: bool) -> None:
        """Count an answer, whatever it says. One that is not `typical` says nothing by the time that it took."""
        now, lost = moment()
        seconds = now - sent.time if typical and lost == sent.lost else None
        self.answers += 1
        self.rests = self.silent = 0
        self._answer_times.append(now)
        self._latencies += [] if seconds is None else [seconds]
        while self._answer_times[0] <= now - _LOOKED_BACK:
            self._answer_times.popleft()
        self._best_rate = max(self._best_rate, len(self._answer_times))
        self._rate.answered(now)
        self._limit.answered(kind, sent.time, seconds, now)

    def refused(self, sent: Moment, rest: float | None, *, too_fast: bool) -> None:
        """Slow down: the request that was sent then was refused as one too many.

        `too_fast` says that the host said so. Otherwise there may only have been too many at a time.
        """
        now, began = moment().time, sent.time
        self._refused += 1
        if began > self._refused_at:  # otherwise it was sent before the last refusal: the same event
            self._refused_at = now
            self.rests += 1
            if too_fast or self._limit.size <= 2:
                achieved = sum(then > now - _LOOKED_BACK for then in self._answer_times) / _LOOKED_BACK
                self._rate.refused(began, now, achieved)
            self._limit.cut(began, now, 1)
        if rest is None:
            # Patience is for a host that is there, and for a run that asks again.
            again = max(self.rests - 1, 0) if self._patient and (self.answers or too_fast) else 0
            rest = min(_FIRST_REST * 2**again, _LONGEST_REST)
        self._free_at = max(self._free_at, now + rest)

    def unanswered(self, sent: Moment) -> None:
        """Count a request that was lost or not answered in time."""
        self.silent += 1
        self._all_silent += 1
        if self.answers:
            self._limit.cut(sent.time, moment().time, _FEW)

    def load(self, host: str) -> HostLoad:
        """Sum up the run."""
        latency = _median(self._latencies) if self._latencies else None
        numbers = self._requests, self._refused, self._all_silent, self._most_at_once, self._best_rate
        return HostLoad(host, *numbers, latency)


def _median(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def moment() -> Moment:
    """Return the present moment."""
    loop = asyncio.get_running_loop()
    return Moment(loop.time(), loop.lost if isinstance(loop, PatientLoop) else 0.0)
