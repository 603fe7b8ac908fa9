"""One bad answer harms no other: what is read takes time in proportion to its size, and holds up nobody."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from reconciler.bromcom.faults import document_of
from reconciler.bromcom.fleet import probe
from reconciler.bromcom.reading import SMALL, read_answer, read_in_thread
from reconciler.bromcom.reading import HttpAnswer as AnswerRead
from reconciler.errors import Unreadable
from reconciler.model.address import Address
from reconciler.model.evidence import Unknown, UnknownReason
from tests.bromcom.answers import diffgram, entities, envelope, healthy, response, row, schema
from tests.bromcom.raw_server import Answer, Request, http, serving
from tests.bromcom.scenes import WORKS
from tests.bromcom.workspaces import ADDRESS, QUICK, access, desired, one, passwords, platform, school

if TYPE_CHECKING:
    from reconciler.model.secret import Secret, SecretRef

ROOT = Path(__file__).parents[2]


def test_reading_takes_time_in_proportion_to_the_size_of_an_answer() -> None:
    """In every shape that was thought of. What takes the square of a size would outlast the time that the test gives a
    process of its own; the last line of its output names the shape."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bromcom.hostile", "1000000"],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr


ROWS = "".join(row(number, EntityName=f"Entity{number}") for number in range(1, 5002))
COLUMNS = "".join(f'<xs:element name="c{number}"/>' for number in range(5001))
ATTRIBUTES = "".join(f' a{number}="x"' for number in range(5001))
FIRST = '<xs:element name="Table">'
TABLE = '<xs:element name="t{}"><xs:complexType><xs:sequence>{}</xs:sequence></xs:complexType></xs:element>'
WIDE = schema().replace(FIRST, TABLE.format("", COLUMNS) + FIRST)
MANY = schema().replace(FIRST, "".join(TABLE.format(number, "") for number in range(101)) + FIRST)


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (schema("EntityName") + diffgram(ROWS), "more than 5,000 rows"),
        (schema("EntityName") + diffgram(ROWS * 20), "larger than 1 MB"),
        (schema("EntityName") + diffgram(row(1, EntityName="x" * 201)), "EntityName of more than 200 characters"),
        (schema("EntityName", "x" * 201) + diffgram(""), "names a table or a column with more than 200 characters"),
        (WIDE + diffgram(""), "declares more than 5,000 tables, or columns of one table"),
        (MANY + diffgram(""), "declares more than 100 tables, or columns of one table"),
        (diffgram(f"<Table{ATTRIBUTES}/>"), "more than 5,000 columns"),
    ],
)
def test_an_answer_that_holds_more_than_any_service_has_is_unreadable(result: str, words: str) -> None:
    """Rows, columns, tables, attributes, and the length of a name."""

    def respond(request: Request) -> Answer:
        if request.operation != "findEntitiesBySchoolID":
            return healthy(request)
        return http(envelope(response("findEntitiesBySchoolID", result)))

    with serving(respond) as server:
        found = one(server.url()).accesses[ADDRESS].entities
    assert isinstance(found, Unknown)
    assert found.reason is UnknownReason.UNREADABLE
    assert words in found.text


def test_an_old_parser_is_not_given_an_element_that_it_takes_the_square_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would compare each attribute with each other one; as many in many elements are no trouble."""
    monkeypatch.setattr("reconciler.bromcom.faults._COMPARES_ATTRIBUTES", True)
    rows = f"<Table{ATTRIBUTES}/>" * 3
    assert document_of(AnswerRead(200, "text/xml", envelope(rows).encode())) is not None
    one = ATTRIBUTES + ATTRIBUTES.replace("a", "b") + " c='x'"
    with pytest.raises(Unreadable, match="too many attributes"):
        document_of(AnswerRead(200, "text/xml", envelope(f"<Table{one}/>").encode()))


def test_as_many_names_as_any_service_has_are_read() -> None:
    """The control: a thousand, the longest of 200 characters."""
    names = [f"Entity{number}" for number in range(1000)] + ["x" * 200]

    def respond(request: Request) -> Answer:
        return http(entities(names)) if request.operation == "findEntitiesBySchoolID" else healthy(request)

    with serving(respond) as server:
        assert one(server.url()).accesses[ADDRESS].login == WORKS


def test_a_large_answer_is_read_beside_the_loop() -> None:
    """The loop goes on meanwhile: here it ends the reading, which waits for it."""

    async def story() -> int:
        goes_on = threading.Event()
        answer = AnswerRead(200, "text/xml", b" " * (SMALL + 1))
        asyncio.get_running_loop().call_soon(goes_on.set)
        return await read_answer(answer, lambda read: len(read.body) if goes_on.wait(60) else 0)

    assert asyncio.run(story()) == SMALL + 1


def test_what_a_reading_raises_is_raised_where_it_is_waited_for() -> None:
    """In a thread as without one."""

    def fail(answer: AnswerRead) -> None:
        raise Unreadable(f"{len(answer.body)} bytes")

    for size in (1, SMALL + 1):
        with pytest.raises(Unreadable, match=f"{size} bytes"):
            asyncio.run(read_answer(AnswerRead(200, "text/xml", b" " * size), fail))


def test_a_reading_that_does_not_end_is_given_up() -> None:
    """Unreadable, and nobody waits for its thread."""
    with pytest.raises(Unreadable, match=r"could not be read within 0\.05 s"):
        asyncio.run(read_in_thread(threading.Event().wait, 0.05))


def test_few_large_answers_are_read_at_a_time() -> None:
    """Each takes thirty times its size in memory. They all come to their turn, and so do those of a later run."""
    lock, reading, most = threading.Lock(), [0], [0]

    def read(_: AnswerRead) -> None:
        with lock:
            reading[0] += 1
            most[0] = max(most[0], reading[0])
        time.sleep(0.01)
        with lock:
            reading[0] -= 1

    async def story() -> None:
        answer = AnswerRead(200, "text/xml", b" " * (SMALL + 1))
        await asyncio.gather(*(read_answer(answer, read) for _ in range(20)))

    asyncio.run(story())
    asyncio.run(story())
    assert most[0] == 4


def test_a_time_out_counts_no_time_in_which_the_loop_was_held_up() -> None:
    """An answer that came while something kept the loop from its work for longer than the time-out is read all the
    same: its server was well."""
    listed = threading.Event()

    def respond(request: Request) -> Answer:
        if request.operation == "findEntitiesBySchoolID":
            listed.set()
            time.sleep(0.3)
        return healthy(request)

    async def holding_up(ref: SecretRef) -> Secret:
        if "slow" in str(ref):
            await asyncio.to_thread(listed.wait, 60)
            time.sleep(4)  # noqa: ASYNC251  # this is what it is about
        return await passwords(ref)

    with serving(respond) as server, serving(healthy) as other:
        schools = [school("a", 1, platform(server.url())), school("b", 2, platform(other.url(), "other"))]
        accesses = [access("a/x"), access("b/x", username="slow")]
        live = probe(desired(schools, accesses), holding_up, replace(QUICK, timeout=2.0))
    assert live.accesses[Address("a", "x")].login == WORKS
    assert live.accesses[Address("b", "x")].login == WORKS
