"""What stands before a service, or does not know the school: it is sent no password, and no login is taken for refused.

A service may answer a School ID that it does not know in any of these ways, so that it is named as a cause.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.model.address import Address
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.problem import Origin
from reconciler.planning.refused_login import NO_LOGIN_WORKED
from tests.bromcom.answers import database, fault11, fault12, healthy
from tests.bromcom.raw_server import Answer, Request, http, serving
from tests.bromcom.scenes import FAULT, REFUSED, WORKS, why
from tests.bromcom.workspaces import ADDRESS, access, one, platform, probed, school

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.model.live import Live

HERE = "check schoolId 12345 (workspace.yaml:1:1)"
REFUSED_QUESTION = {
    "401": http(status="401 Unauthorized"),
    "401 with a page": http("<html><title>401</title></html>", "401 Unauthorized", "text/html"),
    "401 with a scheme": http(status="401 Unauthorized", WWW_Authenticate='Basic realm="x", Negotiate'),
    "401 with a fault": http(fault11("Timeout expired."), "401 Unauthorized"),
    "403": http("Forbidden", "403 Forbidden", "text/plain"),
}
GATEWAYS = {
    **REFUSED_QUESTION,
    "407": http(status="407 Proxy Authentication Required"),
    "511": http("<html/>", "511 Network Authentication Required", "text/html"),
    "302 to a login": http(status="302 Found", Location="/Nucleus/Login.aspx"),
    "307 elsewhere": http(status="307 Temporary Redirect", Location="https://login.example/"),
    "304": http(status="304 Not Modified"),
    "301 without a target": http(status="301 Moved"),
    "fault: no such school": http(fault11("School not found"), "500 E"),
    "fault: refused": http(fault11("401 Unauthorised"), "500 E"),
    "fault: denied, with 200": http(fault11("Access denied")),
    "fault of SOAP 1.2: refused": http(fault12("You are not authorised"), "500 E", "application/soap+xml"),
}


def of_school(number: str, answer: Answer, operation: str = "") -> Callable[[Request], Answer]:
    """A service that answers this for one school, whatever it is asked or to one question alone."""

    def respond(request: Request) -> Answer:
        hit = request.value("schoolID") == number and operation in ("", request.operation)
        return answer if hit else healthy(request)

    return respond


@pytest.mark.parametrize("name", GATEWAYS)
def test_what_lets_nobody_in_is_sent_no_password(name: str) -> None:
    """The question without a login comes first, at every school; the other schools of the host are asked on."""
    with serving(of_school("1", GATEWAYS[name])) as server:
        at = platform(server.url())
        schools = [school(f"s{n}", n, at) for n in range(3)]
        live = probed(schools, [access(f"{each.name}/{supplier}") for each in schools for supplier in "xy"])
    logins = [live.accesses[Address("s1", supplier)].login for supplier in "xy"]
    assert {why(login) for login in logins} <= {UnknownReason.UNREADABLE, UnknownReason.UNREACHABLE}
    assert not [r for r in server.requests if r.value("schoolID") == "1" and r.value("password")]
    whole_host = name == "407"  # it stands before all of them; they are asked at the same time as this one
    assert whole_host or [live.accesses[Address(f"s{n}", "x")].login for n in (0, 2)] == [WORKS] * 2


@pytest.mark.parametrize("name", REFUSED_QUESTION)
def test_a_question_without_a_login_that_is_refused_may_be_about_the_school_id(name: str) -> None:
    """The scheme is told, and the file, line and column of the School ID; files keep no line."""
    with serving(of_school("12345", REFUSED_QUESTION[name])) as server:
        live = one(server.url())
    found = live.schools["greenfield"].reachable
    assert isinstance(found, Unknown)
    assert found.reason is UnknownReason.UNREADABLE
    told = "even a request without a login was refused (HTTP "
    assert found.text.startswith(told)
    assert ("WWW-Authenticate: Basic" in found.text) == (name == "401 with a scheme")
    assert found.text.endswith(
        f"), so no password was sent. Either a gateway blocks everyone or the School ID is wrong: {HERE}"
    )
    assert "workspace.yaml" not in found.redacted_text
    assert found.redacted_text.endswith("check schoolId 12345")
    assert live.accesses[ADDRESS].login == live.accesses[ADDRESS].entities == found
    assert len(server.requests) == 1


def test_a_question_without_a_login_that_a_fault_refuses_is_told_by_its_words() -> None:
    """It is the same gateway, or School ID, in other words; files keep none of them."""
    with serving(of_school("12345", GATEWAYS["fault: refused"])) as server:
        live = one(server.url())
    found = live.schools["greenfield"].reachable
    assert isinstance(found, Unknown)
    assert found.text.startswith("even a request without a login was refused ('401 Unauthorised'), so no ")
    assert found.text.endswith(HERE)
    assert "Unauthorised" not in found.redacted_text


@pytest.mark.parametrize("operation", ["testDatabaseConnection", "findEntitiesBySchoolID"])
def test_a_school_that_the_service_does_not_know_points_at_its_school_id(operation: str) -> None:
    """Whichever question the service says it to; what it says of the school is no word about the login."""
    answer = http(fault11("Server was unable to process request. ---> School not found"), "500 E")
    with serving(of_school("12345", answer, operation)) as server:
        live = one(server.url())
    told = f"Bromcom does not know this school ('School not found'): {HERE}"
    assert live.accesses[ADDRESS].login == Unknown(UnknownReason.UNREADABLE, told)
    sent = any(request.value("password") for request in server.requests)
    assert sent == (operation == "findEntitiesBySchoolID")


def alike(answer: Answer, logins: int, *, tested: bool = True) -> Live:
    """What is found where every login of one school is answered like this, and one of another school works."""

    def respond(request: Request) -> Answer:
        if request.value("schoolID") != "1":
            return healthy(request)
        if request.operation == "testDatabaseConnection":
            return http(database()) if tested else FAULT
        return answer

    with serving(respond) as server:
        at = platform(server.url())
        suppliers = [access(f"s1/x{n}") for n in range(logins)]
        return probed([school("s1", 1, at), school("s2", 2, at)], [*suppliers, access("s2/x0")])


FAILURES = {
    "401": REFUSED,
    "403": http("Forbidden", "403 Forbidden", "text/plain"),
    "fault": FAULT,
}


@pytest.mark.parametrize("name", FAILURES)
def test_accesses_of_one_school_that_all_fail_alike_point_at_its_school_id(name: str) -> None:
    """Where there is one alone, only if nothing else shows that the school is there."""
    hint = ". No login tried at this school worked, so first check schoolId 1 (workspace.yaml:1:1)"
    live = alike(FAILURES[name], 3)
    for n in range(3):
        found = live.accesses[Address("s1", f"x{n}")]
        assert isinstance(found.entities, Unknown)
        assert found.entities.text.endswith(hint)
        assert "workspace.yaml" not in found.entities.redacted_text
        refused = isinstance(found.login, Known)
        assert refused == (name == "401")
        assert found.refusal == (found.entities.text if refused else "")
    assert live.accesses[Address("s2", "x0")].login == WORKS
    single = alike(FAILURES[name], 1).accesses[Address("s1", "x0")].entities
    assert isinstance(single, Unknown)
    assert NO_LOGIN_WORKED not in single.text
    untested = alike(FAILURES[name], 1, tested=False).accesses[Address("s1", "x0")].entities
    assert isinstance(untested, Unknown)
    assert untested.text.endswith(hint)


def test_one_login_that_works_clears_the_school_id() -> None:
    """So does one that fails in another way, and what was never tried counts for nothing."""

    def respond(username: str, other: Answer) -> Callable[[Request], Answer]:
        def answers(request: Request) -> Answer:
            if request.operation == "testDatabaseConnection":
                return healthy(request)
            return other if request.value("username") == username else REFUSED

        return answers

    accesses = [access(f"s/{name}") for name in "abc"] + [access("s/lost", username="missing")]
    for other in (http(fault11("Timeout expired."), "500 E"), http("<html/>", kind="text/html"), None):
        with serving(healthy if other is None else respond("c.s", other)) as server:
            live = probed([school("s", 1, platform(server.url()))], accesses)
        assert NO_LOGIN_WORKED not in repr(live)
    with serving(respond("nobody", REFUSED)) as server:
        live = probed([school("s", 1, platform(server.url()))], accesses)
    assert NO_LOGIN_WORKED in live.accesses[Address("s", "a")].refusal


def test_the_place_is_that_of_the_school_id_where_it_is_known() -> None:
    """Not that of the document."""
    with serving(of_school("12345", REFUSED)) as server:
        at = school("greenfield", 12345, platform(server.url()))
        at = replace(at, school_id_origin=Origin("schools/greenfield.yaml", 6, 13))
        live = probed([at], [access("greenfield/groupcall")])
    assert "check schoolId 12345 (schools/greenfield.yaml:6:13)" in repr(live.schools["greenfield"])
