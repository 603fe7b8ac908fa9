"""The counts of each night, of each place as it was looked at last on that day. Pure.

A spell adds its counts where it begins and takes them away where it ends; the sums of these are the counts of each
night, however many nights there are.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate
from operator import add
from typing import Final, NamedTuple, TypeAlias

from reconciler.history.history import time_of
from reconciler.history.past import DAY, Past, Track
from reconciler.history.timeline import Spell
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
    steps, of_state = _Steps(track), dict[tuple[int, bool], _Counts]()
    for (school, is_asked, number), places in _alike(past, is_shown).items():
        for spell in track.spells([number]):
            if (spell.state, is_asked) not in of_state:
                comparison = past.history.comparison(spell.state)
                of_state[spell.state, is_asked] = _counts(comparison, is_special, is_asked=is_asked)
            steps.count(school, number, spell, of_state[spell.state, is_asked], places)
    for (place, first), count in hidden.items():
        for number in past.places[place] if is_shown(place) else ():
            for spell in track.spells([number]):
                if spell.first == first:
                    steps.count(place.school, number, spell, {_HIDDEN: count})
    return _nights(past, steps.sums())


def _alike(past: Past, is_shown: Callable[[Place], bool]) -> Mapping[tuple[str, bool, int], int]:
    """{(school, if the service can tell of it, a subject): how many places of that school have the same intervals}."""
    found: Counter[tuple[str, bool, int]] = Counter()
    first: dict[int, int] = {}  # {intervals by identity: the first subject that has them}
    for place, subjects in past.places.items():
        for number in subjects if is_shown(place) else ():
            alike = first.setdefault(id(past.comparisons.spells([number])), number)
            found[place.school, _is_asked(past.history.subjects[number]), alike] += 1
    return found


class _Steps:
    """The numbers that each night adds to the counts of the night before, school by school."""

    def __init__(self, track: Track) -> None:
        self._track = track
        self._number_of = {day: number for number, day in enumerate(track.nights)}
        self._owns: dict[int, _OwnNights] = {}
        # {(school, its nights by identity): {what is counted: what each of those nights adds}}
        self._steps: defaultdict[tuple[str, int], defaultdict[str, list[int]]]
        self._steps = defaultdict(lambda: defaultdict(list))

    def count(self, school: str, number: int, spell: Spell[int], counts: _Counts, places: int = 1) -> None:
        """Count a spell of a subject, on the nights on which it has the last word, for so many places alike."""
        times = self._track.times(number)
        if id(times) not in self._owns:  # most subjects share one list
            last = {at // DAY: at for at in times}
            self._owns[id(times)] = _OwnNights([self._number_of[day] for day in last], list(last.values()))
        ends = self._owns[id(times)].ends
        begin, end = bisect_left(ends, spell.first), bisect_right(ends, spell.last)
        if begin == end:
            return
        steps = self._steps[school, id(times)]
        for kind, count in counts.items():
            if not steps[kind]:
                steps[kind] = [0] * (len(ends) + 1)
            steps[kind][begin] += count * places
            steps[kind][end] -= count * places

    def sums(self) -> Mapping[str, _Columns]:
        """{school: {what is counted: its number on each night}}."""
        found: dict[str, _Columns] = {}
        nothing = [0] * len(self._number_of)
        for (school, own), kinds in self._steps.items():
            columns = found.setdefault(school, dict.fromkeys(_KINDS, nothing))
            for kind, changes in kinds.items():
                added = list(accumulate(changes[:-1]))
                if len(added) < len(nothing):  # not looked at on every night
                    seen, added = added, list(nothing)
                    for number, count in zip(self._owns[own].numbers, seen, strict=True):
                        added[number] = count
                columns[kind] = added if columns[kind] is nothing else list(map(add, columns[kind], added))
        return found


def _nights(past: Past, sums: Mapping[str, _Columns]) -> tuple[Night, ...]:
    ends = {at // DAY: at for at in past.comparisons.timeline.runs}
    whole = {at // DAY for at in past.history.whole}
    days = past.comparisons.nights
    columns = {kind: [own[kind] for own in sums.values()] for kind in _KINDS}
    total = {kind: list(map(sum, zip([0] * len(days), *own, strict=True))) for kind, own in columns.items()}
    by_school = zip(range(len(days)), *map(_school_nights, sums.values()), strict=True)
    return tuple(
        Night(
            time_of(ends[day]),
            {action: count for action in Action if (count := total[action][number])},
            total[_SENSITIVE][number],
            total[_UNKNOWN][number],
            total[_FACTS][number],
            {name: night for name, night in zip(sums, schools, strict=True) if night},
            day in whole,
            _is_blind(total[_ASKED][number], total[_TOLD][number]),
            total[_HIDDEN][number],
        )
        for day, (number, *schools) in zip(days, by_school, strict=True)
    )


def _school_nights(columns: _Columns) -> Iterable[SchoolNight | None]:
    """The nights of a school; None where nobody looked at it."""
    kinds = (_PLACES, _DIFFERENCES, _UNKNOWN, _FACTS, _ASKED, _TOLD, _HIDDEN)
    return map(_school_night, *(columns[kind] for kind in kinds))


@lru_cache(4096)
def _school_night(
    places: int, differences: int, unknown: int, facts: int, asked: int, told: int, hidden: int
) -> SchoolNight | None:
    """The counts of a night: most of a school's nights are alike, and one object."""
    return SchoolNight(differences, unknown, facts, _is_blind(asked, told), hidden) if places else None


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
