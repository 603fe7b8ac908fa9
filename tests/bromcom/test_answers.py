"""Every wrong answer that a Bromcom, its web server or a gateway is known to give, over a real socket.

The rows are what is known of Bromcom's errors, and what was measured of SOAP clients; each is a test by name.
"""

from __future__ import annotations

import gzip
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.model.desired import SoapVersion
from reconciler.model.evidence import Known, Probed, Unknown, UnknownReason
from reconciler.model.live import LiveAccess, Login
from reconciler.planning.refused_login import IN_SHORT
from tests.bromcom import answers
from tests.bromcom.answers import entities, envelope, fault11, fault12, healthy, response
from tests.bromcom.raw_server import Answer, Request, http, serving
from tests.bromcom.workspaces import ADDRESS, PASSWORD, QUICK, one

if TYPE_CHECKING:
    from reconciler.bromcom.fleet import ProbeOptions

ROOT = Path(__file__).parents[2]
XHTML = """<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title>401 - Unauthorized: Access is \
denied</title></head><body><h2>Server Error</h2></body></html>"""
LOGIN_PAGE = "<!DOCTYPE html><html><head><title>Bromcom\n  Login</title></head><body><br></body></html>"
GOOD = entities(["Staff", "Students"])
LIST = "findEntitiesBySchoolID"
MORE = response(LIST, answers.schema("EntityName") + answers.diffgram(answers.row(1, EntityName="Subjects")))
FAULT = "<soap:Fault><faultcode>soap:Server</faultcode><faultstring>401 Unauthorised</faultstring></soap:Fault>"

TWO_LANGUAGES = """<soap:Fault><soap:Code><soap:Value>soap:Sender</soap:Value></soap:Code><soap:Reason>\
<soap:Text xml:lang="cy">{}</soap:Text><soap:Text xml:lang="en">{}</soap:Text></soap:Reason></soap:Fault>"""


def listing(answer: Answer, options: ProbeOptions = QUICK, soap: SoapVersion = SoapVersion.V11) -> LiveAccess:
    """What is known of an access whose list is answered like this, at a school that is well."""

    def respond(request: Request) -> Answer:
        return answer if request.operation == "findEntitiesBySchoolID" else healthy(request)

    with serving(respond) as server:
        live = one(server.url(), options, soap)
    assert live.schools["greenfield"].reachable == Known(True, Probed("testDatabaseConnection"))
    return live.accesses[ADDRESS]


