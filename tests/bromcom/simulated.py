"""Hosts of several shapes at a clock of their own, asked by the real `Host`: only the network is left out.

The seconds here are the clock's; answers are real bytes, really read.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from reconciler.bromcom.client import Host, HostQuestion
from reconciler.bromcom.options import HostLoad, ProbeOptions
from reconciler.bromcom.probe import database_up
from reconciler.bromcom.reading import HttpAnswer
from reconciler.errors import LiveError
from reconciler.http.retry import NoAnswer
from tests.bromcom.answers import database
from tests.bromcom.clock import run

if TYPE_CHECKING:
    from collections.abc import Callable

SHIPPED = ProbeOptions()
UP = HttpAnswer(200, "text/xml", database().encode())
TOO_MANY = HttpAnswer(429, "", b"")
BUSY = HttpAnswer(503, "text/html", b"busy")


class Shape(Protocol):
    """A host, by what becomes of one question; `at_once` others are under way."""

    async def answer(self, at_once: int) -> HttpAnswer:
        """Take as long as the host takes."""


def now() -> float:
    """The clock's time."""
    return asyncio.get_running_loop().time()


@dataclass
class Cores:
    """Cores that are shared evenly by all that is asked at the same time.

    seconds   that a question needs of a core: always, or on average (`spread`)
    way       seconds to the host and back
    strain    how much slower each further question makes all of them
    patience  questions at a time; beyond that it says 503
    others    how many of other people's it has at a time
    """

    cores: int = 1
    seconds: float = 0.02
    way: float = 0.0
    spread: bool = True
    strain: float = 0.0
    patience: float = math.inf
    others: Callable[[float], float] = lambda _: 0.0
    chance: random.Random = field(default_factory=lambda: random.Random(7))
    _left: dict[asyncio.Future[None], float] = field(default_factory=dict)  # seconds of a core
    _at: float = 0.0
    _timer: asyncio.TimerHandle | None = None

    async def answer(self, at_once: int) -> HttpAnswer:
        """Work on it beside the others."""
        await asyncio.sleep(self.way)
        if at_once >= self.patience:
            return BUSY
        self._go_on()
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._left[done] = self.chance.expovariate(1 / self.seconds) if self.spread else self.seconds
        self._plan()
        await done
        return UP

    def _speed(self) -> float:
        jobs = len(self._left) + self.others(now())
        return min(1.0, self.cores / max(jobs, 1)) / (1 + self.strain * max(jobs - self.cores, 0))

    def _go_on(self) -> None:
        done, self._at = (now() - self._at) * self._speed(), now()
        for job in self._left:
            self._left[job] -= done
        for job in [job for job, left in self._left.items() if left <= 1e-9]:
            del self._left[job]
            if not job.done():  # its asker has given up; the host goes on all the same
                job.set_result(None)

    def _plan(self) -> None:
        if self._timer:
            self._timer.cancel()
        if self._left:
            seconds = max(min(self._left.values()) / self._speed(), 1e-9)
            self._timer = asyncio.get_running_loop().call_later(seconds, self._finish)

    def _finish(self) -> None:
        self._go_on()
        self._plan()


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
class Far:
    """Any number at a time, each after about `seconds`; what `lets_in` turns away it refuses."""

    seconds: float
    lets_in: Callable[[float], bool] = lambda _: True
    refusal: HttpAnswer = TOO_MANY
    spread: float = 0.0
    chance: random.Random = field(default_factory=lambda: random.Random(7))

    async def answer(self, at_once: int) -> HttpAnswer:
        """Answer after a while, or refuse."""
        well = self.lets_in(now())
        await asyncio.sleep(self.seconds * self.chance.lognormvariate(0, self.spread))
        return UP if well else self.refusal


@dataclass
class Run:
    """What became of a run.

    sent      (when, how many were under way then) of each request
    answered  when each question was answered
    lost      {the error of a question without an answer: how many}
    """

    sent: list[tuple[float, int]] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    lost: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    seconds: float = 0.0
    load: HostLoad | None = None

    def rate(self, since: float = 0.0) -> float:
        """Answers a second from then on."""
        return sum(then >= since for then in self.answered) / (self.seconds - since)

    def at_once(self, since: float = 0.0, until: float = math.inf) -> float:
        """Requests under way in that time, on average over those that were sent."""
        numbers = [number for then, number in self.sent if since <= then < until]
        return sum(numbers) / len(numbers)


def asked(shape: Shape, questions: int, options: ProbeOptions = SHIPPED, schools: int = 30) -> Run:
    """Ask so many questions, as a run does: as many wait for their turn as may be under way."""
    ran = Run()
    under_way = 0

    async def send() -> HttpAnswer:
        nonlocal under_way
        under_way += 1
        ran.sent.append((now(), under_way))
        try:
            async with asyncio.timeout(options.timeout):
                answer = await shape.answer(under_way - 1)
        except TimeoutError:
            raise NoAnswer("no answer in time") from None
        finally:
            under_way -= 1
        ran.refused += answer is not UP
        return answer

    async def worker(host: Host, left: list[int]) -> None:
        while left:
            try:
                await host.ask(HostQuestion("list", left.pop() % schools, send, database_up))
            except LiveError as error:
                ran.lost[str(error)] += 1
            else:
                ran.answered.append(now())

    async def story() -> None:
        host = Host("host", asyncio.Semaphore(options.concurrency), options)
        left = list(range(questions))
        async with asyncio.TaskGroup() as tasks:
            for _ in range(options.concurrency):
                tasks.create_task(worker(host, left))
        ran.load = host.load()

    _, ran.seconds = run(story())
    return ran
