"""Speaking to a sandbox over a socket without any code of the client: requests written out, answers read with lxml."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.sandbox.server import SandboxServer

READ = "/Nucleus/WebServices/ThirdParty/TPReadOnlyDataService.asmx"
WRITE = "/Nucleus/WebServices/ThirdParty/TPWriteDataService.asmx"
TEMPURI = "http://tempuri.org/"
ENVELOPE = {"1.1": "http://schemas.xmlsoap.org/soap/envelope/", "1.2": "http://www.w3.org/2003/05/soap-envelope"}
CONTENT_TYPE = {"1.1": "text/xml; charset=utf-8", "1.2": "application/soap+xml; charset=utf-8"}
XS = "{http://www.w3.org/2001/XMLSchema}"
DIFFGR = "{urn:schemas-microsoft-com:xml-diffgram-v1}"
MSDATA = "{urn:schemas-microsoft-com:xml-msdata}"

READER: dict[str, Any] = {"schoolID": 10001, "username": "reader", "password": "right & <proper>"}
CONSENT_READER: dict[str, Any] = {"schoolID": 10002, "username": "reader", "password": "other"}


@dataclass(frozen=True)
class Reply:
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def root(self) -> etree._Element:
        """The answer as XML, read strictly."""
        return etree.fromstring(self.body)

    @property
    def soap(self) -> str:
        """Which SOAP version the envelope is in."""
        return {namespace: version for version, namespace in ENVELOPE.items()}[str(etree.QName(self.root).namespace)]

    @property
    def fault(self) -> tuple[str, str]:
        """A fault's code and text, in either version."""
        fault = self.root.find(".//{*}Fault")
        assert fault is not None, self.body
        code, text = (fault.find("faultcode"), fault.find("faultstring"))
        if self.soap == "1.2":
            code, text = fault.find("{*}Code/{*}Value"), fault.find("{*}Reason/{*}Text")
        assert code is not None
        assert text is not None
        return str(code.text), str(text.text)

    def result(self, operation: str) -> etree._Element:
        """The element `<operationResult>`."""
        found = self.root.find(f"{{*}}Body/{{{TEMPURI}}}{operation}Response/{{{TEMPURI}}}{operation}Result")
        assert found is not None, self.body
        return found

    def columns(self, operation: str) -> list[tuple[str, str]]:
        """The (name, type) of the columns that the inline schema declares."""
        path = f"{XS}schema/{XS}element/{XS}complexType/{XS}choice/{XS}element/{XS}complexType/{XS}sequence/{XS}element"
        return [(str(e.get("name")), str(e.get("type"))) for e in self.result(operation).iterfind(path)]

    def rows(self, operation: str) -> list[dict[str, str]]:
        """The rows of the DataSet; a null is absent."""
        tables = self.result(operation).iterfind(f"{DIFFGR}diffgram/NewDataSet/Table")
        return [{str(cell.tag): str(cell.text) for cell in table} for table in tables]


def request(
    sandbox: SandboxServer, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> Reply:
    """Send one HTTP request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    try:
        connection.request(method, path, body, dict(headers or {}))
        response = connection.getresponse()
        return Reply(response.status, dict(response.headers), response.read())
    finally:
        connection.close()


def envelope(operation: str, soap: str, fields: Mapping[str, object]) -> bytes:
    """A call, written out."""
    inside = "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in fields.items())
    return (
        f'<e:Envelope xmlns:e="{ENVELOPE[soap]}"><e:Body><{operation} xmlns="{TEMPURI}">{inside}</{operation}>'
        "</e:Body></e:Envelope>"
    ).encode()


def call(sandbox: SandboxServer, operation: str, soap: str = "1.1", path: str = READ, **fields: object) -> Reply:
    """Call an operation."""
    headers = {"Content-Type": CONTENT_TYPE[soap]}
    if soap == "1.1":
        headers["SOAPAction"] = f'"{TEMPURI}{operation}"'
    return request(sandbox, "POST", path, envelope(operation, soap, fields), headers)


def entity_names(reply: Reply) -> list[str]:
    """What `findEntitiesBySchoolID` listed."""
    return [row["EntityName"] for row in reply.rows("findEntitiesBySchoolID")]
