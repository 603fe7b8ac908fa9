"""A host with a latency and a limit of its own, in a process that is not ours.

Run as a module with LATENCY (seconds), RATE (requests a second, 0: any number) and BURST (how many may come at once);
what is beyond it is refused with 429, without `Retry-After`. It prints its port, and for each line of input how many
it answered and refused since the last.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import contextmanager
from subprocess import PIPE, Popen
from typing import TYPE_CHECKING

from tests.benchmarks import REPOSITORY
from tests.benchmarks.service import PATH, Talk
from tests.benchmarks.shapes import Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REFUSAL = b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n"


class Limit:
    """So many a second, of which a few may come at once; and the count of both kinds."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = self._left = burst
        self._at = 0.0
        self.count = {"answered": 0, "refused": 0}

    def lets_in(self, now: float) -> bool:
        """Tell if one more is answered."""
        self._left, self._at = min(self._burst, self._left + (now - self._at) * self._rate), now
        well = not self._rate or self._left >= 1
        self._left -= well
        self.count["answered" if well else "refused"] += 1
        return well


class LimitedTalk(Talk):
    """One client: each whole question is answered after the latency, or refused."""

    def __init__(self, latency: float, limit: Limit) -> None:
        super().__init__(Shape.ALIKE)
        self._latency, self._limit = latency, limit

    def answer(self, question: bytes) -> None:
        """Answer later."""
        loop = asyncio.get_running_loop()
        if self._limit.lets_in(loop.time()):
            loop.call_later(self._latency, super().answer, question)
        else:
            loop.call_later(self._latency, self.send, REFUSAL)


async def _serve(latency: float, rate: float, burst: float) -> None:
    loop = asyncio.get_running_loop()
    limit = Limit(rate, burst)
    server = await loop.create_server(lambda: LimitedTalk(latency, limit), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(limit.count), flush=True)
        limit.count = {"answered": 0, "refused": 0}


@contextmanager
def limited_host(
    latency: float, rate: float = 0, burst: float = 1
) -> Iterator[tuple[str, Callable[[], dict[str, int]]]]:
    """Its address, and what gives the numbers of requests that it answered and refused since it was last asked."""
    argv = [sys.executable, "-m", "tests.benchmarks.limited_host", str(latency), str(rate), str(burst)]
    with Popen(argv, cwd=REPOSITORY, stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        port = process.stdout.readline().strip()

        def count() -> dict[str, int]:
            print(file=process.stdin, flush=True)
            assert process.stdout
            numbers: dict[str, int] = json.loads(process.stdout.readline())
            return numbers

        try:
            yield f"http://127.0.0.1:{port}{PATH}", count
        finally:
            process.kill()


if __name__ == "__main__":
    asyncio.run(_serve(*map(float, sys.argv[1:])))
