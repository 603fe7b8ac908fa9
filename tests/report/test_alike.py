"""Places that are alike are told of together, in a fraction of the time: no report may show it."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciler.catalogue.pages import pages
from reconciler.model.address import Address
from reconciler.model.evidence import Known, Probed
from reconciler.model.live import Live, LiveSchool
from reconciler.model.review import Edits, Review
from reconciler.planning.fingerprint import fingerprint
from reconciler.report.effort import effort
from reconciler.report.story.sections import every_section
from reconciler.report.story.story import story
from reconciler.report.text.review import causes_line
from reconciler.runbook import counted_books, make_runbook
from tests.planning.worlds import access, desired_of, granted, live_accesses, live_of, planned
from tests.report.test_numbers import SCHOOLS, SUPPLIERS
from tests.report.test_review_text import under_review

if TYPE_CHECKING:
    from reconciler.model.desired import Desired
    from reconciler.report.input import ReportInput


NAMES: Final = st.lists(st.sampled_from(["Students", "PersonPhotos", "Attendances", "Staff"]), unique=True)


@st.composite
def twins(draw: st.DrawFn) -> tuple[Desired, Live]:
    """Two suppliers at three schools, with the same everywhere but for what is odd at one or two places."""
    places = [Address(*place) for place in product(SCHOOLS, SUPPLIERS[:2])]
    usual = {name: (access(draw(NAMES)), granted(*draw(NAMES))) for name in SUPPLIERS[:2]}
    other = access(draw(NAMES), licence=draw(st.booleans()))
    odd = draw(st.sets(st.sampled_from(places), max_size=2))
    odder = draw(st.sets(st.sampled_from(places), max_size=2))
    its = {place: other if place in odd else usual[place.supplier][0] for place in places}
    live = {place: draw(live_accesses(words=True)) if place in odder else usual[place.supplier][1] for place in places}
    schools = dict.fromkeys(SCHOOLS, LiveSchool(Known(True, Probed("a test"))))
    return desired_of(*(replace(its[place], address=place) for place in places)), Live(schools, live)


@settings(max_examples=40)
@given(twins(), twins())
def test_what_is_told_of_many_places_at_once_is_what_is_told_of_each(
    world: tuple[Desired, Live], before: tuple[Desired, Live]
) -> None:
    """The same story, sections and counts, whether or not places share what they have in common."""
    made = under_review(before[0], *world)
    other = apart(made)
    assert story(made) == story(other)
    assert [*every_section(made)] == [*every_section(other)]
    assert causes_line(made) == causes_line(other)
    assert fingerprint(made.plan.workspace, (), made.plan.accesses) == fingerprint(
        other.plan.workspace, (), other.plan.accesses
    )


@given(twins())
def test_schools_that_are_alike_take_as_long_as_each_of_them(world: tuple[Desired, Live]) -> None:
    """The time and the pages of schools that share a book are those of the books of each."""
    plan = planned(*world)
    assert effort(counted_books(plan, pages())) == effort(make_runbook(plan, pages()).schools)


def test_a_school_with_a_question_more_takes_longer() -> None:
    """Its licence is not known: that is work, though the differences are those of the other school."""
    places = [Address(school, "groupcall") for school in SCHOOLS[:2]]
    desired = desired_of(*(access(["Staff"], address=place, licence=place == places[1]) for place in places))
    plan = planned(desired, live_of(dict.fromkeys(places, granted("Students"))))
    assert effort(counted_books(plan, pages())) == effort(make_runbook(plan, pages()).schools)


def apart(made: ReportInput) -> ReportInput:
    """The same, of which no two places share anything."""
    review, plan = made.review, made.plan
    assert isinstance(review, Review)
    edits = Edits(place._replace(edits=(*list(place.edits),)) for place in review.edits.places)
    accesses = tuple(replace(access, changes=(*list(access.changes),)) for access in plan.accesses)
    review = replace(review, edits=edits, causes=dict(review.causes.items()))
    return replace(made, plan=replace(plan, accesses=accesses), review=review)
