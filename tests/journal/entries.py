"""Events and entries of every kind, made by hypothesis."""

from __future__ import annotations

from datetime import UTC

from hypothesis import strategies as st

from reconciler.journal.chain import Record, line_of, seal
from reconciler.journal.entries import content_of
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.evidence import Attested, Probed
from reconciler.model.journal import (
    ApplyFinished,
    ApplyResumed,
    ApplyStarted,
    AttestationWritten,
    Event,
    JournalRepaired,
    OutcomeFound,
    PageAnswered,
)
from reconciler.model.outcome import Contradicted, Failed, PageAnswer, Pending, Skipped, Verified
from reconciler.model.problem import Origin
from reconciler.model.runbook import PageId

_text = st.text(max_size=8)
_count = st.integers(0, 99)
times = st.datetimes(timezones=st.just(UTC)).map(lambda time: time.replace(microsecond=0))
fingerprints = st.one_of(st.just(""), st.integers(0, 2**256 - 1).map(lambda number: f"{number:064x}"))
subjects = st.builds(FactRef, _text, _text, st.sampled_from(Aspect), _text)
_several = st.lists(subjects, max_size=3).map(tuple)
_origins = st.builds(Origin, _text, st.integers(1, 99), st.integers(1, 99))
_evidence = st.one_of(st.builds(Probed, _text), st.builds(Attested, _text, times, st.dates(), _text, _origins))
outcomes = st.one_of(
    st.builds(Verified, subjects, _evidence),
    st.builds(Contradicted, subjects, _text),
    st.builds(Pending, subjects, _text),
    st.builds(Skipped, subjects, _text),
    st.builds(Failed, subjects, _text),
)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(ApplyStarted, _text, st.lists(_text, max_size=2).map(tuple), _count, st.one_of(st.none(), times)),
    st.builds(ApplyResumed, _count),
    st.builds(PageAnswered, _text, st.sampled_from(PageId), st.sampled_from(PageAnswer), _several),
    st.builds(AttestationWritten, _text, st.dates(), _text, _several),
    st.builds(OutcomeFound, outcomes),
    st.builds(ApplyFinished, _count, _count, _count, _count, _count),
    st.builds(JournalRepaired, st.integers(1, 99)),
)
_contents = st.builds(
    lambda event, time, by, plan: content_of(event, time=time, by=by, plan=plan), events, times, _text, fingerprints
)


@st.composite
def chains(draw: st.DrawFn, least: int = 1) -> list[Record]:
    """Sealed records, as a journal holds them."""
    records: list[Record] = []
    for content in draw(st.lists(_contents, min_size=least, max_size=6)):
        records.append(seal(content, records[-1] if records else None))
    return records


def text_of(records: list[Record]) -> bytes:
    """The file of these records."""
    return b"".join(map(line_of, records))
