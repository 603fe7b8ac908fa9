"""Colour as a value: renderers say what a piece of text is, and the caller says how that looks."""

from collections.abc import Callable
from enum import Enum
from typing import TypeAlias


class Style(Enum):
    """What a piece of text is to its reader."""

    SCHOOL = "school"
    QUIET = "quiet"
    GRANT = "grant"
    REVOKE = "revoke"
    BROKEN = "broken"
    ATTENTION = "attention"
    GOOD = "good"


Paint: TypeAlias = Callable[[str, Style], str]


def plain(text: str, _tone: Style) -> str:
    """No colour: files, pipes and NO_COLOR."""
    return text
