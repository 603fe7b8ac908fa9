"""Tables of text, aligned for people."""

from collections.abc import Iterable, Sequence
from typing import Final

from reconciler.report.escape import in_lines, printable

_GAP: Final = "  "


def render_table(columns: Sequence[str], rows: Iterable[Sequence[str]], room: int | None) -> str:
    """Align rows of text below the names of their columns. In a room of so many characters the last one is wrapped."""
    lines = [[printable(cell) for cell in row] for row in (columns, *rows)]
    widths = [max(len(line[number]) for line in lines) for number in range(len(columns) - 1)]
    indent = " " * sum(width + len(_GAP) for width in widths)
    text = []
    for *cells, last in lines:
        before = "".join(cell.ljust(width) + _GAP for cell, width in zip(cells, widths, strict=True))
        whole = f"{before}{last}".rstrip()
        fits = room is None or len(whole) <= room
        text += [whole] if fits else _wrapped(before, last, len(indent), room or 0)
    return "".join(f"{line}\n" for line in text)


def _wrapped(before: str, last: str, indent: int, room: int) -> list[str]:
    first, *others = in_lines(last, room - indent) or [""]
    return [f"{before}{first}".rstrip(), *(" " * indent + line for line in others)]
