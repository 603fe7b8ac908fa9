"""What a benchmark finds, and how it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class CannotMeasure(Exception):
    """A part from outside is missing here; the message says which, and why it is needed."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing.

    ours, other  in `unit`; `other` is None where nothing else does the same work
    against      what the other figure is of
    ratio        of the two, in the direction that the budget speaks of; None with no other figure
    budget       in words
    met          None where the budget is not about this figure
    """

    what: str
    ours: float
    unit: str
    against: str = ""
    other: float | None = None
    ratio: float | None = None
    budget: str = ""
    met: bool | None = None


def at_most(what: str, ours: float, unit: str, budget: float) -> Figure:
    """A figure with a bound of its own."""
    return Figure(what, ours, unit, budget=f"at most {budget:g} {unit}", met=ours <= budget)


def times_less(what: str, ours: float, other: float, unit: str, against: str, budget: float | None = None) -> Figure:
    """How many times less than the other way: more is better."""
    ratio = other / ours
    bound = "" if budget is None else f"at least {budget:g} times less"
    return Figure(what, ours, unit, against, other, ratio, bound, None if budget is None else ratio >= budget)


def times_more(what: str, ours: float, other: float, unit: str, against: str, budget: float | None = None) -> Figure:
    """How many times the other way: less is better."""
    ratio = ours / other
    bound = "" if budget is None else f"at most {budget:g} times"
    return Figure(what, ours, unit, against, other, ratio, bound, None if budget is None else ratio <= budget)


def table(figures: Sequence[Figure]) -> str:
    """The figures as lines of text, a heading on top."""
    rows = [("what", "ours", "other", "ratio", "budget", ""), *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "".join("  ".join(map(str.ljust, row, widths)).rstrip() + "\n" for row in rows)


def _row(figure: Figure) -> tuple[str, str, str, str, str, str]:
    other = "" if figure.other is None else f"{_number(figure.other)} {figure.unit} ({figure.against})"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    verdict = {None: "", True: "met", False: "NOT MET"}[figure.met]
    return figure.what, f"{_number(figure.ours)} {figure.unit}", other, ratio, figure.budget, verdict


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
