"""What drift runs remember of what they saw, and what they say of what they did not see."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import Address
from reconciler.model.aspect import Aspect
from reconciler.model.drift_news import LASTING, Attention, Notified, Place, Remembered
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.planning.drift_memory import recall, remember
from reconciler.planning.drift_news import ObservedScope, news
from tests.planning.worlds import (
    GROUPCALL,
    PROBED,
    SENSITIVITY,
    access,
    as_declared,
    desired_of,
    granted,
    live_of,
    planned,
    without,
    worlds,
)

if TYPE_CHECKING:
    from reconciler.model.desired import Desired
    from reconciler.model.plan import Plan

EVERYWHERE = ObservedScope()
RIVERSIDE = Address("riverside", "groupcall")
FIRST = date(2026, 11, 20)
DOWN = Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s")
BOTH = desired_of(access(["Students"]), access(["Students"], address=RIVERSIDE))


def nights(*plans: Plan, looked: ObservedScope = EVERYWHERE) -> list[Remembered]:
    """What is remembered after each of some nights."""
    last, found = Remembered(), []
    for number, plan in enumerate(plans):
        last = remember(last, plan, looked, FIRST + timedelta(days=number), SENSITIVITY)
        found.append(last)
    return found


def of_both(*at_greenfield: str, riverside: bool = True) -> Plan:
    """Two schools that should read Students; greenfield has these, and riverside can be asked or not."""
    other = granted("Students", "PersonPhotos") if riverside else LiveAccess(DOWN, DOWN)
    return planned(BOTH, live_of({GROUPCALL: granted(*at_greenfield), RIVERSIDE: other}))


def names(remembered: Remembered) -> list[tuple[str, str, int]]:
    """(school, entity, days since the first night) of each sighting."""
    return [
        (key.school, sighting.change.name, (sighting.seen - FIRST).days)
        for key, sighting in sorted(remembered.sightings.items())
    ]


def test_what_could_not_be_seen_stays_with_the_day_it_was_seen_last() -> None:
    """One school goes down, and its drift is still told; the other school's is of today."""
    before, tonight = nights(of_both(), of_both(riverside=False))
    assert names(before) == [("greenfield", "Students", 0), ("riverside", "PersonPhotos", 0)]
    assert names(tonight) == [("greenfield", "Students", 1), ("riverside", "PersonPhotos", 0)]
    shown = recall(tonight, of_both(riverside=False), EVERYWHERE)
    assert [(key.school, each.change.name) for key, each in shown.sightings.items()] == [("riverside", "PersonPhotos")]
    assert tonight.attention is Attention.NEEDED


def test_what_was_seen_to_be_right_goes_while_another_school_is_down() -> None:
    """In the other order: what is mended at one school is not told as open because another does not answer."""
    *_, tonight = nights(of_both(), of_both("Students", riverside=False))
    assert names(tonight) == [("riverside", "PersonPhotos", 0)]


def test_only_what_is_still_dark_is_unclear() -> None:
    """All known differences were seen to be mended and one place is dark: nobody must look, and it is not all well."""
    desired = desired_of(access(["Students"]), access(["Students"], address=RIVERSIDE))
    fine = planned(desired, as_declared(desired))
    dark = planned(desired, without(as_declared(desired), RIVERSIDE))
    assert [each.attention for each in nights(fine, dark, fine)] == [
        Attention.NONE,
        Attention.UNCLEAR,
        Attention.NONE,
    ]
    assert nights(planned(desired_of(), live_of({})))[0].attention is Attention.UNCLEAR


def test_a_place_that_is_dark_for_several_nights_needs_attention() -> None:
    """The third night running says so; a night on which it is seen begins anew, and a second run on a day is none."""
    fine = planned(BOTH, as_declared(BOTH))
    dark = planned(BOTH, without(as_declared(BOTH), RIVERSIDE))
    found = nights(dark, dark, dark, fine, dark, dark)
    assert [each.attention is Attention.UNSEEN for each in found] == [False, False, True, False, False, False]
    place = Place("riverside", "groupcall")
    assert recall(found[2], dark, EVERYWHERE).blind_spots == {place: (FIRST, FIRST + timedelta(days=2), LASTING)}
    assert recall(found[1], dark, EVERYWHERE).blind_spots == {}
    same_day = remember(found[1], dark, EVERYWHERE, FIRST + timedelta(days=1), SENSITIVITY)
    assert same_day == found[1]


