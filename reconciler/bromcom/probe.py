"""Probing one school or one access: the questions, and what each answer proves.

testDatabaseConnection    true          the school is reachable
                          false         its database is down: its accesses are not asked
                          no answer     not reachable: its accesses are not asked
                          asked to wait unknown: its accesses are not asked
                          nobody let in unknown: its accesses are not asked, so no gateway is sent a password
                          no such school unknown: its accesses are not asked
                          else          unknown (newer servers may lack the call): its accesses are asked
findEntitiesBySchoolID    names         the login works, and these may be read
                          no rows       nothing may be read; whether the login works is unknown
                          refused       the login is refused, and what may be read is unknown
                          else          both unknown
"""

import sys
import traceback
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from reconciler.bromcom.client import ServiceClient
from reconciler.bromcom.contract import (
    FIND_ENTITIES,
    GET_ENTITY_DATA,
    TEST_DATABASE,
    LoginDetails,
    names_without_password,
    without_password,
)
from reconciler.bromcom.dataset import dataset_of, result_of
from reconciler.bromcom.entity_lists import InternedValues
from reconciler.bromcom.faults import AccessBarred, QuestionRefused, SchoolNotKnown, ServiceFault, response_of
from reconciler.bromcom.reading import HttpAnswer
from reconciler.errors import LiveError, LoginRefused, NotGranted, Throttled, Unreachable, Unreadable
from reconciler.files import too_many_open
from reconciler.http.retry import NotAsked
from reconciler.model.desired import School
from reconciler.model.evidence import Fact, Known, Probed, Unknown, UnknownReason
from reconciler.model.live import LiveAccess, LiveSchool, Login
from reconciler.planning.refused_login import IN_SHORT

_TESTED: Final = Probed(TEST_DATABASE)
_LISTED: Final = Probed(FIND_ENTITIES)
_READ: Final = Probed(GET_ENTITY_DATA)

_LOGGED_IN: Final = Known(Login.WORKS, _LISTED)

_LONGEST_TEXT: Final = 500  # characters of one reason

LEFT_ALONE: Final = Unknown(
    UnknownReason.LOGIN_REFUSED,
    "Bromcom refused this account earlier in this run, so it was left alone to avoid locking it out",
)
_DOWN: Final = "Bromcom says this school's database does not answer"
_NOTHING: Final = (
    "Bromcom lists nothing for this account: no ticks yet, or a failed login. "
    "Check its ticks under Third Party Access Permissions & Logs"
)


class SchoolAnswer(NamedTuple):
    """A school, the reason not to ask for its accesses (None: ask), and whether its whole host is out of reach."""

    school: LiveSchool
    barrier: Unknown | None
    host_gone: bool = False


class AccessAnswer(NamedTuple):
    """An access, and the way in which it failed: equal for accesses that failed in the same way, empty for others."""

    access: LiveAccess
    failure: str = ""


def _columns(answer: HttpAnswer) -> tuple[str, ...]:
    """Return an entity's columns. The answer is not remembered: a server may ignore the filter and send rows."""
    return tuple(map(sys.intern, dataset_of(response_of(answer, GET_ENTITY_DATA)).columns()))


def database_up(answer: HttpAnswer) -> bool:
    """Read an xs:boolean result."""
    result = result_of(response_of(answer, TEST_DATABASE))
    text = "" if len(result) else (result.text or "").strip()
    if text not in ("true", "false", "1", "0"):
        own_text = f"the answer to {TEST_DATABASE} is neither true nor false"
        raise Unreadable(f"{own_text}: {text[:80]!r}", own_text=own_text)
    return text in ("true", "1")


async def probe_school(client: ServiceClient, school: School) -> SchoolAnswer:
    """Ask if the school's database is up."""
    try:
        up = await client.ask((await client.contract()).test_database(school.school_id), database_up)
    except LiveError as error:
        return _unanswered(error, school)
    if up:
        return SchoolAnswer(LiveSchool(Known(True, _TESTED)), None)
    return SchoolAnswer(LiveSchool(Known(False, _TESTED), _DOWN), Unknown(UnknownReason.DATABASE_DOWN, _DOWN))


def _unanswered(error: LiveError, school: School) -> SchoolAnswer:
    """Make the answer for a school whose first question failed."""
    reason = unknown(error)
    if isinstance(error, QuestionRefused):
        # A service may refuse a School ID that it does not know in this way.
        text = ", so no password was sent. Either a gateway blocks everyone or the School ID is wrong: check schoolId"
        reason = pointing(reason, text, school)
    elif isinstance(error, SchoolNotKnown):
        reason = pointing(reason, ": check schoolId", school)
    match error:
        case NotAsked() | AccessBarred() | SchoolNotKnown() | Throttled():
            return SchoolAnswer(LiveSchool(reason), reason)
        case Unreachable():
            return SchoolAnswer(LiveSchool(Known(False, _TESTED), reason.redacted_text), reason, error.whole_host)
        case _:
            return SchoolAnswer(LiveSchool(reason), None)


