"""The chain: what holds, and which line is named when something was done to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from reconciler.journal.chain import Record, line_of, read_chain, seal
from reconciler.journal.entries import content_of, entry_of
from tests.journal.entries import chains, events, text_of

if TYPE_CHECKING:
    from reconciler.model.journal import Event

TIME = datetime(2026, 11, 24, 12, 30, 5, tzinfo=UTC)


@given(chains())
def test_what_was_written_is_read(records: list[Record]) -> None:
    """Every record comes back, and nothing is wrong with it."""
    text = text_of(records)
    chain = read_chain(text)
    assert (list(chain.records), chain.sound, chain.torn, chain.broken) == (records, len(text), 0, None)


@given(events)
def test_an_event_comes_back_as_it_was(event: Event) -> None:
    """Writing and reading an entry changes nothing in it, whatever characters it holds."""
    record = seal(content_of(event, time=TIME, by="J. Smith", plan=""), None)
    entry = entry_of(read_chain(line_of(record)).records[0])
    assert (entry.event, entry.time, entry.by, entry.sequence) == (event, TIME, "J. Smith", 1)


@given(chains(), st.data())
def test_a_changed_byte_is_found_in_its_line(records: list[Record], data: st.DataObject) -> None:
    """Whatever byte of a line becomes another, that line is the first that does not fit."""
    lines = list(map(line_of, records))
    number = data.draw(st.integers(0, len(lines) - 1))
    place = data.draw(st.integers(0, len(lines[number]) - 2))  # all but the end of the line
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte not in (lines[number][place], ord("\n"))))
    lines[number] = lines[number][:place] + bytes([other]) + lines[number][place + 1 :]
    chain = read_chain(b"".join(lines))
    assert chain.broken is not None
    assert chain.broken.line == number + 1
    assert list(chain.records) == records[:number]


@given(chains(least=2), st.data())
def test_a_line_that_was_taken_out_is_missed(records: list[Record], data: st.DataObject) -> None:
    """The line that stands in its place says which entry it is."""
    number = data.draw(st.integers(0, len(records) - 2))
    chain = read_chain(text_of(records[:number] + records[number + 1 :]))
    assert chain.broken is not None
    assert chain.broken.line == number + 1
    assert chain.broken.what.startswith(f"it is entry {number + 2}:")


@given(chains(least=2), st.data())
def test_lines_that_changed_places_are_found(records: list[Record], data: st.DataObject) -> None:
    """The earlier of two places is named."""
    first, second = sorted(data.draw(st.lists(st.integers(0, len(records) - 1), min_size=2, max_size=2, unique=True)))
    moved = [*records]
    moved[first], moved[second] = moved[second], moved[first]
    chain = read_chain(text_of(moved))
    assert chain.broken is not None
    assert chain.broken.line == first + 1


@given(chains(least=2), st.data())
def test_a_line_sealed_anew_breaks_the_next(records: list[Record], data: st.DataObject) -> None:
    """Whoever changes an entry and computes its hash again is found one line later."""
    number = data.draw(st.integers(0, len(records) - 2))
    content = {key: value for key, value in records[number].items() if key not in {"sequence", "previous", "hash"}}
    forged = seal({**content, "by": content["by"] + "!"}, records[number - 1] if number else None)
    chain = read_chain(text_of([*records[:number], forged, *records[number + 1 :]]))
    assert chain.broken is not None
    assert chain.broken.line == number + 2


def test_the_same_content_in_other_bytes_is_found() -> None:
    """Two equal keys, blanks, another order: what two readers could read differently does not fit."""
    line = line_of(seal({"by": "J. Smith"}, None))
    for other in (line.replace(b'{"by"', b'{"by":"A. Other","by"'), line.replace(b":", b": "), line[:-1] + b"\r\n"):
        chain = read_chain(other)
        assert chain.broken is not None
        assert chain.broken.what == "it was rewritten: the same content in other bytes"


def test_a_line_of_many_brackets_is_no_entry() -> None:
    """What would exhaust a reader is told as what it is."""
    broken = read_chain(b"[" * 100_000 + b"\n").broken
    assert broken is not None
    assert broken.what == "it is not an entry"


@given(chains(), st.data())
def test_a_torn_last_line_is_told_apart(records: list[Record], data: st.DataObject) -> None:
    """Wherever a crash cuts the last line, the others are sound and the rest is torn, not changed."""
    text = text_of(records)
    start = len(text_of(records[:-1]))
    end = data.draw(st.integers(start, len(text) - 2))  # without its end of line alone it is whole
    chain = read_chain(text[:end])
    assert (list(chain.records), chain.torn, chain.broken) == (records[:-1], end - start, None)


@given(chains(least=2), st.data())
def test_a_tail_that_was_cut_off_shows_in_the_head_alone(records: list[Record], data: st.DataObject) -> None:
    """What is left fits; only a hash that was noted elsewhere proves that more was there."""
    left = data.draw(st.integers(0, len(records) - 1))
    chain = read_chain(text_of(records[:left]))
    assert chain.broken is None
    assert records[-1]["hash"] not in {record["hash"] for record in chain.records}


@given(chains(least=2), st.data())
def test_reading_on_is_reading_all(records: list[Record], data: st.DataObject) -> None:
    """Whoever knows the first lines and reads the rest after them finds the same."""
    known = data.draw(st.integers(1, len(records)))
    chain = read_chain(text_of(records[known:]), records[known - 1])
    assert list(chain.records) == records[known:]
    assert chain.broken is None


@given(chains(least=2), st.data())
def test_reading_on_takes_a_last_line_without_its_end(records: list[Record], data: st.DataObject) -> None:
    """An editor took away the end of line: the entry is whole, wherever reading goes on from."""
    known = data.draw(st.integers(1, len(records) - 1))
    chain = read_chain(text_of(records[known:])[:-1], records[known - 1])
    assert (list(chain.records), chain.unended, chain.torn) == (records[known:], True, 0)
