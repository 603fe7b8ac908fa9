"""Many schools: what one does to the others, what is asked again, and what is left alone."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.bromcom.fleet import ProbeOptions, Progress, probe, probe_fleet
from reconciler.bromcom.probe import Shared
from reconciler.bromcom.transport import Answer as AnswerRead
from reconciler.model.address import Address
from reconciler.model.fact import Known, Probed, Unknown, Why
from reconciler.model.live import Live, Login
from tests.bromcom.answers import (
    columns,
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
from tests.bromcom.raw_server import Answer, Request, http, serving
from tests.bromcom.workspaces import ADDRESS, QUICK, access, desired, one, passwords, platform, probed, school

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.model.secret import Secret, SecretRef

WORKS = Known(Login.WORKS, Probed("findEntitiesBySchoolID"))
UP = Known(True, Probed("testDatabaseConnection"))


def why(fact: object) -> Why:
    """The kind of an unknown."""
    assert isinstance(fact, Unknown), fact
    return fact.why


def in_turn(*answers: bytes) -> Callable[[Request], Answer]:
    """A service whose lists are answered with these, one after the other, and the last for ever."""
    left = list(answers)

    def respond(request: Request) -> Answer:
        if request.operation != "findEntitiesBySchoolID":
            return healthy(request)
        return left.pop(0) if len(left) > 1 else left[0]

    return respond


GOOD = http(entities(["Staff", "Students"]))
BUSY = http("busy", "503 Service Unavailable", "text/html")
GATEWAY = http("<html></html>", "502 Bad Gateway", "text/html")
FAULT = http(fault11("Timeout expired."), "500 E")
REFUSED = http(status="401 Unauthorized")


@pytest.mark.parametrize("trouble", [BUSY, GATEWAY], ids=["503", "502"])
def test_what_is_no_answer_is_asked_again(trouble: bytes) -> None:
    """A read may be repeated: a page with 502 and a 503 are nobody's answer."""
    with serving(in_turn(trouble, GOOD)) as server:
        live = one(server.url(), replace(QUICK, retries=1))
    assert live.accesses[ADDRESS].login == WORKS


def test_a_lost_connection_is_asked_again() -> None:
    """Real servers close the connection after an error."""
    calls: Counter[str] = Counter()

    def respond(request: Request) -> Answer:
        calls[request.operation] += 1
        return healthy(request) if calls[request.operation] > 1 else (lambda _: None)

    with serving(respond) as server:
        live = one(server.url(), replace(QUICK, retries=1))
    assert live.accesses[ADDRESS].login == WORKS
    assert calls == {"testDatabaseConnection": 2, "findEntitiesBySchoolID": 2}


@pytest.mark.parametrize("answer", [FAULT, REFUSED, http("<html/>", kind="text/html"), http(status="404 Not Found")])
def test_an_answer_is_never_asked_again(answer: bytes) -> None:
    """A fault, a refusal and a page are answers, however unwelcome; asking again could lock an account."""
    with serving(in_turn(answer, GOOD)) as server:
        live = one(server.url(), replace(QUICK, retries=3))
    assert live.accesses[ADDRESS].login != WORKS
    assert len(server.requests) == 2


def test_retries_are_used_up_and_then_told() -> None:
    """As many tries as were allowed, and one more."""
    with serving(in_turn(BUSY)) as server:
        live = one(server.url(), replace(QUICK, retries=2))
    assert why(live.accesses[ADDRESS].login) is Why.THROTTLED
    assert [r.operation for r in server.requests].count("findEntitiesBySchoolID") == 3


def test_a_server_that_says_when_is_not_asked_before() -> None:
    """The server refuses whoever is back within its Retry-After, by its own clock: one retry must be late enough."""
    free_at = [0.0]

    def respond(request: Request) -> Answer:
        if request.operation != "findEntitiesBySchoolID":
            return healthy(request)
        early, free_at[0] = time.monotonic() < free_at[0] or not free_at[0], time.monotonic() + 1
        return http("", "429 Too Many Requests", Retry_After="1") if early else healthy(request)

    with serving(respond) as server:
        live = one(server.url(), replace(QUICK, retries=1))
    assert live.accesses[ADDRESS].login == WORKS


def test_a_school_that_is_throttled_keeps_its_accesses_from_being_asked() -> None:
    """More questions would make it worse."""
    with serving(lambda _: BUSY) as server:
        live = one(server.url())
    assert why(live.schools["greenfield"].reachable) is Why.THROTTLED
    assert why(live.accesses[ADDRESS].login) is Why.THROTTLED
    assert len(server.requests) == 1


