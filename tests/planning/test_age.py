"""How old a snapshot may be to be believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from reconciler.codec.snapshot import aged, told_age
from reconciler.model.evidence import Unknown, UnknownReason
from tests.planning.worlds import GROUPCALL, granted, live_of

RECORDED = datetime(2026, 11, 24, 2, tzinfo=UTC)
LIVE = replace(live_of({GROUPCALL: granted("Students")}), recorded=RECORDED)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@pytest.mark.parametrize("age", [timedelta(), DAY, 3 * DAY, -5 * MINUTE])
def test_a_young_one_is_believed(age: timedelta) -> None:
    """To the last moment; and one by a clock that is a little ahead."""
    assert aged(LIVE, RECORDED + age, 3 * DAY) is LIVE


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (3 * DAY + MINUTE, "the snapshot is 3 days old, more than the 3 days allowed"),
        (-6 * MINUTE, "the snapshot claims a time in the future (2026-11-24T02:00:00+00:00)"),
    ],
)
def test_of_an_old_one_nothing_is_known(age: timedelta, told: str) -> None:
    """Not the school, not the login, not the entities; one from the future is no better."""
    found = aged(LIVE, RECORDED + age, 3 * DAY)
    facts = (found.schools["greenfield"].reachable, found.accesses[GROUPCALL].login, found.accesses[GROUPCALL].entities)
    for fact in facts:
        assert isinstance(fact, Unknown)
        assert fact.reason is UnknownReason.TOO_OLD
        assert told in fact.text
    assert found.recorded == RECORDED


def test_without_a_bound_any_age_will_do() -> None:
    """And what was probed just now has none."""
    assert aged(LIVE, RECORDED + 999 * DAY, None) is LIVE
    probed = replace(LIVE, recorded=None)
    assert aged(probed, RECORDED, DAY) is probed


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (timedelta(), "0 minutes"),
        (-DAY, "0 minutes"),
        (MINUTE, "1 minute"),
        (2 * HOUR - MINUTE, "119 minutes"),
        (2 * HOUR, "2 hours"),
        (2 * DAY - MINUTE, "47 hours"),
        (2 * DAY, "2 days"),
        (99 * DAY + 23 * HOUR, "99 days"),
    ],
)
def test_ages_in_words(age: timedelta, told: str) -> None:
    """Rounded down, in the largest unit of which there are two."""
    assert told_age(age) == told
