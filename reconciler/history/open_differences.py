"""Differences from the night on which they were seen first to the one on which they were seen to be right. Pure.

One that cannot be seen stays open; one that the manifests declare no more, or that is right, is settled.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from reconciler.history.history import time_of
from reconciler.history.past import Past, Track
from reconciler.history.timeline import Spell
from reconciler.model.aspect import Action, Aspect
from reconciler.model.drift_news import Place
from reconciler.model.entity import entity_key
from reconciler.model.history import ClosedDifference, DifferenceStatus, PlanView, Since
from reconciler.model.review import DifferenceKey
from reconciler.planning.drift_news import covers


class _Open(NamedTuple):
    """A difference that is open: the spell before it in which it was known to be right, and those that have it."""

    before: int | None
    spells: list[Spell[int]]
    statuses: list[DifferenceStatus]

    @property
    def is_open(self) -> bool:
        """Tell if it was neither pending nor accepted when it was seen last."""
        return self.statuses[-1] is DifferenceStatus.OPEN


class _States:
    """The differences of a comparison, and what it hides."""

    def __init__(self, past: Past) -> None:
        self._past = past
        self._found: dict[int, Mapping[tuple[Action, Aspect, str], DifferenceStatus]] = {}

    def differences(self, state: int) -> Mapping[tuple[Action, Aspect, str], DifferenceStatus]:
        """{(action, aspect, key): its status} of a comparison."""
        if state not in self._found:
            differences = self._past.history.comparison(state).differences
            self._found[state] = {
                (each.action, each.aspect, entity_key(each.name)): each.status for each in differences
            }
        return self._found[state]

    def hides(self, state: int, key: DifferenceKey) -> bool:
        """Tell if it cannot be known of a comparison if a difference is there."""
        return _hides(self._past.history.comparison(state), key)


class Differences(NamedTuple):
    """The differences of a history.

    open    {difference: since when}, as it was seen last
    closed  those that are settled, the oldest first
    hidden  {(place, the first time of a spell): how many were open before and could not be seen in it}
    """

    open: Mapping[DifferenceKey, Since]
    closed: tuple[ClosedDifference, ...]
    hidden: Mapping[tuple[Place, int], int]


def differences(past: Past, is_wanted: Callable[[Place], bool] = lambda _: True) -> Differences:
    """Follow every difference from night to night, at the places that are wanted."""
    opened: dict[DifferenceKey, Since] = {}
    closed: list[ClosedDifference] = []
    hidden: dict[tuple[Place, int], int] = {}
    track, states = past.comparisons, _States(past)
    for place, subjects in past.places.items():
        own = track.spells(subjects) if is_wanted(place) else []
        now: dict[DifferenceKey, _Open] = {}
        for number, spell in enumerate(own):
            if not (now or states.differences(spell.state)):
                continue
            closed += _closed(now, spell, states)
            _reopen(now, own[: number + 1], states, place)
            unseen = [
                its for its in now.values() if its.spells[-1] is not spell and its.statuses[-1] is DifferenceStatus.OPEN
            ]
            if unseen:
                hidden[place, spell.first] = len(unseen)
        if not now or past.is_gone(subjects):  # no manifest declares the place any more
            continue
        opened |= {key: _since(track, subjects, its, own[-1].last) for key, its in sorted(now.items()) if its.is_open}
    return Differences(opened, tuple(sorted(closed, key=lambda each: (each.closed, each.opened, each.key))), hidden)


def _closed(now: dict[DifferenceKey, _Open], spell: Spell[int], states: _States) -> Iterator[ClosedDifference]:
    """Take out of what is open what a spell shows to be settled; only what was drift at some time is told."""
    present = states.differences(spell.state)
    for key in [key for key in now if key[2:] not in present and not states.hides(spell.state, key)]:
        ended = now.pop(key)
        if DifferenceStatus.OPEN in ended.statuses:
            yield ClosedDifference(key, time_of(ended.spells[0].first), time_of(spell.first))


def _reopen(now: dict[DifferenceKey, _Open], own: Sequence[Spell[int]], states: _States, place: Place) -> None:
    """Add to what is open what the last of these spells has."""
    for (action, aspect, name), status in states.differences(own[-1].state).items():
        key = DifferenceKey(*place, action, aspect, name)
        if key not in now:
            right = next((spell.last for spell in reversed(own[:-1]) if not states.hides(spell.state, key)), None)
            now[key] = _Open(right, [], [])
        now[key].spells.append(own[-1])
        now[key].statuses.append(status)


def _since(track: Track, subjects: Sequence[int], its: _Open, last: int) -> Since:
    before = None if its.before is None else time_of(its.before)
    return Since(time_of(its.spells[0].first), before, track.unseen(subjects, its.spells, last))


def _hides(comparison: PlanView, key: DifferenceKey) -> bool:
    if (key.action, key.aspect) == (Action.REVOKE, Aspect.ROLE):  # one whoever declares any
        return Aspect.ROLE not in comparison.seen
    if key.aspect is Aspect.RIGHT_SCHOOL:  # counted only where it is known
        return Aspect.RIGHT_SCHOOL not in comparison.seen
    return any(covers(item, key) for item in comparison.unknown)
