"""The three questions that a read service may be asked. None returns an entity's rows, but for the school's own and, if
the manifests want that, a canary's, of which only its presence is read.

zeep builds each question once, as a form with blanks: names, order, namespaces and encoding are the contract's, and a
message costs a twentieth of zeep's own. The forms of the contract that ships with the package, `contract.wsdl`, are
kept beside it in `contract.json`, so a run loads zeep for `--wsdl live` alone; a test holds them to what zeep builds.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple, NoReturn
from xml.sax.saxutils import escape

from reconciler.bromcom.masking import masked, masked_names
from reconciler.errors import SecretError, Unreadable
from reconciler.files import package_data
from reconciler.model.desired import SoapVersion
from reconciler.model.secret import Secret
from reconciler.startup import pattern

TEST_DATABASE: Final = "testDatabaseConnection"
FIND_ENTITIES: Final = "findEntitiesBySchoolID"
GET_ENTITY_DATA: Final = "getEntityDataBySchoolID"

# The operations we may call, with their parameters in the order in which they are sent.
PARAMETERS: Final[Mapping[str, tuple[str, ...]]] = {
    TEST_DATABASE: ("schoolID",),
    FIND_ENTITIES: ("schoolID", "username", "password"),
    GET_ENTITY_DATA: ("schoolID", "entityName", "entityFilter", "username", "password"),
}

SCHOOLS: Final = "Schools"
URN_COLUMN: Final = "uniqueReferenceNumber"

# A piece of T-SQL that no row satisfies: the answer holds columns and nobody's data.
_NO_ROWS: Final = "1=0"

_CARRIAGE_RETURN: Final = {"\r": "&#13;"}  # as it is, a reader of XML takes it for a line feed

_COLUMN = pattern("[A-Za-z]{1,60}I[Dd]")
_WHOLE_NUMBER = pattern("[0-9]{1,10}")
_LARGEST_ID: Final = 2**31 - 1

_NOT_XML = pattern("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class LoginDetails:
    """The username and password of a supplier's account."""

    username: str
    password: Secret


class SoapMessage:
    """A question, ready to send. `body` may contain a password: a message is never shown, copied or pickled, and as it
    is no dataclass, never turned into a dict."""

    __slots__ = ("body", "headers", "operation", "school_id")

    def __init__(self, operation: str, school_id: int, headers: Mapping[str, str], body: bytes) -> None:
        self.operation = operation
        self.school_id = school_id
        self.headers = headers
        self.body = body

    def __repr__(self) -> str:
        return f"Message(operation={self.operation!r}, school_id={self.school_id})"

    def __copy__(self) -> NoReturn:
        raise TypeError("a Message is not copied")

    def __deepcopy__(self, memo: object) -> NoReturn:
        raise TypeError("a Message is not copied")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Message is not pickled")


class SoapForm(NamedTuple):
    """One operation's envelope as zeep builds it, in one version of SOAP.

    action      its soapAction
    parameters  in the order in which they are sent
    parts       the envelope's text: before the first value, between two, after the last
    """

    action: str
    parameters: Sequence[str]
    parts: Sequence[str]


