"""Workspaces with words in them, and what probes say of them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from reconciler.manifest import load
from reconciler.model.address import Address
from reconciler.model.evidence import Known, Probed, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from tests.manifest.workspaces import TODAY, found

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from reconciler.model.desired import Desired
    from reconciler.model.evidence import Fact

MANIFESTS = """\
apiVersion: reconciler/v1
kind: Workspace
metadata: {name: example}
---
apiVersion: reconciler/v1
kind: School
metadata: {name: greenfield}
spec: {schoolId: 12345, platform: scomis, consent: {lawfulBasis: Public Task}, movedFrom: {platform: bromcom-cloud}}
---
apiVersion: reconciler/v1
kind: School
metadata: {name: riverside}
spec: {schoolId: 12346, platform: scomis}
---
apiVersion: reconciler/v1
kind: Supplier
metadata: {name: till}
spec:
  account: {username: "till.{school}", password: {env: TILL}}
  entities: [Students]
  writeBack: {role: Till write-back, permissions: [Dinner Money], licence: bought}
  consent: {needs: [students, contacts]}
---
apiVersion: reconciler/v1
kind: Supplier
metadata: {name: wonde}
spec:
  account: {username: "wonde.{school}"}
  entities: [Students, Staff]
---
apiVersion: reconciler/v1
kind: Supplier
metadata: {name: meals}
spec: {via: partner-application, application: School Meals, entities: [Students]}
"""
TILL, WONDE, MEALS = (Address("greenfield", supplier) for supplier in ("till", "wonde", "meals"))
PROBED = Probed("findEntitiesBySchoolID")
UNPROBED = Unknown(UnknownReason.NO_PASSWORD, "nobody kept it")
WORKS = Known(Login.WORKS, PROBED)
STUDENTS: Mapping[str, str] = MappingProxyType({"students": "Students"})


def attestation(number: int, where: str, facts: str, *, on: str = "2026-11-24", expires: str = "2027-11-24") -> str:
    """An Attestation of these facts; `where` is a school, or an address."""
    school, _, supplier = where.partition("/")
    named = f"supplier: {supplier}, " if supplier else ""
    return (
        f"---\napiVersion: reconciler/v1\nkind: Attestation\nmetadata: {{name: word-{number}}}\n"
        f"spec: {{school: {school}, {named}by: J. Smith, date: {on!r}, expires: {expires!r}, facts: {facts}}}\n"
    )


def workspace(folder: Path, *attestations: str, manifests: str = MANIFESTS) -> Desired:
    """A folder with these manifests and attestations in it, loaded; nothing may be wrong in them."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "reconciler.yaml").write_text(manifests + "".join(attestations), encoding="utf-8")
    loaded = load(folder, TODAY)
    assert found(loaded) == []
    assert loaded.desired is not None
    return loaded.desired


def probed(login: Fact[Login] = WORKS, entities: Mapping[str, str] | Unknown = STUDENTS) -> LiveAccess:
    """What a probe of an account finds."""
    return LiveAccess(login, entities if isinstance(entities, Unknown) else Known(entities, PROBED))


def live_side(desired: Desired, **accesses: LiveAccess) -> Live:
    """What probes know: of the suppliers at greenfield that are named this; of all others nothing."""
    nothing = LiveAccess(UNPROBED, UNPROBED)
    return Live(
        schools={name: LiveSchool(Known(True, PROBED)) for name in desired.schools},
        accesses={
            address: accesses.get(address.supplier, nothing) if address.school == "greenfield" else nothing
            for address in desired.accesses
        },
    )
