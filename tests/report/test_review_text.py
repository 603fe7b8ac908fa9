"""What a change under review asks for, in the text report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given

from reconciler.model.address import Address
from reconciler.model.desired import ExtraEntities
from reconciler.model.evidence import Unknown, UnknownReason
from reconciler.model.live import LiveAccess
from reconciler.model.review import NoReview, Review
from reconciler.planning.review.causes import causes
from reconciler.planning.review.edits import edits
from reconciler.planning.review.live_status import with_live_status
from reconciler.planning.review.trust import of_base
from reconciler.report.labels import CAUSES
from reconciler.report.text.plan import render_text
from tests.planning.worlds import (
    GROUPCALL,
    SENSITIVITY,
    access,
    account,
    desired_of,
    desireds,
    granted,
    live_of,
    material,
    planned,
    worlds,
)

if TYPE_CHECKING:
    from reconciler.model.desired import Desired
    from reconciler.model.live import Live
    from reconciler.report.input import ReportInput
    from tests.conftest import Golden

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def under_review(base: Desired, head: Desired, live: Live, passed: int = 0) -> ReportInput:
    """The material of a plan of `head` that was compared with `base`."""
    plan = planned(head, live)
    asked = edits(base, head, SENSITIVITY)
    found = causes(plan, planned(base, of_base(live, head, base)), asked, base, head)
    return material(plan, review=Review("main", COMMIT, with_live_status(asked, base, head, plan), found, passed))


def everything() -> ReportInput:
    """A change with an edit of every effect, at several schools, and drift beside it."""
    schools = ("greenfield", "hilltop", "riverside")
    till = Address("greenfield", "till")
    base = desired_of(
        *(access(["Students", "Staff"], address=Address(name, "groupcall")) for name in schools), access(address=till)
    )
    head = desired_of(
        *(
            access(["Students", "PersonPhotos", "SomethingNew"], address=Address(name, "groupcall"), role="Write-back")
            for name in schools
        ),
        access(["Attendances"], address=Address("hilltop", "newcomer"), extra=ExtraEntities.REPORT),
        access(address=till, via=account("till.other")),
        lawful_basis="Public Task",
    )
    blind = Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s")
    live = live_of(
        {
            GROUPCALL: granted("Students", "PersonPhotos"),
            Address("hilltop", "groupcall"): granted("Staff", "Attendances"),
            Address("riverside", "groupcall"): LiveAccess(blind, blind),
            Address("hilltop", "newcomer"): granted("Attendances"),
            till: granted(),
        }
    )
    return under_review(base, head, live)


def test_what_a_change_asks_for_comes_first(golden: Golden) -> None:
    """Supplier by supplier, what is the same at many schools once; then the plan, each difference with its cause."""
    golden("review.txt", render_text(everything()))
    golden("review.80-columns.txt", render_text(everything(), columns=80))


def test_a_base_that_is_wrong_is_said() -> None:
    """Nothing is claimed of what changed."""
    plan = planned(desired_of(access()), live_of({GROUPCALL: granted("Students")}))
    told = render_text(material(plan, review=NoReview("main", COMMIT, "reconciler.yaml:1:1: this is \x1b wrong")))
    assert told.splitlines()[0] == (
        "This change cannot be reviewed: the manifests of main (01234567) are wrong: "
        "reconciler.yaml:1:1: this is \\x1b wrong."
    )


def test_a_change_that_asks_for_nothing(golden: Golden) -> None:
    """It says so, and how many accesses were not looked at."""
    desired, live = desired_of(access()), live_of({GROUPCALL: granted("Students")})
    told = render_text(under_review(desired, desired, live))
    assert told.startswith("In sync: everything is as agreed.\n")
    assert told.endswith("\nThis change, since main (01234567), asks for nothing new.\n")
    empty = replace(desired, schools={}, accesses={})
    passed = render_text(under_review(desired, empty, live, passed=2))
    assert "This change touches no access.\n2 accesses were not checked" in passed
    assert "1 access was not checked" in render_text(under_review(desired, empty, live, passed=1))


@given(worlds(), desireds())
def test_every_edit_and_every_cause_is_told(world: tuple[Desired, Live], base: Desired) -> None:
    """Whatever the two revisions are: no edit is lost on the way, and no line is left open."""
    head, live = world
    made = under_review(base, head, live)
    assert isinstance(made.review, Review)
    told = render_text(made)
    for edit in made.review.edits:
        assert edit.supplier in told.casefold()
    causes_told = tuple(filter(None, CAUSES.values()))
    caused = [line for line in told.splitlines() if line.startswith("  ") and any(w in line for w in causes_told)]
    assert len(caused) == len(made.review.causes)
    assert not any(line.endswith(" ") for line in told.splitlines())
