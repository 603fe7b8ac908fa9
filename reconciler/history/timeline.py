"""Fold observations into intervals, in any order. Pure.

A timeline keeps each run with its scope, the subjects that it looked at, and of each subject only the points where what
was seen changed:

    runs     Mon {a, b}   Tue {a, b}   Wed {a}   Thu {a, b}
    a        x                         y
    b        x                                   y

An interval begins at a point and ends with the last run before the next one that looked at the subject. So intervals
cannot overlap, a night without change adds its run alone, and Wednesday says nothing of b: what was not looked at is
never filled. What could not be checked is a state like any other.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter
from typing import Generic, NamedTuple, TypeAlias, TypeVar

S = TypeVar("S")
_TIME = itemgetter(0)
Points: TypeAlias = Sequence[tuple[int, S]]


class Spell(NamedTuple, Generic[S]):
    """A state, from the first to the last observation that has it: seconds since 1970."""

    first: int
    last: int
    state: S


@dataclass(frozen=True)
class Timeline(Generic[S]):
    """Observations: {time: the subjects that were looked at}, in order, and {subject: where its state changed}."""

    runs: Mapping[int, AbstractSet[int]] = field(default_factory=dict)
    points: Mapping[int, Points[S]] = field(default_factory=dict)


def observed(timeline: Timeline[S], at: int, states: Mapping[int, S], better: Callable[[S, S], S]) -> Timeline[S]:
    """Add what was observed at a time. Of two observations of one subject at that time, `better` chooses one."""
    later = [time for time in timeline.runs if time > at]
    there = timeline.runs.get(at, frozenset())
    points = dict(timeline.points)
    for subject, state in states.items():
        own = points.get(subject, ())
        following = next((time for time in later if subject in timeline.runs[time]), None)
        chosen = better(state_at(own, at), state) if subject in there else state
        changed = _with_state(own, at, chosen, following)
        if changed != own:
            points[subject] = changed
    runs = {**timeline.runs, at: there | states.keys()}
    return Timeline(dict(sorted(runs.items())) if later else runs, points)


def without(timeline: Timeline[S], before: int) -> Timeline[S]:
    """Return the timeline as if nothing had been observed before a time."""
    runs = {at: scope for at, scope in timeline.runs.items() if at >= before}
    times = times_of(runs)
    points = {}
    for subject, own in timeline.points.items():
        if left := times(subject):
            later = own[bisect_right(own, left[0], key=_TIME) :]
            points[subject] = ((left[0], state_at(own, left[0])), *later)
    return Timeline(runs, points)


def state_at(points: Points[S], at: int) -> S:
    """Return the state of a subject that was looked at then."""
    return points[bisect_right(points, at, key=_TIME) - 1][1]


def times_of(runs: Mapping[int, AbstractSet[int]]) -> Callable[[int], Sequence[int]]:
    """Return what tells when a subject was looked at, in order."""
    scopes = {id(scope): scope for scope in runs.values()}
    found: dict[frozenset[int], list[int]] = {}
    of_subject: dict[int, list[int]] = {}

    def times(subject: int) -> Sequence[int]:
        if subject not in of_subject:
            inside = frozenset([key for key, scope in scopes.items() if subject in scope])
            if inside not in found:  # nearly all subjects are in the same runs
                found[inside] = [at for at, scope in runs.items() if id(scope) in inside]
            of_subject[subject] = found[inside]
        return of_subject[subject]

    return times


def spells(points: Points[S], times: Sequence[int]) -> list[Spell[S]]:
    """Return the intervals of a subject, in order."""
    if len(points) == 1:
        return [Spell(points[0][0], times[-1], points[0][1])]
    ends = [*[times[bisect_left(times, at) - 1] for at, _ in points[1:]], times[-1]]
    return [Spell(first, last, state) for (first, state), last in zip(points, ends, strict=True)]


def faults(timeline: Timeline[S]) -> Iterable[str]:
    """Tell what no timeline of ours has: for `history check`."""
    if list(timeline.runs) != sorted(timeline.runs):
        yield "its runs are not in order"
    times = times_of(timeline.runs)
    for subject, own in timeline.points.items():
        own_times = times(subject)
        if not {at for at, _ in own} <= set(own_times):
            yield f"subject {subject} changed when it was not looked at"
        elif own[0][0] != own_times[0]:
            yield f"subject {subject} has nights without a state"
        if any(one[1] == other[1] for one, other in pairwise(own)):
            yield f"subject {subject} has one interval in two pieces"
    if any(
        not scope <= timeline.points.keys() for scope in {id(each): each for each in timeline.runs.values()}.values()
    ):
        yield "a run looked at a subject that has no state"


def _with_state(points: Points[S], at: int, state: S, following: int | None) -> Points[S]:
    """Set the state at a time; the next observation of the subject, if there is one, keeps the state that it has."""
    start = bisect_left(points, at, key=_TIME)
    before, rest = points[:start], points[start:]
    kept = before[-1] if before else None
    if rest and rest[0][0] == at:
        kept, rest = rest[0], rest[1:]
    made = [(at, state)] if not before or before[-1][1] != state else []
    if following is None:
        return (*before, *made)
    if rest and rest[0][0] == following:
        kept, rest = rest[0], rest[1:]
    assert kept  # a subject with a later observation has a state there
    made += [(following, kept[1])] if kept[1] != state else []
    return (*before, *made, *rest)