REFUSED = {
    "401 with no body": http(status="401 Unauthorized", kind=""),
    "401 with IIS's well-formed page": http(XHTML, "401 Unauthorized", "text/html"),
    "401 with IIS's page sent as XML": http(XHTML, "401 Unauthorized"),
    "401 although the body is a good list": http(GOOD, "401 Unauthorized"),
    "401 with a packed page": http(gzip.compress(b"no"), "401 Unauthorized", "text/html", Content_Encoding="gzip"),
    "fault of SOAP 1.1 with HTTP 500": http(
        fault11("Server was unable to process request. ---> 401 Unauthorised"), "500 Internal Server Error"
    ),
    "fault of SOAP 1.2 with HTTP 500": http(
        fault12("Server was unable to process request. ---> Access denied."),
        "500 Internal Server Error",
        "application/soap+xml; charset=utf-8",
    ),
    "fault with HTTP 200": http(fault11("Invalid username or password")),
    "fault: incorrect login": http(fault11("The user name or password provided is incorrect."), "500 Error"),
    "fault: permission": http(fault11("User has no Third Party permission"), "500 Error"),
    "fault: credentials": http(fault11("Invalid credentials"), "500 Error"),
    "fault: not permitted": http(fault11("This account is not permitted to use the service"), "500 Error"),
    "fault: not authorised": http(fault11("User is not authorised"), "500 Error"),
    "fault: login failed": http(fault11("Login failed."), "500 Error"),
    "fault: HTTP 401": http(fault11("HTTP 401"), "500 Error"),
    "401 with a fault that says nothing else": http(fault11("Request denied"), "401 Unauthorized"),
    "fault in two languages": http(
        envelope(TWO_LANGUAGES.format("Gwrthodwyd", "Invalid username or password"), "1.2"),
        "500 Error",
        "application/soap+xml",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_refused_login_is_known_and_its_entities_are_not(name: str) -> None:
    """401, or the fault that means it, says both causes and the cure, and never "no entities"."""
    found = listing(REFUSED[name])

    assert found.login == Known(Login.REFUSED, Probed("findEntitiesBySchoolID"))
    assert found.entities == Unknown(UnknownReason.LOGIN_REFUSED, found.refusal)
    assert found.refusal.endswith(f". {IN_SHORT}")


CUT_OFF = {
    "its page is cut off": b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 500\r\n\r\nUnauth",
    "its page has no end": b"HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nUnaut\r\n",
    "its page is huge": b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 9000000\r\n\r\nUnauth",
}


@pytest.mark.parametrize("name", CUT_OFF)
def test_a_refusal_that_does_not_come_whole_is_one_and_is_not_tried_again(name: str) -> None:
    """The status says it: the same password once more could lock the account out."""
    asked: list[str] = []

    def respond(request: Request) -> Answer:
        asked.append(request.operation)
        return healthy(request) if request.operation != LIST else lambda connection: connection.sendall(CUT_OFF[name])

    with serving(respond) as server:
        live = one(server.url(), replace(QUICK, retries=2))
    assert live.accesses[ADDRESS].login == Known(Login.REFUSED, Probed(LIST))
    assert asked.count(LIST) == 1


UNREADABLE = {
    "403": (http("Forbidden", "403 Forbidden", "text/plain"), "refused this request (403)"),
    "403 of a firewall, with a page": (http(LOGIN_PAGE, "403 Forbidden", "text/html"), "refused this request (403)"),
    "fault: SQL Server's own permission": (
        http(fault11("The EXECUTE permission was denied on the object 'x', database 'y'."), "500 E"),
        "EXECUTE",
    ),
    "fault: time-out": (
        http(fault11("Server was unable to process request. ---> Timeout expired."), "500 E"),
        "Timeout",
    ),
    "fault: deadlock": (http(fault11("Transaction (Process ID 401) was deadlocked"), "500 E"), "deadlocked"),
    "fault: null reference": (
        http(fault11("Object reference not set to an instance of an object."), "500 E"),
        "Object",
    ),
    "fault: a School ID that looks like 401": (http(fault11("Invalid School ID 401"), "500 E"), "School ID 401"),
    "fault: no such school, told as a refusal": (
        http(fault11("401 Unauthorised: no school with ID 999"), "500 E"),
        "does not know this school ('401 Unauthorised: no school with ID 999'): check schoolId 12345 (workspace.yaml:1",
    ),
    "fault: SQL Server's own login": (http(fault11("Login failed for user 'sa'."), "500 E"), "Login failed"),
    "fault: a file of the server": (
        http(fault11("UnauthorizedAccessException: Access to the path 'C' is denied"), "500 E"),
        "path",
    ),
    "fault: a stack trace that names permissions": (
        http(fault11("Timeout expired.\n  at Bromcom.Permission.Check (System.String p) [0x0] in x:0"), "500 E"),
        "Timeout expired.",
    ),
    "fault of a client error": (
        http(fault11("Input string was not in a correct format.", "soap:Client"), "500 E"),
        "Input",
    ),
    "fault: another system's 401": (
        http(fault11("System.Net.WebException: The remote server returned an error: (401) Unauthorized."), "500 E"),
        "(401) Unauthorized",
    ),
    "fault: another system's 401, further in": (
        http(
            fault11(
                "Server was unable to process request. ---> Sync failed ---> The remote server returned an error: (401)"
            ),
            "500 E",
        ),
        "Sync failed",
    ),
    "401 with a fault: no such school": (
        http(fault11("School not found"), "401 Unauthorized"),
        "does not know this school ('School not found'): check schoolId 12345 (workspace.yaml:1",
    ),
    "401 with a fault: SQL Server's own login": (
        http(fault11("Login failed for user 'sa'."), "401 Unauthorized"),
        "Login failed for user",
    ),
    "fault of another namespace": (
        http(envelope(FAULT.replace("soap:Fault>", 'x:Fault xmlns:x="urn:x">', 1).replace("</soap:", "</x:")), "500 E"),
        "not an answer from Bromcom (HTTP 500)",
    ),
    "fault of no namespace with HTTP 200": (
        http(envelope(FAULT.replace("soap:Fault", "Fault"))),
        "not the response to",
    ),
    "fault with two reasons": (
        http(envelope(FAULT.replace("</soap:", "<faultstring>Timeout expired.</faultstring></soap:")), "500 E"),
        "more than one code or reason",
    ),
    "fault whose reason goes on in other elements": (
        http(envelope(FAULT.replace("Unauthorised", "Unauthorised<b> by the SQL Server</b>")), "500 E"),
        "401 Unauthorised by the SQL Server",
    ),
    "206": (
        http(GOOD, "206 Partial Content", Content_Range="bytes 0-99/5000"),
        "not an answer from Bromcom (HTTP 206)",
    ),
    "202": (http(GOOD, "202 Accepted"), "not an answer from Bromcom (HTTP 202)"),
    "304": (http(status="304 Not Modified"), "not an answer from Bromcom (HTTP 304)"),
    "redirect without a target": (http(status="302 Found"), "not an answer from Bromcom (HTTP 302)"),
    "redirect that is none": (
        http(status="300 Multiple", Location="/x"),
        "not an answer from Bromcom (HTTP 300)",
    ),
    "fault without a code": (http(fault11("401 Unauthorised", code=""), "500 E"), "fault without a code"),
    "any XML with HTTP 500": (
        http("<error><code>401</code></error>", "500 E"),
        "not a SOAP message (its root is error)",
    ),
    "XHTML with 502, sent as XML": (http(XHTML, "502 Bad Gateway"), "web page"),
    "page with 502": (http("<html><title>502 Bad Gateway</title>", "502 Bad Gateway", "text/html"), "502 Bad Gateway"),
    "login page with 200": (http(LOGIN_PAGE, kind="text/html; charset=utf-8"), "'Bromcom Login'"),
    "login page with 200, sent as XML": (http(LOGIN_PAGE), "'Bromcom Login'"),
    "well-formed page with 200, sent as XML": (http(XHTML), "web page"),
    "page with 404": (http(LOGIN_PAGE, "404 Not Found", "text/html"), "no service at this address (HTTP 404)"),
    "redirect to a login page": (
        http(status="302 Found", Location="/Nucleus/Login.aspx?token=t0ken"),
        "redirects elsewhere",
    ),
    "redirect to another host": (http(status="301 Moved", Location="https://evil.example/a"), "evil.example"),
    "redirect to a name that no host has": (
        http(status="302 Found", Location=f"https://{'a' * 300}/"),
        "(HTTP 302, to an invalid address), and no password is sent there",
    ),
    "good answer of a wrong type": (http(GOOD, kind="text/html"), "web page"),
    "good answer as plain text": (http(GOOD, kind="text/plain"), "text/plain, not XML"),
    "good answer without a type": (http(GOOD, kind=""), "of no declared type"),
    "JSON": (http('{"error": "maintenance"}', kind="application/json"), "application/json, not XML"),
    "JSON sent as XML": (http('{"error": "maintenance"}'), "not complete XML"),
    "empty body": (http(""), "empty"),
    "204": (b"HTTP/1.1 204 No Content\r\nContent-Type: text/xml\r\n\r\n", "empty"),
    "cut off in the middle of a row": (http(GOOD[: GOOD.index("Students")]), "not complete XML"),
    "cut off between two rows": (http(GOOD[: GOOD.index("</Table>") + 8]), "not complete XML"),
    "cut off before its last byte": (http(GOOD[:-1]), "not complete XML"),
    "answer to not the response to": (http(answers.database()), "not the response to"),
    "empty SOAP body": (http(envelope("")), "empty SOAP body"),
    "no SOAP at all": (http("<DataSet xmlns='http://tempuri.org/'/>"), "not a SOAP message"),
    "no result": (http(envelope('<findEntitiesBySchoolIDResponse xmlns="http://tempuri.org/"/>')), "holds no find"),
    "empty result": (http(envelope(response("findEntitiesBySchoolID", ""))), "Result is empty"),
    "null result": (http(envelope(response("findEntitiesBySchoolID", "", ' xsi:nil="true"'))), "Result is null"),
    "a fault beside the list": (http(GOOD.replace("</soap:Body>", f"{FAULT}</soap:Body>")), "more than one response"),
    "a fault with two reasons": (
        http(fault11("401 Unauthorised").replace("<detail/>", "<faultstring>Timeout expired.</faultstring>"), "500 E"),
        "more than one code or reason",
    ),
    "two responses": (http(GOOD.replace("</soap:Body>", f"{MORE}</soap:Body>")), "more than one response"),
    "two results": (
        http(GOOD.replace(f"</{LIST}Response>", f"<{LIST}Result/></{LIST}Response>")),
        "more than one find",
    ),
    "list with HTTP 500": (http(GOOD, "500 E"), "not an answer from Bromcom (HTTP 500)"),
    "packed": (http(gzip.compress(GOOD.encode()), Content_Encoding="gzip"), "compressed (gzip)"),
    "entities of its own": (
        http(
            '<!DOCTYPE x [<!ENTITY s SYSTEM "file:///etc/passwd">]>' + GOOD.partition("?>")[2].replace("Staff", "&s;")
        ),
        "DTD",
    ),
    "a bomb of entities": (
        http(
            '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
            + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(2, 12)).replace("&a1;", "&a;")
            + "]>"
            + GOOD.partition("?>")[2].replace("Staff", "&a11;")
        ),
        "",
    ),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_anything_but_an_answer_is_unknown_and_says_why(name: str) -> None:
    """No page, fault, half or stranger's document is ever a refused login, and none is ever fewer entities."""
    answer, words = UNREADABLE[name]

    found = listing(answer)

    assert isinstance(found.login, Unknown)
    assert found.login.reason is UnknownReason.UNREADABLE
    assert found.entities == found.login
    assert words in found.login.text
    assert "t0ken" not in found.login.text


@pytest.mark.parametrize("soap", SoapVersion)
def test_a_good_answer_is_known(soap: SoapVersion) -> None:
    """The control: the same road, all well, in both versions of SOAP."""
    found = listing(http(GOOD), soap=soap)

    assert found.login == Known(Login.WORKS, Probed("findEntitiesBySchoolID"))
    assert found.entities == Known({"staff": "Staff", "students": "Students"}, Probed("findEntitiesBySchoolID"))


def test_no_rows_are_no_entities_and_prove_no_login() -> None:
    """An empty answer to a failed login cannot be excluded."""
    found = listing(http(entities([])))

    assert found.entities == Known({}, Probed("findEntitiesBySchoolID"))
    assert isinstance(found.login, Unknown)
    assert found.login.reason is UnknownReason.NOTHING_LISTED


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_a_server_that_asks_for_more_time_than_a_run_has_is_believed(status: str) -> None:
    """A Retry-After beyond the cap is told, not waited for."""
    found = listing(http("busy", status, "text/html", Retry_After="3600"), replace(QUICK, retries=2))

    assert isinstance(found.login, Unknown)
    assert found.login.reason is UnknownReason.THROTTLED
    assert "in 60 min, longer than a run waits (60 s): run it again then" in found.login.text


def test_a_retry_after_may_be_a_date() -> None:
    """HTTP lets a server say when, instead of how long."""
    found = listing(http("busy", "503 Service Unavailable", Retry_After="Fri, 31 Dec 2100 23:59:59 GMT"))

    assert isinstance(found.login, Unknown)
    assert "in a day or more, longer than a run waits" in found.login.text


def test_a_server_that_repeats_the_password_does_not_spread_it() -> None:
    """A fault's text is kept, the password in it is not."""
    found = listing(http(fault11(f"Invalid password {PASSWORD} for groupcall"), "500 E"))

    assert "Invalid password (the password) for groupcall" in found.refusal
    assert PASSWORD not in repr(found)


HUGE = {
    "titles": http("<title>" * 300_000, kind="text/html"),
    "blanks in a fault": http(fault11("x" + " " * 1_000_000 + "y"), "500 E"),
    "frames in a fault": http(fault11("x" + " at " + "a" * 1_000_000), "500 E"),
    "users in a fault": http(fault11("user has no " * 100_000), "500 E"),
    "a content type": http("x", kind="a/" + "b" * 7000),
}


@pytest.mark.parametrize("name", HUGE)
def test_no_answer_however_large_holds_up_the_run_or_fills_the_report(name: str) -> None:
    """The first kilobytes are looked at; a search that takes the square of a length would outlast the time that the
    test gives a process of its own."""
    script = (
        "import sys; from tests.bromcom.test_answers import HUGE, listing\n"
        "print(len(listing(HUGE[sys.argv[1]]).login.text))"
    )
    done = subprocess.run([sys.executable, "-c", script, name], capture_output=True, text=True, timeout=20, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 600


BAD_HEADERS = {
    "content type": http("x", kind="text/\xff").replace(b"\xc3\xbf", b"\xff"),
    "content encoding": http("x", Content_Encoding="\xff").replace(b"\xc3\xbf", b"\xff"),
    "redirect": http(status="302 Found", Location="https://ex\xffmple/").replace(b"\xc3\xbf", b"\xff"),
}


@pytest.mark.parametrize("name", BAD_HEADERS)
def test_bytes_that_are_no_text_in_a_header_become_text(name: str) -> None:
    """A reason that cannot be printed would lose the whole report."""
    found = listing(BAD_HEADERS[name])
    assert isinstance(found.login, Unknown)
    assert "\N{REPLACEMENT CHARACTER}" in found.login.text
    assert found.login.text.encode()
