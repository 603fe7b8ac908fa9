"""What became of what was due: nothing is verified on a person's say-so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.change import Action, Aspect
from reconciler.model.fact import Known, Probed, Unknown, Why
from reconciler.model.live import LiveAccess, Login
from reconciler.model.outcome import Contradicted, Failed, Outcome, Pending, Said, Skipped, Verified
from reconciler.model.subject import Subject
from reconciler.model.waiver import Waiver
from reconciler.planning.outcome import outcomes
from reconciler.planning.part import due, due_part, part_of
from reconciler.planning.stale import beyond, moved
from tests.planning.worlds import (
    GROUPCALL,
    PROBED,
    WAIVED,
    access,
    as_declared,
    attested,
    desired_of,
    granted,
    live_of,
    planned,
    worlds,
)

if TYPE_CHECKING:
    from reconciler.model.desired import Desired
    from reconciler.model.live import Live

STUDENTS = Subject("greenfield", "groupcall", Aspect.READ, "Students")
DESIRED = desired_of(access(["Students", "Staff"]))
APPROVED = planned(DESIRED, live_of({GROUPCALL: granted("Staff")}))


def became(found: LiveAccess, said: Said | None = None, desired: Desired = DESIRED) -> Outcome:
    """The outcome of the one missing tick, where this is found afterwards."""
    fresh = planned(desired, live_of({GROUPCALL: found}))
    (outcome,) = outcomes(APPROVED, fresh, {STUDENTS: said} if said else {})
    return outcome


@pytest.mark.parametrize("said", [None, Said.DONE, Said.SKIPPED])
def test_what_a_probe_finds_as_declared_is_verified_by_that_probe(said: Said | None) -> None:
    """Whatever anybody said."""
    assert became(granted("Students", "Staff"), said) == Verified(STUDENTS, Probed("findEntitiesBySchoolID"))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (None, Pending(STUDENTS, "absent, and should be granted")),
        (Said.DONE, Contradicted(STUDENTS, "absent, and should be granted")),
        (Said.SKIPPED, Skipped(STUDENTS, "absent, and should be granted")),
    ],
)
def test_what_a_probe_finds_otherwise_is_never_verified(said: Said | None, expected: Outcome) -> None:
    """Where a person said that it is done, the probe contradicts them."""
    assert became(granted("Staff"), said) == expected


def test_a_tick_to_take_away_is_found_in_any_capitals() -> None:
    """A service that spells an entity otherwise than when the plan was made still grants it."""
    approved = planned(DESIRED, live_of({GROUPCALL: granted("Students", "Staff", "PersonPhotos")}))
    (photos,) = due(approved)
    fresh = planned(DESIRED, live_of({GROUPCALL: granted("Students", "Staff", "PERSONPHOTOS")}))
    assert outcomes(approved, fresh, {photos: Said.DONE}) == (Contradicted(photos, "granted, and should be absent"),)


def test_what_could_not_be_asked_has_failed() -> None:
    """No answer proves nothing, whatever was said."""
    silent = Unknown(Why.UNREACHABLE, "no answer in 30 s")
    for said in (None, Said.DONE, Said.SKIPPED):
        assert became(LiveAccess(silent, silent), said) == Failed(STUDENTS, "no answer in 30 s")


def test_what_was_waived_since_is_skipped_and_what_is_gone_has_failed() -> None:
    """Neither is verified."""
    waiver = Waiver(frozenset({"greenfield"}), "groupcall", Action.GRANT, Aspect.READ, "Students", WAIVED)
    waived = became(granted("Staff"), Said.DONE, replace(DESIRED, waivers=(waiver,)))
    assert isinstance(waived, Skipped)
    gone = replace(DESIRED, accesses={})
    (outcome,) = outcomes(APPROVED, planned(gone, live_of({})), {})
    assert outcome == Failed(STUDENTS, "the manifests no longer have it")


def test_a_mended_login_is_verified_and_its_ticks_one_by_one() -> None:
    """The ticks of an account that was refused are due as a list, and the list says what is wrong with it."""
    refused = LiveAccess(
        Known(Login.REFUSED, PROBED), Unknown(Why.LOGIN_REFUSED, "the service said 401"), refusal="401"
    )
    approved = planned(DESIRED, live_of({GROUPCALL: refused}))
    login = Subject("greenfield", "groupcall", Aspect.LOGIN, "groupcall.greenfield")
    ticks = Subject("greenfield", "groupcall", Aspect.READ, "*")
    assert due(approved) == (login, ticks)
    assert outcomes(approved, approved, {login: Said.DONE, ticks: Said.DONE}) == (
        Contradicted(login, "refused, and should be works"),
        Pending(ticks, "it shows once the login works"),
    )
    fresh = planned(DESIRED, live_of({GROUPCALL: granted("Staff", "PersonPhotos")}))
    assert outcomes(approved, fresh, {login: Said.DONE, ticks: Said.DONE}) == (
        Verified(login, PROBED),
        Contradicted(ticks, "not ticked: Students; ticked and not declared: PersonPhotos"),
    )
    done = planned(DESIRED, live_of({GROUPCALL: granted("Staff", "Students")}))
    assert all(isinstance(outcome, Verified) for outcome in outcomes(approved, done, {}))


def test_a_word_verifies_what_no_probe_can_see() -> None:
    """And says whose it is; without a word it stays pending, even where somebody said that it is done."""
    desired = desired_of(access(["Students"], role="Write-back"))
    role = Subject("greenfield", "groupcall", Aspect.ROLE, "Write-back")
    approved = planned(desired, live_of({GROUPCALL: granted("Students")}))
    (pending,) = outcomes(approved, approved, {role: Said.DONE})
    assert isinstance(pending, Pending)
    (verified,) = outcomes(approved, planned(desired, as_declared(desired)), {})
    assert verified == Verified(role, attested())


def test_a_permission_that_was_taken_away_is_verified_by_the_list_without_it() -> None:
    """Nothing of its own says so: it is in the manifests no more than in the list."""
    desired = desired_of(access(["Students"], role="Write-back", permissions=["Attendance"]))
    live = as_declared(desired)
    too_many = {"attendance": "Attendance", "staff": "Staff"}
    before = replace(live.accesses[GROUPCALL], permissions=Known(too_many, attested()))
    approved = planned(desired, replace(live, accesses={GROUPCALL: before}))
    staff = Subject("greenfield", "groupcall", Aspect.WRITE, "Staff")
    assert outcomes(approved, approved, {}) == (Pending(staff, "granted, and should be absent"),)
    assert outcomes(approved, planned(desired, live), {}) == (Verified(staff, attested()),)


@st.composite
def later(draw: st.DrawFn) -> tuple[Desired, Live, Live, dict[Subject, Said]]:
    """One workspace, its live side at two times, and whatever people said between."""
    desired, before = draw(worlds())
    _, after = draw(worlds())
    subjects = due(planned(desired, before))
    said = {subject: draw(st.sampled_from(Said)) for subject in subjects if draw(st.booleans())}
    return desired, before, after, said


@given(later())
def test_nothing_is_verified_that_the_fresh_plan_does_not_know_as_declared(
    world: tuple[Desired, Live, Live, dict[Subject, Said]],
) -> None:
    """Verified is only what neither differs nor is unknown, with its evidence; what differs after "done" is
    contradicted."""
    desired, before, after, said = world
    approved, fresh = planned(desired, before), planned(desired, after)
    found = outcomes(approved, fresh, said)
    assert tuple(outcome.subject for outcome in found) == due(approved)
    still = set(due(fresh))
    for outcome in found:
        if isinstance(outcome, Verified):
            assert outcome.subject not in still
            assert isinstance(outcome.evidence, Probed) or outcome.evidence.by
        elif isinstance(outcome, Contradicted):
            assert said[outcome.subject] is Said.DONE


@given(later())
def test_a_plan_after_a_verified_apply_is_empty(world: tuple[Desired, Live, Live, dict[Subject, Said]]) -> None:
    """Where all that was due is verified and nothing else came up, nothing is due any more."""
    desired, before, after, _ = world
    approved = due_part(planned(desired, before))
    fresh = planned(part_of(desired, approved), after)
    if all(isinstance(each, Verified) for each in outcomes(approved, fresh, {})) and not beyond(approved, fresh):
        assert due(fresh) == ()


@given(worlds())
def test_doing_what_was_approved_verifies_all_of_it(world: tuple[Desired, Live]) -> None:
    """Once live is as declared, everything that was due is verified, however it was before."""
    desired, before = world
    approved = planned(desired, before)
    fresh = planned(desired, as_declared(desired))
    assert all(isinstance(outcome, Verified) for outcome in outcomes(approved, fresh, {}))
    assert beyond(approved, fresh) == ()


@given(worlds(), worlds())
def test_a_plan_has_moved_when_its_fingerprint_has(one: tuple[Desired, Live], two: tuple[Desired, Live]) -> None:
    """And each line of what moved is about something of the two plans."""
    first, second = planned(*one), planned(*two)
    assert moved(first, first) == ()
    assert bool(moved(first, second)) == (first.fingerprint != second.fingerprint)


@given(worlds())
def test_the_due_part_is_due_in_whole(world: tuple[Desired, Live]) -> None:
    """It holds all that is due, and planning its part of the manifests gives the same plan."""
    desired, live = world
    plan = planned(desired, live)
    part = due_part(plan)
    assert due(part) == due(plan)
    again = planned(part_of(desired, part), live)
    assert moved(part, again) == ()
