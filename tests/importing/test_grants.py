"""The list of a supplier: what its schools have in common, whoever of them has nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reconciler.importing.grants import Grants, grants_of
from tests.importing.fleets import NAMES, SCHOOLS

_lists = st.frozensets(st.sampled_from(NAMES))


def of_school(grants: Grants, school: str) -> frozenset[str]:
    """What the list and its overrides come to at a school."""
    here = [override for override in grants.overrides if school in override.schools]
    return frozenset.union(grants.entities, *(one.add for one in here)).difference(*(one.remove for one in here))


@given(st.dictionaries(st.sampled_from(SCHOOLS), _lists))
def test_the_list_and_its_overrides_say_what_each_school_has(granted: dict[str, frozenset[str]]) -> None:
    """No more, and no less."""
    grants = grants_of(granted)
    assert {school: of_school(grants, school) for school in granted} == granted


@given(
    st.dictionaries(st.sampled_from(SCHOOLS), _lists.filter(bool), min_size=1),
    st.sets(st.integers(1, 99).map("unticked-{}".format)),
)
def test_a_school_without_ticks_does_not_count_for_the_list(
    ticked: dict[str, frozenset[str]], unticked: set[str]
) -> None:
    """However many there are: nothing listed may be a login that failed silently."""
    assert grants_of(ticked | dict.fromkeys(unticked, frozenset[str]())).entities == grants_of(ticked).entities
