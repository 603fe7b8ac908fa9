"""A host that has stopped answering: after some questions in vain the rest of them are not asked."""

from __future__ import annotations

from collections import Counter
from typing import Final

from reconciler.bromcom.retry import NotAsked
from reconciler.errors import LiveError, Throttled, Unreachable

_ENOUGH: Final = 8  # questions in a row without an answer, their retries counted in
_OF_ONE_SCHOOL: Final = 4  # of them; a school whose database hangs must not keep the others from being asked


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
        of_all = sum(min(times, _OF_ONE_SCHOOL) for times in self._unanswered.values())
        if of_all < _ENOUGH and self._unanswered[school_id] < _ENOUGH:
            return
        text = f"{self._name} did not answer {_ENOUGH} times in a row, so this was not asked"
        raise Throttled(text) if isinstance(self._last, Throttled) else NotAsked(text)

    def note(self, school_id: int, error: LiveError | None) -> None:
        """A question to this host has ended, in this error or well."""
        if isinstance(error, Unreachable | Throttled):
            self._unanswered[school_id] += 1
            self._last = error
        elif self._unanswered:
            self._unanswered.clear()
