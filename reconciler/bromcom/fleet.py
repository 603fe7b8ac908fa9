"""Probing a whole workspace: every school, then every access, and all hosts at the same time.

    a host      its first school, alone     one that cannot be reached at all is not tried again for each school
                its other schools           `per_host` at a time
                its accounts                `per_host` at a time; one that was refused once is left alone
    a host that stops answering             is not asked to the end

What is found is the same whatever came first. One bad school, platform or password stops no other, nor does a fault
of this program that shows at one of them.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from reconciler.bromcom.client import CircuitBreaker, ServiceClient
from reconciler.bromcom.contract import LoginDetails
from reconciler.bromcom.endpoint import Endpoint, endpoint
from reconciler.bromcom.event_loop import PatientLoop
from reconciler.bromcom.options import ProbeOptions, ProbeProgress
from reconciler.bromcom.pace import RateLimiter
from reconciler.bromcom.probe import (
    LEFT_ALONE,
    AccessAnswer,
    InternedValues,
    SchoolAnswer,
    own_fault,
    probe_access,
    probe_columns,
    probe_school,
    unknown,
    unknown_access,
    without_telling_names,
)
from reconciler.bromcom.probe_results import ProbeResults
from reconciler.bromcom.transport import Transport
from reconciler.errors import SecretError, Unreachable
from reconciler.model.address import username_key
from reconciler.model.desired import Access, Desired, PartnerApplication, School
from reconciler.model.evidence import NO_PROBE, Known, Unknown, UnknownReason
from reconciler.model.live import Live, LiveSchool, Login
from reconciler.model.secret import Secret, SecretRef

if TYPE_CHECKING:
    Passwords = Callable[[SecretRef], Awaitable[Secret]]

__all__ = ["Passwords", "ProbeOptions", "ProbeProgress", "probe", "probe_fleet"]

T = TypeVar("T")
R = TypeVar("R")

# In files; the message may name folders of whoever runs this.
_NO_SECRET: Final = "its password reference gave no password"  # noqa: S105
_NO_PASSWORD: Final = Unknown(
    UnknownReason.NO_PASSWORD, "the manifests have no password reference for it, so it was not checked"
)


def probe(
    desired: Desired,
    passwords: Passwords,
    options: ProbeOptions,
    progress: Callable[[ProbeProgress], None] | None = None,
) -> Live:
    """Probe a workspace. Ctrl-C ends the run early: the Live says so and holds what was found until then."""
    found = ProbeResults(desired, progress)
    try:
        with asyncio.Runner(loop_factory=PatientLoop) as runner:
            runner.run(_probe(found, passwords, options))
    except KeyboardInterrupt:
        return found.live(interrupted=True)
    return found.live()


async def probe_fleet(
    desired: Desired,
    passwords: Passwords,
    options: ProbeOptions,
    progress: Callable[[ProbeProgress], None] | None = None,
) -> Live:
    """The same, in a loop that runs already. `passwords` raises SecretError for a reference that gives nothing."""
    found = ProbeResults(desired, progress)
    await _probe(found, passwords, options)
    return found.live()


class _Site(NamedTuple):
    """A school, the line to its service, and its accesses."""

    school: School
    line: ServiceClient
    accesses: Sequence[Access]


class _ProbeTarget(NamedTuple):
    """An access that can be asked: it has a password reference, and its school answers."""

    site: _Site
    access: Access
    username: str
    ref: SecretRef


async def _probe(found: ProbeResults, passwords: Passwords, options: ProbeOptions) -> None:
    async with Transport(options.timeout) as transport, asyncio.TaskGroup() as tasks:
        run = _Run(found, passwords, options, transport)
        for sites in run.hosts():
            tasks.create_task(run.host(sites))


class _Run:
    """What all hosts of a run share."""

    def __init__(self, found: ProbeResults, passwords: Passwords, options: ProbeOptions, transport: Transport) -> None:
        self._found = found
        self._passwords = passwords
        self._options = options
        self._transport = transport
        self._in_flight = asyncio.Semaphore(options.concurrency)
        self._at_once = options.per_host or options.concurrency
        self._shared = InternedValues()

    def hosts(self) -> Iterable[Sequence[_Site]]:
        """The schools of each host. Those whose address is none are settled at once."""
        accesses: dict[str, list[Access]] = defaultdict(list)
        for access in self._found.desired.accesses.values():
            accesses[access.address.school].append(access)
        hosts: dict[str, list[_Site]] = defaultdict(list)
        lines = _Clients(self._transport, self._in_flight, self._options)
        for school in self._found.desired.schools.values():
            try:
                line = lines.to(endpoint(school.platform))
            except Exception as error:  # noqa: BLE001  # whatever is wrong with one address stops no other
                reason = unknown(error) if isinstance(error, Unreachable) else own_fault(error)
                self._found.school(school.name, LiveSchool(reason))
                self._close(accesses[school.name], reason)
                continue
            hosts[line.endpoint.host].append(_Site(school, line, accesses[school.name]))
        return hosts.values()

    async def host(self, sites: Sequence[_Site]) -> None:
        """Probe all schools of a host, then the accounts of those that can be asked."""
        barriers = await self._schools(sites)
        await _each(self._accounts(sites, barriers), self._account, self._at_once)

    async def _schools(self, sites: Sequence[_Site]) -> Sequence[Unknown | None]:
        """Probe the schools; what keeps each one's accesses from being asked."""
        first, *others = sites
        answer = await self._school(first)
        if answer.host_gone:
            for site in others:
                self._found.school(site.school.name, answer.school)
            return [answer.barrier] * len(sites)
        answers = await _each(others, self._school, self._at_once)
        return [one.barrier for one in (answer, *answers)]

    def _accounts(
        self, sites: Sequence[_Site], barriers: Sequence[Unknown | None]
    ) -> Collection[Sequence[_ProbeTarget]]:
        """The logins to try, those of one account together; accesses that are not asked are settled."""
        accounts: dict[tuple[str, int, str], list[_ProbeTarget]] = defaultdict(list)
        for site, barrier in zip(sites, barriers, strict=True):
            if barrier:
                self._close(site.accesses, barrier)
                continue
            for login in self._logins(site):
                accounts[site.line.endpoint.key, site.school.school_id, username_key(login.username)].append(login)
        return accounts.values()

    async def _school(self, site: _Site) -> SchoolAnswer:
        self._found.begin(site.school.name)
        try:
            answer = await probe_school(site.line, site.school)
        except Exception as error:  # noqa: BLE001  # our own fault: this school's, and no other's
            answer = SchoolAnswer(LiveSchool(own_fault(error)), own_fault(error))
        self._found.school(site.school.name, answer.school)
        return answer

    def _close(self, accesses: Iterable[Access], reason: Unknown) -> None:
        """Settle accesses that are not asked."""
        for access in accesses:
            self._found.access(access.address, _not_asked(reason))

    def _logins(self, site: _Site) -> Iterable[_ProbeTarget]:
        for access in site.accesses:
            if isinstance(access.via, PartnerApplication):
                self._close([access], NO_PROBE)
            elif access.via.password is None:
                self._close([access], _NO_PASSWORD)
            else:
                yield _ProbeTarget(site, access, access.via.username.value, access.via.password.ref)

    async def _account(self, logins: Sequence[_ProbeTarget]) -> None:
        """Probe the accesses of one account one after the other, up to a refusal."""
        for number, login in enumerate(logins, start=1):
            try:
                found, refused = await self._access(login)
            except SecretError as error:
                found, refused = _not_asked(Unknown(UnknownReason.NO_SECRET, str(error), _NO_SECRET)), False
            except Exception as error:  # noqa: BLE001  # our own fault: this access's, and no other's
                found, refused = _not_asked(own_fault(error)), False
            self._found.access(login.access.address, found)
            if refused:
                self._close([other.access for other in logins[number:]], LEFT_ALONE)
                return

    async def _access(self, login: _ProbeTarget) -> tuple[AccessAnswer, bool]:
        """One access, and whether it was refused; its password is asked for now, and not kept."""
        line, school = login.site.line, login.site.school
        account = LoginDetails(login.username, await self._passwords(login.ref))
        self._found.begin(login.access.address)
        answer = await probe_access(line, school, account, self._shared)
        found = answer.access
        if isinstance(found.login, Known) and found.login.value is Login.REFUSED:
            return answer, True
        if not (self._options.deep and isinstance(found.entities, Known)):
            return answer._replace(access=without_telling_names(found, account)), False
        listed = found.entities.value
        wanted = {key: listed[key] for key in sorted(login.access.entities.keys() & listed.keys())}
        columns, refused = await probe_columns(line, school.school_id, account, wanted)
        return AccessAnswer(without_telling_names(replace(found, columns=columns), account)), refused


