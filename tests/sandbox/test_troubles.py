"""Every trouble, as it looks on the wire."""

from __future__ import annotations

import http.client
import socket
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from reconciler.errors import InputError
from reconciler.sandbox.state.fault_injection import MEANINGS, FaultKind
from tests.sandbox.wire import CONTENT_TYPE, READ, READER, TEMPURI, Reply, call, entity_names, envelope, request

if TYPE_CHECKING:
    from reconciler.sandbox.server import SandboxServer

FIND = "findEntitiesBySchoolID"
TEST = "testDatabaseConnection"
both_versions = pytest.mark.parametrize("soap", ["1.1", "1.2"])


def find(sandbox: SandboxServer, soap: str = "1.1", **changed: object) -> Reply:
    """The call that the troubles spoil."""
    return call(sandbox, FIND, soap, **{**READER, **changed})


def is_xml(body: bytes) -> bool:
    """Whether a strict parser takes it."""
    try:
        etree.fromstring(body)
    except etree.XMLSyntaxError:
        return False
    return True


def test_every_trouble_says_what_it_means() -> None:
    """The help of the command line is made of this."""
    assert set(MEANINGS) == set(FaultKind)


@both_versions
@pytest.mark.parametrize(
    ("kind", "status", "content_type", "parses"),
    [
        (FaultKind.REFUSED_STATUS, 401, "text/html; charset=utf-8", True),
        (FaultKind.EVERYBODY_REFUSED, 401, "text/html; charset=utf-8", True),
        (FaultKind.HTML_500, 500, "text/html; charset=utf-8", True),
        (FaultKind.UNAVAILABLE_503, 503, "text/html; charset=utf-8", True),
        (FaultKind.THROTTLED_429, 429, "text/html; charset=utf-8", True),
        (FaultKind.HTML_200, 200, "text/html; charset=utf-8", False),
        (FaultKind.HTML_502, 502, "text/html; charset=utf-8", False),
        (FaultKind.XHTML_200, 200, "text/xml; charset=utf-8", True),
        (FaultKind.XHTML_502, 502, "text/xml; charset=utf-8", True),
        (FaultKind.REDIRECT, 302, "text/html; charset=utf-8", False),
    ],
)
def test_a_page_instead_of_an_answer(
    sandbox: SandboxServer, soap: str, kind: FaultKind, status: int, content_type: str, parses: bool
) -> None:
    """Login pages, a proxy's pages and a busy server's, some of which an XML parser takes gladly."""
    sandbox.set_trouble(kind)
    reply = find(sandbox, soap)
    assert (reply.status, reply.headers["Content-Type"]) == (status, content_type)
    assert is_xml(reply.body) is parses
    assert b"Envelope" not in reply.body
    assert (reply.headers.get("Connection") == "close") is (status >= 400)


@pytest.mark.parametrize("kind", [FaultKind.UNAVAILABLE_503, FaultKind.THROTTLED_429])
def test_a_busy_server_says_when_to_ask_again(sandbox: SandboxServer, kind: FaultKind) -> None:
    """Retry-After in seconds."""
    sandbox.set_trouble(kind, seconds=7)
    assert find(sandbox).headers["Retry-After"] == "7"


