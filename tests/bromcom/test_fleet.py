"""Many schools: what one does to the others, what is left alone, and what a run that was stopped tells."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.bromcom.entity_lists import InternedValues
from reconciler.bromcom.fleet import ProbeProgress, probe, probe_fleet
from reconciler.bromcom.reading import HttpAnswer as AnswerRead
from reconciler.model.address import Address
from reconciler.model.evidence import Known, Probed, Unknown, UnknownReason
from reconciler.model.live import Live, Login
from tests.bromcom.answers import (
    columns,
    database,
    diffgram,
    entities,
    envelope,
    healthy,
    response,
    row,
    schema,
)
from tests.bromcom.raw_server import Answer, Request, http, serving
from tests.bromcom.scenes import BUSY, FAULT, REFUSED, UP, WORKS, in_turn, why
from tests.bromcom.workspaces import ADDRESS, QUICK, access, desired, one, passwords, platform, probed, school

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.model.secret import Secret, SecretRef


def test_a_school_that_is_throttled_keeps_its_accesses_from_being_asked() -> None:
    """More questions would make it worse."""
    with serving(lambda _: BUSY) as server:
        live = one(server.url())
    assert why(live.schools["greenfield"].reachable) is UnknownReason.THROTTLED
    assert why(live.accesses[ADDRESS].login) is UnknownReason.THROTTLED
    assert len(server.requests) == 1


def test_a_school_whose_database_is_down_keeps_its_accesses_from_being_asked() -> None:
    """What the service says is known; what it cannot look up is not."""
    with serving(lambda _: http(database(up=False))) as server:
        live = one(server.url())
    assert live.schools["greenfield"].reachable == Known(False, Probed("testDatabaseConnection"))
    assert "database does not answer" in live.schools["greenfield"].reason
    assert why(live.accesses[ADDRESS].login) is UnknownReason.DATABASE_DOWN
    assert len(server.requests) == 1


DOWN = "<testDatabaseConnectionResult>false</testDatabaseConnectionResult>"


@pytest.mark.parametrize(
    "answer",
    [
        FAULT,
        http(status="404 Not Found"),
        http("<html/>", kind="text/html"),
        http(envelope(response("testDatabaseConnection", "maybe"))),
        http(database().replace("</testDatabaseConnectionResponse>", f"{DOWN}</testDatabaseConnectionResponse>")),
        http(database().replace("</soap:Body>", f"{response('testDatabaseConnection', 'false')}</soap:Body>")),
    ],
    ids=["fault", "404", "page", "neither true nor false", "two results", "two responses"],
)
def test_a_server_without_the_schools_question_is_asked_the_accesses(answer: bytes) -> None:
    """The question may be gone on newer servers: a login that works proves the school, and a refused one does not."""

    def respond(refused: bool) -> Callable[[Request], Answer]:
        def answers(request: Request) -> Answer:
            return answer if request.operation == "testDatabaseConnection" else REFUSED if refused else healthy(request)

        return answers

    with serving(respond(refused=False)) as server:
        assert one(server.url()).schools["greenfield"].reachable == Known(True, Probed("findEntitiesBySchoolID"))
    with serving(respond(refused=True)) as server:
        assert why(one(server.url()).schools["greenfield"].reachable) is UnknownReason.UNREADABLE


def test_an_account_that_was_refused_once_is_left_alone() -> None:
    """Two accesses with one account, in any case, deep probe included: one question, so that nothing is locked."""
    with serving(in_turn(REFUSED)) as server:
        at = platform(server.url())
        live = probed(
            [school("greenfield", 1, at)],
            [
                access("greenfield/a", username="shared", declared=["Students"]),
                access("greenfield/b", username="SHARED", declared=["Students"]),
                access("greenfield/c", username="other", declared=["Students"]),
            ],
            replace(QUICK, deep=True, retries=2),
        )
    asked = Counter(request.value("username") for request in server.requests)
    assert asked == {"": 1, "shared": 1, "other": 1}
    assert live.accesses[Address("greenfield", "a")].login == Known(Login.REFUSED, Probed("findEntitiesBySchoolID"))
    assert why(live.accesses[Address("greenfield", "b")].login) is UnknownReason.LOGIN_REFUSED
    assert "left alone" in live.accesses[Address("greenfield", "b")].login.text  # type: ignore[union-attr]


def test_the_same_username_at_another_school_is_another_account() -> None:
    """Every school is a database of its own."""

    def respond(request: Request) -> Answer:
        return REFUSED if request.value("schoolID") == "1" and request.value("username") else healthy(request)

    with serving(respond) as server:
        at = platform(server.url())
        live = probed(
            [school("a", 1, at), school("b", 2, at)], [access("a/x", username="same"), access("b/x", username="same")]
        )
    assert live.accesses[Address("b", "x")].login == WORKS


class Unwritable:
    """A School ID that nobody foresaw."""

    def __str__(self) -> str:
        raise ZeroDivisionError("s3cret")


def test_a_fault_of_our_own_at_one_of_them_loses_no_other() -> None:
    """It says where it is, and nothing of its words: they may hold a password."""

    async def failing(ref: SecretRef) -> Secret:
        if "broken" in str(ref):
            raise RuntimeError("s3cret")
        return await passwords(ref)

    with serving(healthy) as server:
        at = platform(server.url())
        schools = [school("a", 1, at), school("b", Unwritable(), at)]  # type: ignore[arg-type]
        schools.append(school("c", 3, platform(7)))  # type: ignore[arg-type]
        accesses = [access(address) for address in ("a/x", "b/x", "c/x")] + [access("a/y", username="broken")]
        live = probe(desired(schools, accesses), failing, QUICK)
    assert live.accesses[ADDRESS._replace(school="a", supplier="x")].login == WORKS
    for fact in (live.schools["b"].reachable, live.schools["c"].reachable, live.accesses[Address("a", "y")].login):
        assert why(fact) is UnknownReason.OWN_FAULT
    assert (
        why(live.accesses[Address("c", "x")].login)
        is why(live.accesses[Address("b", "x")].login)
        is UnknownReason.OWN_FAULT
    )
    failed = live.accesses[Address("a", "y")].entities
    assert isinstance(failed, Unknown)
    assert failed.text.startswith("reconciler failed on this: RuntimeError in bromcom/test_fleet.py:")
    assert "s3cret" not in repr(live)


def test_one_bad_school_stops_no_other() -> None:
    """A fault, a page, silence and a refusal beside schools that are well, on one host."""

    def respond(request: Request) -> Answer:
        match request.value("schoolID"):
            case "1":
                return FAULT
            case "2":
                return http("<html/>", kind="text/html")
            case "3":
                return lambda _: time.sleep(1.5)
            case "4" if request.value("username"):
                return REFUSED
            case _:
                return healthy(request)

    with serving(respond) as server:
        at = platform(server.url())
        names = [f"school{n}" for n in range(8)]
        live = probed(
            [school(name, n, at) for n, name in enumerate(names)],
            [access(f"{name}/x") for name in names],
            replace(QUICK, timeout=1.0),
        )
    works = {name for name in names if live.accesses[Address(name, "x")].login == WORKS}
    assert works == {"school0", "school5", "school6", "school7"}


def test_the_same_state_is_the_same_live_whatever_came_first() -> None:
    """Answers come in any order; schools and accesses are sorted, equal ticks are one mapping, and all is equal."""

    def respond(slow: str) -> Callable[[Request], Answer]:
        def answers(request: Request) -> Answer:
            if request.value("schoolID") == slow:
                time.sleep(0.1)
            if request.operation == "findEntitiesBySchoolID":
                return http(entities(["students ", "Staff", "ATTENDANCES"]))
            return healthy(request)

        return answers

    found: list[Live] = []
    for slow in ("1", "4"):
        with serving(respond(slow)) as server:
            at = platform(server.url())
            names = ["delta", "alpha", "charlie", "bravo"]
            found.append(
                probed(
                    [school(name, n, at) for n, name in enumerate(names, start=1)],
                    [access(f"{name}/{supplier}") for name in names for supplier in ("z", "a")],
                )
            )
    assert found[0] == found[1]
    for live in found:
        assert list(live.schools) == sorted(live.schools)
        assert list(live.accesses) == sorted(live.accesses)
        listed = [one.entities.value for one in live.accesses.values() if isinstance(one.entities, Known)]
        assert len(listed) == 8
        assert {id(one) for one in listed} == {id(listed[0])}
        assert listed[0] == {"attendances": "ATTENDANCES", "staff": "Staff", "students": "students"}


def test_an_access_without_a_password_is_not_probed_but_its_school_is() -> None:
    """Nobody kept it, or its source gives nothing: two reasons, and the school is known all the same."""
    with serving(healthy) as server:
        live = probed(
            [school("greenfield", 1, platform(server.url()))],
            [access("greenfield/kept", password=False), access("greenfield/lost", username="missing")],
        )
    assert live.schools["greenfield"].reachable == UP
    assert why(live.accesses[Address("greenfield", "kept")].login) is UnknownReason.NO_PASSWORD
    assert live.accesses[Address("greenfield", "lost")].entities == Unknown(
        UnknownReason.NO_SECRET, "the environment variable missing is not set"
    )
    assert len(server.requests) == 1


def test_a_deep_probe_reads_columns_of_what_is_declared_and_listed() -> None:
    """`1=0` for each, by the service's display form; a fault is about that entity, and rows are never kept."""

    def respond(request: Request) -> Answer:
        match request.operation, request.value("entityName"):
            case "findEntitiesBySchoolID", _:
                return http(entities(["Staff", "SENStudents", "Students", "Marks"]))
            case "getEntityDataBySchoolID", "SENStudents":
                return http(status="403 Forbidden")
            case "getEntityDataBySchoolID", "Marks":
                return FAULT
            case "getEntityDataBySchoolID", "Staff":
                rows = row(1, StaffID="1", Surname="Kept-by-nobody")
                return http(
                    envelope(response("getEntityDataBySchoolID", schema("StaffID", "Surname") + diffgram(rows)))
                )
            case _:
                return (
                    http(columns("StudentID", "First_x0020_Name")) if request.value("entityName") else healthy(request)
                )

    with serving(respond) as server:
        live = one(
            server.url(), replace(QUICK, deep=True), declared=["students", "SENStudents", "staff", "Marks", "Absent"]
        )
    found = live.accesses[ADDRESS].columns
    assert list(found) == ["marks", "senstudents", "staff", "students"]
    assert found["students"] == Known(("StudentID", "First Name"), Probed("getEntityDataBySchoolID"))
    assert found["staff"] == Known(("StaffID", "Surname"), Probed("getEntityDataBySchoolID"))
    assert why(found["senstudents"]) is why(found["marks"]) is UnknownReason.NOT_GRANTED
    assert "Kept-by-nobody" not in repr(live)
    asked = [(r.value("entityName"), r.value("entityFilter")) for r in server.requests if r.value("entityName")]
    assert sorted(asked) == [("Marks", "1=0"), ("SENStudents", "1=0"), ("Staff", "1=0"), ("Students", "1=0")]