class Contract:
    """One platform's contract, in one version of SOAP: the forms of the operations that it offers, by their names."""

    def __init__(self, forms: Mapping[str, SoapForm], soap: SoapVersion) -> None:
        self._forms = forms
        self._headers = {name: _headers(soap, form.action) for name, form in forms.items()}

    def test_database(self, school_id: int) -> SoapMessage:
        """Ask if the school's database is up. Raises Unreadable if the platform does not offer the question."""
        if TEST_DATABASE not in self._forms:
            raise Unreadable(f"the service's WSDL has no {TEST_DATABASE}")
        return self._filled(TEST_DATABASE, school_id)

    def find_entities(self, school_id: int, account: LoginDetails) -> SoapMessage:
        """Ask for the entities that this account may read. Raises SecretError if XML cannot carry the login."""
        return self._filled(FIND_ENTITIES, school_id, **_login(account))

    def columns(self, school_id: int, entity: str, account: LoginDetails) -> SoapMessage:
        """Ask for an entity's columns. The filter is a constant: without one a server returns the whole table."""
        return self._filled(GET_ENTITY_DATA, school_id, entityName=entity, entityFilter=_NO_ROWS, **_login(account))

    def school_with_urn(self, school_id: int, urn: int, account: LoginDetails) -> SoapMessage:
        """Ask if this school is the one with a URN: its row of `Schools`, which is public, comes only if it is."""
        filter_ = f"{URN_COLUMN} = {urn:d}"
        return self._filled(GET_ENTITY_DATA, school_id, entityName=SCHOOLS, entityFilter=filter_, **_login(account))

    def person(self, school_id: int, entity: str, column: str, person_id: Secret, account: LoginDetails) -> SoapMessage:
        """Ask if a person is there: at most one row comes. Raises SecretError unless the id is a whole number."""
        if not _COLUMN.fullmatch(column):
            raise ValueError("the name of the column is not one")  # the schema lets no other through
        filter_ = f"{column} = {_integer(person_id):d}"
        return self._filled(GET_ENTITY_DATA, school_id, entityName=entity, entityFilter=filter_, **_login(account))

    def _filled(self, operation: str, school_id: int, **values: str) -> SoapMessage:
        """Return a new message: the form with these values in its blanks."""
        values["schoolID"] = str(school_id)
        start, *after = self._forms[operation].parts
        parts = [start]
        for name, text in zip(self._forms[operation].parameters, after, strict=True):
            parts += (escape(values[name], _CARRIAGE_RETURN), text)
        return SoapMessage(operation, school_id, self._headers[operation], "".join(parts).encode())


@cache
def built_in(soap: SoapVersion) -> Contract:
    """The contract that ships with the package."""
    kept = json.loads(package_data(__package__, "contract.json"))
    return Contract({name: SoapForm(**form) for name, form in kept[soap.value].items()}, soap)


def _headers(soap: SoapVersion, action: str) -> Mapping[str, str]:
    if not (action.isascii() and action.isprintable()) or '"' in action:
        own_text = "the service's WSDL cannot be used: no header can carry its soapAction"
        raise Unreadable(f"{own_text} {action[:80]!r}", own_text=own_text)
    if soap is SoapVersion.V12:
        return {"Content-Type": f'application/soap+xml; charset=utf-8; action="{action}"'}
    return {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{action}"'}


def names_without_password(names: Sequence[str], account: LoginDetails) -> Sequence[str]:
    """Mask the password in names of entities or columns, should the service repeat it there."""
    return masked_names(names, account.password.reveal())


def without_password(text: str, account: LoginDetails) -> str:
    """Mask the password in a text from the service, should the service repeat it."""
    return masked(text, account.password.reveal())


def is_id(text: str, person_id: Secret) -> bool:
    """Tell if a text of the service is the id of this person."""
    return bool(_WHOLE_NUMBER.fullmatch(text)) and int(text) == _integer(person_id)


def _integer(person_id: Secret) -> int:
    """Return a person's id. Raises SecretError, which does not have it, for anything but a whole number."""
    text = person_id.reveal().strip()
    number = int(text) if _WHOLE_NUMBER.fullmatch(text) else 0
    if not 0 < number <= _LARGEST_ID:
        raise SecretError("what its reference gives is not a whole number, so nothing was asked")
    return number


def _login(account: LoginDetails) -> dict[str, str]:
    """Return a login's parameters. Raises SecretError if XML cannot carry them."""
    password = account.password.reveal()
    for what, text in (("username", account.username), ("password", password)):
        if _NOT_XML.search(text):
            raise SecretError(
                f"the login of {account.username!r} was not sent: its {what} contains a control character, "
                "which XML cannot carry. Choose another one under System Users."
            )
    return {"username": account.username, "password": password}
