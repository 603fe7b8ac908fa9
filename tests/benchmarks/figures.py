"""What a benchmark finds, and how it is printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_VERDICTS: Final = {None: "", True: "met", False: "NOT MET"}


class CannotMeasure(Exception):
    """A part from outside is missing here; the message says which, and why it is needed."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing.

    ours, other  in `unit`; `other` is None if nothing else does the same work
    against      what the other figure is of
    ratio        of the two, in the direction that the budget speaks of; None with no other figure
    budget       in words
    met          None if the budget is not about this figure
    missing      why it was not measured here; empty if it was
    """

    what: str
    ours: float
    unit: str
    against: str = ""
    other: float | None = None
    ratio: float | None = None
    budget: str = ""
    met: bool | None = None
    missing: str = ""


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


def not_measured(what: str, why: CannotMeasure, budget: str = "") -> Figure:
    """A row for what cannot be measured here."""
    return Figure(what, 0, "", budget=budget, missing=str(why))


def table(figures: Iterable[Figure]) -> str:
    """The figures as lines of text, a heading on top."""
    return _lines([("what", "ours", "other", "ratio", "budget", ""), *map(_row, figures)])


def budgets(found: Mapping[str, Sequence[Figure]]) -> str:
    """Every figure of {benchmark: its figures} that has a budget or is missing, and how many budgets are met."""
    wanted = [(where, one) for where, figures in found.items() for one in figures if one.budget or one.missing]
    lines = _lines([("what", "found", "budget", "where", ""), *(_short(where, one) for where, one in wanted)])
    missing = sum(bool(one.missing) for _, one in wanted)
    met, not_met = (sum(one.met is verdict for _, one in wanted) for verdict in (True, False))
    return f"{lines}\n{met} met, {not_met} not met, {missing} not measured\n"


def _short(where: str, figure: Figure) -> tuple[str, ...]:
    against = "" if figure.other is None else f" against {_number(figure.other)} {figure.unit}, {figure.against}"
    ours = f"{_number(figure.ours)} {figure.unit}{against}"
    told = ours if figure.ratio is None else f"{figure.ratio:.2f} times: {ours}"
    return figure.what, "" if figure.missing else told, figure.budget, where, _verdict(figure)


def _row(figure: Figure) -> tuple[str, ...]:
    if figure.missing:
        return figure.what, "", "", "", figure.budget, _verdict(figure)
    other = "" if figure.other is None else f"{_number(figure.other)} {figure.unit} ({figure.against})"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    return figure.what, f"{_number(figure.ours)} {figure.unit}", other, ratio, figure.budget, _verdict(figure)


def _verdict(figure: Figure) -> str:
    return f"not measured: {figure.missing}" if figure.missing else _VERDICTS[figure.met]


def _lines(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "".join("  ".join(map(str.ljust, row, widths)).rstrip() + "\n" for row in rows)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