def test_a_redirect_leads_to_a_login_page(sandbox: SandboxServer) -> None:
    """A client that follows it is told nothing of a service: HTTP 200, and a page."""
    sandbox.set_trouble("redirect")
    page = request(sandbox, "GET", find(sandbox).headers["Location"])
    assert (page.status, page.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert b"log in" in page.body


@both_versions
@pytest.mark.parametrize("kind", [FaultKind.FAULT_500, FaultKind.REFUSED_FAULT])
def test_a_fault_instead_of_an_answer(sandbox: SandboxServer, soap: str, kind: FaultKind) -> None:
    """A genuine fault, in the call's own version."""
    sandbox.set_trouble(kind)
    reply = find(sandbox, soap)
    assert (reply.status, reply.soap) == (500, soap)
    assert ("401" in reply.fault[1]) is (kind is FaultKind.REFUSED_FAULT)


def test_a_real_refusal_can_come_as_a_fault(sandbox: SandboxServer) -> None:
    """Right logins are not touched by it."""
    sandbox.set_trouble(FaultKind.REFUSALS_AS_FAULTS)
    assert find(sandbox).status == 200
    reply = find(sandbox, password="wrong")
    assert reply.status == 500
    assert "401" in reply.fault[1]


@both_versions
def test_an_empty_answer(sandbox: SandboxServer, soap: str) -> None:
    """HTTP 200 and not one byte."""
    sandbox.set_trouble(FaultKind.EMPTY)
    reply = find(sandbox, soap)
    assert (reply.status, reply.body, reply.headers["Content-Length"]) == (200, b"", "0")


@both_versions
def test_a_result_without_a_table(sandbox: SandboxServer, soap: str) -> None:
    """Neither columns nor rows: not the same as no rows."""
    sandbox.set_trouble(FaultKind.NO_RESULT)
    assert len(find(sandbox, soap).result(FIND)) == 0


@both_versions
def test_an_answer_cut_off_with_a_length_that_fits(sandbox: SandboxServer, soap: str) -> None:
    """HTTP sees nothing wrong. It ends behind a whole row, so that a forgiving parser sees fewer entities."""
    whole = find(sandbox, soap).body
    sandbox.set_trouble(FaultKind.CUT_OFF)
    reply = find(sandbox, soap)
    assert reply.status == 200
    assert int(reply.headers["Content-Length"]) == len(reply.body) < len(whole)
    assert whole.startswith(reply.body)
    assert not is_xml(reply.body)
    forgiving = etree.fromstring(reply.body, etree.XMLParser(recover=True))
    assert 0 < len(forgiving.findall(".//Table")) < len(entity_names(Reply(200, {}, whole)))


@both_versions
def test_an_answer_cut_short_of_its_length(sandbox: SandboxServer, soap: str) -> None:
    """The connection ends before the announced number of bytes has come."""
    sandbox.set_trouble(FaultKind.CUT_SHORT)
    with pytest.raises(http.client.IncompleteRead):
        find(sandbox, soap)


def test_an_answer_that_never_ends(sandbox: SandboxServer) -> None:
    """It starts as an envelope, and is bigger than any answer should be."""
    sandbox.set_trouble(FaultKind.ENDLESS)
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    headers = {"Content-Type": CONTENT_TYPE["1.1"], "SOAPAction": f'"{TEMPURI}{FIND}"'}
    connection.request("POST", READ, envelope(FIND, "1.1", READER), headers)
    with connection.getresponse() as response:
        assert response.status == 200
        assert b"Envelope" in response.read(200)
        assert len(response.read(5_000_000)) == 5_000_000
    connection.close()


def test_a_dropped_connection(sandbox: SandboxServer) -> None:
    """Closed without an answer."""
    sandbox.set_trouble(FaultKind.DROPPED)
    with pytest.raises(http.client.RemoteDisconnected):
        find(sandbox)


def test_a_late_answer(sandbox: SandboxServer) -> None:
    """It is right when it comes, and does not come before; other schools are not kept waiting."""
    sandbox.set_trouble(FaultKind.LATENCY, seconds=30, school_id=10001)
    headers = {"Content-Type": CONTENT_TYPE["1.1"], "SOAPAction": f'"{TEMPURI}{FIND}"'}
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=0.3)
    connection.request("POST", READ, envelope(FIND, "1.1", READER), headers)
    with pytest.raises(socket.timeout):
        connection.getresponse()
    connection.close()
    assert call(sandbox, TEST, schoolID=10002).status == 200
    sandbox.clear_troubles()
    sandbox.set_trouble(FaultKind.LATENCY, seconds=0.01)
    assert entity_names(find(sandbox))


@both_versions
def test_a_right_answer_under_a_wrong_content_type(sandbox: SandboxServer, soap: str) -> None:
    """Some proxies do that."""
    sandbox.set_trouble(FaultKind.WRONG_CONTENT_TYPE)
    reply = find(sandbox, soap)
    assert reply.headers["Content-Type"].startswith("text/plain")
    assert entity_names(reply)


def test_names_in_another_case(sandbox: SandboxServer) -> None:
    """The same names for whoever ignores case."""
    before = entity_names(find(sandbox))
    sandbox.set_trouble(FaultKind.MIXED_CASE)
    after = entity_names(find(sandbox))
    assert after != before
    assert [name.casefold() for name in after] == [name.casefold() for name in before]


