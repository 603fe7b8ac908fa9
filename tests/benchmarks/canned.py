"""Canned answers of the read service, shaped as .NET shapes them, and the contract that the naive client reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


ENVELOPE = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">'
    "<soap:Body>{}</soap:Body></soap:Envelope>"
)

SCHEMA = (
    '<xs:schema id="NewDataSet" xmlns="" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
    'xmlns:msdata="urn:schemas-microsoft-com:xml-msdata">'
    '<xs:element name="NewDataSet" msdata:IsDataSet="true" msdata:UseCurrentLocale="true"><xs:complexType>'
    '<xs:choice minOccurs="0" maxOccurs="unbounded"><xs:element name="Table"><xs:complexType><xs:sequence>'
    '<xs:element name="EntityName" type="xs:string" minOccurs="0"/>'
    "</xs:sequence></xs:complexType></xs:element></xs:choice></xs:complexType></xs:element></xs:schema>"
)


def database_up() -> bytes:
    """The answer of testDatabaseConnection."""
    return _answer("testDatabaseConnection", "true")


def entities(names: Sequence[str]) -> bytes:
    """The answer of findEntitiesBySchoolID."""
    rows = "".join(
        f'<Table diffgr:id="Table{number}" msdata:rowOrder="{number - 1}"><EntityName>{name}</EntityName></Table>'
        for number, name in enumerate(names, start=1)
    )
    diffgram = (
        '<diffgr:diffgram xmlns:msdata="urn:schemas-microsoft-com:xml-msdata" '
        f'xmlns:diffgr="urn:schemas-microsoft-com:xml-diffgram-v1"><NewDataSet xmlns="">{rows}</NewDataSet>'
        "</diffgr:diffgram>"
    )
    return _answer("findEntitiesBySchoolID", SCHEMA + diffgram)


def _answer(operation: str, result: str) -> bytes:
    body = (
        f'<{operation}Response xmlns="http://tempuri.org/"><{operation}Result>{result}</{operation}Result>'
        f"</{operation}Response>"
    )
    return ENVELOPE.format(body).encode()


def question(operation: str, fields: str) -> bytes:
    """A request, as the bare client sends it."""
    return ENVELOPE.format(f'<{operation} xmlns="http://tempuri.org/">{fields}</{operation}>').encode()


# What ASP.NET publishes for these two operations: a DataSet is a reference to xs:schema and anything.
WSDL = """<?xml version="1.0" encoding="utf-8"?>
<wsdl:definitions targetNamespace="http://tempuri.org/" xmlns:tns="http://tempuri.org/"
    xmlns:s="http://www.w3.org/2001/XMLSchema" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/">
  <wsdl:types>
    <s:schema elementFormDefault="qualified" targetNamespace="http://tempuri.org/">
      <s:import namespace="http://www.w3.org/2001/XMLSchema"/>
      <s:element name="testDatabaseConnection"><s:complexType><s:sequence>
        <s:element name="schoolID" type="s:int"/>
      </s:sequence></s:complexType></s:element>
      <s:element name="testDatabaseConnectionResponse"><s:complexType><s:sequence>
        <s:element name="testDatabaseConnectionResult" type="s:boolean"/>
      </s:sequence></s:complexType></s:element>
      <s:element name="findEntitiesBySchoolID"><s:complexType><s:sequence>
        <s:element name="schoolID" type="s:int"/>
        <s:element minOccurs="0" name="username" type="s:string"/>
        <s:element minOccurs="0" name="password" type="s:string"/>
      </s:sequence></s:complexType></s:element>
      <s:element name="findEntitiesBySchoolIDResponse"><s:complexType><s:sequence>
        <s:element minOccurs="0" name="findEntitiesBySchoolIDResult"><s:complexType><s:sequence>
          <s:element ref="s:schema"/><s:any/>
        </s:sequence></s:complexType></s:element>
      </s:sequence></s:complexType></s:element>
    </s:schema>
  </wsdl:types>
  <wsdl:message name="testIn"><wsdl:part name="p" element="tns:testDatabaseConnection"/></wsdl:message>
  <wsdl:message name="testOut"><wsdl:part name="p" element="tns:testDatabaseConnectionResponse"/></wsdl:message>
  <wsdl:message name="findIn"><wsdl:part name="p" element="tns:findEntitiesBySchoolID"/></wsdl:message>
  <wsdl:message name="findOut"><wsdl:part name="p" element="tns:findEntitiesBySchoolIDResponse"/></wsdl:message>
  <wsdl:portType name="ReadSoap">
    <wsdl:operation name="testDatabaseConnection">
      <wsdl:input message="tns:testIn"/><wsdl:output message="tns:testOut"/>
    </wsdl:operation>
    <wsdl:operation name="findEntitiesBySchoolID">
      <wsdl:input message="tns:findIn"/><wsdl:output message="tns:findOut"/>
    </wsdl:operation>
  </wsdl:portType>
  <wsdl:binding name="ReadSoap" type="tns:ReadSoap">
    <soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <wsdl:operation name="testDatabaseConnection">
      <soap:operation soapAction="http://tempuri.org/testDatabaseConnection" style="document"/>
      <wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output>
    </wsdl:operation>
    <wsdl:operation name="findEntitiesBySchoolID">
      <soap:operation soapAction="http://tempuri.org/findEntitiesBySchoolID" style="document"/>
      <wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output>
    </wsdl:operation>
  </wsdl:binding>
</wsdl:definitions>
"""
