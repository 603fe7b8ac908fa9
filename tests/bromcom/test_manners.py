"""How a host is asked: what is asked again, how fast, how much at once, and when it is left alone."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter, deque
from dataclasses import replace

import pytest

from reconciler.bromcom.fleet import ProbeOptions
from reconciler.model.address import Address
from reconciler.model.evidence import Known, Probed, Unknown, UnknownReason
from tests.bromcom.answers import (
    database,
    healthy,
)
from tests.bromcom.raw_server import Answer, Request, http, serving
from tests.bromcom.scenes import BUSY, FAULT, GATEWAY, GOOD, REFUSED, UP, WORKS, in_turn, why
from tests.bromcom.workspaces import ADDRESS, QUICK, access, one, platform, probed, school


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
    with serving(in_turn(GATEWAY)) as server:
        live = one(server.url(), replace(QUICK, retries=2))
    assert why(live.accesses[ADDRESS].login) is UnknownReason.UNREADABLE
    assert [r.operation for r in server.requests].count("findEntitiesBySchoolID") == 3


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_a_host_that_answered_before_is_waited_for(status: str) -> None:
    """Five pauses for each retry, however long they are; then it is given up."""
    busy = http(status=status, Retry_After="0")
    with serving(in_turn(*[busy] * 10, GOOD)) as server:
        assert one(server.url(), replace(QUICK, retries=2)).accesses[ADDRESS].login == WORKS
    with serving(in_turn(busy)) as server:
        live = one(server.url(), replace(QUICK, retries=2))
    assert why(live.accesses[ADDRESS].login) is UnknownReason.THROTTLED
    assert [r.operation for r in server.requests].count("findEntitiesBySchoolID") == 11


def test_a_host_that_was_never_there_is_not_waited_for_long() -> None:
    """A 503 to the very first question may be for good: it is asked again as often as any other question."""
    with serving(lambda _: BUSY) as server:
        live = one(server.url(), replace(QUICK, retries=2))
    assert why(live.accesses[ADDRESS].login) is UnknownReason.THROTTLED
    assert len(server.requests) == 3


def test_a_host_that_wants_a_long_pause_gets_it() -> None:
    """A 429 with a `Retry-After` beyond a run's patience is for every question: none is sent any more."""
    with serving(in_turn(http(status="429 Too Many Requests", Retry_After="3600"))) as server:
        accesses = [access(f"s/x{n}") for n in range(9)]
        live = probed([school("s", 1, platform(server.url()))], accesses, replace(QUICK, retries=2))
    texts = Counter(live.accesses[one.address].login.text for one in accesses)  # type: ignore[union-attr]
    assert texts["127.0.0.1 asked us to try again in 60 min, so this was not asked"] == 8
    assert [r.operation for r in server.requests] == ["testDatabaseConnection", "findEntitiesBySchoolID"]


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


def test_a_host_that_answers_five_a_second_loses_no_access() -> None:
    """By the server's own clock, and with `Retry-After: 1` for every question beyond: thirty of thirty are known."""
    lock, times = threading.Lock(), deque([0.0], maxlen=5)

    def respond(request: Request) -> Answer:
        with lock:
            now = time.monotonic()
            if len(times) == 5 and now < times[0] + 1:
                return http("", "429 Too Many Requests", Retry_After="1")
            times.append(now)
        return healthy(request)

    with serving(respond) as server:
        accesses = [access(f"s/x{n:02}") for n in range(30)]
        live = probed([school("s", 1, platform(server.url()))], accesses, ProbeOptions())
    assert [live.accesses[one.address].login for one in accesses] == [WORKS] * 30


