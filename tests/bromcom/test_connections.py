"""Connections that are used again, and names that are slow to be found."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.http.connections import ThreadedResolver
from reconciler.model.address import Address
from reconciler.model.evidence import Known, Probed, Unknown
from tests.bromcom.answers import entities, healthy
from tests.bromcom.raw_server import Answer, Request, http, serving
from tests.bromcom.workspaces import QUICK, access, platform, probed, school

if TYPE_CHECKING:
    from collections.abc import Sequence

FOUND = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))]


@pytest.mark.parametrize("stray", [http(entities(["Stray"])), b"HTTP/1.1 200 OK\r\nContent-Le", b"\r\n"])
def test_a_message_that_nobody_asked_for_answers_no_other_question(stray: bytes) -> None:
    """It arrives while the connection lies idle; that connection is given up. Should aiohttp change how it keeps
    connections, this fails."""

    def twice(connection: socket.socket) -> None:
        connection.sendall(http(entities(["Staff"])))
        time.sleep(0.05)
        connection.sendall(stray)
        connection.recv(65536)  # until the client hangs up, or asks what is not answered any more

    def respond(request: Request) -> Answer:
        if request.value("username") == "first":
            return twice
        return http(entities(["Students"])) if request.value("username") else healthy(request)

    with serving(respond) as server:
        live = probed(
            [school("s", 1, platform(server.url()))],
            [access("s/a", username="first"), access("s/b", username="second")],
            replace(QUICK, concurrency=1, rate=5.0, retries=1),
        )
    listed = Probed("findEntitiesBySchoolID")
    assert live.accesses[Address("s", "a")].entities == Known({"staff": "Staff"}, listed)
    assert live.accesses[Address("s", "b")].entities == Known({"students": "Students"}, listed)


def test_an_answer_that_comes_too_late_answers_no_other_question() -> None:
    """Its connection is given up with the question."""
    late = threading.Event()

    def too_late(connection: socket.socket) -> None:
        late.wait(10)
        connection.sendall(http(entities(["Late"])))

    def respond(request: Request) -> Answer:
        if request.value("username") == "first":
            return too_late
        if request.value("username"):
            late.set()
            time.sleep(0.1)
            return http(entities(["Students"]))
        return healthy(request)

    with serving(respond) as server:
        live = probed(
            [school("s", 1, platform(server.url()))],
            [access("s/a", username="first"), access("s/b", username="second")],
            replace(QUICK, concurrency=1, retries=0, timeout=1.0),
        )
    assert isinstance(live.accesses[Address("s", "a")].entities, Unknown)
    assert live.accesses[Address("s", "b")].entities == Known(
        {"students": "Students"}, Probed("findEntitiesBySchoolID")
    )


def test_a_connection_is_used_again_where_nothing_came_meanwhile() -> None:
    """A handshake for each question would be slow."""
    ports: set[int] = set()

    def respond(request: Request) -> Answer:
        ports.add(threading.get_ident())  # the server has a thread for each connection
        return healthy(request)

    with serving(respond) as server:
        at = platform(server.url())
        probed([school(f"s{n}", n, at) for n in range(5)], [access("s1/x")], replace(QUICK, concurrency=1))
    assert len(ports) == 1


def test_slow_look_ups_hold_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty names whose name server does not answer, then one that is found; and a run that ends waits for none."""
    silent = threading.Event()

    def look_up(host: str, *_: object) -> Sequence[object]:
        if host != "here.example":
            silent.wait(60)
        return FOUND

    async def race() -> tuple[str, bool]:
        names = ThreadedResolver(50)
        slow = [asyncio.create_task(names.resolve(f"dead{n}.example")) for n in range(40)]
        found = await names.resolve("here.example", 80)
        waiting = not any(task.done() for task in slow)
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)
        return found[0]["host"], waiting

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    assert asyncio.run(race()) == ("127.0.0.1", True)
    silent.set()


def test_a_name_server_that_does_not_answer_is_told_as_that(monkeypatch: pytest.MonkeyPatch) -> None:
    """The look-up has a time of its own, and what it lacks is no connection."""
    silent = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: silent.wait(60) and FOUND)
    live = probed([school("s", 1, platform("https://mis.example/x.asmx"))], [], replace(QUICK, timeout=0.3))
    silent.set()
    assert live.schools["s"].reason == ("the name mis.example could not be looked up: the name server did not answer")
