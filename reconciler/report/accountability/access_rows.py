"""A report of least privilege as rows, one for each entity of each access: for spreadsheets."""

from collections.abc import Iterator
from typing import Final

from reconciler.model.accountability.least_privilege import AccessPrivileges, AccessReport, EntityPrivilege
from reconciler.report.accountability.phrases import (
    CAN_READ,
    days_of,
    doubt,
    how_known,
    in_list,
    last_call,
    others,
    since_when,
)

COLUMNS: Final = (
    *("school", "school's name", "supplier", "supplier's name", "account"),
    *("entity", "about", "category", "people", "sensitivity"),
    *("agreed", "can read", "how known", "since", "last call", "calls", "log"),
    *("in its list", "list", "given by other schools", "look again because", "agreed at"),
)


def access_rows(report: AccessReport) -> list[tuple[str, ...]]:
    """Return the names of the columns, then the rows."""
    return [COLUMNS, *(row for access in report.accesses for row in _rows(access))]


def _rows(access: AccessPrivileges) -> Iterator[tuple[str, ...]]:
    """An access without any entity that is shown has one row all the same, if it could not be checked."""
    address = access.address
    place = (address.school, access.school_title, address.supplier, access.title, access.account)
    for entity in access.shown:
        yield (*place, *_about(entity), *_seen(access, entity))
    if not access.shown and access.granted is None:
        unknown = ("", "", "", "", "", "", "could not be checked", how_known(access))
        yield (*place, *unknown, *[""] * (len(COLUMNS) - len(place) - len(unknown)))


def _about(entity: EntityPrivilege) -> tuple[str, ...]:
    about = entity.about
    people = ", ".join(about.people) if about.is_known else "not known"
    return (about.name, about.holds, about.category or "not known", people, about.sensitivity)


def _seen(access: AccessPrivileges, entity: EntityPrivilege) -> tuple[str, ...]:
    return (
        "yes" if entity.declared else "no",
        CAN_READ[entity.granted],
        how_known(access),
        since_when(entity.since) if entity.since else "",
        last_call(access, entity),
        str(entity.calls.calls) if entity.calls else "",
        days_of(access.use.period) if access.use else "",
        in_list(access, entity),
        access.listing.name if access.listing else "",
        others(entity),
        "; ".join(doubt(access, entity, reason) for reason in entity.doubts),
        str(entity.declared) if entity.declared else "",
    )
