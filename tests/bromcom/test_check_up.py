"""Check-ups: each step is judged by an answer, and one login is sent once."""

from __future__ import annotations

import socket
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from reconciler.bromcom.check_up import check_login, check_platform, check_schools, may_log_in
from reconciler.bromcom.contract import LoginDetails
from reconciler.model.check_up import LOGIN_STEPS, Checkpoint, CheckResult, CheckState
from reconciler.model.secret import Secret
from tests.bromcom.answers import (
    database,
    diffgram,
    entities,
    envelope,
    fault11,
    healthy,
    response,
    row,
    schema,
)
from tests.bromcom.raw_server import http, serving
from tests.bromcom.test_tls import context_for
from tests.bromcom.workspaces import PASSWORD, QUICK, platform, school

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.bromcom.raw_server import Answer, Request

TO_DATABASE = tuple(step for step in Checkpoint if step not in (*LOGIN_STEPS, Checkpoint.SCHOOL))


def way_to(url: str, *, allow_http: bool = False) -> tuple[CheckResult, ...]:
    """The steps to the database of a school at this address."""
    at = school("greenfield", 12345, platform(url, allow_http=allow_http))
    (results,) = check_schools([at], QUICK)
    assert tuple(result.step for result in results) == TO_DATABASE
    return results


def verdicts(results: tuple[CheckResult, ...]) -> str:
    """The verdicts by their first letters: fine, wrong, clear (not), reached (not)."""
    letters = {CheckState.FINE: "f", CheckState.WRONG: "W", CheckState.UNKNOWN: "?", CheckState.NOT_REACHED: "-"}
    return "".join(letters[result.verdict] for result in results)


def login_at(url: str, password: str = PASSWORD) -> tuple[CheckResult, ...]:
    """All steps for one account at this address."""
    at = school("greenfield", 12345, platform(url))
    (way,) = check_schools([at], QUICK)
    return check_login(at, LoginDetails("groupcall.greenfield", Secret(password)), way, QUICK)


def test_every_step_to_a_healthy_service_is_fine() -> None:
    """And a single question was asked, without a login."""
    with serving(healthy) as server:
        results = way_to(server.url())
    assert verdicts(results) == "fffffff"
    assert [request.operation for request in server.requests] == ["testDatabaseConnection"]


def test_a_service_is_checked_by_its_contract_before_a_school_id_is_known() -> None:
    """One request; a service that publishes none is not clear, and a host that is not there is wrong."""
    contract = files("reconciler.bromcom").joinpath("contract.wsdl").read_bytes()
    answers = [http(contract), http("gone", "404 Not Found", "text/plain")]
    with serving(lambda _request: answers.pop(0)) as server:
        at = platform(server.url())
        assert [verdicts(check_platform(at, QUICK)) for _ in range(2)] == ["ffffff", "fffff?"]
    assert [request.line.partition(" HTTP")[0].rpartition("/")[2] for request in server.requests] == [
        "TPReadOnlyDataService.asmx?WSDL"
    ] * 2
    assert verdicts(check_platform(at, QUICK)) == "fffW--"


def test_a_name_that_does_not_exist_is_wrong() -> None:
    """`.invalid` never exists."""
    results = way_to("https://mis.invalid/x.asmx")
    assert verdicts(results) == "ffW----"
    assert "the name mis.invalid could not be" in results[2].text


def test_a_closed_port_is_wrong() -> None:
    """The name is fine then."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    results = way_to(f"https://localhost:{port}/x.asmx")
    assert verdicts(results) == "fffW---"
    assert results[3].text == f"the connection to localhost was refused: nothing listens at port {port}"


def test_a_certificate_of_an_unknown_authority_is_wrong() -> None:
    """The connection is fine, and no message left."""
    with serving(healthy, context_for("localhost", trustme.CA())) as server:
        results = way_to(server.url())
    assert verdicts(results) == "ffffW--"
    assert "SSL_CERT_FILE" in results[4].advice
    assert not server.requests


def test_a_certificate_that_the_system_trusts_is_fine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As one of a trust's own authority is."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    with serving(healthy, context_for("localhost", authority)) as server:
        results = way_to(server.url())
    assert verdicts(results) == "fffffff"
    assert results[4].text == "trusted"


def test_a_file_of_authorities_that_is_missing_proves_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was connected yet, so the name and the connection are not fine."""
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file.pem")
    results = way_to("https://localhost:1/x.asmx")
    assert verdicts(results) == "ff--W--"


