"""Days as pages write them."""

from datetime import date


def short_day(value: date) -> str:
    """`29 Nov 2026`, for a table."""
    return f"{value.day} {value:%b %Y}"
