"""Which failures are worth asking again, and how long to wait before."""

from __future__ import annotations

import random
from typing import Final

from reconciler.errors import LiveError, Throttled, Unreachable, Unreadable

# The longest that a server may make one request wait; beyond that the run says so and goes on.
LONGEST_WAIT: Final = 60.0

_FIRST_WAIT: Final = 0.25


class NoAnswer(Unreachable):
    """None in time, or the connection was lost: the next try may fare better."""


class NotAsked(Unreachable):
    """The host did not answer many times in a row, so it was left alone."""


class TooFast(Throttled):
    """The host answers, and was asked too often (HTTP 429): this question may come again, more slowly."""


class NoWholeAnswer(Unreadable):
    """A server's or a gateway's own trouble, or an answer cut off on its way: the next try may fare better."""


def worth_retrying(error: LiveError) -> bool:
    """Whether a read may be asked again. Never after a refused login, and never after an answer, faults included."""
    if isinstance(error, Throttled):
        return (error.retry_after or 0) <= LONGEST_WAIT
    return isinstance(error, NoAnswer | NoWholeAnswer)


def wait_after(attempt: int) -> float:
    """Seconds to wait after the try numbered `attempt` (from 0) failed: about 0.25, 0.5, 1 ..., spread so that many
    schools do not come back at the same moment."""
    spread: float = random.uniform(0.5, 1.5)  # noqa: S311  # no secret hangs on it
    return min(_FIRST_WAIT * (1 << attempt) * spread, LONGEST_WAIT)
