"""How long a word may count: as long as the Workspace lets it."""

from __future__ import annotations

from datetime import date

import click
import pytest

from reconciler.cli.attesting.questions import last_day

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("most", "expires", "days", "last"),
    [
        (400, None, None, date(2027, 11, 24)),
        (90, None, None, date(2027, 2, 22)),
        (None, None, None, date(2027, 11, 24)),
        (90, date(2027, 2, 22), None, date(2027, 2, 22)),
        (90, None, 90, date(2027, 2, 22)),
        (None, date(9999, 12, 31), None, date(9999, 12, 31)),
    ],
)
def test_the_last_day_is_within_the_limit(most: int | None, expires: date | None, days: int | None, last: date) -> None:
    """A year, or what was said, or as many days as a word may count."""
    assert last_day(TODAY, most, expires, days) == last


@pytest.mark.parametrize(("expires", "days"), [(date(2027, 2, 23), None), (None, 91), (date(9999, 12, 31), None)])
def test_what_is_longer_is_refused_with_the_last_day_that_is_not(expires: date | None, days: int | None) -> None:
    """So that whoever typed it can type that."""
    with pytest.raises(click.UsageError, match=r"at most 90 days .*: choose 2027-02-22 or an earlier day"):
        last_day(TODAY, 90, expires, days)
