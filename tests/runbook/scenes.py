"""A workspace whose plan asks for every kind of step."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reconciler.model.address import Address
from reconciler.model.desired import Account, DeclaredPassword, Desired, PartnerApplication, Platform, School
from reconciler.model.evidence import NO_PROBE, Known, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool
from reconciler.model.problem import Origin
from reconciler.model.secret import EnvRef
from tests.planning.worlds import (
    PROBED,
    REFUSED,
    access,
    account,
    attested,
    declarations,
    declared,
    desired_of,
    granted,
    planned,
    vouch,
)

if TYPE_CHECKING:
    from reconciler.model.desired import Access
    from reconciler.model.plan import Plan

SCOMIS = Platform("scomis", "https://bromcom.scomis.org/read.asmx", "https://bromcom.scomis.org/write.asmx")
CLOUD = Platform("bromcom-cloud", "https://cloudmis.bromcom.com/read.asmx", "https://cloudmis.bromcom.com/write.asmx")
NOBODY_KEEPS_IT = LiveAccess(
    Unknown(UnknownReason.NO_PASSWORD, "no password"), Unknown(UnknownReason.NO_PASSWORD, "no password")
)


def everything() -> Plan:
    """Two schools of a trust; at greenfield what differs is known, at riverside somebody must look."""
    sides = [*_greenfield(), *_riverside(), *_meadow()]
    desired = desired_of(*(wanted for wanted, _ in sides))
    meadow = vouch(LiveSchool(Known(True, PROBED)), lawful_basis=Known("Consent", attested()))
    schools = {
        "greenfield": vouch(meadow, students=Known("not set", attested()), contacts=Known("not set", attested())),
        "meadow": meadow,
        "riverside": LiveSchool(Known(True, PROBED)),
    }
    live = Live(schools, {wanted.address: found for wanted, found in sides})
    return planned(_with_schools(desired), live)


def _greenfield() -> list[tuple[Access, LiveAccess]]:
    """What differs, and is known."""
    written = access(
        ["Students", "Staff", "Attendances", "Calendars"],
        address=Address("greenfield", "groupcall"),
        via=_account("groupcall", "Groupcall", "Xporter"),
        role="Groupcall write-back",
        permissions=["Attendance", "Staff"],
        licence=True,
        needs=["students", "contacts"],
        moved_from="bromcom-cloud",
    )
    found = vouch(
        replace(
            granted("Calendars", "StudentsInCare", "PersonPhotos"),
            roles=Known({"third party": "Third Party"}, attested()),
            permissions=Known({"attendance": "Attendance", "dinner money": "Dinner Money"}, attested()),
        ),
        write_licence=Known("missing", attested()),
        old_export=Known("connected", attested()),
    )
    library = access(
        ["Students"], address=Address("greenfield", "library"), via=PartnerApplication(declared("Library Loans App"))
    )
    offered = vouch(
        LiveAccess(NO_PROBE, Known({"staff": "Staff"}, attested())),
        partner_application=Known("not granted", attested()),
    )
    till = access(
        ["Students", "Staff", "Marks", "Classes"], address=Address("greenfield", "till"), via=_account("till")
    )
    return [(written, found), (library, offered), (till, REFUSED)]


def _riverside() -> list[tuple[Access, LiveAccess]]:
    """What nobody knows, so that somebody must look."""
    written = access(
        ["Students", "Staff"],
        address=Address("riverside", "groupcall"),
        via=_account("GROUPCALL"),
        role="Groupcall write-back",
        permissions=["Attendance"],
        licence=True,
        needs=["students", "staff", "contacts"],
        moved_from="bromcom-cloud",
    )
    library = access(
        ["Students", "Staff"],
        address=Address("riverside", "library"),
        via=PartnerApplication(declared("Library Loans App")),
    )
    unkept = access(["Students"], address=Address("riverside", "old"), via=account("old.riverside", password=False))
    till = access(["Students"], address=Address("riverside", "till"), via=_account("till"))
    vouched_once = replace(
        granted("PersonPhotos"),
        roles=Unknown(UnknownReason.EXPIRED, "attestation by J. Smith expired 2026-10-01"),
    )
    return [
        (written, vouched_once),
        (library, LiveAccess(NO_PROBE, NO_PROBE)),
        (unkept, NOBODY_KEEPS_IT),
        (till, REFUSED),
    ]


def _meadow() -> list[tuple[Access, LiveAccess]]:
    """The same user, for whom little is due; and consent, person by person."""
    same = access(
        ["PersonPhotos", "Staff", "Students"],
        address=Address("meadow", "groupcall"),
        via=_account("groupcall"),
        needs=["students", "staff"],
    )
    return [(same, granted("PersonPhotos", "Staff"))]


def _account(username: str, first_name: str = "", last_name: str = "") -> Account:
    reference = DeclaredPassword(EnvRef("TILL_PASSWORD"), Origin("suppliers.yaml", 1, 1))
    return Account(declared(username), reference, first_name, last_name)


def _with_schools(desired: Desired) -> Desired:
    basis, consent = declarations(lawful_basis="Public Task"), declarations(lawful_basis="Consent")
    made = {
        "greenfield": School(
            "greenfield", 12345, SCOMIS, Origin("schools.yaml", 1, 1), moved_from=CLOUD, declared=basis
        ),
        "meadow": School("meadow", 12347, CLOUD, Origin("schools.yaml", 5, 1), declared=consent),
        "riverside": School("riverside", 12346, SCOMIS, Origin("schools.yaml", 9, 1), moved_from=CLOUD, declared=basis),
    }
    return replace(desired, schools=made)
