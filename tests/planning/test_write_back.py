"""Roles and write-back permissions are sets: Bromcom adds the roles of an account up, so one more is a difference."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.catalogue.pages import pages
from reconciler.cli.exit_codes import Exit, exit_of
from reconciler.codec.plan_file import dump, parse
from reconciler.model.aspect import Action, Aspect, FactRef, Risk
from reconciler.model.desired import PartnerApplication
from reconciler.model.entity import entity_key
from reconciler.model.evidence import NO_PROBE, Known, Unknown, UnknownReason
from reconciler.model.outcome import Contradicted, PageAnswer, Verified
from reconciler.model.review import LiveStatus
from reconciler.planning.approved.outcome import outcomes
from reconciler.planning.review.causes import causes
from reconciler.planning.review.edits import edits
from reconciler.planning.review.live_status import with_live_status
from reconciler.report.text.plan import render_text
from reconciler.runbook import make_runbook
from tests.planning.worlds import (
    GROUPCALL,
    SENSITIVITY,
    access,
    as_declared,
    attested,
    declared,
    desired_of,
    granted,
    live_of,
    material,
    planned,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.model.desired import Access
    from reconciler.model.evidence import Fact
    from reconciler.model.live import Live
    from reconciler.model.plan import AccessPlan, Plan

EXPIRED = Unknown(UnknownReason.EXPIRED, "attestation by J. Smith expired 2026-09-01")
ROLES = ["Third Party", "Till write-back", "Administrator", "Attendance Officer"]


def seen(roles: Iterable[str] | None, permissions: Iterable[str] | None = None) -> Live:
    """A live side in which nobody can complain of the ticks, with these roles and permissions, or without a word."""
    found = granted("Students")
    return live_of({GROUPCALL: replace(found, roles=_listed(roles), permissions=_listed(permissions))})


def _listed(names: Iterable[str] | None) -> Fact[dict[str, str]]:
    return NO_PROBE if names is None else Known({entity_key(name): name for name in names}, attested())


def plan(one: Access, live: Live) -> Plan:
    return planned(desired_of(one), live)


def only(found: Plan) -> AccessPlan:
    (one,) = found.accesses
    return one


def told(found: Plan) -> set[tuple[Action, Aspect, str, Risk]]:
    return {(change.action, change.aspect, change.name, change.risk) for change in only(found).changes}


@pytest.mark.parametrize("writing", [{}, {"role": "Till write-back"}, {"writes_nothing": True}])
def test_a_role_that_nobody_declared_is_to_be_taken_away(writing: dict[str, object]) -> None:
    """Whatever the manifests say of writing, and if they say nothing of it."""
    found = plan(access(**writing), seen(["THIRD PARTY", "till WRITE-BACK", "Administrator"], []))  # type: ignore[arg-type]
    extra = {"Administrator"} if "role" in writing else {"Administrator", "till WRITE-BACK"}
    assert told(found) == {(Action.REVOKE, Aspect.ROLE, name, Risk.HIGH) for name in extra}
    assert exit_of(found) is Exit.DIFFERENCES


def test_a_partner_application_has_no_roles() -> None:
    """A word on them is of nobody."""
    one = access(via=PartnerApplication(declared("Library App")))
    assert not only(plan(one, seen(["Administrator"]))).changes


@given(
    st.lists(st.sampled_from(ROLES), unique=True),
    st.sampled_from([None, "Till write-back", "TILL WRITE-BACK", "Third Party"]),
    st.booleans(),
)
def test_law_the_roles_beyond_third_party_and_the_declared_one_are_the_differences(
    held: list[str], role: str | None, upper: bool
) -> None:
    """Just these are to be taken away, however they are spelt."""
    names = [name.upper() for name in held] if upper else held
    changes = only(plan(access(role=role), seen(names, []))).changes
    keys = {entity_key(name) for name in names}
    own = {entity_key(role)} if role else set()
    revoked = {entity_key(c.name) for c in changes if (c.action, c.aspect) == (Action.REVOKE, Aspect.ROLE)}
    given_ = {entity_key(c.name) for c in changes if (c.action, c.aspect) == (Action.GRANT, Aspect.ROLE)}
    assert (revoked, given_) == (keys - {"third party"} - own, own - keys)


@pytest.mark.parametrize("writing", [{"role": "Till"}, {"role": "Till", "permissions": ["Meals"]}, {"licence": True}])
def test_a_permission_beside_the_listed_ones_is_a_difference_where_write_back_is_declared(
    writing: dict[str, object],
) -> None:
    """If no list is declared there should be none."""
    held = ["Meals", "Attendance", "Staff"]
    found = plan(access(**writing), seen(["Third Party"], held))  # type: ignore[arg-type]
    extra = {c.name for c in only(found).changes if (c.action, c.aspect) == (Action.REVOKE, Aspect.WRITE)}
    assert extra == set(held) - set(writing.get("permissions", ()))  # type: ignore[call-overload]


def test_of_a_supplier_without_write_back_nobody_is_asked_and_the_view_says_so() -> None:
    """In sync is said of what is declared, and the last line counts what is not."""
    found = plan(access(), seen(None))
    assert only(found).in_sync
    assert (found.summary.facts, found.summary.known, found.summary.undeclared) == (3, 3, 3)
    assert ", 3 more not declared, so not checked." in render_text(material(found))


def test_a_supplier_that_writes_nothing_is_unknown_until_somebody_vouches_for_it() -> None:
    """Its roles are asked for, and its permissions; the view then has no fact of the account that nobody declared."""
    one = access(writes_nothing=True)
    before, after = plan(one, seen(None)), plan(one, seen(["Third Party"], []))
    assert [(item.aspect, item.name) for item in only(before).unknown] == [(Aspect.ROLE, "*"), (Aspect.WRITE, "*")]
    assert (only(before).in_sync, only(after).in_sync) == (False, True)
    assert (before.summary.attest, after.summary.attested, after.summary.undeclared) == (2, 2, 1)
    text = render_text(material(before))
    assert "unknown   2 facts" in text
    assert "roles beyond Third Party, write-back permissions: " in text


def test_a_role_that_was_seen_once_does_not_vanish_when_the_word_on_it_lapses() -> None:
    """It may be there still: that is unknown, and no longer in sync."""
    held = seen(["Third Party", "Administrator"])
    lapsed = replace(held, accesses={GROUPCALL: replace(held.accesses[GROUPCALL], roles=EXPIRED)})
    found = only(plan(access(), lapsed))
    assert not found.in_sync
    assert [(item.aspect, item.name, item.why) for item in found.unknown] == [(Aspect.ROLE, "*", UnknownReason.EXPIRED)]


def test_a_word_of_extra_roles_is_not_a_word_that_all_is_as_declared() -> None:
    """What differs is a change, and counts as known by a word for nothing more than that."""
    one = access(writes_nothing=True)
    assert [vouch.aspect for vouch in only(plan(one, seen(["Administrator"], []))).vouched] == [Aspect.WRITE]


def test_what_was_to_be_looked_at_is_contradicted_by_what_is_there() -> None:
    """`done`, and then a word that names one role more: not verified."""
    one = access(writes_nothing=True)
    approved = plan(one, seen(None))
    roles, permissions = (FactRef(*GROUPCALL, aspect, "*") for aspect in (Aspect.ROLE, Aspect.WRITE))
    live = seen(["Third Party", "Administrator"], [])
    said = {roles: PageAnswer.DONE, permissions: PageAnswer.DONE}
    first, second = outcomes(approved, plan(one, live), live, said)
    assert (type(first), first.subject) == (Contradicted, roles)
    assert isinstance(first, Contradicted)
    assert first.seen == "held, but not declared: Administrator"
    assert (type(second), second.subject) == (Verified, permissions)


def test_the_steps_take_the_roles_away_on_the_page_of_the_account() -> None:
    """One step for them all; without a declared role the permissions go with them."""
    found = plan(access(writes_nothing=True), seen(["Third Party", "Administrator", "Till"], ["Meals"]))
    (visit,) = make_runbook(found, pages()).visits
    (step,) = visit.steps
    assert step.title == "Remove the roles Administrator, Till from groupcall.greenfield"
    assert {(fact.aspect, fact.name) for fact in step.settles} == {
        (Aspect.ROLE, "Administrator"),
        (Aspect.ROLE, "Till"),
        (Aspect.WRITE, "Meals"),
    }


def reviewed(base: Access, head: Access, live: Live) -> tuple[dict[tuple[str, str], LiveStatus], dict[str, str]]:
    """How Bromcom stands to what a change of an access asks for, and the causes of what differs."""
    before, now = desired_of(base), desired_of(head)
    asked = with_live_status(edits(before, now, SENSITIVITY), before, now, planned(now, live))
    found = causes(planned(now, live), planned(before, live), asked, before, now)
    return (
        {(edit.topic.value, edit.name): edit.standing for edit in asked},
        {f"{each.aspect.value} {each.key}": cause.value for each, cause in found.items()},
    )


def test_a_review_says_how_bromcom_stands_to_a_supplier_that_is_to_write_nothing() -> None:
    """There where nobody is seen to hold a role, due where one is, and unknown where nobody has looked."""
    base, head = access(), access(writes_nothing=True)
    key = ("write", "*")
    assert reviewed(base, head, seen(["Third Party"], []))[0][key] is LiveStatus.CLAIMED
    assert reviewed(base, head, seen(["Third Party"], ["Meals"])) == (
        {key: LiveStatus.PENDING},
        {"write meals": "this-change"},
    )
    assert reviewed(base, head, seen(None))[0][key] is LiveStatus.UNKNOWN
    assert reviewed(head, base, seen(None))[0][key] is LiveStatus.NONE


def test_a_review_says_what_becomes_of_a_role_that_is_declared_no_more() -> None:
    """It is to be taken away where somebody saw it, and stays where nobody looks any more."""
    base = access(role="Till", permissions=["Meals"])
    held = seen(["Third Party", "Till"], ["Meals"])
    assert reviewed(base, access(), held)[0] == {
        ("role", "Till"): LiveStatus.PENDING,
        ("write", "Meals"): LiveStatus.LEFT,
    }
    assert reviewed(base, access(), seen(None))[0][("role", "Till")] is LiveStatus.LEFT
    assert reviewed(base, access(role="Other"), seen(None))[0][("role", "Till")] is LiveStatus.UNKNOWN
    gone = reviewed(base, access(writes_nothing=True), held)[0]
    assert gone[("write", "Meals")] is LiveStatus.PENDING


def test_an_older_plan_file_without_the_count_is_read() -> None:
    """Its counts are those that it was written with."""
    found = plan(access(writes_nothing=True), seen(["Third Party"], []))
    found = replace(
        found,
        schools=tuple(replace(school, undeclared=0) for school in found.schools),
        summary=replace(found.summary, undeclared=0),
    )
    text = dump(found, version="1").replace('"undeclared": 0, ', "").replace(', "undeclared": 0', "")
    assert "undeclared" not in text
    assert parse(text).plan == found


def test_live_as_declared_is_in_sync_where_nothing_is_written() -> None:
    """With words that say so of both."""
    desired = desired_of(access(writes_nothing=True))
    assert only(planned(desired, as_declared(desired))).in_sync
