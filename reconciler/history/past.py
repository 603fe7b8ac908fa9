"""The past of each place, by the names that it has now. Pure.

A supplier keeps its past when it has another account at the same school, and when its account has another name in the
manifests. A name that was given to another database has none of the past of the first.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import Final, NamedTuple

from reconciler.history.history import ObservedHistory, time_of
from reconciler.history.timeline import Spell, Timeline, spells, times_of
from reconciler.model.address import Address, SchoolDatabase
from reconciler.model.drift_news import Place
from reconciler.model.entity import entity_key
from reconciler.model.history import Since

DAY: Final = 24 * 60 * 60  # seconds; days are those of UTC


class _Name(NamedTuple):
    """A supplier's name at a database, with the time that it was used, its accounts and its subjects."""

    first: int
    last: int
    accounts: frozenset[str]
    subjects: tuple[int, ...]


class Past:
    """Answers for each place of a history."""

    def __init__(self, history: ObservedHistory) -> None:
        self.history = history
        self._keys: dict[int, frozenset[str]] = {}
        self._spans: dict[int, tuple[int, int]] = {}

    def keys(self, state: int) -> frozenset[str] | None:
        """Return the keys of the entities of a reading; None if it is unknown."""
        if state not in self._keys:
            reading = self.history.reading(state)
            if reading.reason is not None:
                return None
            self._keys[state] = frozenset([self.key_of[name] for name in reading.names])
        return self._keys[state]

    @cached_property
    def key_of(self) -> Mapping[str, str]:
        """{the name of an entity: its key}."""
        return {name: entity_key(name) for name in self.history.names.values()}

    @cached_property
    def readings(self) -> "Track":
        """The readings of accesses."""
        return Track(self.history.readings)

    @cached_property
    def comparisons(self) -> "Track":
        """The words of plans about accesses and schools."""
        return Track(self.history.comparisons)

    @cached_property
    def places(self) -> Mapping[Place, Sequence[int]]:
        """{the place by its newest name: its subjects}, sorted."""
        by_database: defaultdict[SchoolDatabase, list[int]] = defaultdict(list)
        for number, subject in self.history.subjects.items():
            by_database[subject.database].append(number)
        found: dict[Place, Sequence[int]] = {}
        latest: dict[Place, int] = {}
        for subjects in by_database.values():
            newest = max(subjects, key=self._last)
            school = self.history.subjects[newest].school
            for supplier, own, last in self._suppliers(subjects):
                place = Place(school, supplier)
                if place not in latest or last > latest[place]:  # of two databases the one that has the name now
                    found[place], latest[place] = own, last
        return dict(sorted(found.items()))

    def accesses(self) -> Iterator[tuple[Address, Sequence[int]]]:
        """Return the places that are accesses."""
        for place, subjects in self.places.items():
            if place.supplier:
                yield Address(*place), subjects

    def is_gone(self, subjects: Sequence[int]) -> bool:
        """Tell if a later run that looked at all of the workspace did not have a place."""
        return max(self._span(number)[1] for number in subjects) < self._last_whole

    @cached_property
    def _last_whole(self) -> int:
        return max(self.history.whole, default=0)

    def _span(self, number: int) -> tuple[int, int]:
        if number not in self._spans:
            ends = [times for track in (self.readings, self.comparisons) if (times := track.times(number))]
            self._spans[number] = min(times[0] for times in ends), max(times[-1] for times in ends)
        return self._spans[number]

    def _last(self, number: int) -> tuple[int, str]:
        return self._span(number)[1], self.history.subjects[number].school

    def _suppliers(self, subjects: Sequence[int]) -> Iterator[tuple[str, tuple[int, ...], int]]:
        """(the newest name, its subjects, when it was seen last) of each supplier of a database; an older name is that
        of the supplier that took over its account later."""
        by_name: defaultdict[str, list[int]] = defaultdict(list)
        for number in subjects:
            by_name[self.history.subjects[number].supplier].append(number)
        names = {name: self._name(own) for name, own in by_name.items()}
        newest_first = max(own.first for own in names.values())
        heirs = {name: self._heir(name, names) if own.last < newest_first else "" for name, own in names.items()}
        own_of: defaultdict[str, list[int]] = defaultdict(list)
        for name, own in names.items():
            newest = name
            while heir := heirs[newest]:
                newest = heir
            own_of[newest] += own.subjects
        for name, numbers in own_of.items():
            yield name, tuple(numbers), names[name].last

    def _name(self, subjects: Sequence[int]) -> _Name:
        spans = [self._span(number) for number in subjects]
        accounts = frozenset(self.history.subjects[number].account for number in subjects)
        return _Name(min(first for first, _ in spans), max(last for _, last in spans), accounts, tuple(subjects))

    @staticmethod
    def _heir(name: str, names: Mapping[str, _Name]) -> str:
        own = names[name]
        later = [
            (other.first, heir)
            for heir, other in names.items()
            if name and heir and other.first > own.last and own.accounts & other.accounts
        ]
        return min(later)[1] if later else ""


