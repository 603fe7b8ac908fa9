"""Where a value was written."""

from __future__ import annotations

from typing import NamedTuple


class Origin(NamedTuple):
    """A place in a manifest: the file relative to the workspace with `/`, line and column counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Declared(NamedTuple):
    """A text that a manifest declares, and where. Two are the same declaration when their `value`s are the same."""

    value: str
    origin: Origin
