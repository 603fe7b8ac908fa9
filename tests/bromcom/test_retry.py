"""What is worth asking again."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reconciler.errors import LiveError, LoginRefused, NotGranted, Throttled, Unreachable, Unreadable
from reconciler.http.retry import (
    LONGEST_WAIT,
    MOST,
    NoAnswer,
    TruncatedAnswer,
    in_words,
    seconds_asked,
    wait_after,
    worth_retrying,
)


@pytest.mark.parametrize(
    ("error", "worth"),
    [
        (NoAnswer("no answer in 30 s"), True),
        (TruncatedAnswer("a web page (HTTP 502)"), True),
        (Throttled("later"), True),
        (Throttled("later", retry_after=LONGEST_WAIT), True),
        (Throttled("later", retry_after=LONGEST_WAIT + 1), False),
        (Unreachable("the certificate is not trusted"), False),
        (Unreadable("a fault"), False),
        (LoginRefused("401"), False),
        (NotGranted("401"), False),
    ],
)
def test_only_what_may_fare_better_is_asked_again(error: LiveError, worth: bool) -> None:
    """Time-outs, lost connections, a gateway's trouble, and a rest that is not too long; never an answer."""
    assert worth_retrying(error) is worth


def test_waits_grow_and_differ() -> None:
    """Schools that failed together do not come back together."""
    first = {wait_after(0) for _ in range(50)}
    assert len(first) > 1
    assert max(first) < min(wait_after(2) for _ in range(50))
    assert wait_after(30) == LONGEST_WAIT


@pytest.mark.parametrize(("header", "seconds"), [("0", 0), (" 30 ", 30), ("3600", 3600), ("", None), ("soon", None)])
def test_seconds_are_read_as_they_are(header: str, seconds: float | None) -> None:
    """A header that means nothing gives nothing, and not no wait."""
    assert seconds_asked(header) == seconds


def test_a_date_is_read_as_the_seconds_until_then() -> None:
    """None are left of one that is over."""
    now = datetime.now(UTC)
    assert 3500 < (seconds_asked(format_datetime(now + timedelta(hours=1))) or 0) <= 3600
    assert seconds_asked(format_datetime(now - timedelta(hours=1))) == 0


_DATES = st.from_regex(r"\A(\w{3}, )?\d{1,40} \w{1,9} \d{1,40} \d{1,5}:\d{1,5}(:\d{1,5})? ([+-]\d{1,30}|\w{0,5})\Z")


@given(st.text() | st.from_regex(r"\A\d+\Z") | _DATES)
@example("9" * 5000)
@example("251606355838")
@example("Fri, 31 Dec 9999 23:59:59 -2359")
@example("Mon, 01 Jan 0001 00:00:00 +2359")
@example("1 Jan 99999999999999999999 00:00:00")
@example("\N{ARABIC-INDIC DIGIT THREE}0")
@example("\N{SUPERSCRIPT TWO}")
@example("nan")
@example("-1")
def test_no_header_raises_or_asks_for_more_than_a_day(header: str) -> None:
    """Of any size, in any alphabet; and it is printed in short."""
    seconds = seconds_asked(header)
    assert seconds is None or 0 <= seconds <= MOST
    assert seconds is None or re.fullmatch(r"in (\d{1,3} (s|min|h)|a day or more)", in_words(seconds))
