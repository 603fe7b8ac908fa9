"""A report of least privilege as text: the numbers, the rows, then what deserves a second look."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from reconciler.model.accountability.least_privilege import AccessPrivileges, AccessReport, EntityPrivilege, Truth
from reconciler.model.entity import Care
from reconciler.report.accountability.phrases import (
    CAN_READ,
    doubt,
    end_of,
    how_known,
    last_call,
    peers_of,
    since_when,
    view,
)
from reconciler.report.escape import in_lines, printable
from reconciler.report.labels import plural
from reconciler.report.style import Paint, Style, plain
from reconciler.report.tables import render_table

_COLUMNS: Final = ("school", "supplier", "agreed", "can read", "special", "last call", "other schools")


def render_access_text(report: AccessReport, *, paint: Paint = plain, columns: int | None = None) -> str:
    """Render the report: a row for each access, or with a filter for each entity that it lets through."""
    lines = [*_headline(report), ""]
    if report.filters:  # of entities: then each is a row, and how many an access has is of no interest
        lines += [paint(printable(f"Entities: {report.filters}"), Style.SCHOOL), *_entities(report, columns)]
    else:
        lines += [_table(report.accesses, columns).rstrip("\n")]
    lines += part("Look again", _doubtful(report.accesses, columns), paint)
    lines += part("Could not be checked", _unknown(report.accesses, columns), paint)
    return "".join(f"{line}\n" for line in lines)


def numbers(report: AccessReport) -> Iterator[str]:
    """Tell the numbers of a report, a sentence each: those of what is shown."""
    checked = [access for access in report.accesses if access.granted is not None]
    readable = [entity for access in checked for entity in access.shown if entity.granted is Truth.YES]
    special = sum(entity.about.care is Care.SPECIAL for entity in readable)
    schools = plural(len({access.address.school for access in report.accesses}), "school")
    yield f"{plural(len(report.accesses), 'access', 'accesses')} at {schools}: {len(checked)} could be checked."
    left = [access for access in checked if access.ended and access.granted]
    if left:
        names = ", ".join(f"{access.address} ({end_of(access)})" for access in left)
        yield f"Should have no access, and can still read: {names}."
    if report.unclaimed:
        names = ", ".join(f"{username} at {school}" for school, username in report.unclaimed)
        yield f"No supplier claims {plural(len(report.unclaimed), 'account')}, which may read anything: {names}."
    entities = plural(len(readable), "entity", "entities")
    yield f"Together they can read {entities}, {special} with special category data."
    if unknown := len(report.accesses) - len(checked):
        yield f"It is not known what {plural(unknown, 'access', 'accesses')} can read."
    if doubtful := sum(bool(entity.doubts) for access in report.accesses for entity in access.shown):
        yield f"{plural(doubtful, 'entity deserves', 'entities deserve')} a second look."


def _headline(report: AccessReport) -> Iterator[str]:
    yield from map(printable, numbers(report))
    yield view(report)
    if not report.log:
        yield "No access log was given, so it is not known what is used: --usage LOGFILE."
    elif unused := sum(access.use is None for access in report.accesses):
        yield f"{report.log} is not about {plural(unused, 'access', 'accesses')}, so it is not known what they use."


def _table(accesses: Sequence[AccessPrivileges], columns: int | None) -> str:
    rows = [
        (
            *(access.address.school, access.address.supplier),
            str(sum(entity.declared is not None for entity in access.shown)),
            *_readable(access),
            f"{access.use.last:%Y-%m-%d}" if access.use and access.use.last else "none" if access.use else "no log",
            peers_of(access) or "none answered",
        )
        for access in accesses
    ]
    return render_table(_COLUMNS, rows, columns)


def _readable(access: AccessPrivileges) -> tuple[str, str]:
    if access.granted is None:
        return "?", "?"
    readable = [entity for entity in access.shown if entity.granted is Truth.YES]
    return str(len(readable)), str(sum(entity.about.care is Care.SPECIAL for entity in readable))


def _entities(report: AccessReport, columns: int | None) -> Iterator[str]:
    rows = [
        (
            *(access.address.school, access.address.supplier, entity.about.name),
            "yes" if entity.declared else "no",
            CAN_READ[entity.granted],
            last_call(access, entity),
            *([since_when(entity.since) if entity.since else ""] if report.has_history else []),
            how_known(access) if access.granted is not None else "not known: see below",
        )
        for access in report.accesses
        for entity in access.shown
    ]
    if not rows:
        yield "None is agreed, and none was found."
        return
    since = ("since",) if report.has_history else ()
    names = ("school", "supplier", "entity", "agreed", "can read", "last call", *since, "how known")
    yield render_table(names, rows, columns).rstrip("\n")


def part(title: str, lines: Iterable[str], paint: Paint, style: Style = Style.SCHOOL) -> list[str]:
    """Return a part of a report with its title; nothing without a line."""
    found = list(lines)
    return ["", paint(title, style), *found] if found else []


def _doubtful(accesses: Iterable[AccessPrivileges], columns: int | None) -> Iterator[str]:
    """The entities to look at again, the most sensitive of an access first."""
    for access in accesses:
        found = [entity for entity in access.shown if entity.doubts]
        if found:
            yield printable(f"{access.address}: {access.title}")
        for entity in sorted(found, key=gravity):
            reasons = "; ".join(doubt(access, entity, reason) for reason in entity.doubts)
            yield from folded(f"  {printable(entity.about.name)}  ", printable(reasons), columns)


def gravity(entity: EntityPrivilege) -> tuple[int, str]:
    """Return the rank of an entity: the most sensitive first."""
    return entity.about.care, entity.about.name.casefold()


def _unknown(accesses: Iterable[AccessPrivileges], columns: int | None) -> Iterator[str]:
    for access in accesses:
        if access.granted is None:
            why = how_known(access).partition(": ")[2]
            yield from folded(f"  {printable(str(access.address))}  ", printable(why), columns)


def folded(name: str, text: str, columns: int | None) -> Iterator[str]:
    """A name and a text, which is wrapped in a column of its own."""
    if columns is None:
        yield name + text
        return
    for number, line in enumerate(in_lines(text, columns - len(name))):
        yield f"{' ' * len(name) if number else name}{line}"
