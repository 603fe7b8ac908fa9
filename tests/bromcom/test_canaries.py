"""A canary: two questions to one account at most, and nothing of what a hostile service says about it is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from reconciler.bromcom.contract import LoginDetails, built_in
from reconciler.bromcom.fleet import probe
from reconciler.errors import SecretError
from reconciler.model.aspect import Aspect
from reconciler.model.desired import Canary, SoapVersion
from reconciler.model.evidence import Fact, Known, Probed, Unknown, UnknownReason
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.model.secret import EnvRef, Secret
from reconciler.planning.facts import AS_AGREED, HIDDEN, READABLE
from tests.bromcom.answers import diffgram, entities, envelope, fault11, healthy, response, row, schema
from tests.bromcom.raw_server import Answer, Request, http, serving
from tests.bromcom.workspaces import QUICK, access, desired, passwords, platform, school

if TYPE_CHECKING:
    from collections.abc import Callable

    from reconciler.model.secret import SecretRef

WITHHELD, GRANTED = 424242, 575757
PLANTED = "Tuppence Marker"
READ = "getEntityDataBySchoolID"
ORIGIN = Origin("workspace.yaml", 1, 1)
CANARY = Canary("students", "Students", "StudentID", EnvRef("WITHHELD"), EnvRef("GRANTED"), ORIGIN)
IDS = {"WITHHELD": str(WITHHELD), "GRANTED": str(GRANTED)}


async def secrets(ref: SecretRef) -> Secret:
    """The ids of the canaries; any other reference leads to a password."""
    return Secret(IDS[ref.name]) if isinstance(ref, EnvRef) and ref.name in IDS else await passwords(ref)


def rows_of(*ids: object, column: str = "StudentID") -> bytes:
    """The rows of these students, with a planted name."""
    cells = "".join(row(place, **{column: str(number), "Name": PLANTED}) for place, number in enumerate(ids, 1))
    return http(envelope(response(READ, schema(column, "Name") + diffgram(cells))))


def answering(
    withheld: bytes, granted: bytes = b"", listed: Callable[[str], tuple[str, ...]] = lambda _: ("Students",)
) -> Callable[[Request], Answer]:
    """A service that answers so about the two; each account may read what is listed."""

    def respond(request: Request) -> Answer:
        if request.operation == "findEntitiesBySchoolID":
            return http(entities(listed(request.value("username"))))
        if request.operation == READ:
            return withheld if request.value("entityFilter").endswith(f" = {WITHHELD}") else granted
        return healthy(request)

    return respond


def questions(requests: list[Request]) -> list[tuple[str, str]]:
    """Who asked for rows, and with which filter."""
    return [(one.value("username"), one.value("entityFilter")) for one in requests if one.operation == READ]


def probed(
    url: str, basis: str = "Consent", canary: Canary = CANARY, suppliers: tuple[str, ...] = ("groupcall",)
) -> Fact[str]:
    """What a run finds of the canary; nothing else that it returns has a trace of it."""
    at = replace(
        school("greenfield", 12345, platform(url)),
        declared={Aspect.LAWFUL_BASIS: (DeclaredValue(basis, ORIGIN),)},
        canaries=(canary,),
    )
    live = probe(desired([at], [access(f"greenfield/{supplier}") for supplier in suppliers]), secrets, QUICK)
    for trace in (PLANTED, "Tuppence", str(WITHHELD), str(GRANTED)):
        assert trace not in repr(live)
    return live.schools["greenfield"].fact(Aspect.CONSENT_ENFORCED, "students")


@pytest.mark.parametrize(
    ("withheld", "granted", "basis", "found", "asked"),
    [
        (rows_of(), rows_of(GRANTED), "Consent", AS_AGREED, 2),
        (rows_of(WITHHELD), rows_of(GRANTED), "Consent", READABLE, 1),
        (rows_of(WITHHELD), rows_of(GRANTED), "Public Task", AS_AGREED, 1),
        (rows_of(), rows_of(GRANTED), "Public Task", HIDDEN, 2),
        (rows_of(WITHHELD, column="STUDENTId"), b"", "Consent", READABLE, 1),
    ],
)
def test_two_answers_say_what_is_so(withheld: bytes, granted: bytes, basis: str, found: str, asked: int) -> None:
    """By one account; where the first tells, the second is not asked."""
    with serving(answering(withheld, granted)) as server:
        assert probed(server.url(), basis) == Known(found, Probed(READ))
    filters = [f"StudentID = {WITHHELD}", f"StudentID = {GRANTED}"]
    assert questions(server.requests) == [("groupcall.greenfield", text) for text in filters[:asked]]


ECHO = f"Syntax error near StudentID = {WITHHELD} of {PLANTED}"
ODD = {
    "the filter is ignored": (rows_of(7), UnknownReason.UNREADABLE),
    "many rows": (rows_of(WITHHELD, 7, 8), UnknownReason.UNREADABLE),
    "twice": (rows_of(WITHHELD, WITHHELD), UnknownReason.UNREADABLE),
    "no number": (rows_of(f"{WITHHELD} or so"), UnknownReason.UNREADABLE),
    "no column": (rows_of(column="PupilID"), UnknownReason.UNREADABLE),
    "page": (
        http(f"<html><title>{PLANTED} {WITHHELD}</title></html>".encode(), kind="text/html"),
        UnknownReason.UNREADABLE,
    ),
    "fault": (http(fault11(ECHO), "500 E"), UnknownReason.NOT_GRANTED),
    "refused": (http(status="401 Unauthorized"), UnknownReason.NOT_GRANTED),
    "busy": (http(status="503 Busy"), UnknownReason.THROTTLED),
    "half": (rows_of(WITHHELD)[:-40], UnknownReason.UNREACHABLE),
}


@pytest.mark.parametrize("place", ["withheld", "granted"])
@pytest.mark.parametrize("name", ODD)
def test_an_answer_that_proves_nothing_is_unknown_and_nothing_of_it_is_kept(name: str, place: str) -> None:
    """Not a word of the service, whichever of the two it is about."""
    answer, reason = ODD[name]
    if place == "granted":
        if name in {"many rows", "twice", "no number"}:
            answer = rows_of(GRANTED, 7) if name == "many rows" else rows_of(f"{GRANTED} or so")
        answers = answering(rows_of(), answer)
    else:
        answers = answering(answer)
    with serving(answers) as server:
        found = probed(server.url())
    assert isinstance(found, Unknown)
    assert found.reason is reason


def test_both_are_asked_for_by_one_account_in_turn_until_one_may() -> None:
    """One that may not read it after all leaves both questions to the next."""
    listed = {"a": ("Staff",), "b": ("Students",), "c": ("Students",)}

    def respond(request: Request) -> Answer:
        if request.operation == READ and request.value("username").startswith("b"):
            return http(status="401 Unauthorized")
        return answering(rows_of(), rows_of(GRANTED), lambda name: listed[name.partition(".")[0]])(request)

    with serving(respond) as server:
        assert probed(server.url(), suppliers=("a", "b", "c")) == Known(AS_AGREED, Probed(READ))
    assert [name for name, _ in questions(server.requests)] == ["b.greenfield", "c.greenfield", "c.greenfield"]


def test_one_account_sees_one_and_another_the_other_is_never_put_together() -> None:
    """The first whose answers are usable decides."""

    def respond(request: Request) -> Answer:
        granted = rows_of(GRANTED) if request.value("username").startswith("b") else rows_of()
        return answering(rows_of(), granted)(request)

    with serving(respond) as server:
        found = probed(server.url(), suppliers=("a", "b"))
    assert isinstance(found, Unknown)
    assert found.reason is UnknownReason.NOT_PROVEN
    assert {name for name, _ in questions(server.requests)} == {"a.greenfield"}


@pytest.mark.parametrize("text", ["", " ", "x", "1;2", "1 or 1=1", "-1", "1.0", "0", "2147483648", "9" * 30, "١٢"])
def test_a_question_is_made_of_a_whole_number_alone(text: str) -> None:
    """Anything else raises SecretError, which does not repeat it."""
    account = LoginDetails("a", Secret("b"))
    with pytest.raises(SecretError) as refused:
        built_in(SoapVersion.V11).person(1, "Students", "StudentID", Secret(text), account)
    assert not text.strip() or text not in str(refused.value)