def test_a_school_whose_database_is_down_keeps_its_accesses_from_being_asked() -> None:
    """What the service says is known; what it cannot look up is not."""
    with serving(lambda _: http(database(up=False))) as server:
        live = one(server.url())
    assert live.schools["greenfield"].reachable == Known(False, Probed("testDatabaseConnection"))
    assert "database does not answer" in live.schools["greenfield"].reason
    assert why(live.accesses[ADDRESS].login) is Why.DATABASE_DOWN
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        FAULT,
        http(status="404 Not Found"),
        http("<html/>", kind="text/html"),
        http(envelope(response("testDatabaseConnection", "maybe"))),
    ],
    ids=["fault", "404", "page", "neither true nor false"],
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
        assert why(one(server.url()).schools["greenfield"].reachable) is Why.UNREADABLE


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
    assert why(live.accesses[Address("greenfield", "b")].login) is Why.LOGIN_REFUSED
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


def test_a_host_that_cannot_be_reached_is_tried_once() -> None:
    """The same reason for all its schools; two spellings of its address are one host, and the others go on."""
    with serving(healthy) as closed:
        gone = closed.url("/A/TPReadOnlyDataService.asmx"), closed.url("/a/tpreadonlydataservice.asmx")
    with serving(healthy) as server:
        schools = [school(f"gone{n}", n, platform(gone[n % 2])) for n in range(6)]
        schools.append(school("here", 9, platform(server.url())))
        live = probed(schools, [access(f"{one.name}/x") for one in schools])
    reasons = {live.schools[f"gone{n}"].reason for n in range(6)}
    (reason,) = reasons
    assert reason.startswith("the connection to 127.0.0.1 was refused: nothing listens at port ")
    assert {why(live.accesses[Address(f"gone{n}", "x")].login) for n in range(6)} == {Why.UNREACHABLE}
    assert live.accesses[Address("here", "x")].login == WORKS


