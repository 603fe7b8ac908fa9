"""How entity names compare."""

from __future__ import annotations


def entity_key(name: str) -> str:
    """The normal form of an entity's name: Bromcom takes any case, and columns of fixed width pad with blanks."""
    return name.strip().casefold()
