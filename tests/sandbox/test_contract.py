"""The WSDL, and the DataSets, against the real service's and in the hands of a real SOAP library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import zeep
from lxml import etree

from reconciler.sandbox.server import serve
from reconciler.sandbox.service.contract import READ, WRITE
from reconciler.sandbox.state.seed import default_seed
from tests.sandbox import wire
from tests.sandbox.wire import DIFFGR, READER, XS, call, request

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reconciler.sandbox.server import SandboxServer

PARTS = f"{XS}complexType/{XS}sequence"
CAPTURED = "findEntitiesBySchoolID.response.xml"


@pytest.mark.parametrize("query", ["?WSDL", "?wsdl", "?singleWsdl"])
def test_the_contract_names_another_host(sandbox: SandboxServer, query: str) -> None:
    """Real ones do too: a client must send to the address that it was given."""
    reply = request(sandbox, "GET", wire.READ + query)
    assert reply.headers["Content-Type"] == "text/xml; charset=utf-8"
    addresses = {str(e.get("location")) for e in reply.root.iterfind(".//{*}service/{*}port/{*}address")}
    assert addresses == {f"http://bromcom.elsewhere.invalid{wire.READ}"}


@pytest.mark.parametrize(("path", "service"), [(wire.READ, READ), (wire.WRITE, WRITE)])
def test_the_contract_loads_in_a_soap_library(sandbox: SandboxServer, path: str, service: Any) -> None:
    """Every operation, over SOAP 1.1 and 1.2."""
    with make_client(sandbox, path) as client:
        bindings = client.wsdl.bindings
        assert len(bindings) == 2
        for binding in bindings.values():
            assert set(binding.all()) == set(service.operations)


def test_the_operations_are_those_of_the_real_contract(sandbox: SandboxServer, reference: Path) -> None:
    """Names, parameters, their order and types, results, actions and namespaces."""
    real = signatures(zeep.Client(str(reference / "TPReadOnlyDataService.wsdl")))  # type: ignore[no-untyped-call]
    with make_client(sandbox, wire.READ) as client:
        assert signatures(client) == real


def test_the_messages_are_those_of_the_real_contract(sandbox: SandboxServer, reference: Path) -> None:
    """Every element with its parts, which may be left out, and how often they may stand."""
    real = etree.parse(str(reference / "TPReadOnlyDataService.wsdl")).getroot()
    ours = request(sandbox, "GET", f"{wire.READ}?WSDL").root
    assert messages(ours) == {name: parts for name, parts in messages(real).items() if name in messages(ours)}
    assert len(messages(ours)) == 24


def messages(contract: etree._Element) -> dict[str, list[dict[str, str]]]:
    """{element: the attributes of its parts} of the messages of a contract."""
    return {
        str(element.get("name")): [
            {str(key): str(value) for key, value in part.items()} for part in element.iterfind(f"{PARTS}/{XS}element")
        ]
        for element in contract.iterfind(f".//{XS}schema/{XS}element")
        if element.find(PARTS) is not None
    }


def signatures(client: zeep.Client) -> dict[str, tuple[str, str, str]]:
    """{binding and operation: (action, input, output)} of the SOAP bindings."""
    return {
        f"{name.localname} {operation.name}": (
            operation.soapaction,
            operation.input.signature(),
            operation.output.body.type.signature(),
        )
        for name, binding in ((etree.QName(key), value) for key, value in client.wsdl.bindings.items())
        if "Soap" in name.localname
        for operation in binding.all().values()  # type: ignore[no-untyped-call]
    }


@pytest.mark.parametrize("suffix", ["", "12"])
def test_a_soap_library_gets_its_answers(sandbox: SandboxServer, suffix: str) -> None:
    """zeep itself, in both versions, sent to the right address by hand."""
    with make_client(sandbox, wire.READ) as client:
        binding = f"{{http://tempuri.org/}}TPReadOnlyDataServiceSoap{suffix}"
        service = client.create_service(binding, sandbox.read_url)
        assert service.testDatabaseConnection(schoolID=10001) is True
        answer = service.findEntitiesBySchoolID(**READER)
        rows = answer._value_1._value_1
        assert [row["Table"].EntityName for row in rows][:2] == ["Calendars", "People"]
        with pytest.raises(zeep.exceptions.Fault) as refused:
            service.getEntityDataBySchoolID(**READER, entityName="PersonPhotos", entityFilter="1=0")
        assert "PersonPhotos" in str(refused.value)


def make_client(sandbox: SandboxServer, path: str) -> Any:
    """zeep's client of the served contract; leave it with `with`, so that its connections are closed."""
    transport = zeep.Transport(timeout=10, operation_timeout=10)  # type: ignore[no-untyped-call]
    settings = zeep.Settings(strict=False)
    url = f"{sandbox.url}{path}?WSDL"
    client = zeep.Client(url, transport=transport, settings=settings)  # type: ignore[no-untyped-call]
    return _Closing(client, transport.session.close)


class _Closing:
    def __init__(self, client: zeep.Client, close: Callable[[], None]) -> None:
        self._client = client
        self._close = close

    def __enter__(self) -> zeep.Client:
        return self._client

    def __exit__(self, *_: object) -> None:
        self._close()


def test_a_full_groupcall_account_gives_the_captured_answer(reference: Path) -> None:
    """The same schema, names, order and attributes; only the blanks between elements differ."""
    captured = etree.parse(str(reference / CAPTURED)).getroot()
    login: dict[str, Any] = {"schoolID": 12349, "username": "groupcall.oakwood", "password": "practice-groupcall-12349"}
    with serve(default_seed()) as sandbox, make_client(sandbox, wire.READ) as client:
        result = call(sandbox, "findEntitiesBySchoolID", **login).result("findEntitiesBySchoolID")
        service = client.create_service("{http://tempuri.org/}TPReadOnlyDataServiceSoap", sandbox.read_url)
        rows = service.findEntitiesBySchoolID(**login)._value_1._value_1
    schema, diffgram = result
    assert shape(schema) == shape(captured[0])
    assert shape(diffgram) == shape(captured[1])
    assert len(diffgram.findall("NewDataSet/Table")) == 75
    names = [str(name.text) for name in captured.iterfind(".//EntityName")]
    assert [row["Table"].EntityName for row in rows] == names
    assert schema.prefix == captured[0].prefix


def shape(element: etree._Element) -> object:
    """An element as values: name, attributes, text without the blanks around it, children."""
    text = (element.text or "").strip()
    return (element.tag, sorted(element.items()), text, [shape(child) for child in element])


def test_the_same_schema_stands_in_every_data_set(sandbox: SandboxServer) -> None:
    """`NewDataSet` is declared as a data set, and rows are numbered from 0 with ids from 1."""
    result = call(sandbox, "getEntityDataBySchoolID", **READER, entityName="Staff").result("getEntityDataBySchoolID")
    schema, diffgram = result
    assert (schema.tag, schema.get("id")) == (f"{XS}schema", "NewDataSet")
    tables = diffgram.findall("NewDataSet/Table")
    assert [table.get(f"{DIFFGR}id") for table in tables] == ["Table1", "Table2"]
    assert [table.get(f"{wire.MSDATA}rowOrder") for table in tables] == ["0", "1"]