def test_the_way_by_a_proxy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is the proxy's to look up."""
    monkeypatch.delenv("no_proxy", raising=False)
    with serving(healthy) as proxy:
        monkeypatch.setenv("http_proxy", f"http://user:hidden@127.0.0.1:{proxy.port}")
        results = way_to("http://mis.example/x.asmx", allow_http=True)
    assert verdicts(results) == "fffffff"
    assert results[1].text == f"http://127.0.0.1:{proxy.port}"
    assert results[2].text == "mis.example, looked up by the proxy"
    assert "hidden" not in str(results)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_wants_a_login_is_wrong(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing behind it is known."""
    monkeypatch.delenv("no_proxy", raising=False)
    with serving(lambda _: http(status="407 Proxy Authentication Required")) as proxy:
        monkeypatch.setenv(f"{scheme}_proxy", f"http://127.0.0.1:{proxy.port}")
        results = way_to(f"{scheme}://mis.example/x.asmx", allow_http=True)
    assert verdicts(results) == "fW-----"


def test_a_proxy_setting_that_is_no_address_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the service's own address is fine."""
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("https_proxy", "socks5://127.0.0.1:9")
    assert verdicts(way_to("https://mis.example/x.asmx")) == "fW-----"


@pytest.mark.parametrize("url", ["https://user:hidden@mis.example/x.asmx", "http://mis.example/x.asmx", "mis.example"])
def test_an_address_that_no_password_may_go_to_is_wrong(url: str) -> None:
    """It is not shown, as it may contain a login."""
    results = way_to(url)
    assert verdicts(results) == "W------"
    assert "hidden" not in str(results)


PAGE = http("<html><title>Maintenance</title></html>", kind="text/html")


@pytest.mark.parametrize(
    ("answer", "expected", "words"),
    [
        (PAGE, "fffffW-", "a web page came"),
        (http(status="404 Not Found"), "fffffW-", "there is no service at this address"),
        (http(status="302 Found", Location="https://elsewhere.example/"), "fffffW-", "redirects elsewhere"),
        (http(status="401 Unauthorized"), "fffffW-", "even a request without a login was refused"),
        (http(status="503 Busy"), "fffff?-", "asked us to wait"),
        (
            http(fault11("There is no school with the School ID 12345."), "500 E"),
            "ffffffW",
            "does not know this school",
        ),
        (http(fault11("Timeout expired."), "500 E"), "ffffff?", "an error of its own"),
        (http(database(up=False)), "ffffffW", "this school's database does not answer"),
    ],
)
def test_an_answer_is_about_the_service_or_the_database(answer: bytes, expected: str, words: str) -> None:
    """The way to it is fine, as an answer came."""
    with serving(lambda _: answer) as server:
        results = way_to(server.url())
    assert verdicts(results) == expected
    assert words in "".join(result.text for result in results)
    assert len(server.requests) == 1


def test_no_answer_in_time_is_not_clear() -> None:
    """A slow host is not a wrong address."""

    def wait(connection: socket.socket) -> None:
        connection.recv(1)

    with serving(lambda _: wait) as server:
        at = school("greenfield", 12345, platform(server.url()))
        (results,) = check_schools([at], replace(QUICK, timeout=0.5))
    assert verdicts(results) == "fffff?-"


def test_a_host_that_is_gone_is_tried_once_for_all_its_schools() -> None:
    """And each school says so."""
    with serving(lambda _: PAGE) as server:
        there = platform(server.url())
        gone = platform("https://mis.invalid/x.asmx", "gone")
        schools = [school(f"s{number}", number, there if number % 2 else gone) for number in range(1, 9)]
        results = check_schools(schools, QUICK)
    assert [verdicts(result) for result in results] == ["fffffW-", "ffW----"] * 4


def test_a_login_that_works_proves_the_database() -> None:
    """Newer services may lack the question about it."""

    def respond(request: Request) -> Answer:
        if request.operation == "testDatabaseConnection":
            return http(fault11("Server did not recognize the value of HTTP Header SOAPAction."), "500 E")
        return healthy(request)

    with serving(respond) as server:
        results = login_at(server.url())
    assert verdicts(results) == "fffffffff"
    assert results[-1].text == "it may read 2 entities"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (http(status="401 Unauthorized"), "fffffffW-"),
        (http(fault11("Invalid username or password."), "500 E"), "fffffffW-"),
        (http(fault11("There is no school with the School ID 12345."), "500 E"), "ffffffW--"),
        (http(fault11("Timeout expired."), "500 E"), "fffffff?-"),
        (http(status="503 Busy"), "fffffff?-"),
        (PAGE, "fffffff?-"),
        (http(entities([])), "fffffff??"),
    ],
)
def test_the_answer_to_a_login_is_judged_and_no_login_is_sent_twice(answer: bytes, expected: str) -> None:
    """A wrong password may lock an account, so nothing is tried again."""

    def respond(request: Request) -> Answer:
        return healthy(request) if request.operation == "testDatabaseConnection" else answer

    with serving(respond) as server:
        results = login_at(server.url())
    assert verdicts(results) == expected
    assert [request.operation for request in server.requests].count("findEntitiesBySchoolID") == 1