def test_after_a_refusal_at_an_entity_no_further_one_of_that_account_is_asked() -> None:
    """A service that counts refusals may lock the account: the rest is unknown, for its other accesses as well."""

    def respond(request: Request) -> Answer:
        match request.operation, request.value("entityName"):
            case "findEntitiesBySchoolID", _:
                return http(entities(["A", "B", "C"]))
            case "getEntityDataBySchoolID", "A":
                return http(columns("Id"))
            case "getEntityDataBySchoolID", _:
                return REFUSED
            case _:
                return healthy(request)

    names = ["A", "B", "C"]
    with serving(respond) as server:
        live = probed(
            [school("greenfield", 1, platform(server.url()))],
            [access(f"greenfield/{name}", username="shared", declared=names) for name in ("groupcall", "till")],
            replace(QUICK, deep=True),
        )
    found = live.accesses[ADDRESS]
    assert found.login == WORKS
    assert found.columns["a"] == Known(("Id",), Probed("getEntityDataBySchoolID"))
    assert why(found.columns["b"]) is UnknownReason.NOT_GRANTED
    assert "left alone" in found.columns["c"].text  # type: ignore[union-attr]
    assert "left alone" in live.accesses[Address("greenfield", "till")].login.text  # type: ignore[union-attr]
    assert [r.value("entityName") for r in server.requests if r.value("entityName")] == ["A", "B"]


