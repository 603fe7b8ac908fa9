"""What is left of an approved plan: what was approved and is not done, as it is now, and never more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given

from reconciler.model.address import Address
from reconciler.model.aspect import Aspect, FactRef
from reconciler.model.desired import Limit, Limits
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import LiveAccess, Login
from reconciler.planning.approved.due import due
from reconciler.planning.approved.remaining import Approval, Bounds, remaining
from reconciler.planning.approved.staleness import unapproved
from tests.planning.worlds import (
    GROUPCALL,
    PROBED,
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
    from reconciler.model.plan import Plan

DESIRED = desired_of(access(["Students", "Staff"]))
PLANS = worlds().map(lambda world: planned(*world))
STUDENTS = FactRef("greenfield", "groupcall", Aspect.READ, "Students")
REFUSED = LiveAccess(Known(Login.REFUSED, PROBED), Unknown(UnknownReason.LOGIN_REFUSED, "401"), refusal="401")


def names(plan: Plan) -> list[str]:
    """What is due, by name."""
    return [subject.name for subject in due(plan)]


def planned_with(found: LiveAccess) -> Plan:
    """The plan where this is found."""
    return planned(DESIRED, live_of({GROUPCALL: found}))


def test_what_is_done_is_not_left() -> None:
    """One of two ticks was set."""
    approved = planned_with(granted())
    assert names(remaining(approved, planned_with(granted("Staff")))) == ["Students"]


def test_what_was_not_approved_is_not_done() -> None:
    """A tick that somebody set meanwhile is told by `beyond`, and is no step of this apply."""
    approved = planned_with(granted("Staff"))
    fresh = planned_with(granted("Staff", "PersonPhotos"))
    assert names(remaining(approved, fresh)) == ["Students"]
    assert unapproved(approved, fresh) == ("greenfield/groupcall read PersonPhotos: was not approved",)


def test_a_mended_login_leaves_its_ticks_one_by_one() -> None:
    """They were approved as a list, when nobody could see them; each stands for that list."""
    approved = planned_with(REFUSED)
    fresh = planned_with(granted("Staff", "PersonPhotos"))
    assert names(remaining(approved, fresh)) == ["PersonPhotos", "Students"]
    assert unapproved(approved, fresh) == ()
    ticks = FactRef("greenfield", "groupcall", Aspect.READ, "*")
    approval = Approval(approved)
    assert {approval.approved_as(subject) for subject in due(fresh)} == {ticks}
    login = FactRef("greenfield", "groupcall", Aspect.LOGIN, "groupcall.greenfield")
    assert approval.approved_as(login) == login


@given(PLANS, PLANS)
def test_left_and_beyond_share_what_is_due(approved: Plan, fresh: Plan) -> None:
    """What is due now is left of what was approved, or beyond it, and nothing is both. Whatever else is left was
    approved, and nobody sees now what became of it. The list of an account (`*`) is due with its login alone."""
    kept = {str(subject) for subject in due(remaining(approved, fresh))}
    told = {line.removesuffix(": was not approved") for line in unapproved(approved, fresh)}
    now = {str(subject) for subject in due(fresh)}
    assert not kept & told
    assert {name for name in now if not name.endswith(" *")} <= kept | told
    assert kept - now <= {str(subject) for subject in due(approved)}


def test_what_nobody_can_see_for_a_moment_stays_to_do() -> None:
    """A service that is down takes no page away: what was approved is left as it was."""
    silent = Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s")
    down = planned_with(LiveAccess(silent, silent))
    for approved in (planned_with(granted("Staff")), planned_with(REFUSED), planned_with(granted("Staff", "Photos"))):
        found = remaining(approved, down)
        assert due(found) == due(approved)
        assert found.accesses[0].particulars == approved.accesses[0].particulars
        assert unapproved(approved, down) == ()


def test_a_list_that_is_empty_is_seen() -> None:
    """A login that was mended on an account without ticks is not to mend again: its ticks are to set."""
    nothing = LiveAccess(Unknown(UnknownReason.NOTHING_LISTED, "look"), Known({}, PROBED))
    assert names(remaining(planned_with(REFUSED), planned_with(nothing))) == ["Staff", "Students"]


def test_a_login_to_mend_covers_the_ticks_that_were_named() -> None:
    """An entity that the manifests declare since is another plan's."""
    approved = planned_with(REFUSED)
    more = planned(desired_of(access(["Students", "Staff", "PersonPhotos"])), live_of({GROUPCALL: granted("Staff")}))
    assert names(remaining(approved, more)) == ["Students"]
    assert unapproved(approved, more) == ("greenfield/groupcall read PersonPhotos: was not approved",)


