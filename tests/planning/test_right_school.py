"""Another school answers under a mistyped School ID: of what was found there nothing counts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from hypothesis import assume, given
from hypothesis import strategies as st

from reconciler import workflow
from reconciler.codec.plan_file import dump, parse
from reconciler.codec.snapshot import from_data, to_data
from reconciler.model.address import Address
from reconciler.model.aspect import Action, Aspect, FactRef, Risk
from reconciler.model.attestation import AttestedFact
from reconciler.model.drift_news import Notified, Place, Remembered, Verdict
from reconciler.model.evidence import Known, Probed, Unknown, UnknownReason
from reconciler.model.live import NOT_IDENTIFIED, Live, LiveSchool
from reconciler.model.review import Cause
from reconciler.planning.approved.due import due, is_due
from reconciler.planning.drift_memory import remember
from reconciler.planning.drift_news import ObservedScope, news, verdict_of
from reconciler.planning.parts.unasked import disowned
from reconciler.planning.review.causes import causes, pending
from reconciler.planning.review.edits import edits
from reconciler.planning.review.trust import of_base
from reconciler.report.night_faults import night_faults
from reconciler.report.text.plan import render_text
from reconciler.snapshots.carried import carried
from tests.planning.worlds import (
    GROUPCALL,
    SCHOOLS,
    SENSITIVITY,
    TODAY,
    access,
    attested,
    desired_of,
    granted,
    live_of,
    material,
    planned,
    without,
    worlds,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from reconciler.model.desired import Desired
    from reconciler.model.evidence import Fact
    from reconciler.model.plan import Plan

URN = 112345
ANSWERED = Probed("getEntityDataBySchoolID")
TELLS_NOTHING = (
    UnknownReason.UNREACHABLE,
    UnknownReason.UNREADABLE,
    UnknownReason.THROTTLED,
    UnknownReason.NO_SECRET,
    UnknownReason.OWN_FAULT,
    UnknownReason.INTERRUPTED,
)
EVERYWHERE = ObservedScope()
RECORDED = datetime(2026, 11, 24, 5, tzinfo=UTC)


def with_urn(desired: Desired, urn: int | None = URN) -> Desired:
    """The same manifests with this URN on every school."""
    return replace(desired, schools={name: replace(one, urn=urn) for name, one in desired.schools.items()})


def answering(
    live: Live,
    desired: Desired,
    wrong: Collection[str],
    right: Collection[str] = (),
    unclear: Mapping[str, Unknown] = MappingProxyType({}),
) -> Live:
    """The live side as a probe gives it, where accounts told whose these databases are, or could not."""
    told: dict[str, Fact[bool]] = {
        **unclear,
        **dict.fromkeys(right, Known(True, ANSWERED)),
        **dict.fromkeys(wrong, Known(False, ANSWERED)),
    }
    schools = {
        name: replace(school, right_school=told.get(name, NOT_IDENTIFIED)) for name, school in live.schools.items()
    }
    return disowned(replace(live, schools=schools), desired)


def elsewhere(*, deep: bool = True, wrong: bool = True, urn: int | None = URN) -> Plan:
    """A plan of one access that has what is declared, at the wrong school or at the right one."""
    desired = with_urn(desired_of(access()), urn)
    live = live_of({GROUPCALL: granted("Students")})
    names = ["greenfield"] if deep else []
    return planned(desired, answering(live, desired, names if wrong else (), () if wrong else names))


def names_of_wrong() -> st.SearchStrategy[set[str]]:
    """Schools in whose place another one answers."""
    return st.sets(st.sampled_from(SCHOOLS), min_size=1)


def unclear_answers(*reasons: UnknownReason) -> st.SearchStrategy[dict[str, Unknown]]:
    """Schools of which an account was asked whose they are, and why its answer tells nothing."""
    why = st.builds(Unknown, st.sampled_from(reasons), st.just("no usable answer"))
    return st.dictionaries(st.sampled_from(SCHOOLS), why, min_size=1)


@given(worlds(), names_of_wrong(), unclear_answers(*TELLS_NOTHING))
def test_law_an_answer_that_tells_nothing_is_one_unknown_fact_and_no_work(
    world: tuple[Desired, Live], wrong: set[str], unclear: dict[str, Unknown]
) -> None:
    """It is never in sync, never a change, and nothing that a person can confirm."""
    desired = with_urn(world[0])
    unasked = planned(desired, answering(world[1], desired, wrong))
    plan = planned(desired, answering(world[1], desired, wrong, unclear=unclear))
    number = len((unclear.keys() & desired.schools.keys()) - wrong)
    assert all_changes(plan) == all_changes(unasked)
    assert plan.accesses == unasked.accesses
    assert plan.summary.facts == unasked.summary.facts + number
    assert plan.summary.unknown == unasked.summary.unknown + number
    assert (plan.summary.known, plan.summary.attest) == (unasked.summary.known, unasked.summary.attest)
    assert due(plan) == due(unasked)
    assert [book.school for book in workflow.runbook(plan).schools] == [
        book.school for book in workflow.runbook(unasked).schools
    ]
    assert not (number and plan.complete)
    assert number == 0 or verdict_of(plan) is not Verdict.IN_SYNC
    read = parse(dump(plan, version="1")).plan
    assert (read, read.fingerprint) == (plan, plan.fingerprint)


@given(worlds(), unclear_answers(UnknownReason.NOT_GRANTED, UnknownReason.NOT_RECORDED))
def test_law_a_school_that_no_account_may_identify_is_not_counted(
    world: tuple[Desired, Live], unclear: dict[str, Unknown]
) -> None:
    """Nor one without a URN, whatever an account once answered."""
    desired = with_urn(world[0])
    assert planned(desired, answering(world[1], desired, (), unclear=unclear)) == planned(desired, world[1])
    bare = with_urn(desired, None)
    busy = dict.fromkeys(SCHOOLS, Unknown(UnknownReason.THROTTLED, "busy"))
    assert planned(bare, answering(world[1], bare, (), unclear=busy)) == planned(bare, world[1])


@given(worlds(), names_of_wrong())
def test_law_nothing_at_a_wrong_school_is_in_sync_or_changed(world: tuple[Desired, Live], wrong: set[str]) -> None:
    """It differs in one thing, which is no work for hands; all else there is unknown, and nobody is sent to look."""
    desired = with_urn(world[0])
    there = wrong & desired.schools.keys()
    assume(there)
    plan = planned(desired, answering(world[1], desired, there))
    for school in plan.schools:
        if school.name in there:
            (change,) = school.changes
            assert (change.action, change.aspect, change.risk) == (Action.SET, Aspect.RIGHT_SCHOOL, Risk.HIGH)
            assert not change.waived
            assert not school.vouched
            assert sum(item.facts for item in school.unknown) == school.facts
            assert {item.why for item in school.unknown} == {UnknownReason.OTHER_SCHOOL}
    for access_plan in plan.accesses:
        if access_plan.address.school in there:
            assert access_plan.facts == 0 or not access_plan.in_sync
            found = (*access_plan.changes, *access_plan.vouched, *access_plan.denied, *access_plan.reported)
            assert not found
            assert sum(item.facts for item in access_plan.unknown) == access_plan.facts
            assert not any(is_due(access_plan, item) for item in access_plan.unknown)
    assert not [subject for subject in due(plan) if subject.school in there]
    assert not there & {book.school for book in workflow.runbook(plan).schools}
    assert not plan.complete


@given(worlds(), names_of_wrong())
def test_law_a_wrong_school_harms_no_other(world: tuple[Desired, Live], wrong: set[str]) -> None:
    """The parts of the plan that are of other schools are as they would be."""
    desired = with_urn(world[0])
    plan, other = planned(desired, world[1]), planned(desired, answering(world[1], desired, wrong))
    assert [one for one in plan.accesses if one.address.school not in wrong] == [
        one for one in other.accesses if one.address.school not in wrong
    ]
    assert [one for one in plan.schools if one.name not in wrong] == [
        one for one in other.schools if one.name not in wrong
    ]


@given(worlds(), names_of_wrong(), names_of_wrong())
def test_law_knowing_less_never_adds_a_change(
    world: tuple[Desired, Live], wrong: set[str], forgotten: set[str]
) -> None:
    """Not even forgetting that another school answered: what it said is not believed after that either."""
    desired = with_urn(world[0])
    live = answering(world[1], desired, wrong)
    less = replace(
        live,
        schools={
            name: replace(school, right_school=NOT_IDENTIFIED) if name in forgotten else school
            for name, school in live.schools.items()
        },
    )
    assert set(all_changes(planned(desired, less))) <= set(all_changes(planned(desired, live)))


def all_changes(plan: Plan) -> list[tuple[str, object]]:
    """Every change with its place."""
    of_schools: list[tuple[str, object]] = [
        (school.name, change) for school in plan.schools for change in school.changes
    ]
    return of_schools + [(str(one.address), change) for one in plan.accesses for change in one.changes]


@given(worlds(), names_of_wrong(), names_of_wrong())
def test_law_a_right_school_counts_as_one_that_nobody_asked(
    world: tuple[Desired, Live], wrong: set[str], right: set[str]
) -> None:
    """It is no fact more, and the same work, so the same fingerprint."""
    desired = with_urn(world[0])
    unasked = planned(desired, answering(world[1], desired, wrong))
    asked = planned(desired, answering(world[1], desired, wrong, right - wrong))
    assert (asked.summary, asked.fingerprint) == (unasked.summary, unasked.fingerprint)


@given(worlds(), names_of_wrong(), names_of_wrong())
def test_law_a_plan_file_holds_whose_database_answered(
    world: tuple[Desired, Live], wrong: set[str], right: set[str]
) -> None:
    """With the same fingerprint."""
    desired = with_urn(world[0])
    plan = planned(desired, answering(world[1], desired, wrong, right - wrong))
    read = parse(dump(plan, version="1")).plan
    assert (read, read.fingerprint) == (plan, plan.fingerprint)


@given(worlds(words=False), names_of_wrong(), names_of_wrong(), unclear_answers(*TELLS_NOTHING))
def test_law_a_snapshot_holds_whose_database_answered(
    world: tuple[Desired, Live], wrong: set[str], right: set[str], unclear: dict[str, Unknown]
) -> None:
    """And that it could not be told, but nothing that another school said."""
    desired = with_urn(world[0])
    live = answering(world[1], desired, wrong, right - wrong, unclear)
    again = from_data(json.loads(json.dumps(to_data(live, desired, recorded=RECORDED)))).of(desired)
    assert again == replace(live, recorded=RECORDED)


def test_a_snapshot_says_nothing_of_another_urn() -> None:
    """Whether the URN was asked for that the manifests have now, or one that they had then."""
    desired = with_urn(desired_of(access()))
    live = answering(live_of({GROUPCALL: granted("Students")}), desired, ["greenfield"])
    snapshot = from_data(to_data(live, desired, recorded=RECORDED))
    assert snapshot.of(desired).schools["greenfield"].right_school == Known(False, ANSWERED)
    for urn in (URN + 1, None):
        plan = planned(with_urn(desired, urn), snapshot.of(with_urn(desired, urn)))
        assert not plan.summary.changes
        assert not plan.summary.in_sync


def test_without_a_urn_nothing_is_compared() -> None:
    """As it is unknown whose database it is, which is not counted."""
    for plan in (elsewhere(deep=False), elsewhere(deep=False, urn=None), elsewhere(wrong=False)):
        assert plan.complete
        assert plan.summary.in_sync == 1


def test_what_people_confirmed_does_not_count_at_a_wrong_school() -> None:
    """Nothing tells at which of the two they looked: it is neither as agreed nor a difference, nor asked for again."""
    desired = with_urn(desired_of(access(role="Till", permissions=["Attendance"]), lawful_basis="Public Task"))
    words = (
        AttestedFact(FactRef("greenfield", "", Aspect.LAWFUL_BASIS, ""), ("Consent",), attested()),
        AttestedFact(FactRef("greenfield", "groupcall", Aspect.ROLE, ""), ("Third Party", "Administrator"), attested()),
        AttestedFact(FactRef("greenfield", "groupcall", Aspect.WRITE, ""), ("Attendance",), attested()),
    )
    desired = replace(desired, words=words)
    live = live_of({GROUPCALL: granted("Students")})
    right = workflow.plan_of(desired, live, TODAY)
    assert right.summary.changes == 3
    plan = workflow.plan_of(desired, answering(live, desired, ["greenfield"]), TODAY)
    assert plan.summary.set == plan.summary.changes == 1
    assert plan.summary.attested == plan.summary.attest == plan.summary.known == 0


def test_it_points_at_the_school_id() -> None:
    """At its line, and says what to correct, in the first line that people read."""
    desired = with_urn(desired_of(access()))
    place = desired.schools["greenfield"].origin._replace(line=7, column=3)
    schools = {"greenfield": replace(desired.schools["greenfield"], school_id_origin=place)}
    desired = replace(desired, schools=schools)
    plan = planned(desired, answering(live_of({GROUPCALL: granted()}), desired, ["greenfield"]))
    (change,) = plan.schools[0].changes
    assert change.origin == place
    text = render_text(material(plan))
    assert text.startswith("Another school answers: the database of School 12345 on practice is not that of greenfield")
    assert "Check schoolId (schools.yaml:7:3), then urn." in text
    assert "Action needed: 1 wrong School ID, 3 facts could not be checked." in text


def test_of_many_schools_the_wrong_ones_come_first() -> None:
    """Three are named, the others counted; the table has them before a school that gives too much."""
    addresses = [Address(f"school-{number:02}", "groupcall") for number in range(20)]
    desired = with_urn(desired_of(*(access(address=address) for address in addresses)))
    wrong = [address.school for address in addresses[10:15]]
    live = live_of({address: granted("Students", "PersonPhotos") for address in addresses})
    text = render_text(replace(material(planned(desired, answering(live, desired, wrong))), everything=False))
    assert text.count("Another school answers: the database of") == 3
    assert "Another school answers: the same at 2 more schools, listed below." in text
    assert "Action needed: 5 wrong School IDs, 15 permissions too many" in text
    rows = [line.split()[0] for line in text.splitlines() if line.startswith("school-") and "/" not in line]
    assert rows[:5] == wrong


def test_news_of_a_wrong_school_lasts_until_somebody_looked() -> None:
    """A night without --deep does not see it and forgets nothing; only the right school, or no URN, ends it."""
    told = news(Notified(), elsewhere(), EVERYWHERE)
    (new,) = told.new
    assert (new.place, new.change.aspect) == (Place("greenfield", ""), Aspect.RIGHT_SCHOOL)
    assert not told.lost
    blind = news(told.told, elsewhere(deep=False), EVERYWHERE)
    assert (blind.new, blind.mended, blind.still) == ((), (), 1)
    mended = news(blind.told, elsewhere(wrong=False), EVERYWHERE)
    assert [one.difference.aspect for one in mended.mended] == [Aspect.RIGHT_SCHOOL]
    dropped = news(blind.told, elsewhere(deep=False, urn=None), EVERYWHERE)
    assert [one.difference.aspect for one in dropped.dropped] == [Aspect.RIGHT_SCHOOL]


def test_the_memory_of_the_nights_keeps_it_too() -> None:
    """By the same rules."""
    day = date(2026, 11, 24)
    last = Remembered()
    for night, (plan, sightings) in enumerate(
        [(elsewhere(), 1), (elsewhere(deep=False), 1), (elsewhere(wrong=False), 0)]
    ):
        last = remember(last, plan, EVERYWHERE, day + timedelta(days=night), SENSITIVITY)
        assert len(last.sightings) == sightings
        assert not last.blind_spots


def test_a_night_that_cannot_tell_whose_database_answers_says_so() -> None:
    """It neither ends what was told of a wrong school nor is it in sync."""
    desired = with_urn(desired_of(access()))
    busy = {"greenfield": Unknown(UnknownReason.THROTTLED, "busy")}
    plan = planned(desired, answering(live_of({GROUPCALL: granted("Students")}), desired, (), unclear=busy))
    night = news(news(Notified(), elsewhere(), EVERYWHERE).told, plan, EVERYWHERE)
    assert (night.new, night.mended, night.still) == ((), (), 1)
    assert Place("greenfield", "") in night.lost
    assert verdict_of(plan) is Verdict.INCOMPLETE


def test_a_night_that_finds_only_wrong_schools_found_drift() -> None:
    """It is not blind: it was told something, and of the worst kind."""
    plan = elsewhere()
    assert verdict_of(plan) is Verdict.DRIFT
    assert not list(night_faults(plan))


def test_a_wrong_school_is_never_work_that_is_still_to_do() -> None:
    """Although its School ID, or its URN, is new since the last apply: nobody carries that out in Bromcom."""
    base = with_urn(desired_of(access()), URN + 1)
    head = with_urn(base)
    live = answering(live_of({GROUPCALL: granted("Students")}), head, ["greenfield"])
    plan, before = planned(head, live), planned(base, of_base(live, head, base))
    assert not before.summary.changes
    attributed = causes(plan, before, edits(base, head, SENSITIVITY), base, head)
    assert list(attributed.values()) == [Cause.THIS_CHANGE]
    assert not pending(plan, attributed, {})


def test_a_record_keeps_no_answers_of_another_school() -> None:
    """A later run that finds out whose they are replaces what was recorded before; one that sees nothing does not."""
    desired = with_urn(desired_of(access()))
    seen = live_of({GROUPCALL: granted("Students")})
    earlier = replace(seen, recorded=RECORDED)
    found = answering(seen, desired, ["greenfield"])
    assert carried(found, earlier, desired) == found
    blind = without(Live({"greenfield": LiveSchool(found.missing)}, {}), GROUPCALL)
    assert carried(blind, replace(found, recorded=RECORDED), desired).accesses == found.accesses