def _not_asked(reason: Unknown) -> AccessAnswer:
    return AccessAnswer(unknown_access(reason))


class _Clients:
    """The line to each endpoint. Those of one host share its pace and its silence."""

    def __init__(self, transport: Transport, in_flight: asyncio.Semaphore, options: ProbeOptions) -> None:
        self._transport = transport
        self._in_flight = in_flight
        self._options = options
        self._lines: dict[Endpoint, ServiceClient] = {}
        self._hosts: dict[str, tuple[RateLimiter, CircuitBreaker]] = {}

    def to(self, at: Endpoint) -> ServiceClient:
        """The line to this endpoint."""
        if at not in self._lines:
            at_once = self._options.per_host or self._options.concurrency
            pace, silence = self._hosts.setdefault(
                at.host, (RateLimiter(self._options.rate, at_once), CircuitBreaker(at.shown))
            )
            self._lines[at] = ServiceClient(at, pace, silence, self._transport, self._in_flight, self._options)
        return self._lines[at]


async def _each(items: Collection[T], work: Callable[[T], Awaitable[R]], at_once: int) -> list[R]:
    """Do the work for each item, some at the same time, and give the results in the items' order."""
    results: dict[int, R] = {}
    queue = iter(enumerate(items))

    async def worker() -> None:
        for number, item in queue:
            results[number] = await work(item)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(min(at_once, len(items))):
            tasks.create_task(worker())
    return [results[number] for number in range(len(items))]
