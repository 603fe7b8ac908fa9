"""Lists read without a parser: they say what lxml would say, or lxml is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from reconciler.bromcom.dataset import dataset_of
from reconciler.bromcom.entity_lists import InternedValues
from reconciler.bromcom.faults import response_of
from reconciler.bromcom.reading import HttpAnswer
from reconciler.errors import LiveError, LoginRefused, Unreadable
from reconciler.model.entity import entity_key
from tests.bromcom.answers import entities, envelope
from tests.bromcom.lists import bodies
from tests.bromcom.mutations import answer as mutated
from tests.examples import examples

Outcome: TypeAlias = list[tuple[str, str]] | str


def answer(body: bytes | str, status: int = 200, kind: str = "text/xml; charset=utf-8") -> HttpAnswer:
    """An answer with this body."""
    return HttpAnswer(status, kind, body.encode() if isinstance(body, str) else body)


def parsed(given_answer: HttpAnswer) -> Outcome:
    """The entities as lxml reads them, in their order, or the error's words."""
    try:
        names = dataset_of(response_of(given_answer, "findEntitiesBySchoolID")).texts("EntityName")
    except LiveError as error:
        return f"{type(error).__name__}: {error}"
    pairs = [(entity_key(name), name) for name in names]
    if len(dict(pairs)) == len(pairs):
        return pairs
    return list(dict(sorted(pairs, key=lambda pair: pair[1], reverse=True)).items())


def read(values: InternedValues, given_answer: HttpAnswer) -> Outcome:
    """The same as `values` reads them."""
    try:
        return list(values.entities(given_answer).items())
    except LiveError as error:
        return f"{type(error).__name__}: {error}"


def without_parser(values: InternedValues, given_answer: HttpAnswer) -> Outcome | None:
    """The same if they are read without a parser, else None."""
    quick: Mapping[str, str] | None = values.quickly(given_answer)
    return None if quick is None else list(quick.items())


@examples(8)
@given(st.lists(bodies(), min_size=1, max_size=4))
def test_any_bytes_say_the_same_with_a_parser_and_without(several: list[bytes]) -> None:
    """Names, order and errors alike, for one answer after the other, each twice: what one answer taught may not change
    what another says."""
    values = InternedValues()
    for body in several * 2:
        given_answer = answer(body)
        expected = parsed(given_answer)
        assert without_parser(values, given_answer) in (None, expected)
        assert read(values, given_answer) == expected


@examples(4)
@given(st.data())
def test_a_changed_document_says_the_same(data: st.DataObject) -> None:
    """Elements doubled, moved, nested, renamed, put into other namespaces, attributes or comments."""
    values = InternedValues()
    read(values, answer(entities(["Staff"])))
    for _ in range(2):
        given_answer = answer(etree.tostring(mutated(data)))
        assert read(values, given_answer) == parsed(given_answer)


NAMES: Final = [
    "Addresses",
    "A_x0020_B",
    "A  B",
    "Third Party Write Back - Staff",
    "'\"",
    "MealType",
    "SENStudents",
    "Staff",
    "Students",
    "students",
    "x" * 200,
]


def test_the_usual_answer_needs_no_parser() -> None:
    """The control of these laws: with other names than those of the answer before, and in both versions of SOAP."""
    values = InternedValues()
    for body in (entities(NAMES), entities(NAMES[2:]), entities(NAMES).replace("/>", " />")):
        assert without_parser(values, answer(body)) == parsed(answer(body))


@pytest.mark.parametrize("name", ["A & B", "A>B", " Staff", "Élèves", "Staff ", "St\u0430ff", "x" * 201, "", "A&#66;"])
def test_any_other_name_needs_one(name: str) -> None:
    """A character that XML can write in several ways, or that could look like another one."""
    values = InternedValues()
    assert values.quickly(answer(entities(["Staff", name]))) is None
    assert read(values, answer(entities(["Staff", name]))) == parsed(answer(entities(["Staff", name])))


