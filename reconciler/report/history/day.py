"""The readers of a day: text, and rows for spreadsheets."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from reconciler.model.accountability.past_access import DayReport, PastAccess
from reconciler.model.entity import Care
from reconciler.report.accountability.access_text import folded, part
from reconciler.report.accountability.phrases import day_of, since_when
from reconciler.report.escape import printable
from reconciler.report.history.phrases import how_known, nearest, why_unknown
from reconciler.report.labels import plural
from reconciler.report.style import Paint, plain
from reconciler.report.tables import render_table

DAY_COLUMNS: Final = (
    *("day", "school", "supplier", "account", "entity", "about", "category", "sensitivity"),
    *("could read", "how known", "looked at", "since", "nearest nights"),
)


def render_day_text(report: DayReport, *, paint: Paint = plain, columns: int | None = None) -> str:
    """Render who could read what: what was known first, then what was not. With a filter each entity has a row, or the
    nearest nights that tell."""
    known = [access for access in report.accesses if access.is_known]
    unknown = [access for access in report.accesses if not access.is_known]
    lines = list(_headline(report, known))
    lines += part("Could read", _rows(known, columns) if report.filters else _accesses(known, columns), paint)
    lines += part("Not known", _unknown(unknown, columns, with_entities=bool(report.filters)), paint)
    return "".join(f"{line}\n" for line in lines)


def day_rows(report: DayReport) -> list[tuple[str, ...]]:
    """Return the names of the columns, then a row for each entity of each access; of an access without any, one."""
    rows = []
    for access in report.accesses:
        place = (str(report.day), access.address.school, access.address.supplier, access.account)
        looked = f"{access.at:%Y-%m-%d %H:%M} UTC" if access.at else ""
        for each in access.entities:
            about = (each.about.name, each.about.holds, each.about.category or "not known", each.about.sensitivity)
            told = (since_when(each.since) if each.since else "", nearest(each))
            rows.append((*place, *about, "yes" if access.is_known else "not known", _known(access), looked, *told))
        if not access.entities and not access.is_known:
            rows.append((*place, "", "", "", "", "not known", _known(access), looked, "", ""))
    return [DAY_COLUMNS, *rows]


def _known(access: PastAccess) -> str:
    return how_known(access.reading) if access.is_known and access.reading else why_unknown(access.reading)


def _headline(report: DayReport, known: Sequence[PastAccess]) -> Iterator[str]:
    every, unknown = len(report.accesses), len(report.accesses) - len(known)
    readers = [access for access in known if access.entities]
    entities = [each for access in readers for each in access.entities]
    special = sum(each.about.care is Care.SPECIAL for each in entities)
    what = f" of {report.filters}" if report.filters else ""
    if known or not every:
        of = f"the {plural(len(known), 'access', 'accesses')} known" if unknown else plural(every, "access", "accesses")
        yield printable(
            f"On {report.day}, {len(readers)} of {of} could read {plural(len(entities), 'entity', 'entities')}{what}, "
            f"{special} with special category data."
        )
    if unknown:
        yield f"It is not known what {plural(unknown, 'access', 'accesses')} could read on {report.day}."
    nights = f"nights from {day_of(report.first)} to {day_of(report.last)}"
    yield f"The history of {printable(report.workspace)} has {nights}."


def _rows(accesses: Iterable[PastAccess], columns: int | None) -> Iterator[str]:
    rows = [
        (*access.address, each.about.name, _known(access), since_when(each.since) if each.since else "")
        for access in accesses
        for each in access.entities
    ]
    if rows:
        yield render_table(("school", "supplier", "entity", "how known", "since"), rows, columns).rstrip("\n")


def _accesses(accesses: Sequence[PastAccess], columns: int | None) -> Iterator[str]:
    """A row for each access; with a filter each entity has one."""
    rows = [
        (
            *access.address,
            str(len(access.entities)),
            str(sum(each.about.care is Care.SPECIAL for each in access.entities)),
            _known(access),
        )
        for access in accesses
    ]
    if rows:
        yield render_table(("school", "supplier", "could read", "special", "how known"), rows, columns).rstrip("\n")


def _unknown(accesses: Iterable[PastAccess], columns: int | None, *, with_entities: bool) -> Iterator[str]:
    """Each access with the cause; with a filter, what the nearest nights tell of each entity."""
    for access in accesses:
        yield from folded(f"{printable(str(access.address))}  ", printable(why_unknown(access.reading)), columns)
        for each in access.entities if with_entities else ():
            if each.before or each.after:
                yield from folded(f"  {printable(each.about.name)}  ", nearest(each), columns)
