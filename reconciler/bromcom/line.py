"""A line to one platform's read service: asks a message at the host's pace, strictly, and again where that can help."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from reconciler.bromcom.contract import built_in, read_contract
from reconciler.bromcom.faults import document_of
from reconciler.bromcom.reading import made_of
from reconciler.bromcom.retry import wait_after, worth_retrying
from reconciler.errors import LiveError, Throttled, Unreadable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from reconciler.bromcom.contract import Contract, Message
    from reconciler.bromcom.endpoint import Endpoint
    from reconciler.bromcom.options import ProbeOptions
    from reconciler.bromcom.silence import Silence
    from reconciler.bromcom.transport import Answer, Transport

T = TypeVar("T")


class Pace:
    """How fast one host is asked: not more often than `rate` a second, and not while it asked for rest."""

    def __init__(self, rate: float | None) -> None:
        self._interval = 1 / rate if rate else 0.0
        self._free_at = 0.0

    async def turn(self) -> None:
        """Wait until it is this request's turn."""
        if not self._free_at and not self._interval:
            return
        now = asyncio.get_running_loop().time()
        mine = max(now, self._free_at)
        self._free_at = mine + self._interval
        if mine > now:
            await asyncio.sleep(mine - now)

    def rest(self, seconds: float) -> None:
        """Give nobody a turn before this many seconds are over."""
        self._free_at = max(self._free_at, asyncio.get_running_loop().time() + seconds)


class Line:
    """One platform's read service, its contract, and the manners of its host.

    `in_flight` holds the run's limit on requests; a request that waits for its turn takes none of it. `pace` and
    `silence` belong to the host, which may have several services.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        pace: Pace,
        silence: Silence,
        transport: Transport,
        in_flight: asyncio.Semaphore,
        options: ProbeOptions,
    ) -> None:
        self.endpoint = endpoint
        self._pace = pace
        self._silence = silence
        self._transport = transport
        self._in_flight = in_flight
        self._options = options
        self._reading = asyncio.Lock()
        self._contract: Contract | LiveError | None = None

    async def contract(self) -> Contract:
        """What messages are built from, read once. Raises LiveError where the platform's own is wanted and not had."""
        found = self._contract or await self._open()
        if isinstance(found, LiveError):
            raise found.with_traceback(None)
        return found

    async def ask(self, message: Message, read: Callable[[Answer], T]) -> T:
        """What `read` makes of the answer to a message. Raises LiveError when the retries are used up, and without a
        question where the host has stopped answering."""
        self._silence.check(message.school_id)
        try:
            found: T = await self._again(self._asked, message, read)
        except LiveError as error:
            self._silence.note(message.school_id, error)
            raise
        self._silence.note(message.school_id, None)
        return found

    async def _asked(self, message: Message, read: Callable[[Answer], T]) -> T:
        await self._pace.turn()
        async with self._in_flight:
            answer = await self._transport.post(self.endpoint, message)
        return await made_of(answer, read)

    async def _open(self) -> Contract | LiveError:
        async with self._reading:
            if self._contract is None:
                self._contract = await self._read_contract()
            return self._contract

    async def _read_contract(self) -> Contract | LiveError:
        if self._options.wsdl == "built-in":
            return built_in(self.endpoint.soap)
        try:
            return await self._again(self._published)
        except LiveError as error:
            return error

    async def _published(self) -> Contract:
        await self._pace.turn()
        async with self._in_flight:
            answer = await self._transport.get_wsdl(self.endpoint)
        return await made_of(answer, self._contract_in)

    def _contract_in(self, answer: Answer) -> Contract:
        document_of(answer)
        if answer.status != 200:
            raise Unreadable(f"the platform publishes no WSDL (HTTP {answer.status})")
        return read_contract(answer.body, self.endpoint.soap)

    async def _again(self, once: Callable[..., Awaitable[T]], *arguments: object) -> T:
        for attempt in range(self._options.retries):
            try:
                return await once(*arguments)
            except LiveError as error:
                if not worth_retrying(error):
                    raise
                await self._rest(attempt, error)
        return await once(*arguments)

    async def _rest(self, attempt: int, error: LiveError) -> None:
        """Wait before the next try. The rest that a host asks for holds for everybody who wants to ask it."""
        if isinstance(error, Throttled) and error.retry_after:
            self._pace.rest(error.retry_after)
        await asyncio.sleep(wait_after(attempt))
