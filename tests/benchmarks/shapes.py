"""The lists of a fleet's accounts: how many of them are the same."""

from __future__ import annotations

import random
import zlib
from enum import StrEnum
from functools import cache
from typing import Final

KNOWN: Final = tuple(f"BenchmarkEntity{number:03}" for number in range(120))
LISTED: Final = 75
ENTITIES: Final = KNOWN[:LISTED]


class Shape(StrEnum):
    """Accounts that all list the same, that share 300 suppliers' lists, or that each have a list of their own."""

    ALIKE = "alike"
    LISTS = "300 lists"
    EACH = "all different"


def listed(shape: Shape, username: str) -> tuple[str, ...]:
    """Return the names that an account lists: always 75, in the order of the alphabet.

    Of 300 lists, SUPPLIER@SCHOOL has its supplier's.
    """
    match shape:
        case Shape.ALIKE:
            return ENTITIES
        case Shape.LISTS:
            return _supplier(list_number(username.partition("@")[0]))
        case Shape.EACH:
            return _drawn(username)


def list_number(name: str) -> int:
    """Return which of the 300 lists is that of a name."""
    return zlib.crc32(name.encode()) % 300


@cache
def _supplier(number: int) -> tuple[str, ...]:
    return _drawn(str(number))


def _drawn(seed: str) -> tuple[str, ...]:
    return tuple(sorted(random.Random(seed).sample(KNOWN, LISTED)))
