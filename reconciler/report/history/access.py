"""The past of one access: text, and rows for spreadsheets."""

from collections.abc import Iterator, Sequence
from typing import Final

from reconciler.model.accountability.least_privilege import EntityDetails
from reconciler.model.accountability.past_access import AccessPast, ReadingSpell
from reconciler.model.entity import Care
from reconciler.report.accountability.access_text import folded, part
from reconciler.report.accountability.phrases import day_of, since_when
from reconciler.report.escape import printable
from reconciler.report.history.phrases import difference, how_known, why_unknown
from reconciler.report.labels import plural
from reconciler.report.style import Paint, plain

PAST_COLUMNS: Final = (
    *("school", "supplier", "account", "first night", "last night", "entities"),
    *("how known", "login", "added", "removed"),
)


def render_past_text(past: AccessPast, *, paint: Paint = plain, columns: int | None = None) -> str:
    """Render how an access changed, the oldest first."""
    lines = list(_headline(past))
    lines += part("What it could read", _spells(past, columns), paint)
    lines += part("Open differences", _open(past), paint)
    lines += part("Settled differences", _closed(past), paint)
    return "".join(f"{line}\n" for line in lines)


def past_rows(past: AccessPast) -> list[tuple[str, ...]]:
    """Return the names of the columns, then a row for each time in which the access was seen to be the same."""
    place = (*past.address, past.account)
    return [PAST_COLUMNS, *((*place, *_row(spell)) for spell in past.spells)]


def _row(spell: ReadingSpell) -> tuple[str, ...]:
    reading = spell.reading
    is_known = reading.reason is None
    return (
        *(day_of(spell.first), day_of(spell.last)),
        *(str(len(reading.names)) if is_known else "not known", _known(spell)),
        reading.login.value if reading.login else "not known",
        *(", ".join(about.name for about in names) for names in (spell.added, spell.removed)),
    )


def _known(spell: ReadingSpell) -> str:
    return how_known(spell.reading) if spell.reading.reason is None else why_unknown(spell.reading)


def _headline(past: AccessPast) -> Iterator[str]:
    first, last = past.spells[0].first, past.spells[-1].last
    yield printable(f"{past.address}, as {past.account}")
    looked = f"Looked at on {plural(past.nights, 'night')} from {day_of(first)} to {day_of(last)}"
    yield f"{looked}; of {plural(past.unseen, 'night')} it is not known what it could read."
    now = past.spells[-1]
    if now.reading.reason is None:
        yield f"On the last one it could read {plural(len(now.reading.names), 'entity', 'entities')}: {_known(now)}."
    else:
        yield f"On the last one: {_known(now)}."


def _spells(past: AccessPast, columns: int | None) -> Iterator[str]:
    for spell in past.spells:
        days = day_of(spell.first)
        days += "" if days == day_of(spell.last) else f" to {day_of(spell.last)}"
        number = "" if spell.reading.reason else f"{plural(len(spell.reading.names), 'entity', 'entities')}, "
        changes = "".join(f"; {word} {_named(names)}" for word, names in _changes(spell) if names)
        yield from folded(f"  {days.ljust(24)}  ", printable(f"{number}{_known(spell)}{changes}"), columns)


def _changes(spell: ReadingSpell) -> Sequence[tuple[str, Sequence[EntityDetails]]]:
    return ("new:", spell.added), ("gone:", spell.removed)


def _named(names: Sequence[EntityDetails]) -> str:
    return ", ".join(
        f"{about.name} (special category)" if about.care is Care.SPECIAL else about.name
        for about in sorted(names, key=lambda about: (about.care, about.name))
    )


def _open(past: AccessPast) -> Iterator[str]:
    for key, since in past.different.items():
        yield printable(f"  {difference(key, past.names)}, {since_when(since)}")


def _closed(past: AccessPast) -> Iterator[str]:
    for each in past.closed:
        yield printable(f"  {difference(each.key, past.names)}, {day_of(each.opened)} to {day_of(each.closed)}")
