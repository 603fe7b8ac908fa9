"""The client of one platform's read service: it keeps to the host's pace, and asks again only what may get better."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Final, Generic, NamedTuple, TypeVar

from reconciler.bromcom.contract import Contract, SoapMessage, built_in
from reconciler.bromcom.endpoint import Endpoint
from reconciler.bromcom.faults import document_of
from reconciler.bromcom.options import HostLoad, ProbeOptions
from reconciler.bromcom.pace import HostPace, Moment, moment
from reconciler.bromcom.reading import HttpAnswer, read_answer
from reconciler.bromcom.transport import Transport
from reconciler.errors import LiveError, Throttled, Unreachable, Unreadable
from reconciler.http.retry import (
    MOST,
    NoAnswer,
    NotAsked,
    RateLimited,
    TruncatedAnswer,
    in_words,
    wait_after,
    worth_retrying,
)

T = TypeVar("T")
R = TypeVar("R")

# How often one request may be refused as one too many while the host answers others.
_MOST_TURNED_AWAY: Final = 8
# How many of them slow the others down too.
_MOST_SLOWING: Final = 3
# Rests in a row that a host may need, for each retry: two retries wait for two minutes.
_RESTS: Final = 5
# Questions in a row that may go unanswered, each with all its tries; the next ones have one.
_SILENT: Final = 4
_TROUBLE: Final = (429, 502, 503, 504)  # statuses of a host, or of the gateway before it, that has too much to do


class ServiceClient:
    """One platform's read service and its contract. Several may be at one host."""

    def __init__(self, endpoint: Endpoint, host: Host, transport: Transport, options: ProbeOptions) -> None:
        self.endpoint = endpoint
        self._host = host
        self._transport = transport
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
        send = partial(self._transport.post, self.endpoint, message)
        return await self._host.ask(HostQuestion(message.operation, message.school_id, send, read))

    async def _open(self) -> Contract | LiveError:
        async with self._opening:
            if self._contract is None:
                self._contract = await self._read_contract()
            return self._contract

    async def _read_contract(self) -> Contract | LiveError:
        if self._options.wsdl == "built-in":
            return built_in(self.endpoint.soap)
        send = partial(self._transport.get_wsdl, self.endpoint)
        try:
            return await self._host.ask(HostQuestion("WSDL", None, send, self._published))
        except LiveError as error:
            return error

    def _published(self, answer: HttpAnswer) -> Contract:
        from reconciler.bromcom.wsdl import read_contract  # zeep loads here, and only here

        document_of(answer)
        if answer.status != 200:
            raise Unreadable(f"the platform publishes no WSDL (HTTP {answer.status})")
        return read_contract(answer.body, self.endpoint.soap)


class Clients:
    """The clients of a run, each made once. Those of one host share its pace and its circuit breaker."""

    def __init__(self, transport: Transport, options: ProbeOptions) -> None:
        self._transport = transport
        self._options = options
        self._in_flight = asyncio.Semaphore(options.concurrency)
        self._clients: dict[Endpoint, ServiceClient] = {}
        self._hosts: dict[str, Host] = {}

    def to(self, at: Endpoint) -> ServiceClient:
        """Return the client of this endpoint."""
        if at not in self._clients:
            host = self._hosts.setdefault(at.host, Host(at.shown, self._in_flight, self._options))
            self._clients[at] = ServiceClient(at, host, self._transport, self._options)
        return self._clients[at]

    def loads(self) -> Sequence[HostLoad]:
        """Sum up what each host bore, if it was asked at all."""
        loads = [host.load() for _, host in sorted(self._hosts.items())]
        return [load for load in loads if load.requests]


class HostQuestion(NamedTuple, Generic[T]):
    """One question to a host.

    kind       those of one kind take about as long
    school_id  None for one about no school
    send       send it, and read the whole answer of any status
    read       what the answer means
    """

    kind: str
    school_id: int | None
    send: Callable[[], Awaitable[HttpAnswer]]
    read: Callable[[HttpAnswer], T]


