"""A waiver accepts one difference, for a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from reconciler.cli.exit_codes import Exit, exit_of
from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Waiver
from reconciler.model.desired import Limit, Limits
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import LiveAccess, Login
from reconciler.planning.approved.due import due
from reconciler.planning.waivers import unused_waivers
from reconciler.report.text.plan import render_text
from tests.planning.worlds import (
    GROUPCALL,
    PROBED,
    WAIVED,
    access,
    as_declared,
    desired_of,
    granted,
    live_of,
    material,
    planned,
)

if TYPE_CHECKING:
    from reconciler.model.plan import Plan

PHOTOS = Waiver(frozenset({"greenfield"}), "groupcall", Action.REVOKE, Aspect.READ, "PersonPhotos", WAIVED)


def plan_with(*waivers: Waiver, limits: Limits = Limits()) -> Plan:  # noqa: B008  # frozen
    """A plan with one tick too many, under these waivers."""
    desired = replace(desired_of(access(["Students"]), limits=limits), waivers=waivers)
    return planned(desired, live_of({GROUPCALL: granted("Students", "PERSONPHOTOS")}))


def test_a_waived_difference_stays_visible_and_is_counted_apart() -> None:
    """It is no difference for the exit code, nor in sync, and it says who accepts it, until when and why."""
    plan = plan_with(PHOTOS)
    assert (plan.summary.revoke, plan.summary.waived, plan.summary.in_sync) == (0, 1, 0)
    assert plan.accesses[0].changes[0].waived == WAIVED
    assert exit_of(plan) is Exit.OK
    assert due(plan) == ()
    told = render_text(material(plan))
    assert "accepted  PERSONPHOTOS" in told
    assert "accepted by J. Smith until 2027-04-01: the new till comes then" in told
    assert "In sync, apart from what is accepted for now." in told


@pytest.mark.parametrize(("last", "waived"), [("2026-11-23", 0), ("2026-11-24", 1), ("2026-11-25", 1)])
def test_it_holds_until_the_end_of_its_last_day(last: str, waived: int) -> None:
    """And from then on the difference is back, and says that its waiver expired."""
    plan = plan_with(replace(PHOTOS, terms=replace(WAIVED, expires=date.fromisoformat(last))))
    assert plan.summary.waived == waived
    assert ("its waiver `until-easter` expired 2026-11-23" in plan.accesses[0].changes[0].note) == (not waived)


@pytest.mark.parametrize(
    "other",
    [
        replace(PHOTOS, schools=frozenset({"riverside"})),
        replace(PHOTOS, supplier="till"),
        replace(PHOTOS, supplier=""),
        replace(PHOTOS, action=Action.GRANT),
        replace(PHOTOS, aspect=Aspect.WRITE),
        replace(PHOTOS, name="Students"),
    ],
)
def test_it_accepts_nothing_else(other: Waiver) -> None:
    """Another school, supplier, action, part or name is another difference."""
    assert plan_with(other).summary.waived == 0


def test_of_several_the_longest_holds() -> None:
    """Whatever order they were written in."""
    old = replace(PHOTOS, terms=replace(WAIVED, waiver="old", expires=date(2026, 1, 1)))
    assert plan_with(old, PHOTOS) == plan_with(PHOTOS, old)
    assert plan_with(PHOTOS, old).summary.waived == 1


def test_what_is_waived_counts_for_no_limit() -> None:
    """It is not going to be done."""
    none = Limits(revoke=Limit(count=0))
    assert plan_with(PHOTOS, limits=none).breaches == ()
    assert len(plan_with(limits=none).breaches) == 1


def test_a_difference_of_the_school_s_own_is_waived_without_a_supplier() -> None:
    """Such as the lawful basis."""
    desired = desired_of(access(["Students"]), lawful_basis="Public Task")
    basis = Waiver(frozenset({"greenfield"}), "", Action.SET, Aspect.LAWFUL_BASIS, "public task", WAIVED, "consent")
    live = as_declared(replace(desired_of(access(["Students"]), lawful_basis="Consent")))
    assert planned(desired, live).summary.set == 1
    assert planned(replace(desired, waivers=(basis,)), live).summary.waived == 1


@pytest.mark.parametrize(("now", "waived"), [("Consent", 1), ("Vital Interests", 0)])
def test_a_setting_is_accepted_as_it_is_and_no_other_way(now: str, waived: int) -> None:
    """Whoever accepts that the basis is Consent has not accepted whatever it becomes."""
    basis = Waiver(frozenset({"greenfield"}), "", Action.SET, Aspect.LAWFUL_BASIS, "Public Task", WAIVED, "Consent")
    desired = replace(desired_of(access(["Students"]), lawful_basis="Public Task"), waivers=(basis,))
    plan = planned(desired, as_declared(desired_of(access(["Students"]), lawful_basis=now)))
    assert (plan.summary.waived, plan.summary.set) == (waived, 1 - waived)
    remarks = list(unused_waivers(desired.waivers, plan))
    assert len(remarks) == 1 - waived
    if remarks:
        assert "`set lawful-basis Public Task, before Consent`; the value is now `Vital Interests`." in remarks[0]


@pytest.mark.parametrize(
    ("waiver", "told"),
    [
        (PHOTOS, None),
        (replace(PHOTOS, name="PersonPhoto"), "; did you mean `PERSONPHOTOS`?"),
        (replace(PHOTOS, name="*"), "If it was fixed, delete the waiver."),
        (replace(PHOTOS, aspect=Aspect.WRITE), "there is no difference `revoke write PersonPhotos`"),
        (replace(PHOTOS, schools=frozenset({"greenfield", "elsewhere"})), None),
        (replace(PHOTOS, schools=frozenset({"elsewhere"}), name="x"), None),
        (replace(PHOTOS, terms=replace(WAIVED, expires=date(2020, 1, 1))), None),
    ],
)
def test_a_waiver_that_accepts_nothing_is_remarked_on(waiver: Waiver, told: str | None) -> None:
    """Its writer believes that something is accepted. Of places outside the plan nothing is said."""
    remarks = list(unused_waivers((waiver,), plan_with(waiver)))
    assert len(remarks) == (1 if told else 0)
    if told:
        assert told in remarks[0]
        assert f"the waiver `{WAIVED.waiver}` accepts nothing" in remarks[0]


def test_a_waiver_of_what_nobody_knows_today_may_be_right() -> None:
    """A service that is down tells no differences."""
    desired = replace(desired_of(access(["Students"])), waivers=(PHOTOS,))
    down = Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s")
    plan = planned(desired, live_of({GROUPCALL: LiveAccess(down, down)}))
    assert list(unused_waivers(desired.waivers, plan)) == []


def test_a_login_that_is_waived_leaves_nothing_to_tick_either() -> None:
    """What is ticked cannot be seen until it works, and nobody is asked to mend it now."""
    login = replace(PHOTOS, action=Action.MEND_LOGIN, aspect=Aspect.LOGIN, name="groupcall.greenfield")
    unseen = Unknown(UnknownReason.LOGIN_REFUSED, "401")
    refused = LiveAccess(Known(Login.REFUSED, PROBED), unseen, refusal="401")
    desired = desired_of(access(["Students"]))
    live = live_of({GROUPCALL: refused})
    assert len(due(planned(desired, live))) == 2
    plan = planned(replace(desired, waivers=(login,), limits=Limits(widen=Limit(count=0))), live)
    assert due(plan) == ()
    assert plan.breaches == ()
    assert exit_of(plan) is Exit.INCOMPLETE