def test_one_question_that_is_refused_for_ever_is_given_up() -> None:
    """Others are answered meanwhile: it has more tries than its retries, but not as many as there are others."""

    def respond(request: Request) -> Answer:
        spoilt = request.value("username") == "x.s"
        return http("", "429 Too Many Requests", Retry_After="0") if spoilt else healthy(request)

    with serving(respond) as server:
        accesses = [access("s/x"), *(access(f"s/y{n:02}") for n in range(60))]
        options = ProbeOptions(rate=60.0, concurrency=2, retries=1)
        live = probed([school("s", 1, platform(server.url()))], accesses, options)
    assert why(live.accesses[Address("s", "x")].login) is UnknownReason.THROTTLED
    assert [live.accesses[one.address].login for one in accesses[1:]] == [WORKS] * 60
    assert 2 <= len([r for r in server.requests if r.value("username") == "x.s"]) <= 10


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
    assert {why(live.accesses[Address(f"gone{n}", "x")].login) for n in range(6)} == {UnknownReason.UNREACHABLE}
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
    """Silent from its second question on: 24 in a row are enough, the first four of them asked twice, and the rest is
    unknown, not unreachable."""
    asked: list[str] = []

    def respond(request: Request) -> Answer:
        asked.append(request.value("schoolID"))
        return healthy(request) if len(asked) == 1 else (lambda _: None)

    with serving(respond) as server:
        at = platform(server.url())
        names = [f"s{n:02}" for n in range(30)]
        schools = [school(name, n, at) for n, name in enumerate(names)]
        live = probed(schools, [access(f"{name}/x") for name in names], replace(QUICK, concurrency=1, retries=1))
    text = "127.0.0.1 did not answer 24 times in a row, so this was not asked"
    assert len(asked) == 1 + 4 * 2 + 20
    assert live.schools["s00"].reachable == UP
    assert live.schools["s24"].reachable == Known(False, Probed("testDatabaseConnection"))
    for name in names[25:]:
        assert live.schools[name].reachable == Unknown(UnknownReason.UNREACHABLE, text)
        assert live.accesses[Address(name, "x")].login == Unknown(UnknownReason.UNREACHABLE, text)
    assert live.accesses[Address("s00", "x")].login == Unknown(UnknownReason.UNREACHABLE, text)


def test_a_host_that_asks_for_rest_all_the_time_is_left_alone() -> None:
    """The kind of not knowing is that of the questions before."""
    asked: list[str] = []

    def respond(request: Request) -> Answer:
        asked.append(request.value("schoolID"))
        return BUSY

    with serving(respond) as server:
        at = platform(server.url())
        live = probed([school(f"s{n:02}", n, at) for n in range(30)], [], replace(QUICK, concurrency=1))
    assert len(asked) == 24
    assert live.schools["s29"].reachable == Unknown(
        UnknownReason.THROTTLED, "127.0.0.1 did not answer 24 times in a row, so this was not asked"
    )


def test_many_schools_that_hang_stop_none_that_is_well() -> None:
    """As many as are in flight at a time may hang, one after the other, before one that answers is asked."""

    def respond(request: Request) -> Answer:
        return (lambda _: None) if int(request.value("schoolID")) < 16 else healthy(request)

    with serving(respond) as server:
        at = platform(server.url())
        names = [f"s{n:02}" for n in range(20)]
        schools = [school(name, n, at) for n, name in enumerate(names)]
        accesses = [access(f"{name}/x") for name in names]
        for options in (replace(QUICK, concurrency=1), QUICK):
            live = probed(schools, accesses, options)
            assert [live.accesses[Address(name, "x")].login == WORKS for name in names] == [False] * 16 + [True] * 4


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


def test_no_account_is_asked_twice_at_once() -> None:
    """Four suppliers share an account at each school, in two spellings: they take turns, and the schools do not."""
    lock, flying = threading.Lock(), Counter[str]()
    most: Counter[str] = Counter()

    def respond(request: Request) -> Answer:
        names = ("all",) if not request.value("username") else ("all", request.value("schoolID"))
        with lock:
            flying.update(names)
            most.update({name: 1 for name in names if flying[name] > most[name]})
        time.sleep(0.01)
        with lock:
            flying.subtract(names)
        return healthy(request)

    with serving(respond) as server:
        schools = [school(f"s{n}", n, platform(server.url())) for n in range(20)]
        accesses = [access(f"s{n}/x{m}", username="Shared" if m % 2 else "shared") for n in range(20) for m in range(4)]
        live = probed(schools, accesses, ProbeOptions())
    assert all(live.accesses[one.address].login == WORKS for one in accesses)
    assert {most[str(n)] for n in range(20)} == {1}
    assert most["all"] > 1


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
