"""Intervals: they neither overlap nor lose a night, in whatever order nights come, and unknown is never filled."""

from __future__ import annotations

from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from reconciler.history.timeline import Timeline, faults, observed, spells, times_of, without

# {time: {subject: state}}; nights look at a part of the subjects or at all of them.
Nights: TypeAlias = "dict[int, dict[int, int]]"
NIGHTS = st.dictionaries(
    st.integers(0, 30),
    st.dictionaries(st.integers(1, 10), st.integers(1, 3), min_size=1),
    max_size=12,
)


def folded(nights: list[tuple[int, dict[int, int]]], onto: Timeline[int] | None = None) -> Timeline[int]:
    timeline = onto or Timeline[int]()
    for at, states in nights:
        timeline = observed(timeline, at, states, max)
    return timeline


def told(timeline: Timeline[int]) -> Nights:
    """Each state that the intervals tell, at each time that their subject was looked at."""
    times, found = times_of(timeline.runs), dict[int, dict[int, int]]()
    for subject, points in timeline.points.items():
        for first, last, state in spells(points, times(subject)):
            for at in times(subject):
                if first <= at <= last:
                    assert subject not in found.setdefault(at, {}), "two intervals overlap"
                    found[at][subject] = state
    return found


@given(NIGHTS, st.randoms())
def test_intervals_tell_each_night_and_no_other(nights: Nights, random: object) -> None:
    """What was seen is told of its night, in any order; of a night that did not look at a subject nothing is told."""
    order = list(nights.items())
    random.shuffle(order)  # type: ignore[attr-defined]
    timeline = folded(order)
    assert told(timeline) == nights
    assert not list(faults(timeline))


@given(NIGHTS, st.randoms())
def test_any_order_makes_the_same_intervals(nights: Nights, random: object) -> None:
    """The order of nights does not matter."""
    order = list(nights.items())
    random.shuffle(order)  # type: ignore[attr-defined]
    one, other = folded(sorted(nights.items())), folded(order)
    assert list(one.runs.items()) == list(other.runs.items())
    assert one.points == other.points


@given(st.lists(st.tuples(st.integers(0, 5), st.dictionaries(st.integers(1, 9), st.integers(1, 3), min_size=1))))
def test_conflicting_observations_of_one_time_settle_alike_in_any_order(
    nights: list[tuple[int, dict[int, int]]],
) -> None:
    """Two files that say different things of one time give the same history, whichever comes first."""
    one, other = folded(nights), folded(nights[::-1])
    assert told(one) == told(other)
    assert one.points == other.points


@given(NIGHTS)
def test_what_is_there_adds_nothing(nights: Nights) -> None:
    """Merging twice is merging once."""
    once = folded(list(nights.items()))
    assert folded(list(nights.items()), once) == once


@given(NIGHTS, st.integers(0, 31))
def test_pruning_loses_old_nights_alone(nights: Nights, start: int) -> None:
    """The nights that are kept say what they said."""
    kept = without(folded(list(nights.items())), start)
    assert told(kept) == {at: states for at, states in nights.items() if at >= start}
    assert not list(faults(kept))


@given(NIGHTS)
def test_a_night_without_change_adds_its_run_alone(nights: Nights) -> None:
    """Intervals grow with changes, not with nights."""
    timeline = folded(list(nights.items()))
    if not nights:
        return
    last = max(nights)
    again = observed(timeline, last + 1, nights[last], max)
    assert again.points == timeline.points
