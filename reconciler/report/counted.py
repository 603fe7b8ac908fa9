"""How many of what, in words."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """`1 school`, `2 schools`; `many` is for words whose plural is not made with an s."""
    return f"{number} {one if number == 1 else many or one + 's'}"
