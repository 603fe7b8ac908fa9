"""A report of least privilege, and one of an access log, that have everything in them once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from reconciler.accountability.access_log import access_log
from reconciler.accountability.privileges import Comparison, privileges
from reconciler.accountability.usage import LogScope, logged_use, usage_report
from reconciler.catalogue.details import entity_details
from reconciler.model.accountability.least_privilege import AccessReport, PublishedList
from reconciler.model.address import Address
from reconciler.model.evidence import Known
from reconciler.model.live import LiveAccess
from tests.planning.worlds import REFUSED, SCHOOLS, access, attested, desired_of, granted, live_of

if TYPE_CHECKING:
    from reconciler.model.accountability.access_log import ExportedLog, UsageReport
    from reconciler.model.desired import Desired

END: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
FORMULA: Final = "=HYPERLINK(0)"  # as a hostile name of an entity
_LISTED: Final = PublishedList("groupcall-xporter", complete=True, entities=frozenset({"students", "staff"}))


def world() -> Desired:
    """One supplier at four schools, and a second at one."""
    addresses = [Address(school, "groupcall") for school in SCHOOLS]
    return desired_of(
        *(access(["Students", "Staff", "PersonPhotos"], address=address) for address in addresses),
        access(["Classes"], address=Address("oakwood", "till")),
    )


def log() -> ExportedLog:
    """Ninety days of one account, two calls of another, and an account that no manifest names."""
    start = END - timedelta(days=89)
    lines = [
        ("Time", "Account", "Entity"),
        *((f"{at:%Y-%m-%d}", "groupcall.oakwood", "Students") for at in (start, END)),
    ]
    lines += [(f"{END:%Y-%m-%d}", name, "SENStudents") for name in ("till.oakwood", "left.over", "till.oakwood")]
    return access_log(list(enumerate(lines, 1)), "log.csv", {}, END.date())


def access_report(filters: str = "") -> AccessReport:
    """Agreed, too much, refused, confirmed by a person, called, not called, listed, and usual."""
    first, second, third, fourth = (Address(school, "groupcall") for school in SCHOOLS)
    word = LiveAccess(granted().login, Known({"students": "Students"}, attested()))
    answers = {
        first: REFUSED,
        second: word,
        third: granted("Students", "Staff", "PersonPhotos", "StudentsInCare", FORMULA),
        fourth: granted("Students", "Staff"),
        Address("oakwood", "till"): granted("Classes"),
    }
    desired = world()
    uses = logged_use(desired, log(), LogScope()).uses
    comparison = Comparison(desired, live_of(answers), uses, {"groupcall": _LISTED}, entity_details)
    accesses = privileges(comparison, desired.accesses.keys(), lambda _: True)
    return AccessReport("example", END, filters, "log.csv", accesses)


def usage() -> UsageReport:
    """The same log beside the manifests."""
    desired = world()
    return usage_report(desired, log(), LogScope(), desired.accesses.keys())
