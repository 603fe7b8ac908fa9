"""A host that has stopped answering: after some questions in vain the rest of them are not asked."""

from __future__ import annotations

from collections import Counter
from typing import Final

from reconciler.bromcom.retry import NotAsked
from reconciler.errors import LiveError, Throttled, Unreachable

# Questions in a row without an answer, their retries counted in. A host gets more than the questions that are in flight
# at a time by default, or that many schools whose databases hang would keep one that is well from being asked.
_ENOUGH: Final = 24
_ENOUGH_OF_A_SCHOOL: Final = 8
_COUNTED_OF_A_SCHOOL: Final = 4  # towards those of the host


class Silence:
    """How often one host gave no answer since it last gave one, whatever that was."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._unanswered: Counter[int] = Counter()  # by School ID
        self._last: LiveError | None = None

    def check(self, school_id: int) -> None:
        """Raise, as the last question to this host did, where asking for this school is of no use any more."""
        if not self._unanswered:
            return
        if self._unanswered[school_id] >= _ENOUGH_OF_A_SCHOOL:
            text = f"{self._name} did not answer {_ENOUGH_OF_A_SCHOOL} times in a row for this school"
        elif sum(min(times, _COUNTED_OF_A_SCHOOL) for times in self._unanswered.values()) >= _ENOUGH:
            text = f"{self._name} did not answer {_ENOUGH} times in a row"
        else:
            return
        text += ", so this was not asked"
        raise Throttled(text) if isinstance(self._last, Throttled) else NotAsked(text)

    def note(self, school_id: int, error: LiveError | None) -> None:
        """A question to this host has ended, in this error or well."""
        if isinstance(error, Unreachable | Throttled):
            self._unanswered[school_id] += 1
            self._last = error
        elif self._unanswered:
            self._unanswered.clear()
