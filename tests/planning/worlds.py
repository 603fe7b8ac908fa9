"""Small worlds to plan in: desired and live sides, made by hand or by hypothesis."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from reconciler.model.address import Address
from reconciler.model.desired import Access, DeclaredPassword, Desired, ExtraEntities, Limit, Limits, School
from reconciler.model.entity import entity_key
from reconciler.model.fact import Known, Probed, Unknown, Why
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.model.origin import Declared, Origin
from reconciler.model.platform import Platform
from reconciler.model.secret import EnvRef
from reconciler.planning.fingerprint import fingerprint
from reconciler.planning.risk import Sensitivity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.model.plan import Plan

PROBED = Probed("findEntitiesBySchoolID")
PRACTICE = Platform("practice", "http://127.0.0.1/read", "http://127.0.0.1/write")
GROUPCALL = Address("greenfield", "groupcall")
NO_LIMITS = Limits()
NAMES = ("Students", "Staff", "PersonPhotos", "Attendances", "SomethingNew", "StudentsInCare")
SENSITIVITY = Sensitivity(
    notes={"personphotos": "photographs of pupils", "studentsincare": "children in care"},
    known=frozenset({"students", "staff", "personphotos", "attendances", "studentsincare"}),
)


def declared(value: str, line: int = 1) -> Declared:
    """A declaration at some line of some file."""
    return Declared(value, Origin("suppliers.yaml", line, 5))


def school(name: str = "greenfield", *, lawful_basis: str | None = None) -> School:
    """A school on the practice platform."""
    basis = declared(lawful_basis) if lawful_basis else None
    return School(name, 12345, PRACTICE, Origin("schools.yaml", 1, 1), basis)


def access(
    entities: Iterable[str] = ("Students",),
    *,
    address: Address = GROUPCALL,
    extra: ExtraEntities = ExtraEntities.REVOKE,
    role: str | None = None,
    permissions: Iterable[str] = (),
    needs: Iterable[str] = (),
) -> Access:
    """An access that declares these entities, one a line."""
    return Access(
        address=address,
        username=declared(f"{address.supplier}.{address.school}"),
        password=DeclaredPassword(EnvRef("PASSWORD"), Origin("suppliers.yaml", 1, 1)),
        entities={entity_key(name): declared(name, line) for line, name in enumerate(entities, start=10)},
        role=declared(role) if role else None,
        permissions={entity_key(name): declared(name) for name in permissions},
        consent_needs=tuple(map(declared, needs)),
        extra_entities=extra,
        origin=Origin("suppliers.yaml", 1, 1),
    )


def desired_of(*accesses: Access, lawful_basis: str | None = None, limits: Limits = NO_LIMITS) -> Desired:
    """A workspace with these accesses, and a school for each."""
    names = sorted({each.address.school for each in accesses} or {"greenfield"})
    return Desired(
        workspace="example",
        schools={name: school(name, lawful_basis=lawful_basis) for name in names},
        accesses={each.address: each for each in sorted(accesses, key=lambda each: each.address)},
        limits=limits,
    )


def granted(*names: str) -> LiveAccess:
    """An access whose login works and which may read these entities."""
    return LiveAccess(Known(Login.WORKS, PROBED), Known({entity_key(name): name for name in names}, PROBED))


def live_of(accesses: Mapping[Address, LiveAccess]) -> Live:
    """A live side in which every school of these accesses is reachable."""
    schools = {address.school: LiveSchool(Known(True, Probed("testDatabaseConnection"))) for address in accesses}
    return Live(schools or {"greenfield": LiveSchool(Known(True, PROBED))}, dict(accesses))


def as_declared(desired: Desired) -> Live:
    """The live side that is just what the manifests say."""
    return live_of(
        {
            address: granted(*(declaration.value for declaration in each.entities.values()))
            for address, each in desired.accesses.items()
        }
    )


_reasons = st.builds(Unknown, st.sampled_from([why for why in Why if why is not Why.NO_PROBE]), st.text(max_size=20))
_names = st.lists(st.sampled_from(NAMES), unique=True, max_size=len(NAMES))
_addresses = st.builds(Address, st.sampled_from(["greenfield", "riverside"]), st.sampled_from(["groupcall", "till"]))


@st.composite
def accesses(draw: st.DrawFn, address: Address) -> Access:
    """An access with any declaration."""
    return access(
        draw(_names),
        address=address,
        extra=draw(st.sampled_from(ExtraEntities)),
        role=draw(st.sampled_from([None, "Write-back"])),
        permissions=draw(st.lists(st.sampled_from(["Attendance", "Staff"]), unique=True)),
        needs=draw(st.lists(st.sampled_from(["students", "contacts"]), unique=True)),
    )


@st.composite
def desireds(draw: st.DrawFn) -> Desired:
    """A workspace of up to four accesses."""
    chosen = draw(st.lists(_addresses, unique=True, max_size=4))
    made = [draw(accesses(address)) for address in chosen]
    limits = draw(st.sampled_from([Limits(), Limits(revoke=Limit(count=0)), Limits(widen=Limit(share=0.5))]))
    return desired_of(*made, lawful_basis=draw(st.sampled_from([None, "Public Task"])), limits=limits)


@st.composite
def live_accesses(draw: st.DrawFn) -> LiveAccess:
    """An access in any state that a probe can find it in."""
    names = draw(_names)
    entities = Known({entity_key(name): draw(st.sampled_from([name, name.upper()])) for name in names}, PROBED)
    kind = draw(st.sampled_from(["works", "nothing", "refused", "unknown"]))
    if kind == "refused":
        return LiveAccess(Known(Login.REFUSED, PROBED), draw(_reasons), refusal=draw(st.text(max_size=20)))
    if kind == "unknown":
        reason = draw(_reasons)
        return LiveAccess(reason, reason)
    if kind == "nothing" or not names:
        return LiveAccess(draw(_reasons), Known({}, PROBED))
    tried = draw(st.sets(st.sampled_from(sorted(entities.value))))
    columns = {key: draw(st.one_of(_reasons, st.just(Known(("StudentID",), PROBED)))) for key in tried}
    return LiveAccess(Known(Login.WORKS, PROBED), entities, columns=columns)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Desired, Live]:
    """Desired, and a live side in which every part may be anything, or missing."""
    desired = draw(desireds())
    found = {address: draw(live_accesses()) for address in desired.accesses if draw(st.booleans())}
    schools = {
        name: draw(
            st.sampled_from(
                [
                    LiveSchool(Known(True, PROBED)),
                    LiveSchool(Known(False, PROBED), "no answer in 30 s"),
                    LiveSchool(Unknown(Why.UNREADABLE, "a web page")),
                ]
            )
        )
        for name in desired.schools
    }
    return desired, Live(schools, found, interrupted=draw(st.booleans()))


def fingerprint_of(plan: Plan) -> str:
    """The fingerprint of a plan's parts as they are now, whatever the plan says that it is."""
    return fingerprint(plan.workspace, plan.schools, plan.accesses)


def without(live: Live, address: Address) -> Live:
    """The same live side with nothing known of this access."""
    reason = Unknown(Why.UNREACHABLE, "no answer")
    return replace(live, accesses={**live.accesses, address: LiveAccess(reason, reason)})
