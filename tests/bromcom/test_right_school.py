"""A deep run asks once for each school whose database answered, and believes only a server that filters."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.bromcom.fleet import probe
from reconciler.errors import SecretError
from reconciler.model.address import Address
from reconciler.model.evidence import Known, Probed, Unknown, UnknownReason
from reconciler.model.live import NOT_IDENTIFIED
from tests.bromcom.answers import diffgram, entities, envelope, fault11, healthy, response, row, schema
from tests.bromcom.raw_server import Answer, Request, http, serving
from tests.bromcom.scenes import UP, WORKS, why
from tests.bromcom.workspaces import QUICK, access, desired, passwords, platform, school

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from reconciler.model.live import Live
    from reconciler.model.secret import Secret, SecretRef

URN = 112345
DEEP = replace(QUICK, deep=True)
SUPPLIERS = ("groupcall", "library", "till")
READ = "getEntityDataBySchoolID"
REFUSED = http(status="401 Unauthorized")
PAGE = http("<html></html>", kind="text/html")


def rows_of(*urns: int, number: str = "1") -> bytes:
    """The rows of `Schools` with these numbers in the register, and with the number that a database gives them."""
    cells = "".join(row(place, schoolID=number, uniqueReferenceNumber=str(urn)) for place, urn in enumerate(urns, 1))
    table = schema("schoolID", "uniqueReferenceNumber") + diffgram(cells)
    return http(envelope(response(READ, table)))


def answering(
    *answers: bytes, listed: Callable[[str], tuple[str, ...]] = lambda _: ("Schools", "Students")
) -> Callable[[Request], Answer]:
    """A service that says so about `Schools`, in turn and the last for ever; each account may read what is listed."""
    left = list(answers)

    def respond(request: Request) -> Answer:
        if request.operation == "findEntitiesBySchoolID":
            return http(entities(listed(request.value("username"))))
        if request.operation == READ:
            return left.pop(0) if len(left) > 1 else left[0]
        return healthy(request)

    return respond


def questions(requests: list[Request]) -> list[tuple[str, str]]:
    """Who asked for rows of `Schools`, and with which filter."""
    return [
        (request.value("username"), request.value("entityFilter"))
        for request in requests
        if request.operation == READ and request.value("entityName") == "Schools"
    ]


def probed(url: str, urn: int | None = URN, *, deep: bool = True, suppliers: tuple[str, ...] = SUPPLIERS) -> Live:
    """What a run finds at one school with these suppliers, each with an account of its own."""
    at = replace(school("greenfield", 12345, platform(url)), urn=urn)
    accesses = [access(f"greenfield/{supplier}") for supplier in suppliers]
    return probe(desired([at], accesses), passwords, DEEP if deep else QUICK)


def test_the_right_school_is_asked_for_once_and_its_answers_count() -> None:
    """By the first of its accounts that may read `Schools`."""
    with serving(answering(rows_of(URN))) as server:
        live = probed(server.url())
    assert questions(server.requests) == [("groupcall.greenfield", "uniqueReferenceNumber = 112345")]
    assert live.schools["greenfield"].right_school == Known(True, Probed(READ))
    assert live.schools["greenfield"].reachable == UP
    assert {one.login for one in live.accesses.values()} == {WORKS}


def test_of_another_school_nothing_counts_that_it_said_before() -> None:
    """All accounts had been answered by then."""
    with serving(answering(rows_of())) as server:
        live = probed(server.url())
    assert len(questions(server.requests)) == 1
    assert live.schools["greenfield"].right_school == Known(False, Probed(READ))
    assert why(live.schools["greenfield"].reachable) is UnknownReason.OTHER_SCHOOL
    for one in live.accesses.values():
        assert {why(fact) for fact in (one.login, one.entities, one.roles)} == {UnknownReason.OTHER_SCHOOL}
        assert isinstance(one.entities, Unknown)
        assert "check schoolId 12345 (workspace.yaml:1:1)" in one.entities.text
        assert "workspace.yaml" not in one.entities.redacted_text


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (rows_of(URN + 1), UnknownReason.UNREADABLE),
        (rows_of(URN, URN + 1), UnknownReason.UNREADABLE),
        (rows_of(URN, number="27"), UnknownReason.UNREADABLE),
        (http(envelope(response(READ, schema("schoolID") + diffgram("")))), UnknownReason.UNREADABLE),
        (PAGE, UnknownReason.UNREADABLE),
        (http(fault11("Invalid column name."), "500 E"), UnknownReason.NOT_GRANTED),
        (http(status="503 Busy"), UnknownReason.THROTTLED),
        (REFUSED, UnknownReason.NOT_GRANTED),
    ],
    ids=["no filter", "half a filter", "a feeder school", "no column", "page", "fault", "busy", "refused"],
)
def test_an_answer_that_proves_nothing_changes_nothing(answer: bytes, expected: UnknownReason) -> None:
    """A server that ignores the filter, lacks the column or does not answer leaves it unknown."""
    with serving(answering(answer)) as server:
        live = probed(server.url(), suppliers=("groupcall",))
    assert why(live.schools["greenfield"].right_school) is expected
    assert live.schools["greenfield"].reachable == UP
    assert live.accesses[Address("greenfield", "groupcall")].login == WORKS


def test_if_one_account_may_not_read_it_after_all_another_one_asks() -> None:
    """In the order of their addresses, each once: after a refusal an account is left alone."""
    with serving(answering(REFUSED, rows_of())) as server:
        live = probed(server.url())
    assert [name for name, _ in questions(server.requests)] == ["groupcall.greenfield", "library.greenfield"]
    assert live.schools["greenfield"].right_school == Known(False, Probed(READ))


def once(username: str, *, stopped: bool = False) -> Callable[[SecretRef], Awaitable[Secret]]:
    """The passwords of a program that gives this one's once; asked again, it fails, or a person stops the run."""
    given: set[SecretRef] = set()

    async def password(ref: SecretRef) -> Secret:
        if username in str(ref) and ref in given:
            if stopped:
                signal.raise_signal(signal.SIGINT)
                await asyncio.sleep(30)
            raise SecretError("the program failed")
        given.add(ref)
        return await passwords(ref)

    return password