@both_versions
def test_a_database_that_is_down(sandbox: SandboxServer, soap: str) -> None:
    """The test says false, everything else is a fault, and a wrong login is not even looked at."""
    sandbox.set_trouble(FaultKind.DATABASE_DOWN, school_id=10001)
    assert call(sandbox, TEST, soap, schoolID=10001).result(TEST).text == "false"
    assert call(sandbox, TEST, soap, schoolID=10002).result(TEST).text == "true"
    assert "database" in find(sandbox, soap).fault[1]
    assert find(sandbox, soap, password="wrong").status == 500


@both_versions
def test_a_server_without_the_test_operation(sandbox: SandboxServer, soap: str) -> None:
    """Newer servers may have none; the rest works."""
    sandbox.set_trouble(FaultKind.NO_TEST_OPERATION)
    reply = call(sandbox, TEST, soap, schoolID=10001)
    assert reply.fault[0] == {"1.1": "soap:Client", "1.2": "soap:Sender"}[soap]
    assert find(sandbox, soap).status == 200


def test_a_trouble_ends_after_its_number_of_calls(sandbox: SandboxServer) -> None:
    """So that a client's second and third try can be tried."""
    sandbox.set_trouble(FaultKind.UNAVAILABLE_503, calls=2)
    assert [find(sandbox).status for _ in range(3)] == [503, 503, 200]
    assert sandbox.troubles() == []


def test_a_trouble_holds_for_its_school_operation_and_account_alone(sandbox: SandboxServer) -> None:
    """Whatever it is narrowed to; calls that it does not meet do not use it up."""
    sandbox.set_trouble(FaultKind.HTML_502, school_id=10001, operation="FindEntitiesBySchoolID", calls=1)
    assert call(sandbox, TEST, schoolID=10001).status == 200
    assert find(sandbox, schoolID=10002, password="other").status == 200
    assert find(sandbox).status == 502
    sandbox.set_trouble(FaultKind.HTML_502, username="NEW")
    assert find(sandbox).status == 200
    assert find(sandbox, username="new", password="right").status == 502


def test_the_newest_of_two_troubles_wins_and_a_spoilt_answer_can_come_late_too(sandbox: SandboxServer) -> None:
    """Two answers cannot come at once, but delay and damage add up."""
    sandbox.set_trouble(FaultKind.HTML_200)
    sandbox.set_trouble(FaultKind.HTML_502)
    sandbox.set_trouble(FaultKind.LATENCY, seconds=0)
    sandbox.set_trouble(FaultKind.WRONG_CONTENT_TYPE)
    reply = find(sandbox)
    assert (reply.status, reply.headers["Content-Type"]) == (502, "text/plain; charset=utf-8")


def test_troubles_are_cleared_by_kind_by_school_or_all(sandbox: SandboxServer) -> None:
    """`clear_troubles` says how many."""
    sandbox.set_trouble(FaultKind.EMPTY, school_id=10001)
    sandbox.set_trouble(FaultKind.EMPTY, school_id=10002)
    sandbox.set_trouble(FaultKind.HTML_200)
    sandbox.set_trouble(FaultKind.HTML_502)
    assert sandbox.clear_troubles(FaultKind.EMPTY, school_id=10001) == 1
    assert sandbox.clear_troubles("html-200") == 1
    assert sandbox.clear_troubles() == 2
    assert find(sandbox).status == 200


def test_the_contract_can_be_in_trouble_too(sandbox: SandboxServer) -> None:
    """For clients that fetch it: as the operation WSDL."""
    sandbox.set_trouble(FaultKind.HTML_200, operation="WSDL")
    assert b"log in" in request(sandbox, "GET", f"{READ}?WSDL").body
    assert find(sandbox).status == 200


@pytest.mark.parametrize(
    ("kind", "narrowed"),
    [("nonsense", {}), ("empty", {"school_id": 1}), ("empty", {"calls": 0}), ("latency", {"seconds": -1})],
)
def test_a_trouble_that_makes_no_sense_is_refused(sandbox: SandboxServer, kind: str, narrowed: dict[str, Any]) -> None:
    """And nothing is troubled."""
    with pytest.raises(InputError):
        sandbox.set_trouble(kind, **narrowed)
    assert sandbox.troubles() == []
