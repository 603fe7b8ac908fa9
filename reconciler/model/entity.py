"""Normal forms of names, and ranks of sensitivity and reach."""

import re
from enum import IntEnum
from functools import lru_cache
from typing import Final

# A name that a published list has, and the service's own, both as keys: Oxfordshire County Council's list (2025) has
# MealType where a captured answer has MealTypes. They are one entity, whichever of them a service says.
_PUBLISHED: Final = {"mealtype": "mealtypes"}
# What Roles and Permissions writes before the name of each write-back permission.
_LABEL: Final = re.compile(r"\s*third\s+party\s+write[\s-]?back\s*[-\u2013\u2014:]\s*(?=\S)", re.IGNORECASE)


class Care(IntEnum):
    """The sensitivity of records; the most sensitive first."""

    EVERYTHING = 0  # no single entity: it opens all of them, or says where passwords go
    SPECIAL = 1  # special category data (UK GDPR, article 9), or child protection
    SENSITIVE = 2  # a high risk if it leaks
    PERSONAL = 3
    NONE = 4


class Reach(IntEnum):
    """The number of people whose records one tick opens, as a rank: no source gives figures."""

    EVERYBODY = 0  # pupils, staff and contacts, or pupils and one of the others
    PUPILS = 1  # all pupils, or most
    STAFF = 2
    FEW = 3  # some pupils or some staff
    NOBODY = 4


@lru_cache(maxsize=16_384)  # the same few hundred names stand in every list
def entity_key(name: str) -> str:
    """The normal form of a name: Bromcom takes any case, and columns of fixed width pad with spaces."""
    key = name.strip().casefold()
    if key.startswith("third"):  # many names come by here, and few begin so
        key = permission_name(key)
    return _PUBLISHED.get(key, key)


def permission_name(name: str) -> str:
    """A write-back permission's own name, without the label that its page writes before it; other names as they are."""
    return name[label.end() :] if (label := _LABEL.match(name)) else name


def is_published_spelling(name: str) -> bool:
    """Tell if a name is spelt as a published list has it, and not as the service does."""
    return name.strip().casefold() in _PUBLISHED