def test_a_host_that_cannot_be_reached_is_knocked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that finds no way to it counts the tries: one for all schools."""
    monkeypatch.delenv("no_proxy", raising=False)
    with serving(lambda _: http(status="502 Bad Gateway")) as proxy:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{proxy.port}")
        at = platform("https://mis.example/x.asmx")
        live = probed([school(f"s{n}", n, at) for n in range(6)], [access("s3/x")])
    assert len(proxy.requests) == 1
    assert len({found.reason for found in live.schools.values()}) == 1
    assert "would not connect to mis.example" in live.schools["s5"].reason


def test_a_host_that_stops_answering_is_left_alone() -> None:
    """Silent from its second question on: eight in a row are enough, and the rest is unknown, not unreachable."""
    asked: list[str] = []

    def respond(request: Request) -> Answer:
        asked.append(request.value("schoolID"))
        return healthy(request) if len(asked) == 1 else (lambda _: None)

    with serving(respond) as server:
        at = platform(server.url())
        names = [f"s{n:02}" for n in range(30)]
        schools = [school(name, n, at) for n, name in enumerate(names)]
        live = probed(schools, [access(f"{name}/x") for name in names], replace(QUICK, concurrency=1, retries=1))
    text = "127.0.0.1 did not answer 8 times in a row, so this was not asked"
    assert len(asked) == 1 + 8 * 2
    assert live.schools["s00"].reachable == UP
    assert live.schools["s08"].reachable == Known(False, Probed("testDatabaseConnection"))
    for name in names[9:]:
        assert live.schools[name].reachable == Unknown(Why.UNREACHABLE, text)
        assert live.accesses[Address(name, "x")].login == Unknown(Why.UNREACHABLE, text)
    assert live.accesses[Address("s00", "x")].login == Unknown(Why.UNREACHABLE, text)


def test_a_host_that_asks_for_rest_all_the_time_is_left_alone() -> None:
    """The kind of not knowing is that of the questions before."""
    asked: list[str] = []

    def respond(request: Request) -> Answer:
        asked.append(request.value("schoolID"))
        return BUSY

    with serving(respond) as server:
        at = platform(server.url())
        live = probed([school(f"s{n:02}", n, at) for n in range(12)], [], replace(QUICK, concurrency=1))
    assert len(asked) == 8
    assert live.schools["s11"].reachable == Unknown(
        Why.THROTTLED, "127.0.0.1 did not answer 8 times in a row, so this was not asked"
    )


def test_a_school_whose_lists_hang_stops_no_other() -> None:
    """Its own accesses are left alone after a while, and the other schools are asked."""

    def respond(request: Request) -> Answer:
        hangs = request.value("schoolID") == "1" and request.value("username")
        return (lambda _: None) if hangs else healthy(request)

    with serving(respond) as server:
        at = platform(server.url())
        accesses = [access(f"a/x{n:02}") for n in range(12)] + [access(f"b/x{n}") for n in range(3)]
        live = probed([school("a", 1, at), school("b", 2, at)], accesses, replace(QUICK, concurrency=1))
    assert [live.accesses[Address("b", f"x{n}")].login for n in range(3)] == [WORKS] * 3
    texts = Counter(live.accesses[Address("a", f"x{n:02}")].login.text for n in range(12))  # type: ignore[union-attr]
    assert sorted(texts.values()) == [4, 8]


def test_a_refused_connection_is_tried_again() -> None:
    """A service that is just being started again refuses for a moment."""
    with serving(healthy) as gone:
        address, port = gone.url(), gone.port

    def later() -> None:
        time.sleep(0.6)
        with socket.create_server(("127.0.0.1", port)) as listener:
            listener.settimeout(10)  # should nobody come back
            with listener.accept()[0] as connection:
                connection.recv(65536)
                connection.sendall(http(database()))

    thread = threading.Thread(target=later, daemon=True)
    thread.start()
    live = probed([school("s", 1, platform(address))], [], replace(QUICK, retries=4))
    thread.join()
    assert live.schools["s"].reachable == UP


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
        assert why(fact) is Why.OWN_FAULT
    assert why(live.accesses[Address("c", "x")].login) is why(live.accesses[Address("b", "x")].login) is Why.OWN_FAULT
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


def test_no_more_is_in_flight_than_was_allowed() -> None:
    """Over the whole run, and for one host."""
    lock, flying, most = threading.Lock(), [0], [0]

    def respond(request: Request) -> Answer:
        with lock:
            flying[0] += 1
            most[0] = max(most[0], flying[0])
        time.sleep(0.02)
        with lock:
            flying[0] -= 1
        return healthy(request)

    with serving(respond) as server:
        at = platform(server.url())
        schools = [school(f"s{n}", n, at) for n in range(12)]
        for options in (ProbeOptions(3, None, None), ProbeOptions(16, 3, None)):
            most[0] = 0
            probed(schools, [access(f"{one.name}/x") for one in schools], options)
            assert most[0] == 3


def test_a_host_is_asked_no_faster_than_the_rate() -> None:
    """By the server's own clock the questions are spread over the time that the rate gives them. (Not each gap is held
    to it, since a busy machine may deliver one question late and the next at once.)"""
    came: list[float] = []

    def respond(request: Request) -> Answer:
        came.append(time.monotonic())
        return healthy(request)

    with serving(respond) as server:
        schools = [school(f"s{n}", n, platform(server.url())) for n in range(6)]
        probed(schools, [], replace(QUICK, rate=20.0))
    assert len(came) == 6
    assert max(came) - min(came) > 3 / 20


def test_an_access_without_a_password_is_not_probed_but_its_school_is() -> None:
    """Nobody kept it, or its source gives nothing: two reasons, and the school is known all the same."""
    with serving(healthy) as server:
        live = probed(
            [school("greenfield", 1, platform(server.url()))],
            [access("greenfield/kept", password=False), access("greenfield/lost", username="missing")],
        )
    assert live.schools["greenfield"].reachable == UP
    assert why(live.accesses[Address("greenfield", "kept")].login) is Why.NO_PASSWORD
    assert live.accesses[Address("greenfield", "lost")].entities == Unknown(
        Why.NO_SECRET, "the environment variable missing is not set"
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
    assert why(found["senstudents"]) is why(found["marks"]) is Why.NOT_GRANTED
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
    assert why(found.columns["b"]) is Why.NOT_GRANTED
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
    assert why(live.schools["other"].reachable) is Why.UNREADABLE
    reason = live.accesses[Address("other", "x")].login
    assert isinstance(reason, Unknown)
    assert "has no password; findEntitiesBySchoolID also asks for pass" in reason.text
    assert [request.line.split()[0] for request in other.requests] == ["GET"]


def test_a_large_answer_is_read_and_not_remembered() -> None:
    """It would be kept whole, some hundred times, to the end of the run."""
    shared = Shared()
    for name in ("A", "B" * 70_000):
        answer = AnswerRead(200, "text/xml", entities([name]).encode())
        assert shared.entities(answer) == {name.casefold(): name}
    assert shared._remembered.cache_info().currsize == 1


def test_progress_counts_every_school_and_access_once() -> None:
    """Up to all of them, one at a time."""
    heard: list[Progress] = []
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
    assert texts == ["the run was stopped while this was asked", "the run was stopped before this was asked"]


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
        why(live.accesses[Address("s", "y")].login) is why(live.accesses[Address("s", "z")].entities) is Why.INTERRUPTED
    )
