"""How one text differs from another, as a unified diff that shows no secret."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from reconciler.report.escape import printable
from reconciler.report.style import Paint, Style, plain

_CONTEXT: Final = 2  # lines around a difference
_TONES: Final = {"+": Style.GRANT, "-": Style.REVOKE, " ": Style.QUIET}


@dataclass(frozen=True, slots=True)
class ShownText:
    """The lines of a text as they are, and as they may be shown: as many, with secrets hidden."""

    lines: Sequence[str]
    shown: Sequence[str]


def diff_lines(before: ShownText, after: ShownText, *, paint: Paint = plain) -> list[str]:
    """The lines of the diff; none where the two are the same. Two lines that differ may look the same, since what is
    hidden in them differs."""
    # It passes over lines that stand there very often, else a file of 2,000 suppliers would take minutes.
    matcher = SequenceMatcher(None, before.lines, after.lines, autojunk=True)
    return [line for group in matcher.get_grouped_opcodes(_CONTEXT) for line in _group(group, before, after, paint)]


def _group(
    group: list[tuple[str, int, int, int, int]], before: ShownText, after: ShownText, paint: Paint
) -> Iterator[str]:
    old, new = (group[0][1], group[-1][2]), (group[0][3], group[-1][4])
    yield paint(f"@@ -{_range(*old)} +{_range(*new)} @@", Style.QUIET)
    for what, old_start, old_end, new_start, new_end in group:
        if what == "equal":
            yield from _signed(" ", before.shown[old_start:old_end], paint)
            continue
        yield from _signed("-", before.shown[old_start:old_end], paint)
        yield from _signed("+", after.shown[new_start:new_end], paint)


def _range(start: int, end: int) -> str:
    """A span of lines as `diff -u` has it."""
    return f"{start + 1},{end - start}" if end > start else f"{start},0"


def _signed(sign: str, lines: Sequence[str], paint: Paint) -> Iterator[str]:
    return (paint(f"{sign}{printable(line)}", _TONES[sign]) for line in lines)
