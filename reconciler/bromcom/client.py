"""A line to one platform's read service: asks a message at the host's pace, strictly, and again where that can help.

A host that has stopped answering: after some questions in vain the rest of them are not asked.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final, TypeVar

from reconciler.bromcom.contract import Contract, SoapMessage, built_in, read_contract
from reconciler.bromcom.endpoint import Endpoint
from reconciler.bromcom.faults import document_of
from reconciler.bromcom.options import ProbeOptions
from reconciler.bromcom.pace import RateLimiter
from reconciler.bromcom.reading import HttpAnswer, made_of
from reconciler.bromcom.transport import Transport
from reconciler.errors import LiveError, Throttled, Unreachable, Unreadable
from reconciler.http.retry import LONGEST_WAIT, NotAsked, RateLimited, wait_after, worth_retrying

T = TypeVar("T")

# How often one question may be refused as one too many while the host answers others, beyond the retries.
_MOST_TURNED_AWAY: Final = 8


class ServiceClient:
    """One platform's read service, its contract, and the manners of its host.

    `in_flight` holds the run's limit on requests; a request that waits for its turn takes none of it. `pace` and
    `silence` belong to the host, which may have several services.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        pace: RateLimiter,
        silence: CircuitBreaker,
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

    async def ask(self, message: SoapMessage, read: Callable[[HttpAnswer], T]) -> T:
        """What `read` makes of the answer to a message. Raises LiveError when the retries are used up, and without a
        question where the host has stopped answering."""
        self._silence.check(message.school_id)
        try:
            found = await self._again(partial(self._transport.post, self.endpoint, message), read)
        except LiveError as error:
            self._silence.note(message.school_id, error)
            raise
        self._silence.note(message.school_id, None)
        return found

    async def _asked(
        self, send: Callable[[], Awaitable[HttpAnswer]], read: Callable[[HttpAnswer], T], *, slowing: bool
    ) -> T:
        async with self._pace.turn() as began, self._in_flight:
            answer = await send()
        if answer.status not in (429, 503):
            self._pace.speed_up()
        try:
            return await made_of(answer, read)
        except RateLimited as error:
            if slowing and (error.retry_after or 0) <= LONGEST_WAIT:
                self._pace.slow_down(began, error.retry_after)
            raise

    async def _open(self) -> Contract | LiveError:
        async with self._reading:
            if self._contract is None:
                self._contract = await self._read_contract()
            return self._contract

    async def _read_contract(self) -> Contract | LiveError:
        if self._options.wsdl == "built-in":
            return built_in(self.endpoint.soap)
        try:
            return await self._again(partial(self._transport.get_wsdl, self.endpoint), self._published)
        except LiveError as error:
            return error

    def _published(self, answer: HttpAnswer) -> Contract:
        document_of(answer)
        if answer.status != 200:
            raise Unreadable(f"the platform publishes no WSDL (HTTP {answer.status})")
        return read_contract(answer.body, self.endpoint.soap)

    async def _again(self, send: Callable[[], Awaitable[HttpAnswer]], read: Callable[[HttpAnswer], T]) -> T:
        """Ask up to a whole answer. A question that was one too many, while the host answered others, waits for its
        turn again: that is none of the retries, or a busy run would lose what came last. The second time it may be the
        question's own trouble, and slows no other."""
        tries = turned_away = 0
        while True:
            answered = self._pace.answered
            own_trouble = bool(turned_away)
            try:
                return await self._asked(send, read, slowing=not own_trouble)
            except LiveError as error:
                turned_away += isinstance(error, RateLimited)
                waits_for_others = isinstance(error, RateLimited) and self._pace.answered > answered
                if not waits_for_others or turned_away > _MOST_TURNED_AWAY:
                    tries += 1
                if not self._options.retries or tries > self._options.retries or not worth_retrying(error):
                    raise
                seconds = wait_after(max(tries - 1, 0))
                if isinstance(error, Throttled) and error.retry_after:
                    if own_trouble:
                        seconds += error.retry_after
                    else:  # the rest that a host asks for holds for everybody who wants to ask it
                        self._pace.rest(error.retry_after)
                await asyncio.sleep(seconds)


# Questions in a row without an answer, their retries counted in. A host gets more than the questions that are in flight
# at a time by default, or that many schools whose databases hang would keep one that is well from being asked.
_ENOUGH: Final = 24
_ENOUGH_OF_A_SCHOOL: Final = 8
_COUNTED_OF_A_SCHOOL: Final = 4  # towards those of the host


class CircuitBreaker:
    """How often one host gave no answer since it last gave one, whatever that was."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._unanswered: Counter[int] = Counter()  # by School ID
        self._last: LiveError | None = None

    def check(self, school_id: int) -> None:
        """Raise, as the last question to this host did, where asking for this school is of no use any more."""
        if not self._unanswered:
            return
        if self._unanswered[school_id] >= _ENOUGH_OF_A_SCHOOL:
            text = f"{self._name} did not answer {_ENOUGH_OF_A_SCHOOL} times in a row for this school"
        elif sum(min(times, _COUNTED_OF_A_SCHOOL) for times in self._unanswered.values()) >= _ENOUGH:
            text = f"{self._name} did not answer {_ENOUGH} times in a row"
        else:
            return
        text += ", so this was not asked"
        raise Throttled(text) if isinstance(self._last, Throttled) else NotAsked(text)

    def note(self, school_id: int, error: LiveError | None) -> None:
        """A question to this host has ended, in this error or well."""
        if isinstance(error, Unreachable | Throttled):
            self._unanswered[school_id] += 1
            self._last = error
        elif self._unanswered:
            self._unanswered.clear()
