"""A loop whose clock stands still while the loop is held up.

Where something keeps the loop from its work (a computation, a machine that sleeps or has too much to do), answers that
have come in the meantime lie there unread, and a time-out that is due by then would call those who sent them silent.
All time-outs go by the loop's clock, so that it is the clock that counts no such time.
"""

import sys
import time
from typing import Any, Final

if sys.platform == "win32":
    from asyncio import IocpProactor as _Events
    from asyncio import ProactorEventLoop as _Loop
else:
    from asyncio import SelectorEventLoop as _Loop
    from selectors import DefaultSelector as _Events

_NAP: Final = 0.1  # seconds that the loop waits for events at a time
_LONGEST_TURN: Final = 0.2  # seconds from one look at the events to the next; whatever is more, the loop was held up


class _Watched(_Events):
    """The events that a loop waits for. `lost` is how long it was held up, in seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.lost = 0.0
        self._looked_at = time.monotonic()

    def select(self, timeout: float | None = None) -> Any:
        events = super().select(_NAP if timeout is None else min(timeout, _NAP))
        now = time.monotonic()
        self.lost += max(0.0, now - self._looked_at - _LONGEST_TURN)
        self._looked_at = now
        return events


class PatientLoop(_Loop):
    """The system's own kind of loop, with that clock."""

    def __init__(self) -> None:
        self._watched = _Watched()
        super().__init__(self._watched)

    def time(self) -> float:
        """Seconds that the loop was at work or waited."""
        return super().time() - self._watched.lost
