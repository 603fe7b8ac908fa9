"""How far an apply is, on worlds made by hand: what is shown, what is asked, and what nobody saw."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time

import pytest

from reconciler.applying.queue import page_visits
from reconciler.applying.run import questions
from reconciler.applying.state import ApplyState
from reconciler.model.address import Address
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import LiveAccess, LiveSchool, Login
from reconciler.model.runbook import PageId, Verification
from tests.planning.worlds import PROBED, TODAY, access, account, desired_of, granted, live_of, planned

A, B, C = (Address(school, "groupcall") for school in ("ashford", "birch", "cedar"))
SHARED = desired_of(*(access(["Students", "Staff"], address=at, via=account("gc")) for at in (A, B, C)))
NOON = datetime.combine(TODAY, time(12), UTC)
DOWN = Unknown(UnknownReason.UNREACHABLE, "no answer")


def test_an_offer_warns_of_schools_where_nothing_is_due() -> None:
    """A distribution would change them too: the offer is that of the whole plan, and the steps are of what is due."""
    live = live_of({A: granted("Staff"), B: granted("Staff"), C: granted("Students", "Staff")})
    plan = planned(SHARED, live)
    runbook = ApplyState(plan, SHARED, lambda _: live, lambda: NOON).whole_runbook
    (offer,) = runbook.central
    assert offer.schools == ("ashford", "birch")
    assert "Not due at cedar, which also has this user: tick Students." in offer.overwrites
    assert [book.school for book in runbook.schools] == ["ashford", "birch"]
    assert runbook.fingerprint == plan.fingerprint


def test_what_the_manifests_no_longer_have_is_no_step() -> None:
    """However it was approved: nothing there would be proven."""
    live = live_of({A: granted("Staff"), B: granted("Staff")})
    desired = replace(SHARED, accesses={at: each for at, each in SHARED.accesses.items() if at != C})
    fewer = replace(desired, accesses={A: SHARED.accesses[A]})
    state = ApplyState(planned(desired, live), fewer, lambda _: live, lambda: NOON)
    assert [book.school for book in state.whole_runbook.schools] == ["ashford"]


def test_what_was_not_seen_is_counted() -> None:
    """Facts of a school that did not answer are no part of what was approved, and nobody looked at them since."""
    seen = {A: granted("Staff"), B: LiveAccess(DOWN, DOWN)}
    desired = desired_of(SHARED.accesses[A], SHARED.accesses[B])
    before = replace(live_of(seen), schools={"ashford": LiveSchool(Known(True, PROBED)), "birch": LiveSchool(DOWN)})
    plan = planned(desired, before)
    after = live_of({A: granted("Students", "Staff"), B: granted("Students", "Staff")})
    state = ApplyState(plan, desired, lambda _: after, lambda: NOON)
    assert state.is_done
    assert state.not_seen == plan.summary.unknown == 4


def test_what_shows_once_it_is_done_was_seen() -> None:
    """A new account with no ticks proves no login, and its first ticks do."""
    empty = LiveAccess(Unknown(UnknownReason.NOTHING_LISTED, "an empty list proves no login"), Known({}, PROBED))
    desired = desired_of(access(["Students"], address=A))
    plan = planned(desired, live_of({A: empty}))
    state = ApplyState(plan, desired, lambda _: live_of({A: empty}), lambda: NOON)
    assert state.not_seen == 1
    state = ApplyState(plan, desired, lambda _: live_of({A: granted("Students")}), lambda: NOON)
    assert state.not_seen == 0


def test_consent_that_is_not_declared_is_asked_as_set_and_nothing_else_is_made_up() -> None:
    """Consent follows from the basis, and where a waiver leaves that, it is asked for by itself."""
    desired = desired_of(access(["Students"], address=A, needs=["students"]), lawful_basis="Public Task")
    (asked,) = questions([FactRef("ashford", "groupcall", Aspect.CONSENT, "students")], desired)
    assert (asked.school, asked.supplier, asked.declared) == ("ashford", "", {"consent.students": ("set",)})
    with pytest.raises(KeyError):
        questions([FactRef("ashford", "groupcall", Aspect.WRITE_LICENCE, "bought")], desired)


def test_each_look_is_worked_out_once() -> None:
    """What is left, and its runbook, are the same object until the service is asked again."""
    live = live_of({at: granted("Staff") for at in (A, B, C)})
    state = ApplyState(planned(SHARED, live), SHARED, lambda _: live, lambda: NOON)
    before = state.now.left, state.now.runbook, state.now.others
    assert all(
        one is other for one, other in zip(before, (state.now.left, state.now.runbook, state.now.others), strict=True)
    )
    state.probe()
    assert state.now.left is not before[0]
    assert state.now.left == before[0]


def test_a_school_that_was_not_there_was_not_seen() -> None:
    """Even where everything else of it is known by somebody's word."""
    desired = desired_of(access(["Students"], address=A))
    away = replace(live_of({A: granted("Students")}), schools={"ashford": LiveSchool(Known(False, PROBED))})
    plan = planned(desired, away)
    state = ApplyState(plan, desired, lambda _: away, lambda: NOON)
    assert state.not_seen == 1


def test_sheets_are_given_away_outside_bromcom_alone() -> None:
    """A step that only makes a role there proves nothing either, and is no place to give them away."""
    refused = LiveAccess(Known(Login.REFUSED, PROBED), Unknown(UnknownReason.LOGIN_REFUSED, "401"))
    desired = desired_of(access(["Students"], address=A, role="Till write-back"))
    live = live_of({A: refused})
    state = ApplyState(planned(desired, live), desired, lambda _: live, lambda: NOON)
    opened = {
        page_visit.visit.page.id: len(page_visit.hand_overs)
        for page_visit in page_visits(state.now.runbook, state.now.runbook, (), ())
    }
    assert any(step.proof is Verification.NONE for visit in state.now.runbook.visits for step in visit.steps)
    assert PageId.ROLES in opened
    assert {page for page, sheets in opened.items() if sheets} == {PageId.OUTSIDE}
