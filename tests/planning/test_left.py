"""What is left of an approved plan: what was approved and is not done, as it is now, and never more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given

from reconciler.model.change import Aspect
from reconciler.model.fact import Known, Unknown, Why
from reconciler.model.live import LiveAccess, Login
from reconciler.model.subject import Subject
from reconciler.planning.left import Approval, left
from reconciler.planning.part import due
from reconciler.planning.stale import beyond
from tests.planning.worlds import GROUPCALL, PROBED, access, desired_of, granted, live_of, planned, worlds

if TYPE_CHECKING:
    from reconciler.model.plan import Plan

DESIRED = desired_of(access(["Students", "Staff"]))
PLANS = worlds().map(lambda world: planned(*world))
REFUSED = LiveAccess(Known(Login.REFUSED, PROBED), Unknown(Why.LOGIN_REFUSED, "401"), refusal="401")


def names(plan: Plan) -> list[str]:
    """What is due, by name."""
    return [subject.name for subject in due(plan)]


def planned_with(found: LiveAccess) -> Plan:
    """The plan where this is found."""
    return planned(DESIRED, live_of({GROUPCALL: found}))


def test_what_is_done_is_not_left() -> None:
    """One of two ticks was set."""
    approved = planned_with(granted())
    assert names(left(approved, planned_with(granted("Staff")))) == ["Students"]


def test_what_was_not_approved_is_not_done() -> None:
    """A tick that somebody set meanwhile is told by `beyond`, and is no step of this apply."""
    approved = planned_with(granted("Staff"))
    fresh = planned_with(granted("Staff", "PersonPhotos"))
    assert names(left(approved, fresh)) == ["Students"]
    assert beyond(approved, fresh) == ("greenfield/groupcall read PersonPhotos: was not approved",)


def test_a_mended_login_leaves_its_ticks_one_by_one() -> None:
    """They were approved as a list, when nobody could see them; each stands for that list."""
    approved = planned_with(REFUSED)
    fresh = planned_with(granted("Staff", "PersonPhotos"))
    assert names(left(approved, fresh)) == ["PersonPhotos", "Students"]
    assert beyond(approved, fresh) == ()
    ticks = Subject("greenfield", "groupcall", Aspect.READ, "*")
    approval = Approval(approved)
    assert {approval.approved_as(subject) for subject in due(fresh)} == {ticks}
    login = Subject("greenfield", "groupcall", Aspect.LOGIN, "groupcall.greenfield")
    assert approval.approved_as(login) == login


@given(PLANS, PLANS)
def test_left_and_beyond_share_what_is_due(approved: Plan, fresh: Plan) -> None:
    """Everything that is due now is left of what was approved, or beyond it, and nothing is both."""
    kept = set(due(left(approved, fresh)))
    told = {line for line in beyond(approved, fresh) if line.endswith(": was not approved")}
    assert kept <= set(due(fresh))
    assert told == {f"{subject}: was not approved" for subject in due(fresh) if subject not in kept}


@given(PLANS)
def test_all_of_a_plan_is_left_of_itself(approved: Plan) -> None:
    """Nothing that was approved is lost, nor its order."""
    assert due(left(approved, approved)) == due(approved)