class Host:
    """One host: its pace, what is asked again, and when it is left alone.

    `in_flight` is the run's limit on requests; a request that waits for its turn does not count.
    """

    def __init__(self, name: str, in_flight: asyncio.Semaphore, options: ProbeOptions) -> None:
        self._name = name
        self._pace = HostPace(options.rate, options.per_host or options.concurrency, patient=options.retries > 0)
        self._breaker = CircuitBreaker(name)
        self._in_flight = in_flight
        self._retries = options.retries

    async def ask(self, question: HostQuestion[T]) -> T:
        """Send a question until a whole answer comes or there is no hope of one, and return what it means.

        Raises LiveError, and unsent once the host has stopped answering.
        """
        self._breaker.check(question.school_id)
        try:
            result = await self._retried(question)
        except LiveError as error:
            self._breaker.record(question.school_id, error)
            raise
        self._breaker.record(question.school_id, None)
        return result

    def load(self) -> HostLoad:
        """Sum up what the host bore."""
        return self._pace.load(self._name)

    async def _retried(self, question: HostQuestion[T]) -> T:
        tries = turned_away = 0
        while True:
            answers = self._pace.answers
            try:
                return await self._sent(question, answers, turned_away)
            except LiveError as error:
                if not self._retries or not worth_retrying(error):
                    raise
                pause = 0.0
                if not self._has_too_much(error):
                    tries += 1
                elif self._pace.answers > answers:
                    # Refused while the host answered others, a question waits for its turn again, but not for ever.
                    turned_away += 1
                    if turned_away > 1 and isinstance(error, Throttled):
                        pause = error.retry_after or 0.0
                elif self._pace.rests > self._retries * self._patience(error):
                    if self._pace.answers or isinstance(error, RateLimited):  # otherwise it may be this school alone
                        self._breaker.open(f"{self._name} asked for a pause {self._pace.rests} times in a row")
                    raise
                if tries > self._retries or turned_away > _MOST_TURNED_AWAY:
                    raise
                if tries and self._pace.silent >= _SILENT * (self._retries + 1):  # another try is hardly of use
                    raise
                await asyncio.sleep(pause + wait_after(max(tries - 1, 0)))

    async def _sent(self, question: HostQuestion[T], answers: int, turned_away: int) -> T:
        """Send a question once. The host had given so many `answers` when it came up, and `turned_away` it before."""
        async with self._pace.turn(question.kind), self._in_flight:
            self._breaker.check(question.school_id)
            sent = moment()
            answer = await self._noted(question.send(), sent, answers, turned_away)
            if answer.status not in _TROUBLE:
                self._pace.answered(question.kind, sent, typical=answer.status == 200)
        return await self._noted(read_answer(answer, question.read), sent, answers, turned_away)

    async def _noted(self, work: Awaitable[R], sent: Moment, answers: int, turned_away: int) -> R:
        """Do the work, and let the pace know if it fails."""
        try:
            return await work
        except LiveError as error:
            if isinstance(error, RateLimited) and not worth_retrying(error):
                self._breaker.open(f"{self._name} asked us to try again {in_words(error.retry_after or 0)}")
            elif self._has_too_much(error):
                # After a few refusals while others are answered it may be the question's own fault: it slows no other.
                if turned_away < _MOST_SLOWING or self._pace.answers == answers:
                    rest = error.retry_after if isinstance(error, Throttled) else None
                    self._pace.refused(sent, rest, too_fast=isinstance(error, RateLimited))
            elif isinstance(error, NoAnswer | TruncatedAnswer):
                self._pace.unanswered(sent)
            raise

    def _patience(self, error: LiveError) -> int:
        """Return the rests in a row, for each retry, that are worth waiting for. A host that has never answered and
        does not say that it was asked too often is perhaps not there at all."""
        return _RESTS if self._pace.answers or isinstance(error, RateLimited) else 1

    def _has_too_much(self, error: LiveError) -> bool:
        """Tell if the host as a whole asks for a pause: in words, or by not being there any more."""
        if isinstance(error, Throttled):
            return worth_retrying(error)
        return isinstance(error, NoAnswer) and error.whole_host and self._pace.answers > 0


# Requests in a row without an answer, retries included. A host gets more than a few: otherwise that many schools with
# a hanging database would keep a healthy one from being asked.
_ENOUGH: Final = 24
_ENOUGH_OF_A_SCHOOL: Final = 8
_COUNTED_OF_A_SCHOOL: Final = 4  # towards those of the host


class CircuitBreaker:
    """The count of requests to one host since its last answer, whatever that was. Past a bound the rest are unsent."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._unanswered: Counter[int | None] = Counter()  # by School ID
        self._last_error: LiveError | None = None
        self._opened = ""  # the reason to ask nothing more

    def check(self, school_id: int | None) -> None:
        """Raise the kind of the host's last error if another request for this school is pointless."""
        if self._opened:
            text = self._opened
        elif not self._unanswered:
            return
        elif self._unanswered[school_id] >= _ENOUGH_OF_A_SCHOOL:
            text = f"{self._name} did not answer {_ENOUGH_OF_A_SCHOOL} times in a row for this school"
        elif sum(min(times, _COUNTED_OF_A_SCHOOL) for times in self._unanswered.values()) >= _ENOUGH:
            text = f"{self._name} did not answer {_ENOUGH} times in a row"
        else:
            return
        text += ", so this was not asked"
        throttled = self._opened or isinstance(self._last_error, Throttled)
        raise Throttled(text, retry_after=MOST) if throttled else NotAsked(text)

    def open(self, reason: str) -> None:
        """Ask nothing more, unless a request that is under way is answered."""
        self._opened = reason

    def record(self, school_id: int | None, error: LiveError | None) -> None:
        """Count a request that ended in this error, or in an answer (None)."""
        if isinstance(error, Unreachable | Throttled):
            self._unanswered[school_id] += 1
            self._last_error = error
        elif self._unanswered:
            self._unanswered.clear()
            self._opened = ""
