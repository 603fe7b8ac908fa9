"""The review of a change as a page of the set: its numbers, and what it hides."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from hypothesis import given

from reconciler.model.review import Cause, Review
from reconciler.report.pages.site import pages_of
from reconciler.report.story.story import story
from tests.examples import examples
from tests.pages.sets import hostile, reviewed
from tests.pages.test_hostile import SECRET, elements
from tests.report import changes
from tests.report.hostile import ANY
from tests.report.test_numbers import many

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.model.desired import Desired
    from reconciler.model.live import Live
    from reconciler.report.input import ReportInput
    from reconciler.report.pages.page_set import PageSet


def review_page(page_set: PageSet) -> str:
    """The page of the review."""
    return dict(pages_of(page_set))["review.html"]()


def causes_by_place(material: ReportInput | None) -> Mapping[tuple[str, str], Counter[Cause | None]]:
    """How many differences at each place have each cause."""
    assert material
    plan = material.plan
    places = [((school.name, ""), school.changes) for school in plan.schools]
    places += [((*access.address,), access.changes) for access in plan.accesses]
    return {place: Counter(material.causes_at(changes, *place)) for place, changes in places}


@examples(0.3)
@given(many(), many())
def test_what_is_hidden_changes_no_number(first: tuple[Desired, Live], world: tuple[Desired, Live]) -> None:
    """Without usernames a review has the same edits, the same causes and the same rows, one username beside another
    apart."""
    base, _ = first
    shown, hidden = (reviewed(base, world, with_usernames=each).review for each in (True, False))
    assert shown
    assert hidden
    assert causes_by_place(shown) == causes_by_place(hidden)
    assert isinstance(shown.review, Review)
    assert isinstance(hidden.review, Review)
    kept = ("school", "supplier", "topic", "effect", "risk", "standing")
    edits = [[tuple(getattr(edit, name) for name in kept) for edit in each.edits] for each in (shown, hidden)]
    assert edits[0] == edits[1]
    counts = [{chapter.id: sum(row.count for row in chapter.rows) for chapter in story(each).chapters}
              for each in (shown, hidden)]  # fmt: skip
    assert counts[0] == counts[1]
    assert shown.effort() == hidden.effort()


@examples(0.3)
@given(ANY)
def test_a_text_from_outside_stays_text(text: str) -> None:
    """In what a change asks for too: from nothing, and back to nothing."""
    (desired, live), (plain, _) = hostile(text), hostile("plain")
    for base, world in ((plain, (desired, live)), (desired, (plain, live))):
        page = review_page(reviewed(base, world))
        found = elements(page)
        assert page.count("<script ") == 1
        assert not [each for each in found.addresses if ":" in each.partition("#")[0] or each.startswith("//")]
        assert not {name for tag in found.tags for name in tag[1:]} & {"onclick", "onload", "style", "onerror"}
        assert not {tag[0] for tag in found.tags} & {"img", "iframe", "form", "object", "b"}
        page.encode("utf-8")
        assert not {"\u202e", "\x1b", "\x00"} & set(page)


def test_a_review_has_no_usernames_unless_asked() -> None:
    """Not of an account that comes, changes or is left behind, nor in a person's word or a waiver."""
    base, head = changes.base_and_head()
    secret, live = hostile(SECRET, names="plain")
    for before, world in ((base, (secret, live)), (secret, (head, live)), (hostile("plain")[0], (secret, live))):
        assert SECRET not in review_page(reviewed(before, world))
    assert SECRET in review_page(reviewed(base, (secret, live), with_usernames=True))