def test_ticks_that_nobody_saw_are_taken_away_within_the_limits_alone() -> None:
    """More than the Workspace allows is told, and is no step of this apply, unless the limit was accepted by name."""
    approved = planned_with(REFUSED)
    extra = planned_with(granted("Staff", "Students", "A", "B"))
    for limits, name in (
        (Limits(revoke=Limit(count=1)), "revoke"),
        (Limits(revoke_per_school=Limit(count=1)), "revoke/greenfield"),
    ):
        assert names(remaining(approved, extra, Bounds(limits))) == []
        assert len(unapproved(approved, extra, Bounds(limits))) == 2
        assert names(remaining(approved, extra, Bounds(limits, [name]))) == ["A", "B"]
        assert unapproved(approved, extra, Bounds(limits, [name])) == ()
    assert names(remaining(approved, extra, Bounds(Limits(revoke=Limit(count=2))))) == ["A", "B"]


def test_what_was_approved_to_be_ticked_is_never_taken_away() -> None:
    """The manifests declare it no more: that is another plan's."""
    fewer = desired_of(access(["Staff"]))
    fresh = planned(fewer, live_of({GROUPCALL: granted("Staff", "Students")}))
    assert names(remaining(planned_with(REFUSED), fresh)) == []
    assert unapproved(planned_with(REFUSED), fresh) == ("greenfield/groupcall read Students: was not approved",)


def test_hands_are_told_what_was_approved() -> None:
    """Another title, and more to tick while nobody sees what is ticked: neither was approved, and both are told."""
    approved = planned_with(REFUSED)
    more = access(["Students", "Staff", "PersonPhotos"])
    changed = desired_of(replace(more, title="Somebody Else"))
    fresh = planned(changed, live_of({GROUPCALL: REFUSED}))
    assert remaining(approved, fresh).accesses[0].particulars == approved.accesses[0].particulars
    assert unapproved(approved, fresh) == ("greenfield/groupcall: to tick PersonPhotos: was not approved",)
    fewer = planned(desired_of(access(["Staff"])), live_of({GROUPCALL: REFUSED}))
    assert unapproved(approved, fewer) == (
        "greenfield/groupcall: to tick Students: was approved, but is no longer declared",
    )


def test_what_was_to_be_looked_at_is_never_taken_away() -> None:
    """It may have to be set; what the manifests list no more was not approved to go."""
    asked = desired_of(access(["Students"], role="Till", permissions=["Dinner Money"]))
    approved = planned(asked, live_of({GROUPCALL: granted("Students")}))
    other = desired_of(access(["Students"], role="Till", permissions=["Attendance"]))
    found = replace(
        as_declared(other).accesses[GROUPCALL], permissions=Known({"dinner money": "Dinner Money"}, attested())
    )
    fresh = planned(other, live_of({GROUPCALL: found}))
    assert names(remaining(approved, fresh)) == []
    assert "greenfield/groupcall write Dinner Money: was not approved" in unapproved(approved, fresh)


def test_a_login_that_is_refused_for_a_moment_takes_no_page_away() -> None:
    """Nobody approved to mend it, so its ticks are still to set, and the refusal is told."""
    approved = planned_with(granted("Staff", "PersonPhotos"))
    fresh = planned_with(REFUSED)
    assert due(remaining(approved, fresh)) == due(approved)
    assert unapproved(approved, fresh)[0] == "greenfield/groupcall login groupcall.greenfield: was not approved"


def test_what_is_done_by_now_counts_for_the_limits_too() -> None:
    """One taking-away was approved and is done, and another shows once a login is mended: two in all."""
    far = Address("riverside", "groupcall")
    desired = desired_of(access(["Students"]), access(["Students"], address=far))
    approved = planned(desired, live_of({GROUPCALL: granted("Students", "A"), far: REFUSED}))
    fresh = planned(desired, live_of({GROUPCALL: granted("Students"), far: granted("Students", "B")}))
    bounds = Bounds(Limits(revoke=Limit(count=1)))
    assert names(remaining(approved, fresh, bounds)) == []
    assert unapproved(approved, fresh, bounds) == ("riverside/groupcall read B: was not approved",)
    assert names(remaining(approved, fresh, Bounds(Limits(revoke=Limit(count=2))))) == ["B"]


def test_a_name_in_other_capitals_is_the_same_name() -> None:
    """The service may write it otherwise tomorrow."""
    approved = planned_with(granted("Staff", "Students", "PersonPhotos"))
    fresh = planned_with(granted("Staff", "Students", "PERSONPHOTOS"))
    assert approved.fingerprint == fresh.fingerprint
    assert unapproved(approved, fresh) == ()
    assert names(remaining(approved, fresh)) == ["PERSONPHOTOS"]
    photos = STUDENTS._replace(name="PersonPhotos")
    assert Approval(approved).approved_as(photos._replace(name="PERSONPHOTOS")) == photos


@given(PLANS)
def test_all_of_a_plan_is_left_of_itself(approved: Plan) -> None:
    """Nothing that was approved is lost, nor its order."""
    assert due(remaining(approved, approved)) == due(approved)
