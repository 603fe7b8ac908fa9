"""Answers of a history: what a day was like, and how one access changed. Pure."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from reconciler.history.history import seconds, time_of
from reconciler.history.nights import nights
from reconciler.history.open_differences import differences
from reconciler.history.past import Past, readable_since
from reconciler.history.timeline import Spell, state_at
from reconciler.model.accountability.least_privilege import EntityDetails, Truth
from reconciler.model.accountability.past_access import AccessPast, NearestView, PastAccess, PastEntity, ReadingSpell
from reconciler.model.address import Address
from reconciler.model.drift_news import Place
from reconciler.model.entity import entity_key
from reconciler.model.history import HistorySummary, Since
from reconciler.startup import dataclass


@dataclass(frozen=True, slots=True)
class EntityView:
    """The entities that an answer shows: what is known of one, by a name of it, and if it is shown."""

    details: Callable[[str], EntityDetails]
    is_shown: Callable[[EntityDetails], bool]

    def of(self, names: Iterable[str]) -> Mapping[str, EntityDetails]:
        """{name: its details} of those names that are shown."""
        found = {name: self.details(name) for name in names}
        return {name: about for name, about in found.items() if self.is_shown(about)}


def on_day(past: Past, day: date, is_selected: Callable[[Address], bool], view: EntityView) -> tuple[PastAccess, ...]:
    """Return who could read what when each access was looked at last on a day of UTC. An access that was not looked
    at, or not with success, is there too, with what the nearest nights tell."""
    start = seconds(datetime.combine(day, time(), UTC))
    end = start + int(timedelta(days=1).total_seconds())
    answer = _DayAnswer(past, start, end, view.of(past.history.names.values()))
    return tuple(
        answer.of(address, subjects)
        for address, subjects in past.accesses()
        if is_selected(address) and past.readings.spells(subjects)
    )


class _ReadableEntities(dict[str, PastEntity]):
    """{name: the entity that could be read since a night}, made when it is asked for: most accesses share them."""

    def __init__(self, since: Since | None, shown: Mapping[str, EntityDetails]) -> None:
        super().__init__()
        self._since, self._shown = since, shown

    def __missing__(self, name: str) -> PastEntity:
        """Make it."""
        self[name] = made = PastEntity(self._shown[name], Truth.YES, self._since)
        return made


class _DayAnswer:
    """The answer for one access after the other. `shown` are the entities that it has, by name."""

    def __init__(self, past: Past, start: int, end: int, shown: Mapping[str, EntityDetails]) -> None:
        self._past, self._start, self._end, self._shown = past, start, end, shown
        self._of_state: dict[int, Mapping[str, str]] = {}
        self._since: dict[Since | None, _ReadableEntities] = {}

    def of(self, address: Address, subjects: Sequence[int]) -> PastAccess:
        """Return what an access could read."""
        past, track = self._past, self._past.readings
        looks = []
        for number in subjects:
            times = track.times(number)
            last = bisect_left(times, self._end) - 1
            if last >= 0 and times[last] >= self._start:
                looks.append((times[last], number))
        account = past.history.subjects[max(looks)[1] if looks else subjects[-1]].account
        if not looks:
            return PastAccess(address, account, None, None, tuple(self._perhaps(subjects)))
        at, number = max(looks)
        state = state_at(track.timeline.points[number], at)
        reading = past.history.reading(state)
        known = reading.reason is None
        entities = self._entities(subjects, at, state) if known else tuple(self._perhaps(subjects))
        return PastAccess(address, account, time_of(at), reading, entities)

    def _entities(self, subjects: Sequence[int], at: int, state: int) -> tuple[PastEntity, ...]:
        """What could be read, of an access that was asked with success."""
        names = self._names(state)
        begun = readable_since(self._past, subjects, at, frozenset(names))
        if len(set(map(id, begun.values()))) == 1:
            return tuple(map(self._readable(next(iter(begun.values()))).__getitem__, names.values()))
        return tuple([self._readable(begun.get(key))[name] for key, name in names.items()])

    def _readable(self, since: Since | None) -> _ReadableEntities:
        if since not in self._since:
            self._since[since] = _ReadableEntities(since, self._shown)
        return self._since[since]

    def _names(self, state: int) -> Mapping[str, str]:
        """{key: name} of what a known state has of the entities that are shown."""
        if state not in self._of_state:
            names, key_of = self._past.history.reading(state).names, self._past.key_of
            self._of_state[state] = {key_of[name]: name for name in names if name in self._shown}
        return self._of_state[state]

    def _perhaps(self, subjects: Sequence[int]) -> Iterator[PastEntity]:
        """The entities that the nearest nights have, before a day or after it."""
        past = self._past
        known = [spell for spell in past.readings.spells(subjects) if past.keys(spell.state) is not None]
        before = next((spell for spell in reversed(known) if spell.first < self._start), None)
        after = next((spell for spell in known if spell.last >= self._end), None)
        names: dict[str, str] = {}
        for spell in (after, before):
            names |= self._names(spell.state) if spell else {}
        times = [past.readings.times(number) for number in subjects]
        earlier = _views(past, before, _last_before(times, self._start, before) if before else 0)
        later = _views(past, after, _first_from(times, self._end, after) if after else 0)
        for key, name in sorted(names.items()):
            yield PastEntity(self._shown[name], Truth.UNKNOWN, None, earlier(key), later(key))


def _last_before(times: Iterable[Sequence[int]], start: int, spell: Spell[int]) -> int:
    """The last time of a spell that is before a day."""
    stop = min(start, spell.last + 1)
    return max(own[place - 1] for own in times if (place := bisect_left(own, stop)))


def _first_from(times: Iterable[Sequence[int]], end: int, spell: Spell[int]) -> int:
    """The first time of a spell that is after a day."""
    stop = max(end, spell.first)
    return min(own[place] for own in times if (place := bisect_left(own, stop)) < len(own))


def _views(past: Past, spell: Spell[int] | None, at: int) -> Callable[[str], NearestView | None]:
    """Return what tells of an entity, by its key, what a spell has of it at a time."""
    if spell is None:
        return lambda _: None
    keys, when = past.keys(spell.state) or frozenset(), time_of(at)
    has, lacks = NearestView(when, Truth.YES), NearestView(when, Truth.NO)
    return lambda key: has if key in keys else lacks


def access_past(past: Past, address: Address, details: Callable[[str], EntityDetails]) -> AccessPast | None:
    """Return how an access changed; None if the history has nothing of it."""
    subjects = dict(past.accesses()).get(address)
    own = past.readings.spells(subjects) if subjects else []
    if not subjects or not own:
        return None
    nights = {at // 86400 for number in subjects for at in past.readings.times(number)}
    known = [spell for spell in own if past.keys(spell.state) is not None]
    unseen = past.readings.unseen(subjects, known, own[-1].last) if known else len(nights)
    found = differences(past, lambda place: place == Place(*address))
    return AccessPast(
        address,
        past.history.subjects[subjects[-1]].account,
        len(nights),
        unseen,
        tuple(_changes(past, own, details)),
        found.open,
        found.closed,
        dict(_spellings(past, subjects)),
    )


def _spellings(past: Past, subjects: Sequence[int]) -> Iterator[tuple[str, str]]:
    """(key, name) of the differences of a place."""
    for state in {spell.state for spell in past.comparisons.spells(subjects)}:
        for each in past.history.comparison(state).differences:
            yield entity_key(each.name), each.name


def _changes(past: Past, own: Sequence[Spell[int]], details: Callable[[str], EntityDetails]) -> Iterator[ReadingSpell]:
    last: Mapping[str, str] | None = None
    for spell in own:
        reading = past.history.reading(spell.state)
        added: tuple[EntityDetails, ...] = ()
        removed: tuple[EntityDetails, ...] = ()
        if reading.reason is None:
            names = {entity_key(name): name for name in reading.names}
            if last is not None:
                added = tuple(details(name) for key, name in names.items() if key not in last)
                removed = tuple(details(name) for key, name in last.items() if key not in names)
            last = names
        yield ReadingSpell(time_of(spell.first), time_of(spell.last), reading, added, removed)


class _ReadableSince(Mapping[tuple[str, str, str], Since]):
    """{(school, supplier, entity key): since when}, worked out access by access when asked for."""

    def __init__(self, past: Past) -> None:
        self._past = past
        self._accesses = {address: subjects for address, subjects in past.accesses() if not past.is_gone(subjects)}
        self._found: dict[Address, Mapping[str, Since]] = {}

    def _of(self, address: Address) -> Mapping[str, Since]:
        if address not in self._found:
            self._found[address] = readable_since(self._past, self._accesses[address])
        return self._found[address]

    def __getitem__(self, key: tuple[str, str, str]) -> Since:
        """Look an entity of an access up."""
        return self._of(Address(*key[:2]))[key[2]]

    def __iter__(self) -> Iterator[tuple[str, str, str]]:
        """Work all of them out."""
        for address in self._accesses:
            yield from ((*address, key) for key in self._of(address))

    def __len__(self) -> int:
        """Count them."""
        return sum(len(self._of(address)) for address in self._accesses)


def summary_of(past: Past, is_special: Callable[[str], bool]) -> HistorySummary:
    """Sum a history up. `is_special` tells if an entity, by its key, has special-category data."""
    found = differences(past)
    return HistorySummary(nights(past, is_special, found.hidden), _ReadableSince(past), found.open, found.closed)
