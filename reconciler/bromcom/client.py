"""The client of one platform's read service: it keeps to the host's pace, and retries only what may get better."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, TypeVar

from reconciler.bromcom.contract import Contract, SoapMessage, built_in
from reconciler.bromcom.endpoint import Endpoint
from reconciler.bromcom.faults import document_of
from reconciler.bromcom.options import ProbeOptions
from reconciler.bromcom.pace import RateLimiter
from reconciler.bromcom.reading import HttpAnswer, read_answer
from reconciler.bromcom.transport import Transport
from reconciler.errors import LiveError, Throttled, Unreachable, Unreadable
from reconciler.http.retry import LONGEST_WAIT, NotAsked, RateLimited, wait_after, worth_retrying

T = TypeVar("T")

# How often one request may be refused as one too many while the host answers others, beyond the retries.
_MOST_TURNED_AWAY: Final = 8


class ServiceClient:
    """One platform's read service and its contract.

    `in_flight` is the run's limit on requests; a request that waits for its turn does not count. `pace` and `breaker`
    belong to the host, which may have several services.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        pace: RateLimiter,
        breaker: CircuitBreaker,
        transport: Transport,
        in_flight: asyncio.Semaphore,
        options: ProbeOptions,
    ) -> None:
        self.endpoint = endpoint
        self._pace = pace
        self._breaker = breaker
        self._transport = transport
        self._in_flight = in_flight
        self._options = options
        self._opening = asyncio.Lock()
        self._contract: Contract | LiveError | None = None

    async def contract(self) -> Contract:
        """Return what builds messages, read once. Raises LiveError if the platform's own is wanted and unusable."""
        contract = self._contract or await self._open()
        if isinstance(contract, LiveError):
            raise contract.with_traceback(None)
        return contract

    async def ask(self, message: SoapMessage, read: Callable[[HttpAnswer], T]) -> T:
        """Send a message and return what `read` makes of the answer.

        Raises LiveError when the retries are used up, and unsent once the host has stopped answering.
        """
        self._breaker.check(message.school_id)
        try:
            result = await self._retried(partial(self._transport.post, self.endpoint, message), read)
        except LiveError as error:
            self._breaker.record(message.school_id, error)
            raise
        self._breaker.record(message.school_id, None)
        return result

    async def _sent(
        self, send: Callable[[], Awaitable[HttpAnswer]], read: Callable[[HttpAnswer], T], *, slowing: bool
    ) -> T:
        async with self._pace.turn() as began, self._in_flight:
            answer = await send()
        if answer.status not in (429, 503):
            self._pace.speed_up()
        try:
            return await read_answer(answer, read)
        except RateLimited as error:
            if slowing and (error.retry_after or 0) <= LONGEST_WAIT:
                self._pace.slow_down(began, error.retry_after)
            raise

    async def _open(self) -> Contract | LiveError:
        async with self._opening:
            if self._contract is None:
                self._contract = await self._read_contract()
            return self._contract

    async def _read_contract(self) -> Contract | LiveError:
        if self._options.wsdl == "built-in":
            return built_in(self.endpoint.soap)
        try:
            return await self._retried(partial(self._transport.get_wsdl, self.endpoint), self._published)
        except LiveError as error:
            return error

    def _published(self, answer: HttpAnswer) -> Contract:
        from reconciler.bromcom.wsdl import read_contract  # zeep loads here, and only here

        document_of(answer)
        if answer.status != 200:
            raise Unreadable(f"the platform publishes no WSDL (HTTP {answer.status})")
        return read_contract(answer.body, self.endpoint.soap)

    async def _retried(self, send: Callable[[], Awaitable[HttpAnswer]], read: Callable[[HttpAnswer], T]) -> T:
        """Send until a whole answer comes or the retries are used up."""
        tries = turned_away = 0
        while True:
            answered = self._pace.answered
            own_trouble = bool(turned_away)
            try:
                return await self._sent(send, read, slowing=not own_trouble)
            except LiveError as error:
                turned_away += isinstance(error, RateLimited)
                # Refused while the host answered others, a request only waits for its turn again. Were that a retry, a
                # busy run would lose its last requests. A second refusal may be its own fault, so it slows no other.
                waits_for_others = isinstance(error, RateLimited) and self._pace.answered > answered
                if not waits_for_others or turned_away > _MOST_TURNED_AWAY:
                    tries += 1
                if not self._options.retries or tries > self._options.retries or not worth_retrying(error):
                    raise
                seconds = wait_after(max(tries - 1, 0))
                if isinstance(error, Throttled) and error.retry_after:
                    if own_trouble:
                        seconds += error.retry_after
                    else:  # a pause that the host asks for is for every request to it
                        self._pace.rest(error.retry_after)
                await asyncio.sleep(seconds)


# Requests in a row without an answer, retries included. A host gets more than the default number in flight: otherwise
# that many schools with a hanging database would keep a healthy one from being asked.
_ENOUGH: Final = 24
_ENOUGH_OF_A_SCHOOL: Final = 8
_COUNTED_OF_A_SCHOOL: Final = 4  # towards those of the host


class CircuitBreaker:
    """The count of requests to one host since its last answer, whatever that was. Past a bound the rest are unsent."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._unanswered: Counter[int] = Counter()  # by School ID
        self._last_error: LiveError | None = None

    def check(self, school_id: int) -> None:
        """Raise the kind of the host's last error if another request for this school is pointless."""
        if not self._unanswered:
            return
        if self._unanswered[school_id] >= _ENOUGH_OF_A_SCHOOL:
            text = f"{self._name} did not answer {_ENOUGH_OF_A_SCHOOL} times in a row for this school"
        elif sum(min(times, _COUNTED_OF_A_SCHOOL) for times in self._unanswered.values()) >= _ENOUGH:
            text = f"{self._name} did not answer {_ENOUGH} times in a row"
        else:
            return
        text += ", so this was not asked"
        raise Throttled(text) if isinstance(self._last_error, Throttled) else NotAsked(text)

    def record(self, school_id: int, error: LiveError | None) -> None:
        """Count a request that ended in this error, or in an answer (None)."""
        if isinstance(error, Unreachable | Throttled):
            self._unanswered[school_id] += 1
            self._last_error = error
        elif self._unanswered:
            self._unanswered.clear()
