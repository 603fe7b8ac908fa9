"""The header `Retry-After`: in how many seconds a server wants to be asked again."""

from __future__ import annotations

import email.utils
from datetime import UTC, datetime
from typing import Final

# A day, which is more than anybody waits for: whatever is beyond it is this much, so that it can be added to a time.
MOST: Final = 86_400.0

_LONGEST_DATE: Final = 64  # characters; HTTP's own forms have up to 33


def seconds_asked(header: str) -> float | None:
    """Seconds from now, up to `MOST`, that a header means: a number or a date. None where it means nothing; it raises
    nothing, whatever the server wrote."""
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
