"""Dates and moments as manifests write them. They need no time zone: all is UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime


def read_date(text: str) -> date:
    """`2027-11-24`. Raises ValueError for a date that no calendar has."""
    return date.fromisoformat(text)


def read_moment(text: str) -> datetime:
    """`2026-11-24T12:30:05Z`, or a date, which is its first moment. Raises ValueError where there is no such moment."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
