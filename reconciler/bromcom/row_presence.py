"""Asking if one row is there, of which only its presence is kept: that of a school, and that of a canary.

`right school`  A wrong School ID of a school with the same account and password answers well. An account that may read
                `Schools` asks for the row with the declared URN. A school may list others there; its own row has 1 as
                `schoolID`, which is not the School ID.
`canary`        With Consent as the lawful basis, nobody who withheld consent may be readable. Such a person is asked
                for by their id. That no row comes may have other causes, so the same account asks for one who
                consented too. Neither the ids nor the row, nor a word of the service about them, is in what these
                functions return or raise.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from reconciler.bromcom.client import ServiceClient
from reconciler.bromcom.contract import GET_ENTITY_DATA, SCHOOLS, URN_COLUMN, LoginDetails, is_id
from reconciler.bromcom.dataset import dataset_of
from reconciler.bromcom.faults import ServiceFault, response_of
from reconciler.bromcom.probe import unknown
from reconciler.bromcom.reading import HttpAnswer
from reconciler.errors import LiveError, LoginRefused, NotGranted, SecretError, Unreadable
from reconciler.model.desired import Canary, School
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Fact, Known, Probed, Unknown, UnknownReason
from reconciler.model.live import LiveAccess
from reconciler.model.secret import Secret, SecretRef
from reconciler.planning.facts import AS_AGREED, HIDDEN, READABLE, opens_everybody

_READ: Final = Probed(GET_ENTITY_DATA)
_ITSELF: Final = "1"


def may_identify(school: School, access: LiveAccess) -> bool:
    """Tell if an account can say whose database this is: the school declares its URN, and it may read `Schools`."""
    return school.urn is not None and may_ask(access, SCHOOLS)


def may_ask(access: LiveAccess, entity: str) -> bool:
    """Tell if an account is known to be allowed to read an entity."""
    return isinstance(access.entities, Known) and entity_key(entity) in access.entities.value


async def ask_right_school(client: ServiceClient, school: School, account: LoginDetails) -> Fact[bool]:
    """Ask if the database is that of the school with the declared URN. A server that ignores the filter proves nothing,
    nor does the row of another school.

    Unknown with NOT_GRANTED if it is this account alone that may not read it.
    """
    assert school.urn is not None  # or there is nothing to ask
    urn = str(school.urn)

    def is_there(answer: HttpAnswer) -> bool:
        rows = dataset_of(response_of(answer, GET_ENTITY_DATA))
        found = set(rows.numbers(URN_COLUMN))
        if found - {urn}:  # the filter was ignored
            raise Unreadable("the answer has another school's row, which was not asked for")
        if found and _ITSELF not in rows.numbers("schoolID"):
            raise Unreadable("the answer has the row of a school that the database only lists")
        return bool(found)

    try:
        question = (await client.contract()).school_with_urn(school.school_id, school.urn, account)
        return Known(await client.ask(question, is_there), _READ)
    except (LoginRefused, ServiceFault) as error:  # the login works, so this is about the entity
        text = f"{SCHOOLS} is listed but could not be read: "
        return unknown(NotGranted(f"{text}{error}", own_text=f"{text}{error.own_text}"), account)
    except LiveError as error:
        return unknown(error, account)


def nobody_may_ask(canary: Canary) -> Unknown:
    """Return the reason for not knowing what a canary shows if no account may read the entity."""
    text = f"no account that was checked may read {canary.entity}, so none can ask for the canary"
    return Unknown(UnknownReason.NOT_GRANTED, text)


async def ask_canary(
    client: ServiceClient,
    school: School,
    canary: Canary,
    secrets: Callable[[SecretRef], Awaitable[Secret]],
    account: LoginDetails,
) -> Fact[str]:
    """Ask if consent is enforced for a canary: as agreed, readable or hidden, beside the declared lawful basis.

    Unknown with NOT_GRANTED if it is this account alone that may not read the entity.
    """
    assert school.lawful_basis  # or there is nothing to compare with
    is_open = opens_everybody(school.lawful_basis.value)
    try:
        withheld = await secrets(canary.withheld)
        granted = await secrets(canary.granted) if canary.granted else None
        if await _is_there(client, school, canary, account, withheld):
            return Known(AS_AGREED if is_open else READABLE, _READ)
        if granted is None:
            return _unproven(canary, "did not come, which proves nothing alone: declare `granted` too")
        if await _is_there(client, school, canary, account, granted):
            return Known(HIDDEN if is_open else AS_AGREED, _READ)
    except SecretError as error:
        return Unknown(UnknownReason.NO_SECRET, f"the canary among {canary.kind} was not asked for: {error}")
    except (LoginRefused, ServiceFault):  # the login works, so this is about the entity, or the column
        text = f"{canary.entity} is listed but could not be asked for the {canary.column} of a canary"
        return Unknown(UnknownReason.NOT_GRANTED, text)
    except LiveError as error:
        text = f"no usable answer came about the canary among {canary.kind}"
        return Unknown(unknown(error).reason, text)
    return _unproven(canary, "did not come, nor did the one who consented: check both ids, and that one's consent")


def _unproven(canary: Canary, text: str) -> Unknown:
    return Unknown(UnknownReason.NOT_PROVEN, f"the canary among {canary.kind} {text}")


async def _is_there(
    client: ServiceClient, school: School, canary: Canary, account: LoginDetails, person_id: Secret
) -> bool:
    """Ask if a person's row comes. Raises Unreadable for a row that was not asked for, and without the column."""

    def is_there(answer: HttpAnswer) -> bool:
        rows = dataset_of(response_of(answer, GET_ENTITY_DATA))
        column = next((name for name in rows.columns() if name.casefold() == canary.column.casefold()), None)
        if column is None:
            raise Unreadable("the entity has no such column")
        found = rows.numbers(column)
        if len(found) > 1 or not all(is_id(text, person_id) for text in found):
            raise Unreadable("the answer has rows that were not asked for")  # the filter was ignored
        return bool(found)

    contract = await client.contract()
    question = contract.person(school.school_id, canary.entity, canary.column, person_id, account)
    return await client.ask(question, is_there)
