"""Until when a word counts, as it is typed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

import click

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_option(_context: click.Context, _parameter: click.Parameter, typed: str | None) -> date | None:
    """A day as manifests have it."""
    if typed is None:
        return None
    try:
        return read_day(typed)
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from None


def read_day(typed: str) -> date:
    """A day as manifests have it. Raises ValueError, which says how to write it, for anything else."""
    if _DATE.fullmatch(typed.strip()):
        try:
            return date.fromisoformat(typed.strip())
        except ValueError:
            raise ValueError(f"there is no {typed.strip()}: check the month and the day") from None
    raise ValueError(f"{typed!r} is no date: write it like 2027-03-31, as the manifests do")


def last_day(today: date, most: int | None, expires: date | None = None, days: int | None = None) -> date:
    """The last day on which the words count: the one that was said, or the same day next year. Neither is later than
    the Workspace lets it be: `most` days from today, if it sets a limit (`wordDays`)."""
    if expires and days:
        raise click.UsageError("--expires and --days say the same: keep one of the two.")
    if expires and expires < today:
        raise click.UsageError(f"--expires {expires} has passed already.")
    if days:
        expires = today + timedelta(days=days)
    latest = today + timedelta(days=most) if most is not None else date.max
    if expires and expires > latest:
        raise click.UsageError(
            f"{expires} is {(expires - today).days} days from today, and a word may count for {most} at most "
            f"(limits.wordDays of the Workspace): choose {latest} or an earlier day."
        )
    return expires or min(_next_year(today), latest)


def _next_year(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year + 1, day=28)
