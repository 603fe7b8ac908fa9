"""Probing a whole workspace: every school, then every access, and all hosts at the same time.

    a host      its first school, alone     one that cannot be reached at all is not tried again for each school
                its other schools           `per_host` at a time
                its accounts                `per_host` at a time; one that was refused once is left alone
                whose databases             with `deep`, once for each school with a URN; it decides what answers count
    its canaries                where manifests declare some: at most two rows each, by an account that may read them
    a host that stops answering             is left alone

The result is the same in whatever order answers come. One bad school, platform or password stops no other, nor does a
fault of this program at one of them.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from reconciler.bromcom.client import Clients, ServiceClient
from reconciler.bromcom.contract import LoginDetails
from reconciler.bromcom.endpoint import endpoint
from reconciler.bromcom.entity_lists import InternedValues
from reconciler.bromcom.options import HostLoad, ProbeOptions, ProbeProgress
from reconciler.bromcom.probe import (
    LEFT_ALONE,
    AccessAnswer,
    SchoolAnswer,
    mask_names,
    own_fault,
    probe_access,
    probe_columns,
    probe_school,
    unknown,
    unknown_access,
)
from reconciler.bromcom.probe_results import NOT_ASKED_YET, ProbeResults
from reconciler.bromcom.row_presence import ask_canary, ask_right_school, may_ask, may_identify, nobody_may_ask
from reconciler.bromcom.transport import Transport
from reconciler.errors import SecretError, Unreachable
from reconciler.http.event_loop import PatientLoop, each_of, stoppable
from reconciler.model.address import username_key
from reconciler.model.desired import Access, Canary, Desired, PartnerApplication, School
from reconciler.model.evidence import NO_PASSWORD, NO_PROBE, Fact, Known, Unknown, UnknownReason
from reconciler.model.live import Live, LiveSchool, Login
from reconciler.model.secret import Secret, SecretRef

if TYPE_CHECKING:
    Passwords = Callable[[SecretRef], Awaitable[Secret]]

__all__ = ["Passwords", "ProbeOptions", "ProbeProgress", "probe", "probe_fleet"]

T = TypeVar("T")

# For files; the message itself may name private folders.
_ANOTHER_ASKS: Final = (UnknownReason.NOT_GRANTED, UnknownReason.NO_SECRET)
_NO_SECRET: Final = "its password reference gave no password"  # noqa: S105


def probe(
    desired: Desired,
    passwords: Passwords,
    options: ProbeOptions,
    progress: Callable[[ProbeProgress], None] | None = None,
    on_load: Callable[[HostLoad], None] | None = None,
    on_start: Callable[[Callable[[], None]], None] | None = None,
) -> Live:
    """Probe a workspace. Ctrl-C ends the run early: the Live says so, and has what was checked until then.

    `on_load` hears at the end what each host bore. `on_start` is handed what stops the run from another thread.
    """
    results = ProbeResults(desired, progress)
    try:
        with asyncio.Runner(loop_factory=PatientLoop) as runner:
            runner.run(stoppable(_probe(results, passwords, options, on_load), on_start))
    except (KeyboardInterrupt, asyncio.CancelledError):
        return results.live(interrupted=True)
    return results.live()


async def probe_fleet(
    desired: Desired,
    passwords: Passwords,
    options: ProbeOptions,
    progress: Callable[[ProbeProgress], None] | None = None,
) -> Live:
    """The same, in a running loop. `passwords` raises SecretError for a reference that gives nothing."""
    await _probe(results := ProbeResults(desired, progress), passwords, options)
    return results.live()


class _Site(NamedTuple):
    """A school, the client of its service, and its accesses."""

    school: School
    client: ServiceClient
    accesses: Sequence[Access]


class _ProbeTarget(NamedTuple):
    """An access that can be probed: it has a password reference, and its school answers."""

    site: _Site
    access: Access
    username: str
    ref: SecretRef


async def _probe(
    results: ProbeResults,
    passwords: Passwords,
    options: ProbeOptions,
    on_load: Callable[[HostLoad], None] | None = None,
) -> None:
    async with Transport(options.timeout) as transport:
        run = _Run(results, passwords, options, transport)
        try:
            async with asyncio.TaskGroup() as tasks:
                for sites in run.hosts():
                    tasks.create_task(run.host(sites))
        finally:
            if on_load:
                for load in run.clients.loads():
                    on_load(load)


class _Run:
    """The state that all hosts of a run share."""

    def __init__(
        self, results: ProbeResults, passwords: Passwords, options: ProbeOptions, transport: Transport
    ) -> None:
        self._results = results
        self._passwords = passwords
        self._options = options
        self.clients = Clients(transport, options)
        self._at_once = options.per_host or options.concurrency
        self._interned = InternedValues()
        # {(school, kind of canary, or empty for whose database it is): the logins that may tell}
        self._asking: dict[tuple[str, str], list[_ProbeTarget]] = defaultdict(list)

    def hosts(self) -> Iterable[Sequence[_Site]]:
        """Group the schools by host. Those with an unusable address are settled at once."""
        accesses: dict[str, list[Access]] = defaultdict(list)
        for access in self._results.desired.accesses.values():
            accesses[access.address.school].append(access)
        hosts: dict[str, list[_Site]] = defaultdict(list)
        for school in self._results.desired.schools.values():
            try:
                client = self.clients.to(endpoint(school.platform))
            except Exception as error:  # noqa: BLE001  # whatever is wrong with one address stops no other
                reason = unknown(error) if isinstance(error, Unreachable) else own_fault(error)
                self._results.school(school.name, LiveSchool(reason))
                self._close(accesses[school.name], reason)
                continue
            hosts[client.endpoint.host].append(_Site(school, client, accesses[school.name]))
        return hosts.values()

    async def host(self, sites: Sequence[_Site]) -> None:
        """Probe a host's schools, then the accounts of those that answer, and last whose databases answered."""
        barriers = await self._schools(sites)
        await each_of(self._accounts(sites, barriers), self._account, self._at_once)
        named = [site for site in sites if (site.school.name, "") in self._asking]
        await each_of(named, self._identify, self._at_once)
        watched = [
            (site, canary, barrier)
            for site, barrier in zip(sites, barriers, strict=True)
            for canary in site.school.canaries
        ]
        await each_of(watched, self._watch, self._at_once)

    async def _schools(self, sites: Sequence[_Site]) -> Sequence[Unknown | None]:
        """Probe the schools; return each one's reason not to ask for its accesses, or None."""
        # The first goes alone: one time-out shows that a host is out of reach, not one for each school.
        first, *rest = sites
        answer = await self._school(first)
        if answer.host_gone:
            for site in rest:
                self._results.school(site.school.name, answer.school)
            return [answer.barrier] * len(sites)
        answers = await each_of(rest, self._school, self._at_once)
        return [school.barrier for school in (answer, *answers)]

    def _accounts(
        self, sites: Sequence[_Site], barriers: Sequence[Unknown | None]
    ) -> Collection[Sequence[_ProbeTarget]]:
        """Group the logins to try by account, and settle the accesses that are not asked."""
        accounts: dict[tuple[str, int, str], list[_ProbeTarget]] = defaultdict(list)
        for site, barrier in zip(sites, barriers, strict=True):
            if barrier:
                self._close(site.accesses, barrier)
                continue
            for login in self._logins(site):
                # Grouped, as after one refusal the same account is not tried again: it could be locked out.
                accounts[site.client.endpoint.key, site.school.school_id, username_key(login.username)].append(login)
        return accounts.values()

    async def _school(self, site: _Site) -> SchoolAnswer:
        self._results.begin(site.school.name)
        try:
            answer = await probe_school(site.client, site.school)
        except Exception as error:  # noqa: BLE001  # our own fault, at this school alone
            answer = SchoolAnswer(LiveSchool(own_fault(error)), own_fault(error))
        self._results.school(site.school.name, answer.school)
        return answer

    def _close(self, accesses: Iterable[Access], reason: Unknown) -> None:
        """Settle accesses that are not asked for."""
        for access in accesses:
            self._results.access(access.address, _not_asked(reason))

    def _logins(self, site: _Site) -> Iterable[_ProbeTarget]:
        for access in site.accesses:
            if isinstance(access.via, PartnerApplication):
                self._close([access], NO_PROBE)
            elif access.via.password is None:
                self._close([access], NO_PASSWORD)
            else:
                yield _ProbeTarget(site, access, access.via.username.value, access.via.password.ref)

    async def _account(self, logins: Sequence[_ProbeTarget]) -> None:
        """Probe the accesses of one account one after the other, up to a refusal."""
        asking: dict[tuple[str, str], _ProbeTarget] = {}
        for number, login in enumerate(logins, start=1):
            try:
                answer, refused = await self._access(login)
            except SecretError as error:
                answer, refused = _not_asked(Unknown(UnknownReason.NO_SECRET, str(error), _NO_SECRET)), False
            except Exception as error:  # noqa: BLE001  # our own fault, at this access alone
                answer, refused = _not_asked(own_fault(error)), False
            self._results.access(login.access.address, answer)
            if refused:
                self._close([later.access for later in logins[number:]], LEFT_ALONE)
                return
            school = login.site.school
            if self._options.deep and may_identify(school, answer.access):
                asking[school.name, ""] = login
            kinds = (canary.kind for canary in school.canaries if may_ask(answer.access, canary.entity))
            asking |= {(school.name, kind): login for kind in kinds}
        for (name, kind), login in asking.items():
            self._asking[name, kind].append(login)
            if not kind:
                self._results.identify(name, NOT_ASKED_YET)

    async def _identify(self, site: _Site) -> None:
        """Ask once whose database answered."""
        ask = partial(ask_right_school, site.client, site.school)
        await self._in_turn(site, "", ask, partial(self._results.identify, site.school.name))

    async def _watch(self, watched: tuple[_Site, Canary, Unknown | None]) -> None:
        """Ask for a canary, unless nobody may."""
        site, canary, barrier = watched
        note = partial(self._results.watch, site.school.name, canary.kind)
        if (site.school.name, canary.kind) in self._asking:
            ask = partial(ask_canary, site.client, site.school, canary, self._passwords)
            await self._in_turn(site, canary.kind, ask, note)
        else:
            note(barrier or nobody_may_ask(canary))

    async def _in_turn(
        self, site: _Site, kind: str, ask: Callable[[LoginDetails], Awaitable[Fact[T]]], note: Callable[[Fact[T]], None]
    ) -> None:
        """Ask with one account; another asks only if this one cannot.

        It comes last and in order, so that the same account asks in every run.
        """
        for login in sorted(self._asking[site.school.name, kind], key=lambda each: each.access.address):
            fact: Fact[T]
            try:
                fact = await ask(LoginDetails(login.username, await self._passwords(login.ref)))
            except SecretError as error:
                fact = Unknown(UnknownReason.NO_SECRET, str(error), _NO_SECRET)
            except Exception as error:  # noqa: BLE001  # our own fault, at this school alone
                fact = own_fault(error)
            note(fact)
            if isinstance(fact, Known) or fact.reason not in _ANOTHER_ASKS:
                return

    async def _access(self, login: _ProbeTarget) -> tuple[AccessAnswer, bool]:
        """Probe one access; say whether it was refused. Its password is fetched now, and not kept."""
        client, school = login.site.client, login.site.school
        account = LoginDetails(login.username, await self._passwords(login.ref))
        self._results.begin(login.access.address)
        answer = await probe_access(client, school, account, self._interned)
        access = answer.access
        if isinstance(access.login, Known) and access.login.value is Login.REFUSED:
            return answer, True
        if not (self._options.deep and isinstance(access.entities, Known)):
            return answer._replace(access=mask_names(access, account)), False
        listed = access.entities.value
        wanted = {key: listed[key] for key in sorted(login.access.entities.keys() & listed.keys())}
        columns, refused = await probe_columns(client, school.school_id, account, wanted)
        return AccessAnswer(mask_names(replace(access, columns=columns), account)), refused


def _not_asked(reason: Unknown) -> AccessAnswer:
    return AccessAnswer(unknown_access(reason))
