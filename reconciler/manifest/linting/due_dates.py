"""How near a day is, in words: what is due soon is said before it is over."""

from datetime import date
from typing import Final

from reconciler.manifest.text.typed_scalars import read_date

SOON: Final = 30  # days before a day on which it is said that it comes


def day_of(text: str) -> date | None:
    """A day as manifests have it; None for one that never comes, of which the rule no-such-date tells."""
    try:
        return read_date(text)
    except ValueError:
        return None


def is_soon(day: date, today: date) -> bool:
    """Whether a day is over, or near."""
    return (day - today).days <= SOON


def how_near(day: date, today: date) -> str:
    """`in 7 days`, `tomorrow`, `today`, `yesterday`, `7 days ago`."""
    days = (day - today).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    return near.get(days) or (f"in {days} days" if days > 0 else f"{-days} days ago")
