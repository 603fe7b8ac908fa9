"""A history in memory: what was observed, with its states decoded when they are asked for. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from reconciler.history.codec import (
    comparison_from,
    comparison_text,
    reading_from,
    reading_text,
)
from reconciler.history.observing import better_comparison, better_reading
from reconciler.history.timeline import Timeline, observed, without
from reconciler.model.history import AccessView, ObservedRun, PlanView, Subject

T = TypeVar("T")


@dataclass(frozen=True)
class ObservedHistory:
    """The observations of a workspace.

    subjects, names      {number: the place}, {number: the entity as the service spells it}
    texts                {number: the text of a state}
    readings, comparisons  when each place had which state; a run may have one without the other
    whole                the times of the runs that were to look at all of the workspace
    workspace            its name; empty before anything is written
    """

    subjects: Mapping[int, Subject] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    texts: Mapping[int, str] = field(default_factory=dict)
    readings: Timeline[int] = field(default_factory=Timeline)
    comparisons: Timeline[int] = field(default_factory=Timeline)
    whole: frozenset[int] = frozenset()
    workspace: str = ""
    decoded: dict[int, Any] = field(default_factory=dict, compare=False, repr=False)

    def reading(self, state: int) -> AccessView:
        """Return a state of `readings`."""
        return self._decoded(state, lambda text: reading_from(text, self.names))

    def comparison(self, state: int) -> PlanView:
        """Return a state of `comparisons`."""
        return self._decoded(state, comparison_from)

    def _decoded(self, state: int, decode: Callable[[str], T]) -> T:
        if state not in self.decoded:
            self.decoded[state] = decode(self.texts[state])
        found: T = self.decoded[state]
        return found

    def with_observations(self, observations: Iterable[ObservedRun]) -> "ObservedHistory":
        """Return the history with these beside what it has, whatever their order."""
        return _Folding(self).folded(observations)


class _Folding:
    """Gives numbers to what is new, and folds observations in."""

    def __init__(self, history: ObservedHistory) -> None:
        self._before = history
        self._subjects = _Numbers(history.subjects)
        self._names = _Numbers(history.names)
        self._texts = _Numbers(history.texts)

    def folded(self, observations: Iterable[ObservedRun]) -> ObservedHistory:
        """Return the history with these."""
        before = self._before
        readings, comparisons, whole = before.readings, before.comparisons, set(before.whole)
        for observation in sorted(observations, key=lambda each: each.at):
            at = seconds(observation.at)
            if observation.readings:
                states = self._states(observation.readings, lambda reading: reading_text(reading, self._names.number))
                readings = observed(readings, at, states, self._better_reading)
            if observation.comparisons:
                states = self._states(observation.comparisons, comparison_text)
                comparisons = observed(comparisons, at, states, self._better_comparison)
            if observation.whole:
                whole.add(at)
        return replace(
            before,
            subjects=self._subjects.values,
            names=self._names.values,
            texts=self._texts.values,
            readings=readings,
            comparisons=comparisons,
            whole=frozenset(whole),
        )

    def _states(self, states: Mapping[Subject, T], text_of: Callable[[T], str]) -> dict[int, int]:
        numbers: dict[int, int] = {}
        known: dict[int, int] = {}  # {the identity of a state: its number}: many places share one
        for subject, state in states.items():
            if id(state) not in known:
                known[id(state)] = self._texts.number(text_of(state))
            numbers[self._subjects.number(subject)] = known[id(state)]
        return numbers

    def _better_reading(self, one: int, other: int) -> int:
        found = [reading_from(self._texts.values[state], self._names.values) for state in (one, other)]
        return one if better_reading(*found) == found[0] else other

    def _better_comparison(self, one: int, other: int) -> int:
        found = [comparison_from(self._texts.values[state]) for state in (one, other)]
        return one if better_comparison(*found) == found[0] else other


class _Numbers(Generic[T]):
    """Values with their numbers; a new value has the next one."""

    def __init__(self, values: Mapping[int, T]) -> None:
        self.values = dict(values)
        self._numbers = {value: number for number, value in values.items()}
        self._last = max(values, default=0)

    def number(self, value: T) -> int:
        """Return the number of a value."""
        number = self._numbers.get(value)
        if number is None:
            number = self._last = self._last + 1
            self._numbers[value] = number
            self.values[number] = value
        return number


def without_nights(history: ObservedHistory, before: datetime) -> ObservedHistory:
    """Return the history without the runs before a time, and without what only those had."""
    start = seconds(before)
    readings, comparisons = without(history.readings, start), without(history.comparisons, start)
    states = {state for timeline in (readings, comparisons) for own in timeline.points.values() for _, state in own}
    subjects = readings.points.keys() | comparisons.points.keys()
    texts = {number: text for number, text in history.texts.items() if number in states}
    of_readings = {state for own in readings.points.values() for _, state in own}
    names = {name for state in of_readings for name in history.reading(state).names}
    return ObservedHistory(
        {number: subject for number, subject in history.subjects.items() if number in subjects},
        {number: name for number, name in history.names.items() if name in names},
        texts,
        readings,
        comparisons,
        frozenset(at for at in history.whole if at >= start),
        history.workspace,
    )


def seconds(time: datetime) -> int:
    """A time as the history has it: whole seconds since 1970."""
    return int(time.timestamp())


def time_of(at: int) -> datetime:
    """The time that `seconds` made a number of."""
    return datetime.fromtimestamp(at, UTC)
