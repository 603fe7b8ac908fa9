"""Drift, and what the manifests ask for since the last apply and nobody has carried out: each difference is one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given

from reconciler.git.revision import Revision
from reconciler.model.address import Address, username_key
from reconciler.model.aspect import Action, Aspect, FactRef
from reconciler.model.change import Waiver
from reconciler.model.drift_news import Attention, DifferenceState, Notified, Remembered, Verdict
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import LiveAccess, Login
from reconciler.model.outcome import Verified
from reconciler.model.review import AppliedRevision, DifferenceKey
from reconciler.planning.drift_memory import remember
from reconciler.planning.drift_news import ObservedScope, news, observations_in, verdict_of
from reconciler.planning.review.trust import of_same_account
from reconciler.planning.scope import places
from reconciler.review import Base, pending_since
from tests.planning.worlds import (
    GROUPCALL,
    PROBED,
    SENSITIVITY,
    TODAY,
    WAIVED,
    access,
    account,
    as_declared,
    attested,
    desired_of,
    desireds,
    granted,
    live_of,
    planned,
    worlds,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from reconciler.model.desired import Desired
    from reconciler.model.live import Live

COMMIT, LATER = "a" * 40, "b" * 40
EVERYWHERE = ObservedScope()
STUDENTS = desired_of(access(["Students"]))
MORE = desired_of(access(["Students", "Staff"]))


def pending(
    applied: Desired, head: Desired, live: Live, verified: Mapping[FactRef, Verified] | None = None
) -> AbstractSet[DifferenceKey]:
    """What is not carried out yet of the manifests `head`, if Bromcom was last brought in line with `applied`."""
    base = Base(Revision("applied", COMMIT, {}), applied)
    return pending_since(base, planned(head, live), live, head, verified or {}, TODAY)


def names(keys: AbstractSet[DifferenceKey]) -> list[str]:
    """The names of differences, sorted."""
    return sorted(key.key for key in keys)


@given(worlds(), desireds())
def test_what_is_pending_and_what_is_drift_are_the_differences_of_the_plan(
    world: tuple[Desired, Live], applied: Desired
) -> None:
    """None is lost and none is both; and of the same accounts the applied manifests had none of those pending."""
    head, live = world
    waiting = pending(applied, head, live)
    assert waiting <= observations_in(planned(head, live)).differs.keys()
    if applied.schools.keys() == head.schools.keys() and applied.accesses.keys() == head.accesses.keys():
        before = planned(replace(applied, waivers=()), of_same_account(live, head, applied))
        assert not waiting & observations_in(before).differs.keys()


@given(worlds())
def test_against_the_same_manifests_nothing_is_pending(world: tuple[Desired, Live]) -> None:
    """Whatever differs moved in Bromcom."""
    head, live = world
    assert not pending(head, head, live)


@given(worlds(), desireds())
def test_what_is_pending_at_a_place_depends_on_nothing_elsewhere(world: tuple[Desired, Live], applied: Desired) -> None:
    """Each access alone, with its school, has the same work left as in the whole."""
    head, live = world
    whole = pending(applied, head, live)
    for address in head.accesses:
        before, here = (places(each, {address.school}, {address}) for each in (applied, head))
        alone = pending(before, here, live)
        for_it = {key for key in whole if (key.school, key.supplier) in {(*address,), (address.school, "")}}
        assert alone == for_it


def test_an_account_that_is_not_made_yet_is_pending_whichever_supplier_is_looked_at() -> None:
    """The list of a school's accounts is about all of its suppliers: a run of one must not call the new one's drift."""
    till = Address("greenfield", "till")
    head = desired_of(access(["Students"]), access(address=till))
    live = as_declared(head)
    there = {username_key("groupcall.greenfield"): "groupcall.greenfield"}
    live = replace(
        live,
        schools={"greenfield": replace(live.schools["greenfield"], accounts=Known(there, attested()))},
        accesses={address: each for address, each in live.accesses.items() if address != till},
    )
    assert "till.greenfield" in names(pending(STUDENTS, head, live))
    before, here = (places(each, {"greenfield"}, {GROUPCALL}) for each in (STUDENTS, head))
    assert names(pending(before, here, live)) == ["till.greenfield"]


@given(worlds(), desireds())
def test_what_is_unknown_is_never_pending(world: tuple[Desired, Live], applied: Desired) -> None:
    """Without any knowledge there is nothing to carry out."""
    head, live = world
    assert not pending(applied, head, replace(live, schools={}, accesses={}))


def test_a_new_entity_is_pending_and_a_lost_one_is_drift() -> None:
    """The manifests ask for Staff since; Students was there, as the applied manifests said."""
    live = live_of({GROUPCALL: granted()})
    assert names(pending(STUDENTS, MORE, live)) == ["staff"]
    assert names(pending(MORE, MORE, live)) == []


def test_what_the_manifests_let_go_of_is_pending_and_what_nobody_declared_is_drift() -> None:
    """Staff was agreed and is to be taken away; PersonPhotos never was."""
    live = live_of({GROUPCALL: granted("Students", "Staff", "PersonPhotos")})
    assert names(pending(MORE, STUDENTS, live)) == ["staff"]


def test_what_a_waiver_accepts_is_not_to_do() -> None:
    """It is no difference that counts."""
    waiver = Waiver(frozenset({"greenfield"}), "groupcall", Action.GRANT, Aspect.READ, "Staff", WAIVED)
    live = live_of({GROUPCALL: granted("Students")})
    assert not pending(STUDENTS, replace(MORE, waivers=(waiver,)), live)


def test_a_new_account_is_pending_and_a_new_place_of_its_password_is_not() -> None:
    """The manifests name an account that nobody has made. A password that is kept elsewhere now makes no login work
    worse: the same account is refused whatever the manifests say."""
    dark = Unknown(UnknownReason.LOGIN_REFUSED, "refused")
    live = live_of({GROUPCALL: LiveAccess(Known(Login.REFUSED, PROBED), dark)})
    renamed = desired_of(access(["Students"], via=account("new.account")))
    unkept = desired_of(access(["Students"], via=account("groupcall.greenfield", password=False)))
    assert names(pending(STUDENTS, renamed, live)) == ["new.account"]
    assert names(pending(unkept, STUDENTS, live)) == []


def test_what_was_verified_since_is_drift() -> None:
    """A later apply, which is not finished, has proven Staff: that it is gone is drift. That it was taken away once is
    no proof that it was given."""
    live, subject = live_of({GROUPCALL: granted("Students")}), FactRef(*GROUPCALL, Aspect.READ, "Staff")
    assert names(pending(STUDENTS, MORE, live, {subject: Verified(subject, PROBED)})) == []
    assert names(pending(STUDENTS, MORE, live, {subject: Verified(subject, PROBED, absent=True)})) == ["staff"]


def test_drift_comes_before_pending_and_pending_before_what_was_not_seen() -> None:
    """In one word, for a watcher."""
    plan = planned(MORE, live_of({GROUPCALL: granted()}))
    assert verdict_of(plan, pending=1) is Verdict.DRIFT
    assert verdict_of(plan, pending=2) is Verdict.PENDING
    assert verdict_of(planned(MORE, as_declared(MORE))) is Verdict.IN_SYNC


def test_work_that_becomes_drift_is_news() -> None:
    """People were told of work that is left. Once it was carried out and differs again, they are told again; drift that
    the manifests then ask for is no news."""
    plan = planned(MORE, live_of({GROUPCALL: granted("Students")}))
    waiting = observations_in(plan).differs.keys()
    first = news(Notified(), plan, EVERYWHERE, pending=waiting)
    assert [each.change.name for each in first.new] == ["Staff"]
    assert {state.pending for state in first.told.differences.values()} == {True}
    assert not news(first.told, plan, EVERYWHERE, pending=waiting)
    assert [each.change.name for each in news(first.told, plan, EVERYWHERE).new] == ["Staff"]
    drift = Notified({key: DifferenceState("Staff", "absent", "granted") for key in waiting})
    assert not news(drift, plan, EVERYWHERE, pending=waiting).new


def test_a_memory_of_work_needs_nobody_until_the_next_apply() -> None:
    """A night with only pending work; a night that sees nothing still knows it; and after another apply it should be
    done, so what nobody sees counts as drift."""
    plan, dark = planned(MORE, live_of({GROUPCALL: granted("Students")})), planned(MORE, live_of({}))
    applied = AppliedRevision("", COMMIT, observations_in(plan).differs.keys())
    first = remember(Remembered(), plan, EVERYWHERE, TODAY, SENSITIVITY, applied=applied)
    assert first.attention is Attention.PENDING
    assert [sighting.pending for sighting in first.sightings.values()] == [COMMIT]
    unseen = replace(applied, pending=frozenset())
    assert remember(first, dark, EVERYWHERE, TODAY, SENSITIVITY, applied=unseen).attention is Attention.UNCLEAR
    later = replace(unseen, commit=LATER)
    for since in (later, None):
        assert remember(first, dark, EVERYWHERE, TODAY, SENSITIVITY, applied=since).attention is Attention.NEEDED
    assert remember(first, plan, EVERYWHERE, TODAY, SENSITIVITY).attention is Attention.NEEDED