OURS = Path(__file__).parents[2] / "reconciler" / "bromcom" / "contract.wsdl"


def test_the_platforms_own_contract_is_read_once_and_its_address_ignored() -> None:
    """Without a login, through the same door; a contract that differs makes that platform's schools unknown alone."""

    def published(text: str) -> Callable[[Request], Answer]:
        return lambda request: http(text) if request.line.startswith("GET") else healthy(request)

    text = OURS.read_text(encoding="utf-8")
    with serving(healthy) as elsewhere:
        address = (
            '<wsdl:service name="S"><wsdl:port name="P" binding="ReadingSoap11">'
            f'<soap:address location="{elsewhere.url()}"/></wsdl:port></wsdl:service></wsdl:definitions>'
        )
        good, bad = text.replace("</wsdl:definitions>", address), text.replace('name="password"', 'name="pass"')
        with serving(published(good)) as server, serving(published(bad)) as other:
            schools = [school(f"s{n}", n, platform(server.url())) for n in range(4)]
            schools.append(school("other", 9, platform(other.url())))
            live = probed(schools, [access(f"{one.name}/x") for one in schools], replace(QUICK, wsdl="live"))
        assert not elsewhere.requests
    assert [live.accesses[Address(f"s{n}", "x")].login for n in range(4)] == [WORKS] * 4
    gets = [request for request in server.requests if request.line.startswith("GET")]
    assert [request.line.split()[1] for request in gets] == [
        "/Nucleus/WebServices/ThirdParty/TPReadOnlyDataService.asmx?WSDL"
    ]
    assert why(live.schools["other"].reachable) is UnknownReason.UNREADABLE
    reason = live.accesses[Address("other", "x")].login
    assert isinstance(reason, Unknown)
    assert "has no password; findEntitiesBySchoolID also asks for pass" in reason.text
    assert [request.line.split()[0] for request in other.requests] == ["GET"]


