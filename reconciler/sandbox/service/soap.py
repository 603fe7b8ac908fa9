"""SOAP 1.1 and 1.2 as an ASP.NET web service speaks them: calls in, answers and faults out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NoReturn
from xml.sax.saxutils import escape

from lxml import etree

from reconciler.sandbox.service.contract import NAMESPACE, SoapService


class Version(Enum):
    """A version of SOAP: its number, the namespace of its envelope, and its content type."""

    V11 = ("1.1", "http://schemas.xmlsoap.org/soap/envelope/", "text/xml")
    V12 = ("1.2", "http://www.w3.org/2003/05/soap-envelope", "application/soap+xml")

    def __init__(self, number: str, namespace: str, content_type: str) -> None:
        self.number = number
        self.namespace = namespace
        self.content_type = content_type


class Fault(Exception):
    """The service's error. `code` is that of SOAP 1.1: Server, Client or VersionMismatch."""

    def __init__(self, text: str, *, code: str = "Server") -> None:
        super().__init__(text)
        self.text = text
        self.code = code


class UnsupportedMediaType(Exception):
    """The content type is that of no version of SOAP."""


def unable(reason: str) -> Fault:
    """The fault of ASP.NET for anything that the service itself raised."""
    return Fault(f"Server was unable to process request. ---> {reason}")


def unknown_operation(name: str) -> Fault:
    """The fault for an operation that the service does not have."""
    return Fault(f"Server did not recognize the value of HTTP Header SOAPAction: {NAMESPACE}{name}.", code="Client")


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `parameters` holds what was sent, as text; an absent one is absent here."""

    version: Version
    operation: str
    parameters: Mapping[str, str]

    @property
    def school_id(self) -> int | None:
        """The School ID; None if the operation has none. ASP.NET takes a missing integer for 0."""
        text = self.parameters.get("schoolID", self.parameters.get("schoolId"))
        return None if text is None else int(text)

    @property
    def username(self) -> str:
        """The caller; empty if the call names none."""
        return self.parameters.get("username", "")

    @property
    def entity(self) -> str:
        """The entity asked for; empty if the call names none."""
        return self.parameters.get("entityName", "")


def version_of(content_type: str) -> Version:
    """The version that a content type announces; raises UnsupportedMediaType."""
    media_type = content_type.partition(";")[0].strip().lower()
    for version in Version:
        if media_type == version.content_type:
            return version
    raise UnsupportedMediaType(media_type)


def read_call(service: SoapService, version: Version, action: str, body: bytes) -> Call:
    """The call in a request's body; raises Fault where ASP.NET would.

    SOAP 1.1 finds the operation by the header SOAPAction; SOAP 1.2 by the element in the body.
    """
    element = _operation_element(version, body)
    name = etree.QName(element)
    if version is Version.V11:
        _check_action(service, action)
        if action.strip().strip('"') != NAMESPACE + name.localname:
            _unreadable(f"<{name.localname} xmlns='{name.namespace or ''}'> was not expected.")
    operation = service.operations.get(name.localname)
    if operation is None or name.namespace != NAMESPACE:
        raise unknown_operation(name.localname)
    sent = {etree.QName(child).localname: child.text or "" for child in element.iterchildren(f"{{{NAMESPACE}}}*")}
    parameters = {}
    for parameter, kind in operation.parameters:
        if kind == "int":
            parameters[parameter] = _integer(sent.get(parameter, "0"))
        elif parameter in sent:
            parameters[parameter] = sent[parameter]
    return Call(version, operation.name, parameters)


def answer_document(version: Version, operation: str, result: str) -> bytes:
    """The envelope around the result of an operation; `result` is the XML inside it, and may be empty."""
    inside = f"<{operation}Result>{result}</{operation}Result>"
    return _envelope(version, f'<{operation}Response xmlns="{NAMESPACE}">{inside}</{operation}Response>')


def fault_document(version: Version, fault: Fault) -> bytes:
    """The envelope around a fault."""
    text = escape(fault.text)
    if version is Version.V11:
        return _envelope(
            version,
            f"<soap:Fault><faultcode>soap:{fault.code}</faultcode><faultstring>{text}</faultstring>"
            "<detail /></soap:Fault>",
        )
    code = {"Server": "Receiver", "Client": "Sender"}.get(fault.code, fault.code)
    return _envelope(
        version,
        f"<soap:Fault><soap:Code><soap:Value>soap:{code}</soap:Value></soap:Code>"
        f'<soap:Reason><soap:Text xml:lang="en">{text}</soap:Text></soap:Reason><soap:Detail /></soap:Fault>',
    )


def _envelope(version: Version, body: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<soap:Envelope xmlns:soap="{version.namespace}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soap:Body>{body}</soap:Body></soap:Envelope>'
    ).encode()


def _operation_element(version: Version, body: bytes) -> etree._Element:
    """The one element in the envelope's body."""
    envelope = _parse(body)
    name = etree.QName(envelope)
    if name.localname != "Envelope" or name.namespace not in {candidate.namespace for candidate in Version}:
        _unreadable("The document is no SOAP envelope.")
    if name.namespace != version.namespace:
        raise Fault("Possible SOAP version mismatch: the envelope and the content type differ.", code="VersionMismatch")
    inside = envelope.find(f"{{{version.namespace}}}Body/*")
    if inside is None:
        _unreadable("The envelope has no body.")
    return inside


def _parse(body: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        _unreadable(str(error))
    if b"<!DOCTYPE" in body:
        _unreadable("For security reasons DTD is prohibited in this XML document.")
    return root


def _check_action(service: SoapService, action: str) -> None:
    value = action.strip().strip('"')
    if value.removeprefix(NAMESPACE) not in service.operations or not value.startswith(NAMESPACE):
        raise unknown_operation(value.removeprefix(NAMESPACE))


def _integer(text: str) -> str:
    """An xsd:int in its plain form, or the fault of ASP.NET for a parameter that does not parse."""
    number = text.strip()
    if not re.fullmatch(r"[+-]?[0-9]{1,10}", number) or not -(2**31) <= int(number) < 2**31:
        _unreadable("Input string was not in a correct format.")
    return str(int(number))


def _unreadable(reason: str) -> NoReturn:
    raise Fault(
        f"Server was unable to read request. ---> There is an error in XML document. ---> {reason}", code="Client"
    )
