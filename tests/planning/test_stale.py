"""What moved since a plan was approved is told line by line."""

from __future__ import annotations

from dataclasses import replace

from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import LiveAccess, Login
from reconciler.planning.approved.staleness import plan_changes, unapproved
from tests.planning.worlds import GROUPCALL, PROBED, access, account, desired_of, granted, live_of, planned

DESIRED = desired_of(access(["Students", "Staff"]))
APPROVED = planned(DESIRED, live_of({GROUPCALL: granted("Staff")}))


def test_a_tick_that_somebody_set_meanwhile() -> None:
    """What was approved and is not so any more."""
    fresh = planned(DESIRED, live_of({GROUPCALL: granted("Staff", "Students")}))
    assert plan_changes(APPROVED, fresh) == (
        "greenfield/groupcall: was approved, but is no longer so: grant read Students (absent -> granted)",
    )
    assert unapproved(APPROVED, fresh) == ()


def test_a_tick_that_appeared_meanwhile() -> None:
    """What is new was not approved, on a resume either."""
    fresh = planned(DESIRED, live_of({GROUPCALL: granted("Staff", "PersonPhotos")}))
    assert plan_changes(APPROVED, fresh) == (
        "greenfield/groupcall: is new: revoke read PersonPhotos (granted -> absent)",
    )
    assert unapproved(APPROVED, fresh) == ("greenfield/groupcall read PersonPhotos: was not approved",)


def test_an_access_that_is_gone_or_has_another_account() -> None:
    """The manifests moved."""
    assert plan_changes(APPROVED, planned(replace(DESIRED, accesses={}), live_of({}))) == (
        "greenfield/groupcall: the manifests no longer have it",
    )
    other = desired_of(access(["Students", "Staff"], via=account("gc-new")))
    lines = plan_changes(APPROVED, planned(other, live_of({GROUPCALL: granted("Staff")})))
    assert "greenfield/groupcall: is new: account gc-new" in lines


def test_a_grant_that_would_now_be_a_revoke_was_not_approved() -> None:
    """Someone ticked it, and the manifests no longer declare it."""
    fewer = desired_of(access(["Staff"]))
    fresh = planned(fewer, live_of({GROUPCALL: granted("Staff", "Students")}))
    assert unapproved(APPROVED, fresh) == (
        "greenfield/groupcall read Students: was not approved",
        "greenfield/groupcall read Students: approved: grant to granted; now: revoke to absent",
    )


def test_ticks_that_show_once_a_login_is_mended_were_approved_with_it() -> None:
    """When the plan was made nobody could see them, and the plan said that they are to be as declared."""
    refused = LiveAccess(Known(Login.REFUSED, PROBED), Unknown(UnknownReason.LOGIN_REFUSED, "401"))
    approved = planned(DESIRED, live_of({GROUPCALL: refused}))
    assert unapproved(approved, APPROVED) == ()
    assert plan_changes(approved, APPROVED) != ()
