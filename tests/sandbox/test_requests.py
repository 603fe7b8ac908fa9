"""Requests that are not quite calls: other paths, verbs, content types and documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from reconciler.sandbox.service.contract import READ as CONTRACT
from reconciler.sandbox.service.soap import Call, Fault, Version, fault_document, read_call
from tests.sandbox.wire import CONTENT_TYPE, READ, READER, TEMPURI, WRITE, call, entity_names, envelope, request

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer

ACTION = {"SOAPAction": f'"{TEMPURI}testDatabaseConnection"'}


@pytest.mark.parametrize("path", [READ, READ.lower(), READ.upper(), READ.replace("ReadOnly", "Readonly")])
def test_paths_are_taken_in_any_case(sandbox: SandboxServer, path: str) -> None:
    """Both spellings of the read service are in use, and IIS ignores case."""
    assert entity_names(call(sandbox, "findEntitiesBySchoolID", path=path, **READER))


@pytest.mark.parametrize("path", [READ, WRITE])
def test_a_service_has_a_page_that_says_it_is_for_practice(sandbox: SandboxServer, path: str) -> None:
    """For people who open the address in a browser."""
    reply = request(sandbox, "GET", path)
    assert reply.status == 200
    assert b"This is a practice service." in reply.body


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_operation_without_soap_is_refused_and_not_logged(sandbox: SandboxServer, method: str) -> None:
    """It would put a password into an address; a server that has this turned off answers 500."""
    query = "?schoolID=10001&username=reader&password=right"
    reply = request(sandbox, method, f"{READ}/findEntitiesBySchoolID{query}")
    assert reply.status == 500
    assert b"ending in '/findEntitiesBySchoolID'" in reply.body.replace(b"&#x27;", b"'")
    assert sandbox.access_log() == []


def test_other_paths_and_verbs_are_errors(sandbox: SandboxServer) -> None:
    """404, 405 and 415 are what they are elsewhere."""
    assert request(sandbox, "GET", "/").status == 404
    assert request(sandbox, "PUT", READ).status == 405
    assert request(sandbox, "POST", READ, b"schoolID=1", {"Content-Type": "text/plain"}).status == 415
    assert request(sandbox, "POST", READ, b"{}").status == 415


@pytest.mark.parametrize("action", [None, '""', "\xff\xe4", f'"{TEMPURI}noSuchOperation"', '"testDatabaseConnection"'])
def test_soap_11_needs_the_right_action(sandbox: SandboxServer, action: str | None) -> None:
    """ASP.NET finds the operation by the header."""
    headers = {"Content-Type": CONTENT_TYPE["1.1"]} | ({} if action is None else {"SOAPAction": action})
    body = envelope("testDatabaseConnection", "1.1", {"schoolID": 10001})
    code, text = request(sandbox, "POST", READ, body, headers).fault
    assert code == "soap:Client"
    assert "SOAPAction" in text


def test_an_action_that_is_not_the_bodys_operation_is_a_fault(sandbox: SandboxServer) -> None:
    """The header says one thing, the body another."""
    headers = {"Content-Type": CONTENT_TYPE["1.1"], **ACTION}
    body = envelope("findEntitiesBySchoolID", "1.1", READER)
    assert request(sandbox, "POST", READ, body, headers).fault[0] == "soap:Client"


def test_an_unknown_operation_is_a_fault_in_soap_12_too(sandbox: SandboxServer) -> None:
    """There the body alone says what is wanted."""
    assert call(sandbox, "noSuchOperation", "1.2").fault[0] == "soap:Sender"


def test_an_envelope_of_the_other_version_is_a_mismatch(sandbox: SandboxServer) -> None:
    """The content type says 1.1, the envelope 1.2."""
    headers = {"Content-Type": CONTENT_TYPE["1.1"], **ACTION}
    body = envelope("testDatabaseConnection", "1.2", {"schoolID": 10001})
    assert request(sandbox, "POST", READ, body, headers).fault[0] == "soap:VersionMismatch"


@given(body=st.binary() | st.text().map(lambda text: envelope("testDatabaseConnection", "1.1", {"schoolID": text})))
def test_no_document_is_anything_but_a_call_or_a_fault(body: bytes) -> None:
    """Whatever somebody sends; a fault is always XML."""
    match call_or_fault(body):
        case Fault() as fault:
            assert fault.code == "Client"
            assert etree.fromstring(fault_document(Version.V11, fault)) is not None
        case found:
            assert found.operation == "testDatabaseConnection"


def call_or_fault(body: bytes) -> Call | Fault:
    """What the service makes of a document."""
    try:
        return read_call(CONTRACT, Version.V11, f"{TEMPURI}testDatabaseConnection", body)
    except Fault as fault:
        return fault


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<not-closed>",
        b"<html/>",
        b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>',
        b'<!DOCTYPE e [<!ENTITY x "1">]>' + envelope("testDatabaseConnection", "1.1", {"schoolID": 10001}),
    ],
)
def test_a_document_that_is_no_call_is_the_callers_fault(sandbox: SandboxServer, body: bytes) -> None:
    """No document, half a document, another document, a DTD."""
    reply = request(sandbox, "POST", READ, body, {"Content-Type": CONTENT_TYPE["1.1"], **ACTION})
    assert reply.status == 500
    assert reply.fault[0] == "soap:Client"
