"""Rows of a report as a table in Markdown: each fits on a screen, and long lists are folded in their cell."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from reconciler.report.labels import plural
from reconciler.report.markdown.escape import cell_code, inline
from reconciler.report.markdown.fit import listed, shortened
from reconciler.report.rich_text import Mark, Part
from reconciler.report.story.coming import ComingRow
from reconciler.report.story.differences import UnknownRow
from reconciler.report.story.phrases import ALREADY_DONE, NOT_CHECKED
from reconciler.report.story.rows import Item, Row, SchoolList, Weight

_FEW: Final = 3  # schools or items that are named in the open
# The most that each may take, in bytes. A value may be an address that a password goes to: its end may matter.
_WORD, _VALUE, _SENTENCE, _LIST = 160, 400, 500, 1_600
FLAGS: Final = {
    Weight.LOUD: "‼️ **check this**",
    Weight.SENSITIVE: "⚠️ **sensitive**",
    Weight.NEW: "★ **new**",
    Weight.WRITES: "✏️ **writes**",
    Weight.ORDINARY: "",
}
STATES: Final = {ALREADY_DONE: "☑ ", NOT_CHECKED: "? "}


def head(*columns: str) -> list[str]:
    """The first two lines of a table."""
    return [f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]


def row_line(rows: Sequence[Row], titles: Mapping[str, str]) -> list[str]:
    """Rows of one supplier at the same places: the supplier, the sentences, the schools, and the state."""
    row = rows[0]
    cells = (_who(row, titles), "<br>".join(map(_what, rows)), _where(row.places), _state(row.places))
    return [f"| {' | '.join(cells)} |"]


def unknown_line(item: UnknownRow) -> list[str]:
    """The facts that are unknown for one reason: the reason, their number and places."""
    why = item.words
    if item.reasons:
        reasons = [shortened(reason, _SENTENCE, inline) for reason in item.reasons]
        why += "<br>" + (_fold("details", listed(reasons, _LIST, comma="; ")) if len(reasons) > 1 else reasons[0])
    places = [shortened(place, _WORD, cell_code) for place in item.places]
    where = listed(places, _LIST)
    if len(places) > _FEW:
        where = _fold(plural(len(places), "place"), where)
    return [f"| {why} | {plural(item.facts, 'fact')} | {where} |"]


def coming_line(coming: ComingRow) -> str:
    """A day that is over or comes soon."""
    flag = "**overdue**<br>" if coming.overdue else ""
    return f"| {flag}{coming.day} | {shortened(coming.words, _SENTENCE, inline)} | {parts(coming.remedy)} |"


def parts(sentence: Iterable[Part]) -> str:
    """A sentence in pieces, marked up."""
    return "".join(_part(part) for part in sentence)


def items(row_items: Sequence[Item]) -> str:
    """The items of a sentence, as many as fit; empty if there are none."""
    pieces = [parts(item) for item in row_items]
    if not pieces:
        return ""
    if len(pieces) > 1 and any(len(item) > 1 for item in row_items):  # each is a sentence
        return f"<br>{listed(pieces, _LIST, comma='<br>')}"
    return listed(pieces, _LIST)


def _part(part: Part) -> str:
    if part.mark is Mark.VALUE:
        return shortened(part.text, _VALUE, cell_code)
    written = shortened(part.text, _SENTENCE, inline)
    if part.mark is Mark.LABEL:  # blanks inside the stars would leave them as stars
        inner = written.strip()
        return written.replace(inner, f"**{inner}**", 1) if inner else written
    return written


def _who(row: Row, titles: Mapping[str, str]) -> str:
    if not row.supplier:
        return "the school itself" if row.schools else "every supplier"
    title = titles.get(row.supplier, "").strip() or row.supplier
    name = f"**{shortened(title, _WORD, inline)}**"
    return name if title == row.supplier else f"{name}<br>{shortened(row.supplier, _WORD, cell_code)}"


def _what(row: Row) -> str:
    end = f", {row.end}" if row.end else ""
    if len(row.items) > _FEW + 1:
        number = plural(len(row.items), "entity", "entities") if row.of_entities else len(row.items)
        sentence = f"{row.words} {number}{end} {_fold('list', items(row.items))}"
    else:
        sentence = f"{' '.join(filter(None, (row.words, items(row.items))))}{end}"
    flag = FLAGS[row.weight]
    note = f"<br>{shortened(row.note, _SENTENCE, inline)}" if row.note else ""
    return f"{flag}: {sentence}{note}" if flag else f"{sentence}{note}"


def _where(places: Sequence[SchoolList]) -> str:
    schools = sorted(name for where in places for name in where.schools)
    if not schools:
        return "everywhere"
    if len(schools) <= _FEW:
        return _names(schools)
    if len(places) == 1:
        return _fold(plural(len(schools), "school"), _names(schools))
    by_state = "<br>".join(f"{where.state}: {_names(where.schools)}" for where in places)
    return _fold(plural(len(schools), "school"), by_state)


def _state(places: Sequence[SchoolList]) -> str:
    total = sum(len(where.schools) for where in places)
    return "<br>".join(_one_state(where, total) for where in places)


def _one_state(where: SchoolList, total: int) -> str:
    state = f"{STATES.get(where.state, '☐ ' if ' by hand' in where.state else '')}{where.state}"
    if len(where.schools) < total:
        state += f" at {_names(where.schools) if total <= _FEW else len(where.schools)}"
    if where.whys:
        state += f": {listed([shortened(why, _SENTENCE, inline) for why in where.whys], _SENTENCE, comma='; ')}"
    return state


def _names(schools: Iterable[str]) -> str:
    return listed(list(map(_school, schools)), _LIST)


@lru_cache(4096)
def _school(name: str) -> str:
    """A school's name; many rows have the same one."""
    return shortened(name, _WORD, inline)


def _fold(summary: str, inside: str) -> str:
    return f"<details><summary>{summary}</summary>{inside}</details>"
