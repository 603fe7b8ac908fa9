"""A check-up of schools' services and of one login, step by step.

Each step is judged by the answer to the same questions that a probe asks, and nothing is tried again, so one login is
sent once. Any answer proves the way to whoever gave it; only one from Bromcom itself lets a password go there.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from reconciler.bromcom.client import Clients, ServiceClient
from reconciler.bromcom.contract import SCHOOLS, LoginDetails
from reconciler.bromcom.endpoint import Endpoint, endpoint
from reconciler.bromcom.entity_lists import InternedValues
from reconciler.bromcom.faults import AccessBarred, QuestionRefused, SchoolNotKnown, ServiceFault
from reconciler.bromcom.options import ProbeOptions
from reconciler.bromcom.probe import database_up, unknown
from reconciler.bromcom.row_presence import ask_right_school
from reconciler.bromcom.transport import Transport
from reconciler.errors import Hop, LiveError, LoginRefused, SecretError, Throttled, Unreachable, Unreadable
from reconciler.http.event_loop import PatientLoop
from reconciler.http.proxy_tls import proxy_for
from reconciler.model.check_up import LOGIN_STEPS, Checkpoint, CheckResult, CheckState
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Unknown

if TYPE_CHECKING:
    from yarl import URL

    from reconciler.model.desired import Platform, School

_WAY: Final = (
    Checkpoint.ADDRESS,
    Checkpoint.PROXY,
    Checkpoint.NAME,
    Checkpoint.CONNECTION,
    Checkpoint.CERTIFICATE,
)
_TO_SERVICE: Final = (*_WAY, Checkpoint.SERVICE)
_TO_DATABASE: Final = (*_TO_SERVICE, Checkpoint.DATABASE)
_FIREWALL: Final = "Check readUrl and its port. Then ask your network's technicians if a firewall blocks it."
_AUTHORITY: Final = (
    "If your network inspects TLS, have its authority's certificate installed, or name its file in SSL_CERT_FILE. "
    "Otherwise check readUrl. Never switch the check off."
)
_LATER: Final = "Try again in some minutes: hosts are slow for hours at the start of a term."
# (the step that failed, the number of steps before it that are proven, what to do)
_FAILED: Final[Mapping[Hop, tuple[Checkpoint, int, str]]] = {
    Hop.ADDRESS: (Checkpoint.ADDRESS, 0, "Correct readUrl."),
    Hop.PROXY: (
        Checkpoint.PROXY,
        1,
        "Correct the system's proxy settings (often HTTPS_PROXY), or ask your technicians.",
    ),
    Hop.TRUST: (Checkpoint.CERTIFICATE, 2, "Correct or remove that environment variable."),
    Hop.NAME: (Checkpoint.NAME, 2, "Check the spelling in readUrl. Then check this computer's network."),
    Hop.CONNECTION: (Checkpoint.CONNECTION, 3, _FIREWALL),
    Hop.CERTIFICATE: (Checkpoint.CERTIFICATE, 4, _AUTHORITY),
    Hop.ANSWER: (Checkpoint.SERVICE, 5, _LATER),
}
_WRONG_SCHOOL: Final = "Check schoolId, and that the school is on this platform."
# What an answer that is not the expected one is about, the narrowest kind first: (step, verdict, what to do).
_ANSWERED: Final[Mapping[type[LiveError], tuple[Checkpoint, CheckState, str]]] = {
    QuestionRefused: (
        Checkpoint.SERVICE,
        CheckState.WRONG,
        "A gateway keeps everyone out, or no school has this School ID: check schoolId, then ask the help desk.",
    ),
    AccessBarred: (
        Checkpoint.SERVICE,
        CheckState.WRONG,
        "Hosts do move: ask the help desk for the service's address, and correct readUrl.",
    ),
    SchoolNotKnown: (Checkpoint.DATABASE, CheckState.WRONG, _WRONG_SCHOOL),
    ServiceFault: (Checkpoint.DATABASE, CheckState.UNKNOWN, "Newer services may lack this question: try a login."),
    Throttled: (Checkpoint.SERVICE, CheckState.UNKNOWN, "Wait as long as it says, then check again."),
    Unreadable: (
        Checkpoint.SERVICE,
        CheckState.WRONG,
        "Check readUrl: it ends in TPReadOnlyDataService.asmx. If it is right, this is maintenance, or a proxy on the "
        "way: try later.",
    ),
}
# The same for the answer to a login.
_LOGIN_ANSWERED: Final[Mapping[type[Exception], tuple[CheckState, str]]] = {
    LoginRefused: (CheckState.WRONG, "Go through the causes below, in this order."),
    ServiceFault: (CheckState.UNKNOWN, "Check schoolId, the account and its ticks. Then send the text below."),
    LiveError: (CheckState.UNKNOWN, _LATER),
}
_CANNOT_TELL: Final = "So nothing shows whose database this is: compare schoolId with what the school was told."
_ANOTHER_SCHOOL: Final = (
    "Check schoolId first, then the declared urn: another school has the same account and password."
)
_TO_TICK: Final = "Tick what it may read under Third Party Access Permissions & Logs, then check again."


def check_schools(schools: Sequence[School], options: ProbeOptions) -> tuple[tuple[CheckResult, ...], ...]:
    """Check the way to each school's database, without a login. The results come in the schools' order."""
    with asyncio.Runner(loop_factory=PatientLoop) as runner:
        return runner.run(_check_schools(schools, options))


def check_platform(platform: Platform, options: ProbeOptions) -> tuple[CheckResult, ...]:
    """Check the way to a platform's service, by the contract that it publishes. A service need not publish one, so
    another answer is not clear."""
    with asyncio.Runner(loop_factory=PatientLoop) as runner:
        return runner.run(_check_service(platform, replace(options, wsdl="live")))


def may_log_in(way: Sequence[CheckResult]) -> bool:
    """Tell if Bromcom itself answered at the end of the way: a password is sent nowhere else."""
    service, database = way[-2:]
    return service.verdict is CheckState.FINE and database.verdict in (CheckState.FINE, CheckState.UNKNOWN)


def check_login(
    school: School, account: LoginDetails, way: Sequence[CheckResult], options: ProbeOptions
) -> tuple[CheckResult, ...]:
    """Check one login and its list, at the end of a way that is fine. The login is sent once.

    If it works, may read `Schools`, and the manifests declare the school's URN, a last step says if it is that school.
    """
    with asyncio.Runner(loop_factory=PatientLoop) as runner:
        results = runner.run(_check_login(school, account, options))
    whose = tuple(result.step for result in results if result.step is Checkpoint.SCHOOL)
    return _in_order((*way, *results), (*_TO_DATABASE, *LOGIN_STEPS, *whose))


async def _check_schools(schools: Sequence[School], options: ProbeOptions) -> tuple[tuple[CheckResult, ...], ...]:
    platforms: dict[Platform, list[School]] = defaultdict(list)
    for school in schools:
        platforms[school.platform].append(school)
    async with Transport(options.timeout) as transport:
        clients = Clients(transport, options)
        groups = await asyncio.gather(*(_check_platform(group, clients) for group in platforms.values()))
    results = {name: result for group in groups for name, result in group.items()}
    return tuple(results[school.name] for school in schools)


async def _check_platform(schools: Sequence[School], clients: Clients) -> Mapping[str, tuple[CheckResult, ...]]:
    """Check the schools of a platform: the first alone, since one time-out shows that a host is out of reach."""
    first, *others = schools
    result = await _check_school(first, clients)
    results = [result] * len(others)
    if result[len(_WAY) - 1].verdict is CheckState.FINE:
        results = await asyncio.gather(*(_check_school(school, clients) for school in others))
    return dict(zip([school.name for school in schools], [result, *results], strict=True))


async def _check_school(school: School, clients: Clients) -> tuple[CheckResult, ...]:
    async def database(client: ServiceClient) -> CheckResult:
        up = await client.ask((await client.contract()).test_database(school.school_id), database_up)
        return _database(up=up)

    return _in_order(await _check_way(school.platform, clients, database))


async def _check_service(platform: Platform, options: ProbeOptions) -> tuple[CheckResult, ...]:
    async def contract(client: ServiceClient) -> CheckResult:
        await client.contract()
        return _fine(Checkpoint.SERVICE, "it is Bromcom's")

    async with Transport(options.timeout) as transport:
        *way, last = await _check_way(platform, Clients(transport, options), contract)
    if last.step is Checkpoint.SERVICE and last.verdict is CheckState.WRONG:
        last = replace(last, verdict=CheckState.UNKNOWN)
    return _in_order((*way, last), _TO_SERVICE)


async def _check_way(
    platform: Platform,
    clients: Clients,
    last: Callable[[ServiceClient], Awaitable[CheckResult]],
) -> tuple[CheckResult, ...]:
    """Return the steps up to the one that failed, or to the `last` one, which asks something."""
    way: tuple[CheckResult, ...] = ()
    try:
        at = endpoint(platform)
        way = (_fine(Checkpoint.ADDRESS, at.url),)
        way = _way_to(at, proxy_for(at.scheme, at.name, at.port))
        answered = await last(clients.to(at))
    except Unreachable as error:
        step, proven, advice = _FAILED[error.hop]
        verdict = CheckState.UNKNOWN if step is Checkpoint.SERVICE else CheckState.WRONG
        return (*way[:proven], _result(step, verdict, unknown(error), advice))
    except LiveError as error:
        step, verdict, advice = next(meaning for kind, meaning in _ANSWERED.items() if isinstance(error, kind))
        answered = _result(step, verdict, unknown(error), advice)
    service = () if answered.step is Checkpoint.SERVICE else (_fine(Checkpoint.SERVICE, "it is Bromcom's"),)
    return (*way, *service, answered)


async def _check_login(school: School, account: LoginDetails, options: ProbeOptions) -> tuple[CheckResult, ...]:
    async with Transport(options.timeout) as transport:
        client = Clients(transport, options).to(endpoint(school.platform))
        try:
            question = (await client.contract()).find_entities(school.school_id, account)
            entities = await client.ask(question, InternedValues().entities)
        except SecretError as error:  # XML cannot carry it
            return (CheckResult(Checkpoint.LOGIN, CheckState.WRONG, str(error)),)
        except SchoolNotKnown as error:
            return (_result(Checkpoint.DATABASE, CheckState.WRONG, unknown(error, account), _WRONG_SCHOOL),)
        except LiveError as error:
            verdict, advice = next(meaning for kind, meaning in _LOGIN_ANSWERED.items() if isinstance(error, kind))
            return (_result(Checkpoint.LOGIN, verdict, unknown(error, account), advice),)
        whose = await _whose(client, school, account) if entity_key(SCHOOLS) in entities and school.urn else ()
    if not entities:
        text = "Bromcom lists nothing: no ticks yet, or a login that failed silently"
        return tuple(CheckResult(step, CheckState.UNKNOWN, text, _TO_TICK) for step in LOGIN_STEPS)
    number = f"{len(entities)} entities" if len(entities) > 1 else "1 entity"
    return (
        _fine(Checkpoint.DATABASE, "it answers: the login works"),  # whatever its own question brought
        _fine(Checkpoint.LOGIN, "Bromcom takes it"),
        _fine(Checkpoint.LIST, f"it may read {number}"),
        *whose,
    )


async def _whose(client: ServiceClient, school: School, account: LoginDetails) -> tuple[CheckResult, ...]:
    """Judge if the database is that of the school with the declared URN."""
    fact = await ask_right_school(client, school, account)
    if isinstance(fact, Unknown):
        return (_result(Checkpoint.SCHOOL, CheckState.UNKNOWN, fact, _CANNOT_TELL),)
    if fact.value:
        return (_fine(Checkpoint.SCHOOL, f"it is the one with URN {school.urn}"),)
    text = f"another school answers: this database has no school with URN {school.urn}"
    return (CheckResult(Checkpoint.SCHOOL, CheckState.WRONG, text, _ANOTHER_SCHOOL),)


def _way_to(at: Endpoint, proxy: URL | None) -> tuple[CheckResult, ...]:
    """Return the steps up to the certificate as they are if an answer comes."""
    texts = (
        at.url,
        str(proxy.with_user(None)) if proxy else "not used",
        f"{at.name}, looked up by the proxy" if proxy else at.name,
        f"port {at.port}, by way of the proxy" if proxy else f"port {at.port}",
        "trusted" if at.scheme == "https" else "not used: plain http",
    )
    return tuple(_fine(step, text) for step, text in zip(_WAY, texts, strict=True))


def _database(*, up: bool) -> CheckResult:
    if up:
        return _fine(Checkpoint.DATABASE, "it answers, which does not prove that it is your school's")
    text = "Bromcom says that this school's database does not answer"
    advice = "Check schoolId. If it is right, try later or ask the help desk."
    return CheckResult(Checkpoint.DATABASE, CheckState.WRONG, text, advice)


def _fine(step: Checkpoint, text: str) -> CheckResult:
    return CheckResult(step, CheckState.FINE, text)


def _result(step: Checkpoint, verdict: CheckState, reason: Unknown, advice: str) -> CheckResult:
    return CheckResult(step, verdict, reason.text, advice, reason.redacted_text)


def _in_order(results: Iterable[CheckResult], steps: Sequence[Checkpoint] = _TO_DATABASE) -> tuple[CheckResult, ...]:
    """Return a result for every step."""
    judged = {result.step: result for result in results}
    return tuple(judged.get(step) or CheckResult(step, CheckState.NOT_REACHED) for step in steps)
