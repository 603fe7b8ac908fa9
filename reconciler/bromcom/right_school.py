"""Asking whose database answers: a wrong School ID of a school with the same account and password answers well.

An account that may read `Schools` asks for the row with the declared URN, of which only its presence is kept. A school
may list others there. Its own row has 1 as `schoolID`, which is not the School ID.
"""

from typing import Final

from reconciler.bromcom.client import ServiceClient
from reconciler.bromcom.contract import GET_ENTITY_DATA, SCHOOLS, URN_COLUMN, LoginDetails
from reconciler.bromcom.dataset import dataset_of
from reconciler.bromcom.faults import ServiceFault, response_of
from reconciler.bromcom.probe import unknown
from reconciler.bromcom.reading import HttpAnswer
from reconciler.errors import LiveError, LoginRefused, NotGranted, Unreadable
from reconciler.model.desired import School
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Fact, Known, Probed
from reconciler.model.live import LiveAccess

_READ: Final = Probed(GET_ENTITY_DATA)
_ITSELF: Final = "1"


def may_identify(school: School, access: LiveAccess) -> bool:
    """Tell if an account can say whose database this is: the school declares its URN, and it may read `Schools`."""
    return (
        school.urn is not None and isinstance(access.entities, Known) and entity_key(SCHOOLS) in access.entities.value
    )


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