class Track:
    """The intervals of one kind, and the nights that they are made of."""

    def __init__(self, timeline: Timeline[int]) -> None:
        self.timeline = timeline
        self.times = times_of(timeline.runs)
        self.nights: Final = sorted({at // DAY for at in timeline.runs})
        self._nights: dict[int, list[int]] = {}
        self._spells: dict[tuple[int, ...], list[Spell[int]]] = {}
        self._alike: dict[tuple[object, int], list[Spell[int]]] = {}

    def spells(self, subjects: Sequence[int]) -> Sequence[Spell[int]]:
        """Return the intervals of a place, in order."""
        key = tuple(subjects)
        if key not in self._spells:
            own = [self._own_spells(number) for number in subjects]
            self._spells[key] = own[0] if len(own) == 1 else sorted(chain(*own))
        return self._spells[key]

    def _own_spells(self, number: int) -> list[Spell[int]]:
        """Return the intervals of a subject: those that changed alike, on the same nights, share them."""
        if not (points := self.timeline.points.get(number)):
            return []
        times = self.times(number)
        key = tuple(points), id(times)
        if key not in self._alike:
            self._alike[key] = spells(points, times)
        return self._alike[key]

    def nights_of(self, number: int) -> Sequence[int]:
        """Return the days on which a subject was looked at, in order."""
        times = self.times(number)
        if id(times) not in self._nights:  # most subjects share one list
            self._nights[id(times)] = sorted({at // DAY for at in times})
        return self._nights[id(times)]

    def unseen(self, subjects: Sequence[int], known: Sequence[Spell[int]], last: int) -> int:
        """Count the nights from the first of these spells to a time that no spell is of."""
        total = _between(self.nights, known[0].first // DAY, last // DAY)
        day, seen = -1, 0
        for spell in known:
            begins, ends = max(spell.first // DAY, day + 1), spell.last // DAY
            seen += sum(_between(self.nights_of(number), begins, ends) for number in subjects) if ends >= begins else 0
            day = max(day, ends)
        return max(total - seen, 0)


def readable_since(
    past: Past, subjects: Sequence[int], until: int | None = None, wanted: frozenset[str] | None = None
) -> Mapping[str, Since]:
    """Tell since when a place can read each entity that it could read when it was seen last, `until` a time if given;
    nothing if that was not known then. `wanted` are the keys to tell of, or else all."""
    own = [spell for spell in past.readings.spells(subjects) if until is None or spell.first <= until]
    if not own or (keys := past.keys(own[-1].state)) is None:
        return {}
    last = own[-1].last if until is None else min(own[-1].last, until)
    keys = keys if wanted is None else keys & wanted
    return _beginnings(past, subjects, own[:-1], own[-1]._replace(last=last), keys) if keys else {}


def still_readable_since(past: Past, address: Address, keys: frozenset[str], at: int) -> Mapping[str, Since]:
    """Tell since when an access can read what it can read at a time that the history need not have; nothing if the
    history has nothing of it."""
    subjects = past.places.get(Place(*address), ())
    own = [spell for spell in past.readings.spells(subjects) if spell.first < at] if subjects else []
    return _beginnings(past, subjects, own, Spell(at, at, 0), keys) if own else {}


def _beginnings(
    past: Past, subjects: Sequence[int], earlier: Sequence[Spell[int]], now: Spell[int], remaining: frozenset[str]
) -> Mapping[str, Since]:
    """Walk back from what can be read now. An entity began after the last spell that is known to lack it."""
    found: dict[str, Since] = {}
    known, state = [now], 0
    for spell in reversed(earlier):
        if spell.state == state:  # as in the spell after it
            known.append(spell)
            continue
        keys = past.keys(spell.state)
        if keys is None:
            continue
        state = spell.state
        if ended := remaining - keys:
            found |= dict.fromkeys(ended, _since(past.readings, subjects, known, spell.last, now.last))
            remaining = remaining & keys
        if not remaining:
            break
        known.append(spell)
    if remaining:
        found |= dict.fromkeys(remaining, _since(past.readings, subjects, known, None, now.last))
    return found


def _since(track: Track, subjects: Sequence[int], known: Sequence[Spell[int]], before: int | None, last: int) -> Since:
    """`known` are the spells that have it, the newest first."""
    otherwise = None if before is None else time_of(before)
    return Since(time_of(known[-1].first), otherwise, track.unseen(subjects, known[::-1], last))


def _between(nights: Sequence[int], first: int, last: int) -> int:
    return bisect_right(nights, last) - bisect_left(nights, first)
