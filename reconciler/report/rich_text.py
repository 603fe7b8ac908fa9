"""Sentences in pieces, so that each format marks up labels and values in its own way."""

from enum import Enum
from typing import NamedTuple


class Mark(Enum):
    """What a piece of a sentence is."""

    WORDS = "words"
    LABEL = "label"  # as the page shows it
    VALUE = "value"  # to type or to choose


class Part(NamedTuple):
    """A piece of a sentence."""

    text: str
    mark: Mark = Mark.WORDS
