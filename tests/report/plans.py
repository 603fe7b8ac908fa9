"""Plans that tests of reports render: EXAMPLES is for the goldens of a format."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from reconciler.model.address import Address
from reconciler.model.aspect import Action, Aspect, FactRef
from reconciler.model.attestation import ContradictedClaim
from reconciler.model.change import Waiver
from reconciler.model.desired import ExtraEntities, Limit, Limits, PartnerApplication
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool
from reconciler.report.input import ReportKind
from tests.planning.worlds import (
    GROUPCALL,
    PROBED,
    REFUSED,
    WAIVED,
    access,
    account,
    as_declared,
    attested,
    declared,
    desired_of,
    granted,
    live_of,
    material,
    planned,
    vouch,
)
from tests.report import changes

if TYPE_CHECKING:
    from reconciler.model.desired import Desired
    from reconciler.report.input import ReportInput


def everything() -> tuple[Desired, Live]:
    """A workspace in which each kind of difference and of not knowing stands once."""
    no_answer = Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s")
    no_secret = Unknown(UnknownReason.NO_SECRET, "the environment variable X is not set")
    states = {
        "greenfield/groupcall": (
            access(
                ["Students", "Staff", "PersonPhotos"], role="Write-back", permissions=["Attendance"], needs=["students"]
            ),
            granted("STUDENTS", "StudentsInCare", "Attendances"),
        ),
        "greenfield/parentpay": (
            access(),
            REFUSED,
        ),
        "greenfield/till": (access(), granted("Students")),
        "hilltop/adopted": (access(extra=ExtraEntities.REPORT), granted("Students", "Staff")),
        "hilltop/newcomer": (
            access(),
            LiveAccess(Unknown(UnknownReason.NOTHING_LISTED, "look at it"), Known({}, PROBED)),
        ),
        "hilltop/nobody-knows": (access(["Students", "Staff"]), LiveAccess(no_secret, no_secret)),
        "meadow/groupcall": (access(), granted("Students")),
        "northgate/deep": (
            access(),
            replace(
                granted("Students"), columns={"students": Unknown(UnknownReason.NOT_GRANTED, "listed, and yet refused")}
            ),
        ),
        "riverside/groupcall": (access(), LiveAccess(no_answer, no_answer)),
        "riverside/till": (access(role="Till"), LiveAccess(no_answer, no_answer)),
    }
    addresses = {name: Address.parse(name) for name in states}
    desired = desired_of(
        *(replace(wanted, address=addresses[name]) for name, (wanted, _) in states.items()),
        limits=Limits(revoke=Limit(count=1)),
    )
    schools = {name: LiveSchool(Known(True, PROBED)) for name in desired.schools}
    schools["riverside"] = LiveSchool(Known(False, PROBED), "no answer in 30 s")
    return desired, Live(schools, {addresses[name]: found for name, (_, found) in states.items()})


def with_words() -> tuple[Desired, Live]:
    """A school of which people say much."""
    till, app, blind = (Address("greenfield", name) for name in ("till", "app", "blind"))
    each = access(
        ["Students"], address=till, role="Till", permissions=["Dinner Money"], licence=True, needs=["students"]
    )
    photos = Waiver(frozenset({"greenfield"}), "till", Action.REVOKE, Aspect.READ, "PersonPhotos", WAIVED)
    lapsed = replace(photos, name="Staff", terms=replace(WAIVED, expires=date(2026, 10, 1)))
    desired = replace(
        desired_of(
            each,
            access(["Students"], address=app, via=PartnerApplication(declared("Library App"))),
            access(["Students"], address=blind, via=account("blind", password=False), moved_from="bromcom-cloud"),
            lawful_basis="Public Task",
        ),
        waivers=(photos, lapsed),
    )
    words = as_declared(desired)
    subject = FactRef("greenfield", "till", Aspect.ROLE, "Till")
    found = replace(
        words.accesses[till],
        entities=Known({"students": "Students", "personphotos": "PersonPhotos", "staff": "Staff"}, PROBED),
        roles=Unknown(UnknownReason.DENIED, "roles without Third Party are not those of a login that works"),
        permissions=Known({"staff": "Staff"}, attested(2)),
        denied=(ContradictedClaim(subject, "Till", "the login works, and needs Third Party", attested()),),
    )
    found = vouch(found, write_licence=Known("missing", attested(3)))
    expired = vouch(
        words.accesses[blind], old_export=Unknown(UnknownReason.EXPIRED, "attestation by J. Smith expired 2026-10-01")
    )
    return desired, replace(words, accesses={**words.accesses, till: found, blind: expired})


def partial() -> ReportInput:
    """A run that was stopped, against a snapshot."""
    desired, live = everything()
    live = replace(live, recorded=datetime(2026, 1, 2, tzinfo=UTC), interrupted=True, accesses={})
    return material(planned(desired, live), created=datetime(2026, 1, 3, 4, 5, 6, tzinfo=UTC))


def in_sync() -> ReportInput:
    """Nothing differs."""
    return material(planned(desired_of(access()), live_of({GROUPCALL: granted("Students")})))


EXAMPLES = {
    "everything": material(planned(*everything())),
    "words": material(planned(*with_words()), ReportKind.DRIFT),
    "in-sync": in_sync(),
    "partial": partial(),
    "change": changes.everything(folder="access"),
}
