"""The counts of each night, of each place as it was looked at last on that day. Pure.

A spell adds its counts where it begins and takes them away where it ends; the sums of these are the counts of each
night, however many nights there are.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple, TypeAlias

from reconciler.history.history import time_of
from reconciler.history.past import DAY, Past
from reconciler.model.aspect import Action, Aspect
from reconciler.model.drift_news import Place
from reconciler.model.entity import entity_key
from reconciler.model.evidence import TO_ATTEST
from reconciler.model.history import DifferenceStatus, Night, PlanView, SchoolNight, Subject
from reconciler.model.plan import APPLICATION

_SENSITIVE, _UNKNOWN, _FACTS, _DIFFERENCES = "sensitive", "unknown", "facts", "differences"
_PLACES, _ASKED, _TOLD, _HIDDEN = "places", "asked", "told", "hidden"
_Counts: TypeAlias = Mapping[str, int]


class _OwnNights(NamedTuple):
    """The nights on which some places were looked at: their numbers, and the last time of each."""

    numbers: Sequence[int]
    ends: Sequence[int]


# {(school, its nights by identity): {what is counted: what each night adds}}
_Steps: TypeAlias = "defaultdict[tuple[str, int], defaultdict[str, list[int]]]"


def nights(
    past: Past,
    is_special: Callable[[str], bool],
    hidden: Mapping[tuple[Place, int], int],
    is_shown: Callable[[Place], bool] = lambda _: True,
) -> tuple[Night, ...]:
    """Return the nights on which places were compared with the manifests, the oldest first.

    is_special  tells if an entity, by its key, has special-category data
    hidden      the differences that a spell of a place could not see
    is_shown    tells which places count
    """
    track = past.comparisons
    number_of = {day: number for number, day in enumerate(track.nights)}
    owns: dict[int, _OwnNights] = {}
    of_state: dict[tuple[int, bool], _Counts] = {}
    steps: _Steps = defaultdict(lambda: defaultdict(list))
    for place, subjects in past.places.items():
        for number in subjects if is_shown(place) else ():
            times = track.times(number)
            own = owns.setdefault(id(times), _own_nights(times, number_of))
            is_asked = _is_asked(past.history.subjects[number])
            for spell in track.spells([number]):
                if (spell.state, is_asked) not in of_state:
                    comparison = past.history.comparison(spell.state)
                    of_state[spell.state, is_asked] = _counts(comparison, is_special, is_asked=is_asked)
                counts = of_state[spell.state, is_asked]
                if (place, spell.first) in hidden:
                    counts = {**counts, _HIDDEN: hidden[place, spell.first]}
                begin, end = bisect_left(own.ends, spell.first), bisect_right(own.ends, spell.last)
                _step(steps[place.school, id(times)], begin, end, counts, len(own.ends) + 1)
    ends = {at // DAY: at for at in track.timeline.runs}
    whole = {at // DAY for at in past.history.whole}
    sums = _sums(steps, owns, len(number_of))
    return tuple(
        _night(ends[day], {school: own[number] for school, own in sums.items()}, is_whole=day in whole)
        for day, number in number_of.items()
    )


def _own_nights(times: Sequence[int], number_of: Mapping[int, int]) -> _OwnNights:
    last = {at // DAY: at for at in times}
    return _OwnNights([number_of[day] for day in last], list(last.values()))


def _step(steps: defaultdict[str, list[int]], begin: int, end: int, counts: _Counts, size: int) -> None:
    """Count a spell that has the last word on the nights from `begin` to before `end`."""
    if begin == end:
        return
    for kind, count in counts.items():
        if not steps[kind]:
            steps[kind] = [0] * size
        steps[kind][begin] += count
        steps[kind][end] -= count


def _sums(steps: _Steps, owns: Mapping[int, _OwnNights], size: int) -> Mapping[str, Sequence[Counter[str]]]:
    """{school: the counts of each night}."""
    found: dict[str, list[Counter[str]]] = {}
    for (school, own), kinds in steps.items():
        nights_of_school = found.setdefault(school, [Counter() for _ in range(size)])
        for kind, changes in kinds.items():
            for number, count in zip(owns[own].numbers, accumulate(changes), strict=False):
                if count:
                    nights_of_school[number][kind] += count
    return found


def _night(at: int, schools: Mapping[str, Counter[str]], *, is_whole: bool) -> Night:
    looked_at = {name: counts for name, counts in schools.items() if counts[_PLACES]}
    total: Counter[str] = Counter()
    for counts in looked_at.values():
        total.update(counts)
    return Night(
        time_of(at),
        {action: total[action] for action in Action if total[action]},
        total[_SENSITIVE],
        total[_UNKNOWN],
        total[_FACTS],
        {
            name: SchoolNight(
                counts[_DIFFERENCES], counts[_UNKNOWN], counts[_FACTS], _is_blind(counts), counts[_HIDDEN]
            )
            for name, counts in looked_at.items()
        },
        is_whole,
        _is_blind(total),
        total[_HIDDEN],
    )


def _is_blind(counts: Counter[str]) -> bool:
    return counts[_ASKED] > 0 and 10 * counts[_TOLD] <= counts[_ASKED]


def _is_asked(subject: Subject) -> bool:
    """Tell if the service can tell of a place: of an account, and not of a partner application or a school's own."""
    return bool(subject.account) and not subject.account.startswith(APPLICATION)


def _counts(comparison: PlanView, is_special: Callable[[str], bool], *, is_asked: bool) -> _Counts:
    """The counts of a place; what is pending or accepted is no drift."""
    counts: Counter[str] = Counter({_PLACES: 1, _FACTS: comparison.facts})
    counts[_UNKNOWN] = sum(item.facts for item in comparison.unknown)
    counts[_ASKED] = is_asked and not any(
        item.aspect is Aspect.LOGIN and item.why in TO_ATTEST for item in comparison.unknown
    )
    counts[_TOLD] = counts[_ASKED] and not {Aspect.LOGIN, Aspect.READ}.isdisjoint(comparison.seen)
    for difference in comparison.differences:
        if difference.status is DifferenceStatus.OPEN:
            counts[_DIFFERENCES] += 1
            counts[difference.action] += 1
            is_leak = (difference.action, difference.aspect) == (Action.REVOKE, Aspect.READ)
            counts[_SENSITIVE] += is_leak and is_special(entity_key(difference.name))
    return {kind: count for kind, count in counts.items() if count}
