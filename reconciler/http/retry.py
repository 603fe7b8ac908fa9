"""Failures that are worth another try, and the wait before it."""

import email.utils
import random
from datetime import UTC, datetime
from typing import Final

from reconciler.errors import LiveError, Throttled, Unreachable, Unreadable

# The longest that a server may make one request wait; beyond that the run says so and goes on.
LONGEST_WAIT: Final = 60.0

_FIRST_WAIT: Final = 0.25


class NoAnswer(Unreachable):
    """None in time, or the connection was lost: the next try may fare better."""


class NotAsked(Unreachable):
    """The host did not answer many times in a row, so it was left alone."""


class RateLimited(Throttled):
    """The host answers, and was asked too often (HTTP 429): this question may come again, more slowly."""


class TruncatedAnswer(Unreadable):
    """A server's or a gateway's own trouble, or an answer cut off on its way: the next try may fare better."""


def worth_retrying(error: LiveError) -> bool:
    """Tell if a read may be tried again: never after a refused login or any other answer, faults included."""
    if isinstance(error, Throttled):
        return (error.retry_after or 0) <= LONGEST_WAIT
    return isinstance(error, NoAnswer | TruncatedAnswer)


def wait_after(attempt: int) -> float:
    """Seconds to wait after the try numbered `attempt` (from 0) failed: about 0.25, 0.5, 1 ..., spread so that many
    schools do not come back at the same moment."""
    spread: float = random.uniform(0.5, 1.5)  # noqa: S311  # no secret hangs on it
    return min(_FIRST_WAIT * (1 << attempt) * spread, LONGEST_WAIT)


# A day, more than anyone waits; anything longer counts as this much, which can be added to a time.
MOST: Final = 86_400.0

_LONGEST_DATE: Final = 64  # characters; HTTP's own forms have up to 33


def seconds_asked(header: str) -> float | None:
    """Seconds from now, up to `MOST`, that a header means: a number or a date. None where it means nothing; it raises
    nothing, whatever the server wrote."""
    # A date is held against the system's clock at this moment: a command may have begun long before the answer came.
    text = header.strip()
    if text.isascii() and text.isdecimal():
        return min(float(text), MOST)
    try:
        at = email.utils.parsedate_to_datetime(text[:_LONGEST_DATE])
        seconds = (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds()
    except Exception:  # noqa: BLE001  # the standard library meets a date that is none with whatever it runs into
        return None
    return min(max(0.0, seconds), MOST)


def in_words(seconds: float) -> str:
    """The same for people: `in 30 s`, `in 12 min`, `in 3 h`, `in a day or more`."""
    if seconds >= MOST:
        return "in a day or more"
    if seconds >= 7200:
        return f"in {seconds / 3600:.0f} h"
    return f"in {seconds / 60:.0f} min" if seconds >= 120 else f"in {seconds:.0f} s"