def decoys(rows: str) -> Mapping[str, str]:
    """Answers whose rows stand where they are not read; what is read stands elsewhere, written in another way."""
    usual = entities(["Staff"])
    row = usual[usual.index("<Table diffgr") : usual.index("</NewDataSet>")]
    other = row.replace(" msdata", "  msdata")
    assert other != row
    after = usual.replace(row, "@" + other)
    return {
        "comment": after.replace("@", f"<!--{rows}-->"),
        "cdata": usual.replace(row, f"<Table><EntityName><![CDATA[{rows}]]></EntityName></Table>"),
        "instruction": after.replace("@", f"<?p {rows}?>"),
        "header": usual.replace(row, other).replace(
            "<soap:Body>",
            '<soap:Header><d xmlns="urn:x" xmlns:diffgr="urn:d" xmlns:msdata="urn:m">'
            f"{rows}</d></soap:Header><soap:Body>",
        ),
        "earlier values": after.replace("@", "").replace(
            "</diffgr:diffgram>", f"<diffgr:before>{rows}</diffgr:before></diffgr:diffgram>"
        ),
        "second result": after.replace("@", "").replace("</soap:Body>", f"{rows}</soap:Body>"),
        "after the end": usual.replace(row, other) + f"<!--{rows}-->",
    }


@pytest.mark.parametrize("where", decoys(""))
def test_rows_in_a_place_where_none_are_read_teach_nothing(where: str) -> None:
    """The first answer has the same names in both places, the second has not."""
    values = InternedValues()
    for names in (["Staff"], ["Students"]):
        usual = entities(names)
        rows = usual[usual.index("<Table diffgr") : usual.index("</NewDataSet>")]
        given_answer = answer(decoys(rows)[where])
        assert values.quickly(given_answer) is None
        assert read(values, given_answer) == parsed(given_answer)


@pytest.mark.parametrize("body", ["utf-16", "UTF-8-SIG", "iso-8859-1"])
def test_another_encoding_needs_a_parser(body: str) -> None:
    """Bytes that are letters in one encoding may be others in the next."""
    values = InternedValues()
    given_answer = answer(entities(NAMES).replace("utf-8", body.replace("UTF-8-SIG", "utf-8"), 1).encode(body))
    assert values.quickly(given_answer) is None
    assert read(values, given_answer) == parsed(given_answer) != ""


def test_an_answer_is_remembered_with_its_status_and_type() -> None:
    """The same bytes with HTTP 401 are a refusal, with HTTP 500 no answer, and as a page nothing."""
    values = InternedValues()
    body = entities(NAMES)
    for _ in range(2):
        assert read(values, answer(body)) == parsed(answer(body))
        with pytest.raises(LoginRefused):
            values.entities(answer(body, 401))
        with pytest.raises(Unreadable):
            values.entities(answer(body, 500))
        with pytest.raises(Unreadable):
            values.entities(answer(body, kind="text/html"))


def test_no_failure_is_remembered_as_a_list() -> None:
    """An unreadable answer is unreadable each time, and a list read before does not stand in for it."""
    values = InternedValues()
    read(values, answer(entities(NAMES)))
    for body in (entities(NAMES)[:-9], envelope("")):
        for _ in range(2):
            with pytest.raises(Unreadable):
                values.entities(answer(body))


def distinct(number: int) -> HttpAnswer:
    """An answer of its own for each number."""
    return answer(entities([f"Entity{number}"]))


def test_equal_answers_share_one_mapping_however_many_there_are() -> None:
    """Three hundred suppliers' lists, again and again."""
    values = InternedValues()
    first, second = ([values.entities(distinct(number)) for number in range(300)] for _ in range(2))
    assert all(before is after for before, after in zip(first, second, strict=True))


def test_what_is_remembered_is_bounded_and_does_not_fall_off_a_cliff() -> None:
    """Twice as many lists as there is room for, in turn: the oldest would always be gone just before it comes again."""
    values = InternedValues(most_answers=16)
    kept: dict[int, object] = {}
    hits = 0
    for number in [*range(32)] * 50:
        entities_read = values.entities(distinct(number))
        hits += entities_read is kept.get(number)
        kept[number] = entities_read
    assert hits > 50
    assert len(values._answers) == len(values._in_order) == 16


def test_an_answer_with_a_frame_of_its_own_is_read_all_the_same() -> None:
    """More of them than frames are remembered."""
    values = InternedValues()
    for number in range(100):
        body = entities(NAMES).replace(
            "<soap:Body>", f'<soap:Header><i xmlns="urn:i">{number}</i></soap:Header><soap:Body>'
        )
        assert read(values, answer(body)) == parsed(answer(body))
    assert len(values._frames) <= 64
