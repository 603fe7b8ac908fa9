"""How the usernames of accounts compare."""

from __future__ import annotations


def username_key(name: str) -> str:
    """The normal form of a username: those that differ in capitals, or in blanks around them, are taken for one."""
    return name.strip().casefold()
