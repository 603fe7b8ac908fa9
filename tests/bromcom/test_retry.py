"""What is worth asking again."""

from __future__ import annotations

import pytest

from reconciler.bromcom.retry import LONGEST_WAIT, NoAnswer, NoWholeAnswer, wait_after, worth_retrying
from reconciler.errors import LiveError, LoginRefused, NotGranted, Throttled, Unreachable, Unreadable


@pytest.mark.parametrize(
    ("error", "worth"),
    [
        (NoAnswer("no answer in 30 s"), True),
        (NoWholeAnswer("a web page (HTTP 502)"), True),
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
