"""Runbooks of what no run has seen: from the manifests alone, and of accesses that a plan missed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from reconciler.catalogue.pages import pages
from reconciler.model.aspect import Action
from reconciler.model.desired import Account
from reconciler.model.evidence import TO_ATTEST, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess
from reconciler.model.plan import Via
from reconciler.model.runbook import ClickKind, Condition, PageId
from reconciler.planning.approved.due import due
from reconciler.planning.parts.unasked import unasked, with_missed
from reconciler.runbook import make_runbook
from tests.planning.worlds import access, desired_of, planned
from tests.runbook.model import perform
from tests.runbook.worlds import World, worlds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.model.desired import Desired
    from reconciler.model.runbook import Runbook, Step

PAGES = pages()
OF_THE_LOGIN = {UnknownReason.LOGIN_REFUSED, UnknownReason.NOTHING_LISTED, UnknownReason.NOT_GRANTED}
OF_ANOTHER = {UnknownReason.OTHER_SCHOOL}


def from_manifests(desired: Desired) -> Runbook:
    """All that the manifests could need."""
    return make_runbook(planned(desired, unasked(desired)), PAGES)


def steps_of(runbook: Runbook, page: PageId, school: str, account: str) -> Iterator[Step]:
    """The steps for an account on a page of a school."""
    for book in runbook.schools:
        for visit in book.visits:
            if book.school == school and visit.page.id is page:
                yield from (step for step in visit.steps if step.account == account)


@given(worlds())
def test_law_a_new_account_that_is_made_from_manifests_alone_lacks_nothing(world: World) -> None:
    """The way for a new supplier is whole: after it, a plan that sees everything asks for no more access."""
    for database in world.schools.values():
        database.users.clear()
    perform(from_manifests(world.desired), world.schools)
    plan = planned(world.desired, world.live(words=True))
    changes = [change for made in plan.accesses if made.via is Via.ACCOUNT for change in made.changes]
    assert not [change for change in changes if change.action is not Action.REVOKE]


@given(worlds())
def test_law_every_account_has_both_ways_its_ticks_and_a_sheet(world: World) -> None:
    """For one that is there already, and for one that is not."""
    runbook = from_manifests(world.desired)
    sheets = {(book.school, sheet.supplier) for book in runbook.schools for sheet in book.hand_overs}
    for address, declared in world.desired.accesses.items():
        if not isinstance(declared.via, Account):
            continue
        username = declared.via.username.value
        (account, *_) = steps_of(runbook, PageId.USERS, address.school, username)
        assert {way.when for way in account.ways} == {Condition.LISTED, Condition.NOT_LISTED}
        (ticks,) = steps_of(runbook, PageId.THIRD_PARTY, address.school, username)
        boxes = [click.label for way in ticks.ways for click in way.clicks if click.do is ClickKind.TICK]
        assert sorted(boxes) == sorted(name.value for name in declared.entities.values())
        assert address in sheets


@pytest.mark.parametrize("reason", sorted(set(UnknownReason) - TO_ATTEST - OF_THE_LOGIN - OF_ANOTHER))
def test_what_a_plan_missed_is_kept_as_not_checked(reason: UnknownReason) -> None:
    """Whatever the reason that nothing was seen; but no one is sent to another school."""
    desired = _one_account()
    missed = Unknown(reason, "nothing answers there")
    plan = planned(desired, Live({}, {address: LiveAccess(missed, missed) for address in desired.accesses}))
    assert not due(plan)
    runbook = make_runbook(with_missed(plan), PAGES)
    by_page = {visit.page.id: visit.steps for visit in runbook.visits}
    assert "Not checked: nothing answers there." in by_page[PageId.USERS][0].notes
    assert "Not checked: nothing answers there." in by_page[PageId.THIRD_PARTY][0].notes
    assert runbook.schools[0].hand_overs


@given(worlds())
def test_law_a_plan_that_missed_nothing_stays_as_it_is(world: World) -> None:
    """A refused login and an empty list were seen, and have steps of their own."""
    plan = planned(world.desired, world.live(words=True))
    assert with_missed(plan) == plan


def _one_account() -> Desired:
    return desired_of(access(["Staff", "Students"]))