@pytest.mark.parametrize("second", [REFUSED, rows_of(URN)], ids=["refused", "right"])
def test_an_account_without_its_password_leaves_the_question_to_another(second: bytes) -> None:
    """If that one may not read it after all, the first one still might have told."""
    accesses = [access(f"greenfield/{supplier}") for supplier in ("groupcall", "library")]
    with serving(answering(second)) as server:
        at = replace(school("greenfield", 12345, platform(server.url())), urn=URN)
        live = probe(desired([at], accesses), once("groupcall"), DEEP)
    assert [name for name, _ in questions(server.requests)] == ["library.greenfield"]
    told = live.schools["greenfield"].right_school
    assert told == Known(True, Probed(READ)) if second != REFUSED else why(told) is UnknownReason.NO_SECRET


def test_a_run_that_is_stopped_before_the_question_does_not_know() -> None:
    """Although every account had answered."""
    with serving(answering(rows_of(URN))) as server:
        at = replace(school("greenfield", 12345, platform(server.url())), urn=URN)
        live = probe(desired([at], [access("greenfield/till")]), once("till", stopped=True), DEEP)
    assert live.interrupted
    assert live.accesses[Address("greenfield", "till")].login == WORKS
    assert why(live.schools["greenfield"].right_school) is UnknownReason.INTERRUPTED


def test_only_an_account_with_the_tick_asks() -> None:
    """Whichever of them that is."""
    listed = {"till.greenfield": ("Schools",), "library.greenfield": ("Students",), "groupcall.greenfield": ()}
    with serving(answering(rows_of(URN), listed=lambda username: listed[username])) as server:
        live = probed(server.url())
    assert [name for name, _ in questions(server.requests)] == ["till.greenfield"]
    assert live.schools["greenfield"].right_school == Known(True, Probed(READ))


@pytest.mark.parametrize(
    ("urn", "deep", "listed"), [(None, True, "Schools"), (URN, False, "Schools"), (URN, True, "Students")]
)
def test_nothing_is_asked_without_a_urn_a_deep_run_and_a_tick(urn: int | None, deep: bool, listed: str) -> None:
    """It is unknown then, and all that was found counts."""
    with serving(answering(rows_of(), listed=lambda _: (listed,))) as server:
        live = probed(server.url(), urn, deep=deep)
    assert not questions(server.requests)
    assert live.schools["greenfield"].right_school == NOT_IDENTIFIED
    assert {one.login for one in live.accesses.values()} == {WORKS}


def test_an_account_that_was_refused_while_its_columns_were_read_does_not_ask() -> None:
    """A service that counts refusals may lock it."""

    def respond(request: Request) -> Answer:
        if request.operation == READ and request.value("entityFilter") == "1=0":
            return REFUSED
        return answering(rows_of())(request)

    with serving(respond) as server:
        at = replace(school("greenfield", 12345, platform(server.url())), urn=URN)
        live = probe(desired([at], [access("greenfield/groupcall", declared=["Students"])]), passwords, DEEP)
    assert not questions(server.requests)
    assert live.schools["greenfield"].right_school == NOT_IDENTIFIED