def test_a_refused_login_is_a_difference_and_no_blind_spot() -> None:
    """It hides the entities, which stay as they were seen last."""
    desired = desired_of(access(["Students", "Staff"]))
    refused = Unknown(UnknownReason.LOGIN_REFUSED, "Bromcom refused this login (401)")
    login = LiveAccess(Known(Login.REFUSED, PROBED), refused, refusal="Bromcom refused this login (401)")
    *_, tonight = nights(
        planned(desired, live_of({GROUPCALL: granted("Students")})), planned(desired, live_of({GROUPCALL: login}))
    )
    assert [each.change.aspect for each in tonight.sightings.values()] == [Aspect.READ, Aspect.LOGIN]
    assert tonight.blind_spots == {}
    assert "401" not in repr([each.change.note for each in tonight.sightings.values()])


def test_what_the_manifests_do_not_declare_any_more_goes() -> None:
    """A supplier that left takes its differences and its blind spots along. Its account stays, and is told of."""
    one = desired_of(access(["Students"]))
    *_, tonight = nights(of_both("Students"), of_both("Students", riverside=False), planned(one, as_declared(one)))
    assert (tonight.sightings, tonight.blind_spots, tonight.attention) == ({}, {}, Attention.NEEDED)
    assert {orphan.school for orphan in tonight.orphans} == {"riverside"}


def test_what_a_run_did_not_look_at_stays_and_is_not_called_unseen() -> None:
    """Two jobs with a selection each may share what they remember."""
    before = nights(of_both())[0]
    only = planned(desired_of(access(["Students"])), live_of({GROUPCALL: granted("Students")}))
    tonight = remember(before, only, ObservedScope(("greenfield",)), FIRST + timedelta(days=1), SENSITIVITY)
    assert names(tonight) == [("riverside", "PersonPhotos", 0)]
    assert recall(tonight, only, ObservedScope(("greenfield",))).sightings == {}


@given(st.lists(worlds(), min_size=1, max_size=4))
def test_law_there_is_one_memory(worlds_of_nights: list[tuple[Desired, Live]]) -> None:
    """Whoever heard of every night knows of the same differences as the issue tells, night by night."""
    told, remembered = Notified(), Remembered()
    for number, (desired, live) in enumerate(worlds_of_nights):
        plan = planned(desired, live)
        told = news(told, plan, EVERYWHERE).told
        remembered = remember(remembered, plan, EVERYWHERE, FIRST + timedelta(days=number), SENSITIVITY)
        assert {key: each.change.name for key, each in remembered.sightings.items()} == {
            key: state.name for key, state in told.differences.items()
        }


@given(worlds(), st.data())
def test_law_knowledge_lost_forgets_nothing(world: tuple[Desired, Live], data: st.DataObject) -> None:
    """Whatever a night does not see, every difference of the night before is still told, and as it was."""
    desired, live = world
    lost = live
    for address in data.draw(st.sets(st.sampled_from(sorted(desired.accesses) or [GROUPCALL]))):
        lost = without(lost, address)
    for name in data.draw(st.sets(st.sampled_from(sorted(desired.schools)))):
        lost = replace(lost, schools={**lost.schools, name: LiveSchool(DOWN)})
    before, tonight = nights(planned(desired, live), planned(desired, lost))
    assert tonight.sightings.keys() == before.sightings.keys()
    shown = recall(tonight, planned(desired, lost), EVERYWHERE).sightings
    assert all(each.seen == FIRST for each in shown.values())
    assert all(each.seen > FIRST for key, each in tonight.sightings.items() if key not in shown)


@given(worlds())
def test_law_what_is_seen_to_be_right_is_forgotten(world: tuple[Desired, Live]) -> None:
    """After a night that saw everything, and everything as it is declared, nothing is left to tell."""
    desired, live = world
    *_, tonight = nights(planned(desired, live), planned(desired, as_declared(desired)))
    assert tonight.sightings == {}
    assert tonight.blind_spots == {}
