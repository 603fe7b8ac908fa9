"""The three questions that a read service may be asked. None returns an entity's rows, but for the school's own.

zeep builds each question once, as a template with placeholders: names, order, namespaces and encoding are the
contract's, and a message costs a twentieth of zeep's own. zeep's transport would log whole envelopes, follow the
address in the contract and lose the HTTP answer. So zeep gets none that can load or send, and never sees a password.
"""

import io
import logging
import re
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final, NoReturn
from xml.sax.saxutils import escape

from lxml import etree

from reconciler.bromcom.masking import masked, masked_names
from reconciler.bromcom.wsdl import check_wsdl
from reconciler.errors import SecretError, Unreadable
from reconciler.model.desired import SoapVersion
from reconciler.model.secret import Secret

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

# Marks a placeholder while a template is built; nothing in a contract looks like it.
_PLACEHOLDER: Final = "\N{OBJECT REPLACEMENT CHARACTER}"
_CARRIAGE_RETURN: Final = {"\r": "&#13;"}  # as it is, a reader of XML takes it for a line feed

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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


class Contract:
    """One platform's contract, in one version of SOAP."""

    def __init__(self, binding: Any, soap: SoapVersion) -> None:
        offered = binding.all()
        self._templates = {name: _Template(offered[name], name, soap) for name in PARAMETERS if name in offered}

    def test_database(self, school_id: int) -> SoapMessage:
        """Ask if the school's database is up. Raises Unreadable if the platform does not offer the question."""
        if TEST_DATABASE not in self._templates:
            raise Unreadable(f"the service's WSDL has no {TEST_DATABASE}")
        return self._templates[TEST_DATABASE].filled(school_id)

    def find_entities(self, school_id: int, account: LoginDetails) -> SoapMessage:
        """Ask for the entities that this account may read. Raises SecretError if XML cannot carry the login."""
        return self._templates[FIND_ENTITIES].filled(school_id, **_login(account))

    def columns(self, school_id: int, entity: str, account: LoginDetails) -> SoapMessage:
        """Ask for an entity's columns. The filter is a constant: without one a server returns the whole table."""
        return self._templates[GET_ENTITY_DATA].filled(
            school_id, entityName=entity, entityFilter=_NO_ROWS, **_login(account)
        )

    def school_with_urn(self, school_id: int, urn: int, account: LoginDetails) -> SoapMessage:
        """Ask if this school is the one with a URN: its row of `Schools`, which is public, comes only if it is."""
        return self._templates[GET_ENTITY_DATA].filled(
            school_id, entityName=SCHOOLS, entityFilter=f"{URN_COLUMN} = {urn:d}", **_login(account)
        )


class _Template:
    """One operation's envelope as zeep builds it, with a placeholder for each parameter.

    A message is this text with the escaped values filled in. zeep took 0.05 ms to build and serialise each message, a
    third of a whole probe's cost.
    """

    def __init__(self, operation: Any, name: str, soap: SoapVersion) -> None:
        parameters = operation.input.body.type.elements
        envelope = operation.create(**{p: 0 if p == "schoolID" else "" for p, _ in parameters}).content
        placeholders = envelope[-1][0]  # the element named for the operation: the last thing in the envelope's body
        for placeholder in placeholders:
            placeholder.text = _PLACEHOLDER
        text = etree.tostring(envelope, xml_declaration=True, encoding="utf-8").decode()
        self._name = name
        self._headers = _headers(soap, operation.soapaction)
        self._order = tuple(etree.QName(placeholder).localname for placeholder in placeholders)
        self._start, *self._after = text.split(_PLACEHOLDER)
        if sorted(self._order) != sorted(PARAMETERS[name]):
            # Sent without its login the question would be refused, and the account be called refused.
            raise Unreadable(
                f"the service's WSDL cannot be used: it sends {name} without a parameter, or with one twice"
            )

    def filled(self, school_id: int, **values: str) -> SoapMessage:
        """Return a new message with these values."""
        values["schoolID"] = str(school_id)
        parts = [self._start]
        for name, after in zip(self._order, self._after, strict=True):
            parts += (escape(values[name], _CARRIAGE_RETURN), after)
        return SoapMessage(self._name, school_id, self._headers, "".join(parts).encode())


@cache
def built_in(soap: SoapVersion) -> Contract:
    """The contract that ships with the package."""
    return read_contract(files(__package__).joinpath("contract.wsdl").read_bytes(), soap)


logging.getLogger("zeep").addHandler(logging.NullHandler())


@contextmanager
def _quietly() -> Iterator[None]:
    """Drop zeep's warnings: they would print the service's words on stderr. Faults that matter we report ourselves."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@_quietly()
def read_contract(wsdl: bytes, soap: SoapVersion) -> Contract:
    """Read the contract in a WSDL. Its addresses are ignored and its imports never fetched.

    Raises Unreadable, and nothing else: for what is not a WSDL, has more than a contract needs, or lacks what we call.
    """
    from zeep.exceptions import Error, ExternalReferenceForbidden
    from zeep.settings import Settings
    from zeep.wsdl import Document

    check_wsdl(wsdl)
    settings = Settings(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        document = Document(io.BytesIO(wsdl), _OFFLINE, settings=settings)
        return Contract(_checked(_binding(document, soap)), soap)
    except ExternalReferenceForbidden as error:
        raise _not_fetched(error.url) from error
    except Unreadable:
        raise
    except Exception as error:  # zeep fails on a wrong WSDL with any exception
        own_text = "the service's WSDL cannot be read"
        words = str(error) if isinstance(error, Error) else "its parts do not fit together"
        raise Unreadable(f"{own_text}: {words}", own_text=own_text) from error


class _Offline:
    """A transport for zeep that loads nothing."""

    def load(self, url: str) -> NoReturn:
        raise _not_fetched(url)


def _not_fetched(url: str) -> Unreadable:
    return Unreadable(
        f"the service's WSDL cannot be used: it imports {url}, and we do not fetch imports",
        own_text="the service's WSDL cannot be used: it has imports, and we do not fetch them",
    )


_OFFLINE: Final[Any] = _Offline()


def _binding(document: Any, soap: SoapVersion) -> Any:
    """Return the binding with our operations, in the platform's version of SOAP."""
    from zeep.wsdl.bindings import Soap11Binding, Soap12Binding

    kind = Soap12Binding if soap is SoapVersion.V12 else Soap11Binding
    bindings: list[Any] = [b for b in document.bindings.values() if isinstance(b, kind)]
    if not bindings:
        raise Unreadable(f"the service's WSDL offers no SOAP {soap}")
    return max(bindings, key=lambda binding: sum(name in binding.all() for name in PARAMETERS))


def _checked(binding: Any) -> Any:
    """Return the binding if it has all that we need and asks for nothing else."""
    wrong = [text for name, parameters in PARAMETERS.items() for text in _differences(binding, name, parameters)]
    if wrong:
        own_text = "the service's WSDL differs from what reconciler expects"
        raise Unreadable(f"{own_text}: {'; '.join(wrong)}", own_text=own_text)
    return binding


def _differences(binding: Any, name: str, parameters: tuple[str, ...]) -> list[str]:
    operations = binding.all()
    if name not in operations:
        return [] if name == TEST_DATABASE else [f"it has no {name}"]  # newer servers may lack that one
    offered = [parameter for parameter, _ in operations[name].input.body.type.elements]
    missing = [f"{name} has no {parameter}" for parameter in parameters if parameter not in offered]
    more = [f"{name} also asks for {parameter}" for parameter in offered if parameter not in parameters]
    return missing + more


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