async def probe_access(
    client: ServiceClient, school: School, account: LoginDetails, shared: InternedValues
) -> AccessAnswer:
    """Ask if the login works and what it may read. Raises SecretError if the login cannot be sent."""
    try:
        entities = await client.ask((await client.contract()).find_entities(school.school_id, account), shared.entities)
    except LoginRefused as error:
        return AccessAnswer(refused_access(error, account), failure="refused")
    except SchoolNotKnown as error:
        return AccessAnswer(unknown_access(pointing(unknown(error, account), ": check schoolId", school)))
    except ServiceFault as error:
        failure = str(error).casefold().replace(account.username.casefold(), "")
        return AccessAnswer(unknown_access(unknown(error, account)), failure)
    except LiveError as error:
        return AccessAnswer(unknown_access(unknown(error, account)))
    listed = Known(entities, _LISTED)
    return AccessAnswer(LiveAccess(_LOGGED_IN if entities else Unknown(UnknownReason.NOTHING_LISTED, _NOTHING), listed))


def refused_access(error: LoginRefused, account: LoginDetails | None = None) -> LiveAccess:
    """Return an access whose login was refused, with what to check."""
    reason = unknown(error, account)
    refused = Unknown(UnknownReason.LOGIN_REFUSED, f"{reason.text}. {IN_SHORT}", f"{reason.own_text}. {IN_SHORT}")
    return LiveAccess(Known(Login.REFUSED, _LISTED), refused, refusal=refused.text)


def pointing(reason: Unknown, advice: str, school: School) -> Unknown:
    """Add advice on the School ID and its place to a reason. A file keeps no line number: lines move."""
    advice = f"{advice} {school.school_id}"
    return Unknown(
        reason.reason,
        f"{reason.text}{advice} ({school.school_id_origin or school.origin})",
        f"{reason.redacted_text}{advice}",
    )


class Columns(NamedTuple):
    """An access's columns by entity key, as a deep probe found them; and whether the service refused the login."""

    facts: Mapping[str, Fact[tuple[str, ...]]]
    refused: bool


async def probe_columns(
    client: ServiceClient, school_id: int, account: LoginDetails, entities: Mapping[str, str]
) -> Columns:
    """Ask for the columns of these {entity key: name}, which proves that they can be read.

    A refusal ends it: it is about the entity, but a service that counts refusals may lock the account.
    """
    facts: dict[str, Fact[tuple[str, ...]]] = dict.fromkeys(entities, LEFT_ALONE)
    for key, name in entities.items():
        try:
            question = (await client.contract()).columns(school_id, name, account)
            facts[key] = Known(await client.ask(question, _columns), _READ)
        except (LoginRefused, ServiceFault) as error:
            # The account has just been listed this entity, so its login works: this refusal is about the entity.
            text = f"{name} is listed but could not be read: "
            facts[key] = unknown(NotGranted(f"{text}{error}", own_text=f"{text}{error.own_text}"), account)
            if isinstance(error, LoginRefused):
                return Columns(facts, refused=True)
        except LiveError as error:
            facts[key] = unknown(error, account)
    return Columns(facts, refused=False)


def mask_names(access: LiveAccess, account: LoginDetails) -> LiveAccess:
    """Mask the password in an access's names. An entity's key stays, to compare as it is."""
    if not isinstance(access.entities, Known):
        return access
    names = tuple(access.entities.value.values())
    masked = names_without_password(names, account)
    if masked is not names:
        value = dict(zip(access.entities.value, masked, strict=True))
        access = replace(access, entities=replace(access.entities, value=value))
    if not access.columns:
        return access
    return replace(access, columns={key: _masked(fact, account) for key, fact in access.columns.items()})


def _masked(fact: Fact[tuple[str, ...]], account: LoginDetails) -> Fact[tuple[str, ...]]:
    if not isinstance(fact, Known):
        return fact
    return replace(fact, value=tuple(names_without_password(fact.value, account)))


def unknown_access(reason: Unknown) -> LiveAccess:
    """Return an access of which nothing could be checked."""
    return LiveAccess(reason, reason)


def unknown(error: LiveError, account: LoginDetails | None = None) -> Unknown:
    """Turn an error into an Unknown, whose texts never contain the password of the account that asked."""
    return Unknown(_reason_for(error), _shown(str(error), account), _shown(error.own_text, account))


def _shown(text: str, account: LoginDetails | None) -> str:
    if account:  # before the cut, which could leave a part of the password
        text = without_password(text, account)
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}..."


def own_fault(error: Exception) -> Unknown:
    """Turn a fault of this program into an Unknown: its place, without its words, which may contain anything."""
    if text := too_many_open(error):
        return Unknown(UnknownReason.OWN_FAULT, text)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = "/".join(Path(frame.filename).parts[-2:])
    return Unknown(
        UnknownReason.OWN_FAULT, f"reconciler failed on this: {type(error).__name__} in {place}:{frame.lineno}"
    )


def _reason_for(error: LiveError) -> UnknownReason:
    for kind, why in _KINDS.items():
        if isinstance(error, kind):
            return why
    raise AssertionError(f"{type(error).__name__} is a LiveError without a reason")


_KINDS: Final[Mapping[type[LiveError], UnknownReason]] = {
    Unreachable: UnknownReason.UNREACHABLE,
    LoginRefused: UnknownReason.LOGIN_REFUSED,
    NotGranted: UnknownReason.NOT_GRANTED,
    Unreadable: UnknownReason.UNREADABLE,
    Throttled: UnknownReason.THROTTLED,
}
