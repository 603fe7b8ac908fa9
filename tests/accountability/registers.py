"""A workspace of three schools for registers: a statutory return, an aggregator, tills that write, a club by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING

from reconciler.accountability.register import EVERY_ENTITY, EntityFilter, register_of
from reconciler.catalogue.details import entity_details
from reconciler.model.address import Address
from reconciler.model.entity import entity_key
from reconciler.model.evidence import NO_PROBE, Known, Probed, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.workflow import Selection, plan_and_live
from tests.manifest.workspaces import load_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.model.accountability.register import Register
    from reconciler.model.desired import Desired
    from reconciler.model.evidence import Fact

NOW = datetime(2026, 11, 29, 6, 2, tzinfo=UTC)
TODAY = date(2026, 11, 29)
PROBED = Probed("findEntitiesBySchoolID")
REFUSED = Unknown(UnknownReason.LOGIN_REFUSED, "Bromcom refused this login (401)")
TEXT = """\
apiVersion: reconciler/v1
kind: Workspace
metadata: {name: example-trust}
spec:
  register:
    controller: Example Trust, 1 High Street, Exampleton
    dpo: M. Lowe, dpo@trust.example
    securityMeasures: |
      Named accounts only;
      a nightly check of what each supplier can read
---
apiVersion: reconciler/v1
kind: School
metadata: {name: greenfield}
spec: {title: Greenfield Primary School, schoolId: 12345, platform: scomis, consent: {lawfulBasis: Public Task}}
---
apiVersion: reconciler/v1
kind: School
metadata: {name: hilltop}
spec: {title: Hilltop Academy, schoolId: 12346, platform: scomis, consent: {lawfulBasis: Consent}}
---
apiVersion: reconciler/v1
kind: School
metadata: {name: riverside}
spec: {title: Riverside School, schoolId: 12347, platform: scomis}
---
apiVersion: reconciler/v1
kind: Supplier
metadata: {name: bridge}
spec:
  title: School Data Bridge
  purpose: Sends daily attendance to the Department for Education, and names to a reading scheme
  contact: support@bridge.example
  contractEnd: 2028-08-31
  processing:
    role: processor
    basis: Legal Obligation
    condition: Article 9(2)(g), substantial public interest
    retention: Until the pupil leaves, then deleted within 30 days
    transfers: none
    dpia: 2026-09-01, DPIA-14
    agreement: Contract register 112, signed 2026-08-14
  downstream:
    - {name: Daily attendance, purpose: A statutory return, receipt: Receipt of 2026-09-03}
    - {name: Reading Scheme}
  account: {username: "bridge.{school}", password: {env: "BRIDGE_{SCHOOL}"}}
  entities: [Students, Attendances, SENStudents, StudentProtectionRegister, Classes]
  writeBack: none
  overrides:
    - {schools: [hilltop], entities: {add: [PersonPhotos]}}
---
apiVersion: reconciler/v1
kind: Supplier
metadata: {name: club}
spec:
  title: Breakfast Club
  schools: [greenfield]
  account: {username: club}
  entities: [StudentContacts, PersonMedicalConditions]
---
apiVersion: reconciler/v1
kind: Supplier
metadata: {name: till}
spec:
  title: Canteen Till
  purpose: Takes dinner money
  processing: {role: processor, basis: Public Task}
  schools: [greenfield, riverside]
  account: {username: "till.{school}", password: {env: "TILL_{SCHOOL}"}}
  entities: [OnlinePaymentOrders, OnlinePaymentOrderItems]
  writeBack: {role: Till write-back, permissions: [Dinner Money]}
---
apiVersion: reconciler/v1
kind: Attestation
metadata: {name: greenfield-club}
spec:
  school: greenfield
  supplier: club
  by: J. Smith
  date: 2026-09-03
  expires: 2027-08-31
  facts: {login: works, entities: [StudentContacts, PersonMedicalConditions]}
---
apiVersion: reconciler/v1
kind: Attestation
metadata: {name: greenfield}
spec:
  {school: greenfield, by: J. Smith, date: 2026-09-03, expires: 2027-08-31, facts: {lawfulBasis: Public Task}}
---
apiVersion: reconciler/v1
kind: Waiver
metadata: {name: photos}
spec:
  schools: [greenfield]
  supplier: till
  by: M. Lowe
  reason: The new till shows faces
  expires: 2027-02-25
  changes: [{action: revoke, name: PersonPhotos}]
"""
BRIDGE = ("Students", "Attendances", "SENStudents", "StudentProtectionRegister", "Classes")
TILL = ("OnlinePaymentOrders", "OnlinePaymentOrderItems")
# {access: what Bromcom lists}; None where it refuses the login.
LISTED: dict[Address, tuple[str, ...] | None] = {
    Address("greenfield", "bridge"): BRIDGE,
    Address("hilltop", "bridge"): (*BRIDGE[:-1], "Ethnicities", "PersonPhotos"),
    Address("riverside", "bridge"): None,
    Address("greenfield", "till"): (*TILL, "PersonPhotos"),
    Address("riverside", "till"): (*TILL, "PersonPhotos", "BrandNew"),
}


@cache
def desired() -> Desired:
    """The manifests, resolved."""
    found = load_text(TEXT)
    assert found.desired, found.problems
    return found.desired


def live(listed: dict[Address, tuple[str, ...] | None], *, writing: bool) -> Live:
    """The live side that lists these entities, and refuses where there are none to list; nobody writes, if that is
    known."""
    permissions: Fact[Mapping[str, str]] = Known({}, PROBED) if writing else NO_PROBE
    accesses = {
        address: LiveAccess(Known(Login.REFUSED, PROBED), REFUSED)
        if names is None
        else LiveAccess(
            Known(Login.WORKS, PROBED),
            Known({entity_key(name): name for name in names}, PROBED),
            permissions=permissions,
        )
        for address, names in listed.items()
    }
    schools = {name: LiveSchool(Known(value=True, evidence=PROBED)) for name in desired().schools}
    return Live(schools, accesses)


def made(
    listed: dict[Address, tuple[str, ...] | None] | None = None,
    supplier: str = "*",
    *,
    writing: bool = False,
    shown: EntityFilter = EVERY_ENTITY,
) -> Register:
    """The register of the workspace, or of one supplier, with such a live side."""
    wanted = Selection(suppliers=(supplier,)).of(desired())
    plan, attested = plan_and_live(wanted, live(LISTED if listed is None else listed, writing=writing), TODAY)
    return register_of(wanted, attested, plan, entity_details, NOW, shown)
