"""Laws of histories: any order gives the same, merging twice is merging once, and unknown is never filled."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from reconciler.history.answers import summary_of
from reconciler.history.checking import faults_of
from reconciler.history.history import ObservedHistory, seconds, without_nights
from reconciler.history.nights import nights
from reconciler.history.observing import better_comparison, better_reading
from reconciler.history.open_differences import differences
from reconciler.history.past import Past, readable_since
from reconciler.model.entity import entity_key
from reconciler.model.history import DifferenceStatus, PlanView, ViewEvidence
from tests.history.worlds import FIRST, RUNS, told

if TYPE_CHECKING:
    from reconciler.model.history import ObservedRun
    from tests.history.worlds import Told


def expected(runs: list[ObservedRun]) -> tuple[Told, Told]:
    """What a history of these runs is to tell, one by one."""
    readings: Told = {}
    comparisons: Told = {}
    for run in runs:
        at = seconds(run.at)
        for subject, view in run.readings.items():
            there = readings.get((at, subject))
            readings[at, subject] = better_reading(there, view) if there else view  # type: ignore[arg-type]
        for subject, plan in run.comparisons.items():
            other = comparisons.get((at, subject))
            comparisons[at, subject] = better_comparison(other, plan) if other else plan  # type: ignore[arg-type]
    return readings, comparisons


def folded(runs: list[ObservedRun]) -> ObservedHistory:
    return ObservedHistory().with_observations(runs)


@given(RUNS, st.randoms())
def test_runs_are_told_as_they_were_in_any_order(runs: list[ObservedRun], random: object) -> None:
    """Nothing more and nothing less: what a run did not look at has no state at its time."""
    shuffled = list(runs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one_by_one = ObservedHistory()
    for run in shuffled:
        one_by_one = one_by_one.with_observations([run])
    for history in (folded(runs), one_by_one):
        assert told(history, Past(history)) == expected(runs)
        assert not list(faults_of(history))
    assert one_by_one.whole == folded(runs).whole


@given(RUNS)
def test_merging_twice_is_merging_once(runs: list[ObservedRun]) -> None:
    """And adds not even a number."""
    once = folded(runs)
    assert once.with_observations(runs) == once


@given(RUNS, st.integers(0, 240))
def test_pruning_keeps_what_is_kept(runs: list[ObservedRun], days: int) -> None:
    """The kept nights tell what they told, and nothing of what went is left."""
    start = FIRST.replace(day=1 + days % 28)
    kept = without_nights(folded(runs), start)
    whole = expected(runs)
    assert told(kept, Past(kept)) == tuple(
        {(at, subject): view for (at, subject), view in part.items() if at >= seconds(start)} for part in whole
    )
    assert not list(faults_of(kept))
    states = {state for line in (kept.readings, kept.comparisons) for own in line.points.values() for _, state in own}
    assert kept.texts.keys() == states


@given(RUNS)
def test_since_is_what_the_nights_say(runs: list[ObservedRun]) -> None:
    """Counted again, night by night: first seen after the last night that lacks it; nights that cannot tell are
    counted and never taken for either."""
    history = folded(runs)
    past = Past(history)
    readings, _ = expected(runs)
    by_subject: defaultdict[object, list[tuple[int, object]]] = defaultdict(list)
    for (at, subject), view in sorted(readings.items(), key=lambda item: item[0][0]):
        by_subject[subject].append((at, view))
    every_day = {at // 86400 for at, _ in readings}
    for number, subject in history.subjects.items():
        seen = by_subject.get(subject, [])
        found = readable_since(past, [number])
        if not seen or seen[-1][1].known is ViewEvidence.UNKNOWN:  # type: ignore[attr-defined]
            assert not found
            continue
        keys = [(at, None if view.reason else {*map(entity_key, view.names)}) for at, view in seen]  # type: ignore[attr-defined]
        assert set(found) == keys[-1][1]
        for key, since in found.items():
            lacking = [at for at, own in keys if own is not None and key not in own]
            having = [at for at, own in keys if own is not None and key in own and at > max(lacking, default=-1)]
            assert seconds(since.first) == having[0]
            assert (since.before and seconds(since.before)) == max(lacking, default=None)
            days = {day for day in every_day if having[0] // 86400 <= day <= having[-1] // 86400}
            assert since.unseen == len(days - {at // 86400 for at in having})


@given(RUNS)
def test_differences_last_as_the_nights_say(runs: list[ObservedRun]) -> None:
    """Walked again, night by night: a difference that cannot be seen stays, and one that is right is settled."""
    history = folded(runs)
    found = differences(Past(history))
    _, comparisons = expected(runs)
    state: dict[tuple[str, str, str], tuple[int, list[DifferenceStatus]]] = {}
    closed = []
    for (at, subject), plan in sorted(comparisons.items(), key=lambda item: (item[0][0], item[0][1])):
        assert isinstance(plan, PlanView)
        present = {entity_key(each.name): each.status for each in plan.differences}
        hidden = {entity_key(item.name) for item in plan.unknown}
        place = (subject.school, subject.supplier)
        for key in [key for key in state if key[:2] == place and key[2] not in {*present, *hidden}]:
            first, statuses = state.pop(key)
            if DifferenceStatus.OPEN in statuses:
                closed.append((key, first, at))
        for name, status in present.items():
            state.setdefault((*place, name), (at, []))[1].append(status)
    assert sorted(closed) == sorted(
        ((each.key.school, each.key.supplier, each.key.key), seconds(each.opened), seconds(each.closed))
        for each in found.closed
    )
    last_whole = max(history.whole, default=0)
    last_seen: defaultdict[tuple[str, str], int] = defaultdict(int)
    for part in expected(runs):
        for at, subject in part:
            place = (subject.school, subject.supplier)
            last_seen[place] = max(last_seen[place], at)
    assert {(key.school, key.supplier, key.key): seconds(since.first) for key, since in found.open.items()} == {
        key: first
        for key, (first, statuses) in state.items()
        if statuses[-1] is DifferenceStatus.OPEN and last_seen[key[:2]] >= last_whole
    }


@given(RUNS)
def test_nights_count_each_place_as_it_was_seen_last_that_day(runs: list[ObservedRun]) -> None:
    """Counted again, place by place; a day without a run is absent, and so is a school that was not looked at."""
    history = folded(runs)
    past = Past(history)
    _, comparisons = expected(runs)
    last: dict[int, dict[object, PlanView]] = {}
    for (at, subject), plan in sorted(comparisons.items(), key=lambda item: item[0][0]):
        assert isinstance(plan, PlanView)
        last.setdefault(at // 86400, {})[subject] = plan
    found = nights(past, lambda key: key == "senstudents", differences(past).hidden)
    assert [seconds(night.at) // 86400 for night in found] == sorted(last)
    for night in found:
        plans = last[seconds(night.at) // 86400]
        opened = [each for plan in plans.values() for each in plan.differences if each.status is DifferenceStatus.OPEN]
        assert sum(night.differences.values()) == len(opened)
        assert night.sensitive == sum(each.name == "SENStudents" for each in opened)
        assert night.unknown == sum(item.facts for plan in plans.values() for item in plan.unknown)
        assert night.facts == sum(plan.facts for plan in plans.values())
        assert night.schools.keys() == {subject.school for subject in plans}  # type: ignore[attr-defined]


@given(RUNS)
def test_the_summary_has_what_can_be_read_now(runs: list[ObservedRun]) -> None:
    """Of each place that is still there, by its names, whether it is looked up or listed."""
    past = Past(folded(runs))
    found = summary_of(past, lambda _: False).readable
    expected_keys = {
        (*address, key): since
        for address, subjects in past.accesses()
        if not past.is_gone(subjects)
        for key, since in readable_since(past, subjects).items()
    }
    assert dict(found) == expected_keys
    assert len(found) == len(expected_keys)
    assert ("school-0", "nobody", "students") not in found
