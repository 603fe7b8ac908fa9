"""The days that come soon: each is told once, in time, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.accountability.coming_date import SOON, DateKind, Urgency
from reconciler.model.address import Address
from reconciler.model.aspect import Action, Aspect, FactRef
from reconciler.model.attestation import AttestedFact, Decision, ReviewedAccess, Round, RoundChoice
from reconciler.model.change import Waived, Waiver
from reconciler.model.desired import AgreementTerms
from reconciler.model.evidence import Attested
from reconciler.model.plan import Ended, EndReason
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.planning.scope import scope
from reconciler.planning.validity.coming_dates import coming_dates
from tests.planning.worlds import GROUPCALL, TODAY, access, desired_of

if TYPE_CHECKING:
    from reconciler.model.accountability.coming_date import ComingDate
    from reconciler.model.desired import Access, Desired

PLACE = Origin("a.yaml", 1, 1)
SCHOOLS = ("greenfield", "hilltop", "oakwood")
SUPPLIERS = ("groupcall", "library", "till")
KEEPS_TELLING = {DateKind.ROUND_DUE, DateKind.REVIEW_DUE, DateKind.CONTRACT_END}
NOT_YET = Ended(EndReason.NOT_YET, None, "", PLACE)
RETIRED = Ended(EndReason.RETIRED, None, "", PLACE)


def round_due(day: date, *, closed: date | None = None, decided: bool = False) -> Round:
    """A round of one access."""
    decision = Decision(RoundChoice.KEEP, "used", "J. Smith", TODAY) if decided else None
    reviewed = {GROUPCALL: ReviewedAccess(GROUPCALL, (), "asked", {}, decision)}
    return Round("autumn", date(2026, 9, 1), day, closed, (), reviewed, PLACE)


def word(fact: FactRef, expires: date, *, day: int = 1, by: str = "J. Smith") -> AttestedFact:
    """What a person said of a fact on a day of September."""
    return AttestedFact(fact, ("set",), Attested(by, datetime(2026, 9, day, tzinfo=UTC), expires, "", PLACE))


def waiver(expires: date, school: str = "greenfield", supplier: str = "groupcall") -> Waiver:
    """A waiver of one entity."""
    terms = Waived("photos", "J. Smith", "until then", expires, PLACE)
    return Waiver(frozenset({school}), supplier, Action.REVOKE, Aspect.READ, "PersonPhotos", terms)


def ends(review: date | None = None, contract: date | None = None) -> AgreementTerms:
    """An agreement with these days."""
    review_by, contract_end = (DeclaredValue(str(day), PLACE) if day else None for day in (review, contract))
    return AgreementTerms(contract_end=contract_end, review_by=review_by)


def in_days(days: int) -> date:
    """A day before or after today."""
    return TODAY + timedelta(days=days)


LICENCE = FactRef(*GROUPCALL, Aspect.WRITE_LICENCE, "")
CONSENT = FactRef("greenfield", "", Aspect.CONSENT, "students")
ONE = desired_of(access(needs=["students"], licence=True))
TURNS = desired_of(replace(access(), next_turn=in_days(9)))


@pytest.mark.parametrize(
    ("desired", "words"),
    [
        (replace(ONE, rounds=(round_due(in_days(-2)),)), "The round autumn was due, and 1 of 1 accesses are not"),
        (replace(ONE, rounds=(round_due(in_days(9), decided=True),)), "The round autumn is due, and everything is"),
        (replace(ONE, rounds=(round_due(in_days(-2), closed=TODAY),)), ""),
        (replace(ONE, terms={"groupcall": ends(review=in_days(9))}), "The review of Groupcall is due"),
        (replace(ONE, terms={"groupcall": ends(review=in_days(-9))}), "The review of Groupcall was due"),
        (replace(ONE, terms={"groupcall": ends(contract=in_days(0))}), "The contract with Groupcall ends"),
        (replace(ONE, terms={"groupcall": ends(contract=in_days(-1))}), "The contract with Groupcall ended, and its"),
        (desired_of(replace(access(), ended=RETIRED), access(address=Address("oakwood", "till"))), ""),
        (TURNS, "The access of Groupcall at greenfield has its last day"),
        (desired_of(replace(access(), next_turn=in_days(9), ended=NOT_YET)), "The access of Groupcall at greenfield b"),
        (replace(ONE, words=(word(LICENCE, in_days(3)),)), "1 fact that J. Smith confirmed about Groupcall at greenf"),
        (replace(ONE, words=(word(CONSENT, in_days(3)),)), "1 fact that J. Smith confirmed about greenfield must be"),
        (replace(ONE, words=(word(LICENCE, in_days(3)), word(LICENCE, in_days(300), day=2))), ""),
        (replace(ONE, words=(word(FactRef("greenfield", "", Aspect.CONSENT, "staff"), in_days(3)),)), ""),
        (replace(ONE, waivers=(waiver(in_days(3)),)), "The waiver photos of J. Smith ends"),
        (replace(ONE, waivers=(waiver(in_days(-1)),)), ""),
    ],
)
def test_each_kind_is_told_in_words(desired: Desired, words: str) -> None:
    """Before its day, and after it if something is still to be done; not if it was taken back."""
    found = coming_dates(desired, TODAY)
    assert len(found) == bool(words)
    assert not words or found[0].words.startswith(words)


def test_a_supplier_that_left_has_no_contract_to_renew() -> None:
    """Its access has ended everywhere."""
    left = desired_of(replace(access(), ended=RETIRED))
    assert not coming_dates(replace(left, terms={"groupcall": ends(in_days(1), in_days(1))}), TODAY)


_edges = list(map(in_days, (-40, -1, 0, 1, 7, 8, 30, 31, 60)))
_days = st.sampled_from(_edges)
_maybe = st.sampled_from([None, *_edges])
_ended = st.sampled_from([None, None, NOT_YET, RETIRED])
_addresses = st.lists(
    st.builds(Address, st.sampled_from(SCHOOLS), st.sampled_from(SUPPLIERS)), unique=True, min_size=1, max_size=6
)
_rounds = st.lists(st.builds(round_due, _days, closed=_maybe, decided=st.booleans()), max_size=2)
_waivers = st.lists(st.builds(waiver, _days, st.sampled_from(SCHOOLS), st.sampled_from(["", *SUPPLIERS])), max_size=1)


@st.composite
def dated(draw: st.DrawFn) -> Desired:
    """A workspace with days of every kind."""
    accesses: list[Access] = [
        replace(access(address=address, needs=["students"], licence=True), next_turn=draw(_maybe), ended=draw(_ended))
        for address in draw(_addresses)
    ]
    places = st.sampled_from([each.address for each in accesses])
    facts = st.one_of(
        st.builds(lambda place: FactRef(place.school, place.supplier, Aspect.WRITE_LICENCE, ""), places),
        st.builds(lambda place: FactRef(place.school, "", Aspect.CONSENT, "students"), places),
    )
    people = st.sampled_from(["J. Smith", "A. Khan"])
    words = st.builds(lambda fact, day, on, by: word(fact, day, day=on, by=by), facts, _days, st.integers(1, 9), people)
    return replace(
        desired_of(*accesses),
        terms={name: ends(draw(_maybe), draw(_maybe)) for name in SUPPLIERS},
        rounds=tuple(draw(_rounds)),
        words=tuple(draw(st.lists(words, max_size=4))),
        waivers=tuple(draw(_waivers)),
    )


def places(found: tuple[ComingDate, ...]) -> set[tuple[DateKind, date, str, str]]:
    """Each day at each school."""
    return {(each.kind, each.day, each.subject, school) for each in found for school in each.schools or ("",)}


@given(dated(), st.integers(0, 60))
def test_they_come_in_order_and_in_time(desired: Desired, days: int) -> None:
    """Each is within the days asked for; more days only add; only what waits for people stays after its day."""
    found = coming_dates(desired, TODAY, days)
    assert [each.day for each in found] == sorted(each.day for each in found)
    for each in found:
        assert (each.day - TODAY).days <= days
        assert each.day >= TODAY or each.kind in KEEPS_TELLING
        assert (each.urgency is Urgency.OVERDUE) is (each.day < TODAY)
        assert set(each.schools) <= desired.schools.keys()
        assert len(each.schools) == len(set(each.schools))
    assert set(found) <= set(coming_dates(desired, TODAY, days + 30))


@given(dated(), st.sampled_from(SCHOOLS))
def test_a_school_hears_of_its_own_days_alone(desired: Desired, school: str) -> None:
    """A part of the workspace has the same days as the whole has at its schools, and every round."""
    if school not in desired.schools:
        return
    part = places(coming_dates(scope(desired, schools=[school]), TODAY))
    of_school = {day for day in places(coming_dates(desired, TODAY)) if day[3] in {school, ""}}
    # Words on several schools are named by the first of them, which may be another one.
    assert {day[:2] for day in part} == {day[:2] for day in of_school}


@given(dated())
def test_nothing_due_is_left_out(desired: Desired) -> None:
    """Counted again, one access at a time."""
    soon = range(SOON + 1)
    wanted: set[tuple[DateKind, date]] = set()
    for address, each in desired.accesses.items():
        agreed = each.ended is None or each.ended is NOT_YET
        terms = desired.terms[address.supplier]
        for kind, day in ((DateKind.REVIEW_DUE, terms.review_by), (DateKind.CONTRACT_END, terms.contract_end)):
            if agreed and day and (date.fromisoformat(day.value) - TODAY).days <= SOON:
                wanted.add((kind, date.fromisoformat(day.value)))
        if agreed and each.next_turn and (each.next_turn - TODAY).days in soon:
            wanted.add((DateKind.ACCESS_BEGINS if each.ended else DateKind.ACCESS_ENDS, each.next_turn))
    others = {DateKind.ROUND_DUE, DateKind.ATTESTATION_ENDS, DateKind.WAIVER_ENDS}
    assert wanted == {(each.kind, each.day) for each in coming_dates(desired, TODAY) if each.kind not in others}
