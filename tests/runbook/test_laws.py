"""The laws that every runbook obeys, whatever the plan."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import assume, given
from hypothesis import strategies as st

from reconciler.catalogue.pages import pages
from reconciler.model.aspect import Aspect
from reconciler.model.runbook import PageId
from reconciler.planning.approved.due import due
from reconciler.report.runbooks.text import render_runbook_text
from reconciler.runbook import make_runbook
from tests.planning.worlds import WAIVED, planned
from tests.runbook.model import perform
from tests.runbook.worlds import World, worlds

if TYPE_CHECKING:
    import random

    from reconciler.model.plan import Plan

PAGES = pages()
WHOLE_LIST = (Aspect.READ, "*")


def plan_of(world: World, *, words: bool = True) -> Plan:
    """The plan of a world as it is."""
    return planned(world.desired, world.live(words=words))


@given(worlds())
def test_performing_a_runbook_turns_live_into_desired(world: World) -> None:
    """Where everything was known, whoever does the clicks has nothing more to do."""
    plan = plan_of(world)
    assume(not comes_to_light(plan))
    assert due(plan_of(performed(world, plan))) == ()


@given(worlds(), st.booleans())
def test_what_comes_to_light_is_mended_by_the_next_runbook(world: World, words: bool) -> None:
    """Where somebody must look first, or nobody could know what is ticked, the plan after the runbook knows it, and
    what that one asks for is the end of it."""
    for _ in range(3):
        plan = plan_of(world, words=words)
        world, words = performed(world, plan), True
    assert due(plan_of(world)) == ()


def performed(world: World, plan: Plan) -> World:
    """The world after somebody did all of the plan's runbook."""
    schools = deepcopy(world.schools)
    perform(make_runbook(plan, PAGES), schools)
    return replace(world, schools=schools)


def comes_to_light(plan: Plan) -> bool:
    """Whether carrying the plan out shows what nobody could know: the ticks of an account whose login was refused, or
    who has consented, where till now it did not matter."""
    refused = any((item.aspect, item.name) == WHOLE_LIST for access in plan.accesses for item in access.unknown)
    return refused or any(change.after == "Consent" for school in plan.schools for change in school.changes)


@given(worlds(), st.booleans())
def test_every_due_fact_is_settled_by_one_step(world: World, words: bool) -> None:
    """No fact is forgotten, none is done twice, and none is made up."""
    plan = plan_of(world, words=words)
    settled = [fact for visit in make_runbook(plan, PAGES).visits for step in visit.steps for fact in step.settles]
    assert Counter(settled) == Counter(due(plan))


@given(worlds(), st.booleans())
def test_every_page_is_opened_once_and_in_order(world: World, words: bool) -> None:
    """At each school, in the order in which one page makes what the next ones need; account by account on each."""
    order = list(PageId)
    for school in make_runbook(plan_of(world, words=words), PAGES).schools:
        opened = [order.index(visit.page.id) for visit in school.visits]
        assert opened == sorted(set(opened))
        for visit in school.visits:
            accounts = [step.account.casefold() for step in visit.steps]
            assert accounts == sorted(accounts)


@given(worlds())
def test_a_waived_difference_makes_no_step(world: World) -> None:
    """Where every difference is waived, hands have nothing to do but what follows from no difference."""
    plan = plan_of(world)
    waived = replace(
        plan,
        schools=tuple(
            replace(school, changes=tuple(replace(change, waived=WAIVED) for change in school.changes))
            for school in plan.schools
        ),
        accesses=tuple(
            replace(access, changes=tuple(replace(change, waived=WAIVED) for change in access.changes))
            for access in plan.accesses
        ),
    )
    named = {(change.aspect, change.name) for access in plan.accesses for change in access.changes}
    named |= {(change.aspect, change.name) for school in plan.schools for change in school.changes}
    runbook = make_runbook(waived, PAGES)
    settled = {(fact.aspect, fact.name) for visit in runbook.visits for step in visit.steps for fact in step.settles}
    assert not settled & named
    assert not runbook.central


@given(worlds(), st.booleans(), st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter(world: World, words: bool, chance: random.Random) -> None:
    """The same bytes for the same plan, in whatever order the schools and their accesses answered."""
    live = world.live(words=words)
    schools, accesses = list(live.schools.items()), list(live.accesses.items())
    chance.shuffle(schools)
    chance.shuffle(accesses)
    shuffled = replace(live, schools=dict(schools), accesses=dict(accesses))
    once, again = planned(world.desired, live), planned(world.desired, shuffled)
    assert render_runbook_text(make_runbook(once, PAGES)) == render_runbook_text(make_runbook(again, PAGES))


@given(worlds(), st.booleans())
def test_seconds_add_up(world: World, words: bool) -> None:
    """A runbook takes as long as its pages and its clicks; of two ways the longer one counts."""
    runbook = make_runbook(plan_of(world, words=words), PAGES)
    total = 0
    for visit in runbook.visits:
        total += visit.page.seconds
        for step in visit.steps:
            ways = [sum(visit.page.pace[click.do] for click in way.clicks) for way in step.ways]
            assert step.seconds == max(ways) > 0
            total += max(ways)
    assert runbook.seconds == total
