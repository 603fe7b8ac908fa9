"""What one school and one access are: the questions, and what each answer proves.

testDatabaseConnection    true          the school is reachable
                          false         its database is down: its accesses are not asked
                          no answer     not reachable: its accesses are not asked
                          asked to wait unknown: its accesses are not asked
                          else          unknown (newer servers may lack the call): its accesses are asked
findEntitiesBySchoolID    names         the login works, and these may be read
                          no rows       nothing may be read; whether the login works is unknown
                          refused       the login is refused, and what may be read is unknown
                          else          both unknown
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, NamedTuple

from reconciler.bromcom.contract import FIND_ENTITIES, GET_ENTITY_DATA, TEST_DATABASE, without_password
from reconciler.bromcom.dataset import dataset_of
from reconciler.bromcom.faults import ServiceFault
from reconciler.errors import LiveError, LoginRefused, NotGranted, Throttled, Unreachable, Unreadable
from reconciler.model.entity import entity_key
from reconciler.model.fact import Known, Probed, Unknown, Why
from reconciler.model.live import LiveAccess, LiveSchool, Login

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from lxml import etree

    from reconciler.bromcom.contract import Account
    from reconciler.bromcom.line import Line
    from reconciler.model.fact import Fact

_TESTED: Final = Probed(TEST_DATABASE)
_LISTED: Final = Probed(FIND_ENTITIES)
_READ: Final = Probed(GET_ENTITY_DATA)

_DOWN: Final = "the service says that the school's database does not answer"
# Both causes that Bromcom's guide gives for its 401, and its cure.
_CURE: Final = (
    "either the permissions of the account or its username or password are wrong: check what it is allowed to read, "
    "then reset its password under System Users"
)
_NOTHING: Final = (
    "the service lists nothing for this account: either nothing is ticked for it, or the login failed without a word; "
    "look at its ticks under Third Party Access Permissions & Logs"
)


class SchoolAnswer(NamedTuple):
    """A school, what keeps its accesses from being asked (None: nothing), and whether nobody can reach its host."""

    school: LiveSchool
    barrier: Unknown | None
    host_gone: bool = False


class Shared:
    """Equal values kept once: thousands of accesses with the same ticks share one mapping, and a name is one text."""

    def __init__(self) -> None:
        self._entities: dict[tuple[str, ...], Mapping[str, str]] = {}
        self._columns: dict[tuple[str, ...], tuple[str, ...]] = {}

    def entities(self, names: Iterable[str]) -> Mapping[str, str]:
        """{entity key: display form} in sorted order, whatever order the service lists them in."""
        listed = tuple(names)
        found = self._entities.get(listed)
        if found is None:
            # Of two spellings of one entity the first in sorted order is shown, whichever the service lists first.
            spellings = {entity_key(name): sys.intern(name) for name in sorted(listed, reverse=True)}
            found = {sys.intern(key): spellings[key] for key in sorted(spellings)}
            self._entities[tuple(map(sys.intern, listed))] = found
        return found

    def columns(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The same columns, once."""
        return self._columns.setdefault(names, names)


async def probe_school(line: Line, school_id: int) -> SchoolAnswer:
    """Is the school's database up, and does anybody answer?"""
    try:
        response = await line.ask((await line.contract()).test_database(school_id))
        up = _boolean(response)
    except LiveError as error:
        return _unanswered(error)
    if up:
        return SchoolAnswer(LiveSchool(Known(True, _TESTED)), None)
    return SchoolAnswer(LiveSchool(Known(False, _TESTED), _DOWN), Unknown(Why.DATABASE_DOWN, _DOWN))


def _unanswered(error: LiveError) -> SchoolAnswer:
    """The school whose first question failed."""
    reason = unknown(error)
    match error:
        case Unreachable():
            return SchoolAnswer(LiveSchool(Known(False, _TESTED), reason.text), reason, error.whole_host)
        case Throttled():
            return SchoolAnswer(LiveSchool(reason), reason)
        case _:
            return SchoolAnswer(LiveSchool(reason), None)


async def probe_access(line: Line, school_id: int, account: Account, shared: Shared) -> LiveAccess:
    """Does the login work, and which entities may it read? Raises SecretError where the login cannot be sent."""
    try:
        response = await line.ask((await line.contract()).find_entities(school_id, account))
        names = dataset_of(response).texts("EntityName")
    except LoginRefused as error:
        refusal = f"{unknown(error, account).text}: {_CURE}"
        return LiveAccess(Known(Login.REFUSED, _LISTED), Unknown(Why.LOGIN_REFUSED, refusal), refusal=refusal)
    except LiveError as error:
        return unknown_access(unknown(error, account))
    entities = Known(shared.entities(names), _LISTED)
    if not names:
        return LiveAccess(Unknown(Why.NOTHING_LISTED, _NOTHING), entities)
    return LiveAccess(Known(Login.WORKS, _LISTED), entities)


async def probe_columns(
    line: Line, school_id: int, account: Account, entity: str, shared: Shared
) -> Fact[tuple[str, ...]]:
    """Can this entity really be read, and which columns has it? Should rows come all the same, they are dropped."""
    try:
        response = await line.ask((await line.contract()).columns(school_id, entity, account))
        return Known(shared.columns(tuple(map(sys.intern, dataset_of(response).columns()))), _READ)
    except (LoginRefused, ServiceFault) as error:
        # The account has just been listed this entity, so its login works: this refusal is about the entity.
        return unknown(NotGranted(f"{entity} is listed, and yet it could not be read: {error}"), account)
    except LiveError as error:
        return unknown(error, account)


def unknown_access(reason: Unknown) -> LiveAccess:
    """An access of which nothing could be known."""
    return LiveAccess(reason, reason)


def unknown(error: LiveError, account: Account | None = None) -> Unknown:
    """The kind of not knowing that an error leads to; its text never holds the password of the account that asked."""
    text = str(error)
    return Unknown(_why(error), without_password(text, account) if account else text)


def _why(error: LiveError) -> Why:
    for kind, why in _KINDS.items():
        if isinstance(error, kind):
            return why
    raise AssertionError(f"{type(error).__name__} is a LiveError that nobody has given a meaning")


_KINDS: Final[Mapping[type[LiveError], Why]] = {
    Unreachable: Why.UNREACHABLE,
    LoginRefused: Why.LOGIN_REFUSED,
    NotGranted: Why.NOT_GRANTED,
    Unreadable: Why.UNREADABLE,
    Throttled: Why.THROTTLED,
}


def _boolean(response: etree._Element) -> bool:
    """The value of an xs:boolean result."""
    text = (response.findtext(f"{{*}}{TEST_DATABASE}Result") or "").strip()
    if text not in ("true", "false", "1", "0"):
        raise Unreadable(f"the answer to {TEST_DATABASE} is neither true nor false: {text[:80]!r}")
    return text in ("true", "1")
