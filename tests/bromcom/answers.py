"""Answers in the shape that ASP.NET gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from tests.bromcom.raw_server import Request, http

if TYPE_CHECKING:
    from collections.abc import Iterable

_SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
_SOAP12 = "http://www.w3.org/2003/05/soap-envelope"

SCHEMA = """<xs:schema id="NewDataSet" xmlns="" xmlns:xs="http://www.w3.org/2001/XMLSchema" \
xmlns:msdata="urn:schemas-microsoft-com:xml-msdata"><xs:element name="NewDataSet" msdata:IsDataSet="true" \
msdata:UseCurrentLocale="true"><xs:complexType><xs:choice minOccurs="0" maxOccurs="unbounded"><xs:element name="Table">\
<xs:complexType><xs:sequence>{columns}</xs:sequence></xs:complexType></xs:element></xs:choice></xs:complexType>\
</xs:element></xs:schema>"""


def schema(*columns: str) -> str:
    """An inline schema of one table with text columns."""
    return SCHEMA.format(columns="".join(f'<xs:element name="{c}" type="xs:string" minOccurs="0"/>' for c in columns))


def diffgram(rows: str) -> str:
    """A diffgram; without rows it holds no DataSet element, as .NET writes it."""
    inner = f'<NewDataSet xmlns="">{rows}</NewDataSet>' if rows else ""
    return (
        '<diffgr:diffgram xmlns:msdata="urn:schemas-microsoft-com:xml-msdata" '
        f'xmlns:diffgr="urn:schemas-microsoft-com:xml-diffgram-v1">{inner}</diffgr:diffgram>'
    )


def row(number: int, **cells: str) -> str:
    """One row of `Table`."""
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in cells.items())
    return f'<Table diffgr:id="Table{number}" msdata:rowOrder="{number - 1}">{inner}</Table>'


def response(operation: str, result: str, attributes: str = "") -> str:
    """A response element."""
    return (
        f'<{operation}Response xmlns="http://tempuri.org/"><{operation}Result{attributes}>{result}'
        f"</{operation}Result></{operation}Response>"
    )


def envelope(body: str, soap: str = "1.1") -> str:
    """A whole document."""
    namespace = _SOAP12 if soap == "1.2" else _SOAP11
    return (
        f'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="{namespace}" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soap:Body>' + body + "</soap:Body></soap:Envelope>"
    )


def entities(names: Iterable[str]) -> str:
    """What `findEntitiesBySchoolID` says of these."""
    rows = "".join(row(number, EntityName=name) for number, name in enumerate(names, start=1))
    return envelope(response("findEntitiesBySchoolID", schema("EntityName") + diffgram(rows)))


def database(up: bool = True) -> str:
    """What `testDatabaseConnection` says."""
    return envelope(response("testDatabaseConnection", "true" if up else "false"))


def columns(*names: str) -> str:
    """What `getEntityDataBySchoolID` says to a filter that no row satisfies."""
    return envelope(response("getEntityDataBySchoolID", schema(*names) + diffgram("")))


def fault11(text: str, code: str = "soap:Server") -> str:
    """A fault of SOAP 1.1; an empty code leaves the element out."""
    inner = f"<faultcode>{code}</faultcode>" if code else ""
    return envelope(f"<soap:Fault>{inner}<faultstring>{escape(text)}</faultstring><detail/></soap:Fault>")


def fault12(text: str, code: str = "soap:Receiver") -> str:
    """A fault of SOAP 1.2."""
    reason = f'<soap:Reason><soap:Text xml:lang="en">{escape(text)}</soap:Text></soap:Reason>'
    return envelope(f"<soap:Fault><soap:Code><soap:Value>{code}</soap:Value></soap:Code>{reason}</soap:Fault>", "1.2")


def healthy(request: Request) -> bytes:
    """A service where all is well: two entities for everybody."""
    match request.operation:
        case "testDatabaseConnection":
            return http(database())
        case "findEntitiesBySchoolID":
            return http(entities(["Staff", "Students"]))
        case _:
            return http(columns("StudentID", "Surname"))
