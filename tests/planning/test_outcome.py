"""What became of what was due: judged by what the live side is, and never by what anybody says of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.model.address import Address, username_key
from reconciler.model.aspect import Action, Aspect, FactRef
from reconciler.model.change import Waiver
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Known, Probed, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, Login
from reconciler.model.outcome import Contradicted, Failed, Outcome, PageAnswer, Pending, Skipped, Verified
from reconciler.planning.approved.due import due, due_plan, part_of
from reconciler.planning.approved.outcome import outcomes
from reconciler.planning.approved.staleness import plan_changes, unapproved
from tests.planning.worlds import (
    GROUPCALL,
    PROBED,
    WAIVED,
    access,
    account,
    as_declared,
    attested,
    desired_of,
    granted,
    live_of,
    planned,
    worlds,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.model.desired import Desired
    from reconciler.model.evidence import Fact
    from reconciler.model.plan import AccessPlan, Plan, SchoolPlan

STUDENTS = FactRef("greenfield", "groupcall", Aspect.READ, "Students")
LOGIN = FactRef("greenfield", "groupcall", Aspect.LOGIN, "groupcall.greenfield")
TICKS = FactRef("greenfield", "groupcall", Aspect.READ, "*")
DESIRED = desired_of(access(["Students", "Staff"]))
APPROVED = planned(DESIRED, live_of({GROUPCALL: granted("Staff")}))
REFUSED = LiveAccess(
    Known(Login.REFUSED, PROBED),
    Unknown(UnknownReason.LOGIN_REFUSED, "Bromcom refused this login (401)"),
    refusal="401",
)
TO_MEND = planned(DESIRED, live_of({GROUPCALL: REFUSED}))


def became(
    found: LiveAccess,
    said: PageAnswer | None = None,
    desired: Desired = DESIRED,
    approved: Plan = APPROVED,
) -> tuple[Outcome, ...]:
    """The outcomes where this is found afterwards, and the same is said of everything."""
    live = live_of({GROUPCALL: found})
    return outcomes(approved, planned(desired, live), live, dict.fromkeys(due(approved), said) if said else {})


@pytest.mark.parametrize("said", [None, PageAnswer.DONE, PageAnswer.SKIPPED])
def test_what_a_probe_finds_as_approved_is_verified_by_that_probe(said: PageAnswer | None) -> None:
    """Whatever anybody said."""
    found = became(granted("Students", "Staff"), said)
    assert found == (Verified(STUDENTS, Probed("findEntitiesBySchoolID")),)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (None, Pending(STUDENTS, "it is not granted")),
        (PageAnswer.DONE, Contradicted(STUDENTS, "it is not granted")),
        (PageAnswer.SKIPPED, Skipped(STUDENTS, "it is not granted")),
    ],
)
def test_what_a_probe_finds_otherwise_is_never_verified(said: PageAnswer | None, expected: Outcome) -> None:
    """Where a person said that it is done, the probe contradicts them."""
    assert became(granted("Staff"), said) == (expected,)


@pytest.mark.parametrize(
    "desired",
    [
        desired_of(access(["Staff"])),
        desired_of(access([])),
        desired_of(access(["Students", "Staff"], role="Write-back")),
    ],
    ids=["no longer declared", "nothing declared", "more declared"],
)
def test_what_the_manifests_say_by_now_verifies_nothing(desired: Desired) -> None:
    """What was approved is the tick, and the tick is not there."""
    (outcome, *_) = became(granted("Staff"), PageAnswer.DONE, desired)
    assert outcome == Contradicted(STUDENTS, "it is not granted")


def test_an_entity_that_is_only_ignored_by_now_is_not_taken_away() -> None:
    """It was approved to go, and it is still there, in whatever capitals the service writes it."""
    approved = planned(desired_of(access(["Students"])), live_of({GROUPCALL: granted("Students", "PersonPhotos")}))
    photos = STUDENTS._replace(name="PersonPhotos")
    for ticked in ("PersonPhotos", "personphotos"):
        found = became(granted("Students", ticked), PageAnswer.DONE, desired_of(access(["Students", ticked])), approved)
        assert found == (Contradicted(photos, "it is granted"),)
    assert became(granted("Students"), None, approved=approved) == (Verified(photos, PROBED, absent=True),)


def test_another_account_school_or_service_proves_nothing() -> None:
    """What is found there is of somebody else."""
    done = granted("Students", "Staff")
    other_account = desired_of(access(["Students", "Staff"], via=account("gc-new")))
    school = DESIRED.schools["greenfield"]
    other_id = replace(DESIRED, schools={"greenfield": replace(school, school_id=54321)})
    elsewhere = replace(school.platform, read_url="http://127.0.0.1:1/read")
    other_service = replace(DESIRED, schools={"greenfield": replace(school, platform=elsewhere)})
    for desired in (other_account, other_id, other_service):
        (outcome,) = became(done, PageAnswer.DONE, desired)
        assert isinstance(outcome, Failed)
        assert "the manifests now" in outcome.reason
        assert unapproved(APPROVED, planned(desired, live_of({GROUPCALL: granted("Staff")})))
    assert became(done, None, desired_of(access(["Students", "Staff"], via=account(" GROUPCALL.greenfield "))))[0] == (
        Verified(STUDENTS, PROBED)
    )


def test_what_could_not_be_asked_has_failed() -> None:
    """No answer proves nothing, whatever was said."""
    silent = Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s")
    for said in (None, PageAnswer.DONE, PageAnswer.SKIPPED):
        assert became(LiveAccess(silent, silent), said) == (Failed(STUDENTS, "no answer in 30 s"),)


def test_an_entity_that_is_listed_and_cannot_be_read_has_failed() -> None:
    """A deep probe looked, in a list of many too; in whatever capitals the manifests write it by now."""
    refused = Unknown(UnknownReason.NOT_GRANTED, "listed, and yet refused")
    found = replace(granted("Students", "Staff"), columns={"students": refused})
    assert became(found, PageAnswer.DONE) == (Failed(STUDENTS, "listed, and yet refused"),)
    respelt = desired_of(access(["STUDENTS", "Staff"]))
    assert became(found, PageAnswer.DONE, respelt, TO_MEND) == (
        Verified(LOGIN, PROBED),
        Failed(TICKS, "listed, and yet refused"),
    )


def test_what_was_waived_since_is_skipped_and_what_is_gone_has_failed() -> None:
    """Neither is verified; of a list, where all that is wrong with it is waived."""
    waiver = Waiver(frozenset({"greenfield"}), "groupcall", Action.GRANT, Aspect.READ, "Students", WAIVED)
    desired = replace(DESIRED, waivers=(waiver,))
    assert became(granted("Staff"), PageAnswer.DONE, desired) == (
        Skipped(STUDENTS, "it differs, and was waived since"),
    )
    _, ticks = became(granted("Staff"), PageAnswer.DONE, desired, TO_MEND)
    assert ticks == Skipped(TICKS, "it differs, and was waived since")
    _, ticks = became(granted("PersonPhotos"), PageAnswer.DONE, desired, TO_MEND)
    assert isinstance(ticks, Contradicted)
    gone = replace(DESIRED, accesses={})
    live = live_of({})
    assert outcomes(APPROVED, planned(gone, live), live, {}) == (Failed(STUDENTS, "the manifests no longer have it"),)


def test_of_a_list_what_is_waived_is_left_out_of_what_is_wrong_with_it() -> None:
    """What is declared is ticked, and what is ticked beside it somebody accepts: the list is as it was approved."""
    photos = Waiver(frozenset({"greenfield"}), "groupcall", Action.REVOKE, Aspect.READ, "PersonPhotos", WAIVED)
    desired = replace(DESIRED, waivers=(photos,))
    _, ticks = became(granted("Staff", "Students", "PersonPhotos"), PageAnswer.DONE, desired, TO_MEND)
    assert ticks == Verified(TICKS, PROBED)
    _, ticks = became(granted("Staff", "PersonPhotos"), PageAnswer.DONE, desired, TO_MEND)
    assert ticks == Contradicted(TICKS, "not ticked: Students")
    _, ticks = became(granted("Staff", "Students", "PersonPhotos", "Marks"), PageAnswer.DONE, desired, TO_MEND)
    assert ticks == Contradicted(TICKS, "ticked, but not declared: Marks")


def test_a_waiver_holds_in_whatever_capitals_the_service_writes() -> None:
    """The change is the same one, and skipped."""
    approved = planned(desired_of(access(["Students"])), live_of({GROUPCALL: granted("Students", "PersonPhotos")}))
    waiver = Waiver(frozenset({"greenfield"}), "groupcall", Action.REVOKE, Aspect.READ, "PersonPhotos", WAIVED)
    desired = replace(desired_of(access(["Students"])), waivers=(waiver,))
    (outcome,) = became(granted("Students", "PERSONPHOTOS"), PageAnswer.DONE, desired, approved)
    assert isinstance(outcome, Skipped)


def test_a_mended_login_is_verified_and_its_ticks_as_a_list() -> None:
    """The ticks of an account that was refused are due as a list, and the list says what is wrong with it."""
    assert due(TO_MEND) == (LOGIN, TICKS)
    assert became(REFUSED, PageAnswer.DONE, approved=TO_MEND) == (
        Contradicted(LOGIN, "the login is refused"),
        Pending(TICKS, "it can be checked once the login works"),
    )
    assert became(granted("Staff", "PersonPhotos"), PageAnswer.DONE, approved=TO_MEND) == (
        Verified(LOGIN, PROBED),
        Contradicted(TICKS, "not ticked: Students; ticked, but not declared: PersonPhotos"),
    )
    assert became(granted("Staff", "Students"), approved=TO_MEND) == (Verified(LOGIN, PROBED), Verified(TICKS, PROBED))
    (_, too_many) = became(granted("Staff", "Students", "PersonPhotos"), PageAnswer.DONE, approved=TO_MEND)
    assert too_many == Contradicted(TICKS, "ticked, but not declared: PersonPhotos")


def test_a_word_verifies_what_no_probe_can_see_and_nothing_else() -> None:
    """It says whose it is; without a word it stays pending, and another role's word does not count. With a role
    the list of what it allows waits for a word too."""
    desired = desired_of(access(["Students"], role="Write-back"))
    role = FactRef("greenfield", "groupcall", Aspect.ROLE, "Write-back")
    bare = live_of({GROUPCALL: granted("Students")})
    approved = planned(desired, bare)
    allowed = FactRef("greenfield", "groupcall", Aspect.WRITE, "*")
    pending = outcomes(approved, approved, bare, {role: PageAnswer.DONE})
    assert [(type(each), each.subject) for each in pending] == [(Pending, role), (Pending, allowed)]
    done = as_declared(desired)
    verified = Verified(allowed, attested())
    assert outcomes(approved, planned(desired, done), done, {}) == (Verified(role, attested()), verified)
    other = replace(done.accesses[GROUPCALL], roles=Known({"till": "Till"}, attested()))
    wrong = replace(done, accesses={GROUPCALL: other})
    renamed = desired_of(access(["Students"], role="Till"))
    assert outcomes(approved, planned(renamed, wrong), wrong, {}) == (
        Pending(role, "it is not granted"),
        verified,
    )


def test_a_permission_is_verified_by_the_list_with_it_or_without_it() -> None:
    """One that was taken away by the list in which it is no more; one that was granted by that in which it stands."""
    desired = desired_of(access(["Students"], role="Write-back", permissions=["Attendance", "Dinner Money"]))
    live = as_declared(desired)
    before = replace(
        live.accesses[GROUPCALL],
        permissions=Known({"attendance": "Attendance", "staff": "Staff"}, attested()),
    )
    approved = planned(desired, replace(live, accesses={GROUPCALL: before}))
    staff, money = (FactRef("greenfield", "groupcall", Aspect.WRITE, name) for name in ("Staff", "Dinner Money"))
    unchanged = replace(live, accesses={GROUPCALL: before})
    assert set(outcomes(approved, approved, unchanged, {})) == {
        Pending(staff, "it is granted"),
        Pending(money, "it is not granted"),
    }
    assert set(outcomes(approved, planned(desired, live), live, {})) == {
        Verified(staff, attested(), absent=True),
        Verified(money, attested()),
    }


def _is_so(subject: FactRef, approved: Plan, live: Live) -> bool:
    """Whether what was approved of a subject is so, looked up by hand."""
    school = live.schools[subject.school]
    if subject.aspect is Aspect.LAWFUL_BASIS:
        return isinstance(school.lawful_basis, Known) and school.lawful_basis.value == subject.name
    if subject.aspect in {Aspect.CONSENT, Aspect.CONSENT_ENFORCED}:
        fact = school.fact(subject.aspect, subject.name)
        return isinstance(fact, Known) and fact.value in {"set", "as agreed"}
    part: SchoolPlan | AccessPlan
    if subject.aspect is Aspect.ACCOUNT:
        part = next(each for each in approved.schools if each.name == subject.school)
        if not isinstance(school.accounts, Known):
            return False
        listed = subject.name == "*" or username_key(subject.name) in school.accounts.value
        return listed is not _is_taken(subject, part)
    address = Address(subject.school, subject.supplier)
    part = next(each for each in approved.accesses if each.address == address)
    found = live.accesses[address]
    lists: dict[Aspect, Fact[Mapping[str, str]]] = {
        Aspect.READ: found.entities,
        Aspect.ROLE: found.roles,
        Aspect.WRITE: found.permissions,
    }
    values: dict[Aspect, tuple[Fact[str], str]] = {
        Aspect.LOGIN: (found.login, Login.WORKS),
        Aspect.WRITE_LICENCE: (found.fact(Aspect.WRITE_LICENCE), "bought"),
        Aspect.PARTNER_APPLICATION: (found.fact(Aspect.PARTNER_APPLICATION), "granted"),
        Aspect.OLD_EXPORT: (found.fact(Aspect.OLD_EXPORT), "disconnected"),
    }
    if subject.aspect in values:
        fact, wanted = values[subject.aspect]
        return isinstance(fact, Known) and fact.value == wanted
    names = lists[subject.aspect]
    if not isinstance(names, Known):
        return False
    there = names.value.keys()
    if subject.name == "*":
        return {entity_key(name) for name in part.particulars.to_tick} <= there
    return (entity_key(subject.name) in there) is not _is_taken(subject, part)


def _is_taken(subject: FactRef, part: SchoolPlan | AccessPlan) -> bool:
    return any(c.name == subject.name and c.action is Action.REVOKE for c in part.changes if c.aspect is subject.aspect)


@st.composite
def later(draw: st.DrawFn) -> tuple[Plan, Desired, Live, dict[FactRef, PageAnswer]]:
    """A plan that was approved; the manifests and the live side as they are later; and what people said between."""
    approved = planned(*draw(worlds()))
    desired, live = draw(worlds())
    said = {subject: draw(st.sampled_from(PageAnswer)) for subject in due(approved) if draw(st.booleans())}
    return approved, desired, live, said


@given(later())
def test_verified_is_only_what_is_so(world: tuple[Plan, Desired, Live, dict[FactRef, PageAnswer]]) -> None:
    """Whatever the manifests became: what is verified is as it was approved, with its evidence; what differs after
    "done" is contradicted."""
    approved, desired, live, said = world
    found = outcomes(approved, planned(desired, live), live, said)
    assert tuple(outcome.subject for outcome in found) == due(approved)
    for outcome in found:
        if isinstance(outcome, Verified):
            assert _is_so(outcome.subject, approved, live)
            assert isinstance(outcome.evidence, Probed) or outcome.evidence.by
        elif isinstance(outcome, Contradicted):
            assert said[outcome.subject] is PageAnswer.DONE
            assert not _is_so(outcome.subject, approved, live) or outcome.subject.name == "*"


@given(worlds(), worlds())
def test_a_plan_after_a_verified_apply_is_empty(one: tuple[Desired, Live], two: tuple[Desired, Live]) -> None:
    """Where all that was due is verified and nothing else came up, nothing is due any more."""
    desired, before = one
    _, after = two
    approved = due_plan(planned(desired, before))
    fresh = planned(part_of(desired, approved), after)
    done = all(isinstance(each, Verified) for each in outcomes(approved, fresh, after, {}))
    if done and not unapproved(approved, fresh):
        assert due(fresh) == ()


@given(worlds())
def test_doing_what_was_approved_verifies_all_of_it(world: tuple[Desired, Live]) -> None:
    """Once live is as declared, everything that was due is verified, however it was before."""
    desired, before = world
    approved = planned(desired, before)
    done = as_declared(desired)
    fresh = planned(desired, done)
    assert all(isinstance(outcome, Verified) for outcome in outcomes(approved, fresh, done, {}))
    assert unapproved(approved, fresh) == ()


@given(worlds(), worlds())
def test_a_plan_has_moved_when_its_fingerprint_has(one: tuple[Desired, Live], two: tuple[Desired, Live]) -> None:
    """And each line of what moved is about something of the two plans."""
    first, second = planned(*one), planned(*two)
    assert plan_changes(first, first) == ()
    assert bool(plan_changes(first, second)) == (first.fingerprint != second.fingerprint)
    assert not any("no line of it shows" in line for line in plan_changes(first, second))


@given(worlds())
def test_the_due_part_is_due_in_whole(world: tuple[Desired, Live]) -> None:
    """It holds all that is due, and planning its part of the manifests gives the same plan."""
    desired, live = world
    plan = planned(desired, live)
    part = due_plan(plan)
    assert due(part) == due(plan)
    again = planned(part_of(desired, part), live)
    assert plan_changes(part, again) == ()
