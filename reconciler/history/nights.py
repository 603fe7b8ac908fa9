"""The counts of each night, of each place as it was looked at last on that day. Pure.

A spell adds its counts where it begins and takes them away where it ends; the sums of these are the counts of each
night, however many nights there are.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from typing import Final, NamedTuple, TypeAlias

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
_KINDS: Final = (*Action, _SENSITIVE, _UNKNOWN, _FACTS, _DIFFERENCES, _PLACES, _ASKED, _TOLD, _HIDDEN)
_Counts: TypeAlias = Mapping[str, int]
_Columns: TypeAlias = "dict[str, list[int]]"


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
            if id(times) not in owns:  # most subjects share one list
                owns[id(times)] = _own_nights(times, number_of)
            own = owns[id(times)]
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
    size = len(number_of)
    sums = _sums(steps, owns, size)
    total = {
        kind: list(map(sum, zip(*(own[kind] for own in sums.values()), strict=True))) or [0] * size for kind in _KINDS
    }
    return tuple(_night(ends[day], number, total, sums, is_whole=day in whole) for day, number in number_of.items())


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


def _sums(steps: _Steps, owns: Mapping[int, _OwnNights], size: int) -> Mapping[str, _Columns]:
    """{school: {what is counted: its number on each night}}."""
    found: dict[str, _Columns] = {}
    for (school, own), kinds in steps.items():
        columns = found.setdefault(school, {kind: [0] * size for kind in _KINDS})
        for kind, changes in kinds.items():
            column = columns[kind]
            for number, count in zip(owns[own].numbers, accumulate(changes), strict=False):
                column[number] += count
    return found


def _night(at: int, number: int, total: _Columns, schools: Mapping[str, _Columns], *, is_whole: bool) -> Night:
    looked_at = {name: columns for name, columns in schools.items() if columns[_PLACES][number]}
    return Night(
        time_of(at),
        {action: count for action in Action if (count := total[action][number])},
        total[_SENSITIVE][number],
        total[_UNKNOWN][number],
        total[_FACTS][number],
        {
            name: SchoolNight(
                columns[_DIFFERENCES][number],
                columns[_UNKNOWN][number],
                columns[_FACTS][number],
                _is_blind(columns[_ASKED][number], columns[_TOLD][number]),
                columns[_HIDDEN][number],
            )
            for name, columns in looked_at.items()
        },
        is_whole,
        _is_blind(total[_ASKED][number], total[_TOLD][number]),
        total[_HIDDEN][number],
    )


def _is_blind(asked: int, told: int) -> bool:
    return asked > 0 and 10 * told <= asked


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