def test_a_large_answer_is_read_and_not_remembered() -> None:
    """It would be kept whole, some hundred times, to the end of the run."""
    shared = InternedValues()
    for names in (["A"], [f"Entity{number}" for number in range(1000)]):
        answer = AnswerRead(200, "text/xml", entities(names).encode())
        assert shared.entities(answer) == {name.casefold(): name for name in names}
    assert len(shared._answers) == 1


def test_progress_counts_every_school_and_access_once() -> None:
    """Up to all of them, one at a time."""
    heard: list[ProbeProgress] = []
    with serving(healthy) as server:
        at = platform(server.url())
        wanted = desired([school("a", 1, at), school("b", 2, at)], [access("a/x"), access("b/x", password=False)])
        asyncio.run(probe_fleet(wanted, passwords, QUICK, heard.append))
    assert [(one.done, one.total) for one in heard] == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert {one.last for one in heard} == {"a", "b", "a/x", "b/x"}


def test_what_was_being_asked_when_the_run_was_stopped_is_told() -> None:
    """The question may have arrived, and stand in the service's access log."""

    def respond(request: Request) -> Answer:
        if request.value("username") == "b":
            signal.raise_signal(signal.SIGINT)
            time.sleep(0.5)
        return healthy(request)

    with serving(respond) as server:
        wanted = desired([school("s", 1, platform(server.url()))], [access("s/x", username="b"), access("s/y")])
        live = probe(wanted, passwords, replace(QUICK, concurrency=1))
    texts = [live.accesses[Address("s", supplier)].login.text for supplier in "xy"]  # type: ignore[union-attr]
    assert texts == ["the run was stopped while this was being checked", "the run was stopped before this was checked"]


def test_ctrl_c_leaves_what_was_found_and_says_so() -> None:
    """What was not asked is unknown, since the run was stopped."""

    async def interrupting(ref: SecretRef) -> Secret:
        if "b" in str(ref):
            signal.raise_signal(signal.SIGINT)
            await asyncio.sleep(30)
        return await passwords(ref)

    with serving(healthy) as server:
        at = platform(server.url())
        wanted = desired(
            [school("s", 1, at)], [access("s/x", username="a"), access("s/y", username="b"), access("s/z")]
        )
        live = probe(wanted, interrupting, replace(QUICK, concurrency=1))
    assert live.interrupted
    assert live.schools["s"].reachable == UP
    assert live.accesses[Address("s", "x")].login == WORKS
    assert (
        why(live.accesses[Address("s", "y")].login)
        is why(live.accesses[Address("s", "z")].entities)
        is UnknownReason.INTERRUPTED
    )