def test_a_password_that_the_service_quotes_is_masked() -> None:
    """In the text for people and in the one to send."""

    def respond(request: Request) -> Answer:
        if request.operation == "testDatabaseConnection":
            return healthy(request)
        return http(fault11(f"Cannot parse '{PASSWORD}'."), "500 E")

    with serving(respond) as server:
        results = login_at(server.url())
    assert PASSWORD not in str(results)
    assert "Cannot parse" not in results[-2].redacted_text


URN = 112345


def school_at(url: str, urn: int | None = URN) -> tuple[CheckResult, ...]:
    """All steps for one account of a school that declares this URN."""
    at = replace(school("greenfield", 12345, platform(url)), urn=urn)
    (way,) = check_schools([at], QUICK)
    return check_login(at, LoginDetails("groupcall.greenfield", Secret(PASSWORD)), way, QUICK)


def with_schools(answer: bytes, listed: tuple[str, ...] = ("Schools", "Staff")) -> Callable[[Request], bytes]:
    """A service whose account may read these, and that answers so about `Schools`."""

    def respond(request: Request) -> bytes:
        if request.operation == "findEntitiesBySchoolID":
            return http(entities(listed))
        return answer if request.operation == "getEntityDataBySchoolID" else healthy(request)

    return respond


def rows_of(*urns: int) -> bytes:
    """The rows of `Schools` with these numbers."""
    cells = "".join(row(number, schoolID="1", uniqueReferenceNumber=str(urn)) for number, urn in enumerate(urns, 1))
    table = schema("schoolID", "uniqueReferenceNumber") + diffgram(cells)
    return http(envelope(response("getEntityDataBySchoolID", table)))


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [
        (rows_of(URN), CheckState.FINE, "it is the one with URN 112345"),
        (rows_of(), CheckState.WRONG, "another school answers: this database has no school with URN 112345"),
        (rows_of(URN + 1), CheckState.UNKNOWN, "which was not asked for"),
        (rows_of(URN, URN + 1), CheckState.UNKNOWN, "which was not asked for"),
        (http(fault11("Invalid column name."), "500 E"), CheckState.UNKNOWN, "Schools is listed but could not be read"),
        (http(status="401 Unauthorized"), CheckState.UNKNOWN, "Schools is listed but could not be read"),
        (PAGE, CheckState.UNKNOWN, "a web page came"),
    ],
)
def test_a_school_that_declares_its_urn_is_known_by_it(answer: bytes, state: CheckState, words: str) -> None:
    """A wrong School ID of another school with the same account answers well; a server may ignore the filter."""
    with serving(with_schools(answer)) as server:
        results = school_at(server.url())
    assert (results[-1].step, results[-1].verdict) == (Checkpoint.SCHOOL, state)
    assert words in results[-1].text
    (asked,) = [request for request in server.requests if request.operation == "getEntityDataBySchoolID"]
    assert (asked.value("entityName"), asked.value("entityFilter")) == ("Schools", "uniqueReferenceNumber = 112345")


@pytest.mark.parametrize(("urn", "listed"), [(None, ("Schools",)), (URN, ("Staff",))])
def test_without_a_urn_or_a_tick_nothing_is_asked_of_schools(urn: int | None, listed: tuple[str, ...]) -> None:
    """And nothing is said of it."""
    with serving(with_schools(rows_of(), listed)) as server:
        results = school_at(server.url(), urn)
    assert verdicts(results) == "fffffffff"
    assert "getEntityDataBySchoolID" not in [request.operation for request in server.requests]


_STATES = st.sampled_from(CheckState)


@given(st.lists(_STATES, min_size=len(TO_DATABASE), max_size=len(TO_DATABASE)))
def test_law_a_password_is_sent_only_to_bromcom_itself(states: list[CheckState]) -> None:
    """A page, a gateway and a host that was not reached get none."""
    way = [CheckResult(step, state) for step, state in zip(TO_DATABASE, states, strict=True)]
    if may_log_in(way):
        assert way[-2].verdict is CheckState.FINE
        assert way[-1].verdict in (CheckState.FINE, CheckState.UNKNOWN)
