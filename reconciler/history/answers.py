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
    shown = view.of(past.history.names.values())
    return tuple(
        _on_day(past, address, subjects, start, end, shown)
        for address, subjects in past.accesses()
        if is_selected(address) and past.readings.spells(subjects)
    )


def _on_day(
    past: Past, address: Address, subjects: Sequence[int], start: int, end: int, shown: Mapping[str, EntityDetails]
) -> PastAccess:
    track = past.readings
    looks = []
    for number in subjects:
        times = track.times(number)
        last = bisect_left(times, end) - 1
        if last >= 0 and times[last] >= start:
            looks.append((times[last], number))
    account = past.history.subjects[max(looks)[1] if looks else subjects[-1]].account
    if not looks:
        return PastAccess(address, account, None, None, tuple(_perhaps(past, subjects, start, end, shown)))
    at, number = max(looks)
    reading = past.history.reading(state_at(track.timeline.points[number], at))
    if reading.reason is not None:
        return PastAccess(address, account, time_of(at), reading, tuple(_perhaps(past, subjects, start, end, shown)))
    names = {past.key_of[name]: name for name in reading.names if name in shown}
    begun = readable_since(past, subjects, at, frozenset(names))
    entities = tuple([PastEntity(shown[name], Truth.YES, begun.get(key)) for key, name in names.items()])
    return PastAccess(address, account, time_of(at), reading, entities)


def _perhaps(
    past: Past, subjects: Sequence[int], start: int, end: int, shown: Mapping[str, EntityDetails]
) -> Iterator[PastEntity]:
    """The entities that the nearest nights have, before a day or after it."""
    known = [spell for spell in past.readings.spells(subjects) if past.keys(spell.state) is not None]
    before = next((spell for spell in reversed(known) if spell.first < start), None)
    after = next((spell for spell in known if spell.last >= end), None)
    names: dict[str, str] = {}
    for spell in (after, before):
        if spell:
            names |= {past.key_of[name]: name for name in past.history.reading(spell.state).names if name in shown}
    for key, name in sorted(names.items()):
        yield PastEntity(
            shown[name],
            Truth.UNKNOWN,
            None,
            _nearest(past, subjects, before, key, lambda times: times[bisect_left(times, start) - 1]),
            _nearest(past, subjects, after, key, lambda times: times[bisect_left(times, end)]),
        )


def _nearest(
    past: Past, subjects: Sequence[int], spell: Spell[int] | None, key: str, of: Callable[[Sequence[int]], int]
) -> NearestView | None:
    if spell is None:
        return None
    times = [at for number in subjects for at in past.readings.times(number) if spell.first <= at <= spell.last]
    keys = past.keys(spell.state) or frozenset()
    return NearestView(time_of(of(sorted(times))), Truth.YES if key in keys else Truth.NO)


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
