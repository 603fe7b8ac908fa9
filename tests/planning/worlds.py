"""Small worlds to plan in: desired and live sides, made by hand or by hypothesis."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final, TypeVar

from hypothesis import strategies as st

from reconciler.bromcom.faults import REFUSED_401
from reconciler.bromcom.probe import refused_access
from reconciler.errors import LoginRefused
from reconciler.model.address import Address, username_key
from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Waived, Waiver
from reconciler.model.desired import (
    Access,
    Account,
    DeclaredPassword,
    Desired,
    ExtraEntities,
    Limit,
    Limits,
    PartnerApplication,
    Platform,
    School,
)
from reconciler.model.entity import entity_key
from reconciler.model.evidence import NO_PROBE, Attested, Known, Probed, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.model.secret import EnvRef
from reconciler.planning.facts import AS_AGREED, HIDDEN, READABLE
from reconciler.planning.fingerprint import fingerprint
from reconciler.planning.plan import make_plan
from reconciler.planning.risk import Sensitivity
from reconciler.report.input import ReportInput, ReportKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.model.evidence import Fact
    from reconciler.model.plan import Plan
    from reconciler.model.review import NoReview, Review

PROBED = Probed("findEntitiesBySchoolID")
REFUSED = refused_access(LoginRefused(REFUSED_401))
TODAY = date(2026, 11, 24)
WAIVED = Waived("until-easter", "J. Smith", "the new till comes then", date(2027, 4, 1), Origin("waivers.yaml", 1, 1))
PRACTICE = Platform("practice", "http://127.0.0.1/read", "http://127.0.0.1/write")
GROUPCALL = Address("greenfield", "groupcall")
NO_LIMITS = Limits()
NAMES = (
    "Students", "Staff", "PersonPhotos", "Attendances", "SomethingNew", "StudentsInCare", "Classes", "SENStudents",
    "Subjects", "AnotherNew",
)  # fmt: skip
PERMISSIONS = (
    "Attendance", "Staff", "Dinner Money", "Exclusions", "Assessment Results", "Single Sign-On", "Dinner Transaction",
    "Contracts",
)  # fmt: skip
ROLES = (
    "Third Party", "write-back", "Administrator", "Attendance Officer", "Head Teacher", "Teacher", "Exams Officer",
    "Data Manager",
)  # fmt: skip
ACCOUNTS = (
    "groupcall.greenfield", "LIBRARY.greenfield", "till.greenfield", "groupcall.hilltop", "till.Oakwood", "old.export",
    "Wonde", "12345", "timetable view",
)  # fmt: skip
SCHOOLS = ("greenfield", "hilltop", "oakwood", "riverside")
SUPPLIERS = ("groupcall", "library", "till")
SENSITIVITY = Sensitivity(
    notes={
        "personphotos": "photographs of pupils",
        "studentsincare": "children in care",
        "senstudents": "special educational needs",
    },
    known=frozenset(map(str.lower, NAMES)) - {"somethingnew", "anothernew"},
)


CANARY: Final = (Aspect.CONSENT_ENFORCED, "students")
_UNPROVEN: Final = (Unknown(UnknownReason.NOT_PROVEN, "none came"), Unknown(UnknownReason.UNREADABLE, "a web page"))


def declared(value: str, line: int = 1) -> DeclaredValue:
    """A declaration at some line of some file."""
    return DeclaredValue(value, Origin("suppliers.yaml", line, 5))


def school(name: str = "greenfield", *, lawful_basis: str | None = None) -> School:
    """A school on the practice platform."""
    return School(name, 12345, PRACTICE, Origin("schools.yaml", 1, 1), declared=declarations(lawful_basis=lawful_basis))


def declarations(**values: str | Iterable[str] | None) -> dict[Aspect, tuple[DeclaredValue, ...]]:
    """What a School or a Supplier declares of the table of facts: `write_licence="bought"`, `consent=["students"]`."""
    texts = {name: (value,) if isinstance(value, str) else tuple(value or ()) for name, value in values.items()}
    return {Aspect(name.replace("_", "-")): tuple(map(declared, each)) for name, each in texts.items() if each}


_T = TypeVar("_T", LiveAccess, LiveSchool)


def vouch(live: _T, **facts: Fact[str]) -> _T:
    """The same with these on facts of the table: `write_licence`, or a kind of person whose consent it is."""
    kinds = ("students", "staff", "contacts")
    words = {
        (Aspect.CONSENT, name) if name in kinds else (Aspect(name.replace("_", "-")), ""): fact
        for name, fact in facts.items()
    }
    return replace(live, attested={**live.attested, **words})


def access(
    entities: Iterable[str] = ("Students",),
    *,
    address: Address = GROUPCALL,
    via: Account | PartnerApplication | None = None,
    extra: ExtraEntities = ExtraEntities.REVOKE,
    role: str | None = None,
    permissions: Iterable[str] = (),
    writes_nothing: bool = False,
    licence: bool = False,
    needs: Iterable[str] = (),
    moved_from: str | None = None,
) -> Access:
    """An access that declares these entities, one a line; with an account that has a password unless `via` is given."""
    return Access(
        address=address,
        title=address.supplier.capitalize(),
        via=via or account(f"{address.supplier}.{address.school}"),
        entities={entity_key(name): declared(name, line) for line, name in enumerate(entities, start=10)},
        role=declared(role) if role else None,
        permissions={entity_key(name): declared(name) for name in permissions},
        extra_entities=extra,
        school_id_called="Bromcom School ID",
        origin=Origin("suppliers.yaml", 1, 1),
        no_permissions=Origin("suppliers.yaml", 7, 5) if writes_nothing else None,
        declared=declarations(write_licence="bought" if licence else None, consent=needs, old_export=moved_from),
    )


def account(username: str, line: int = 1, *, password: bool = True) -> Account:
    """An account, with a reference to its password or without."""
    reference = DeclaredPassword(EnvRef("PASSWORD"), Origin("suppliers.yaml", 1, 1))
    return Account(declared(username, line), reference if password else None)


def attested(day: int = 1) -> Attested:
    """The word of somebody, given on a day of September."""
    return Attested(
        "J. Smith", datetime(2026, 9, day, tzinfo=UTC), date(2027, 9, 1), "ticket 4711", Origin("words.yaml", day, 1)
    )


def planned(desired: Desired, live: Live) -> Plan:
    """The plan of these two on TODAY."""
    return make_plan(desired, live, SENSITIVITY, TODAY)


def material(
    plan: Plan,
    kind: ReportKind = ReportKind.PLAN,
    *,
    version: str = "0.0.0",
    review: Review | NoReview | None = None,
    effort: str = "",
    age: timedelta | None = None,
    created: datetime | None = None,
    details: str = "",
) -> ReportInput:
    """What a report of this plan is made of."""
    return ReportInput(plan, kind, version, SENSITIVITY, review, lambda: effort, age, created, details)


def desired_of(*accesses: Access, lawful_basis: str | None = None, limits: Limits = NO_LIMITS) -> Desired:
    """A workspace with these accesses, and a school for each."""
    names = sorted({each.address.school for each in accesses} or {"greenfield"})
    return Desired(
        workspace="example",
        schools={
            name: replace(school(name, lawful_basis=lawful_basis), claims=claims(accesses, name)) for name in names
        },
        accesses={each.address: each for each in sorted(accesses, key=lambda each: each.address)},
        limits=limits,
    )


def claims(accesses: Iterable[Access], name: str) -> dict[str, DeclaredValue]:
    """The accounts that suppliers claim at a school."""
    via = [each.via for each in accesses if each.address.school == name]
    return {username_key(one.username.value): one.username for one in via if isinstance(one, Account)}


def granted(*names: str) -> LiveAccess:
    """An access whose login works and which may read these entities."""
    return LiveAccess(Known(Login.WORKS, PROBED), Known({entity_key(name): name for name in names}, PROBED))


def live_of(accesses: Mapping[Address, LiveAccess]) -> Live:
    """A live side in which every school of these accesses is reachable."""
    schools = {address.school: LiveSchool(Known(True, Probed("testDatabaseConnection"))) for address in accesses}
    return Live(schools or {"greenfield": LiveSchool(Known(True, PROBED))}, dict(accesses))


def as_declared(desired: Desired) -> Live:
    """The live side that is just what the manifests say, with somebody's word for what no probe can see."""
    live = live_of({address: _as_declared(each) for address, each in desired.accesses.items()})
    basis = {name: school.lawful_basis for name, school in desired.schools.items() if school.lawful_basis}
    consent = dict.fromkeys(("students", "staff", "contacts"), _said("set"))
    return replace(
        live,
        schools={
            name: vouch(
                replace(
                    school,
                    accounts=_claimed(desired.schools[name]),
                    attested={CANARY: Known(AS_AGREED, PROBED)},
                ),
                **consent,
                lawful_basis=_said(basis[name].value) if name in basis else NO_PROBE,
            )
            for name, school in live.schools.items()
        },
    )


def _claimed(school: School) -> Fact[Mapping[str, str]]:
    """The list of a school's accounts, where the manifests ask for it."""
    names = {key: username.value for key, username in school.claims.items()}
    return Known(names, attested()) if school.accounts_asked else NO_PROBE


def _as_declared(each: Access) -> LiveAccess:
    entities = {key: declaration.value for key, declaration in each.entities.items()}
    has_account = isinstance(each.via, Account)
    evidence = PROBED if isinstance(each.via, Account) and each.via.password else attested()
    return LiveAccess(
        login=Known(Login.WORKS, evidence) if has_account else NO_PROBE,
        entities=Known(entities, evidence),
        roles=Known({entity_key(each.role.value): each.role.value} if each.role else {}, attested()),
        permissions=Known({key: declaration.value for key, declaration in each.permissions.items()}, attested()),
        attested={
            (Aspect.WRITE_LICENCE, ""): _said("bought"),
            (Aspect.PARTNER_APPLICATION, ""): _said("granted"),
            (Aspect.OLD_EXPORT, ""): _said("disconnected"),
        },
    )


def _said(value: str) -> Known[str]:
    return Known(value, attested())


# A strategy that is made anew for each draw is also checked anew, which took half of the time of tests with worlds:
# here each is made once, or once for each of its arguments.
_flags = st.booleans()
_reasons = st.builds(
    Unknown, st.sampled_from([why for why in UnknownReason if why is not UnknownReason.NO_PROBE]), st.text(max_size=20)
)
_addresses = st.lists(st.builds(Address, st.sampled_from(SCHOOLS), st.sampled_from(SUPPLIERS)), unique=True, max_size=4)
_up_to = [st.integers(0, most) for most in range(max(map(len, (NAMES, PERMISSIONS, ROLES, ACCOUNTS))) + 1)]


@st.composite
def _some(draw: st.DrawFn, names: tuple[str, ...]) -> list[str]:
    """Any of these names, in any order: as many often as few, since some faults need one side to have many."""
    left = list(names)
    return [left.pop(draw(_up_to[len(left) - 1])) for _ in range(draw(_up_to[len(names)]))]


_permissions = _some(PERMISSIONS)
_roles = st.builds(lambda roles, loud: [role.upper() for role in roles] if loud else roles, _some(ROLES), _flags)
_names = _some(NAMES)
_accounts = _some(ACCOUNTS).map(lambda names: Known({username_key(name): name for name in names}, attested()))
_extra_entities = st.sampled_from(ExtraEntities)
_declared_roles = st.sampled_from([None, "Write-back"])
_ways_in = st.sampled_from(["with a password", "without a password", "partner application"])
_needs = st.lists(st.sampled_from(["students", "contacts"]), unique=True)
_moved_from = st.sampled_from([None, "bromcom-cloud"])


@cache
@st.composite
def accesses(draw: st.DrawFn, address: Address) -> Access:
    """An access with any declaration."""
    ways_in: dict[str, Account | PartnerApplication] = {
        "without a password": account(f"{address.supplier}.{address.school}", password=False),
        "partner application": PartnerApplication(declared("Library App")),
    }
    return access(
        draw(_names),
        address=address,
        extra=draw(_extra_entities),
        role=draw(_declared_roles),
        via=ways_in.get(draw(_ways_in)),
        permissions=(permissions := draw(_permissions)),
        writes_nothing=not permissions and draw(_flags),
        licence=draw(_flags),
        needs=draw(_needs),
        moved_from=draw(_moved_from),
    )


_limits = st.sampled_from(
    [Limits(), Limits(revoke=Limit(count=0)), Limits(widen_per_school=Limit(share=0.5), widen_consent=True)]
)
_lawful_bases = st.sampled_from([None, "Public Task"])
_ACCOUNTS_ASKED: Final = Origin("reconciler.yaml", 5, 13)
_accounts_asked = st.sampled_from([None, _ACCOUNTS_ASKED])


@cache
@st.composite
def desireds(draw: st.DrawFn) -> Desired:
    """A workspace of up to four accesses."""
    made = [draw(accesses(address)) for address in draw(_addresses)]
    limits = draw(_limits)
    desired = desired_of(*made, lawful_basis=draw(_lawful_bases), limits=limits)
    asked = draw(_accounts_asked)
    canary = {CANARY[0]: (declared(CANARY[1]),)} if draw(_flags) else {}
    own = {**canary, **declarations(consent=draw(_needs))}
    schools = {
        name: replace(one, accounts_asked=asked, declared={**one.declared, **(own if one.lawful_basis else {})})
        for name, one in desired.schools.items()
    }
    return replace(desired, schools=schools, waivers=tuple(draw(_waivers)))


_terms = st.sampled_from([replace(WAIVED, expires=day) for day in (date(2026, 11, 23), TODAY, date(2027, 4, 1))])
_waiver = st.builds(
    Waiver,
    schools=st.frozensets(st.sampled_from(SCHOOLS), min_size=1),
    supplier=st.sampled_from(SUPPLIERS),
    action=st.sampled_from([Action.GRANT, Action.REVOKE]),
    aspect=st.sampled_from([Aspect.READ, Aspect.READ, Aspect.ROLE]),
    name=st.sampled_from([*NAMES, "Administrator"]),
    terms=_terms,
)
_waivers = st.lists(_waiver, max_size=3)


def waivers() -> st.SearchStrategy[Waiver]:
    """A waiver of a difference that may be there, still good or expired."""
    return _waiver


@cache
@st.composite
def live_accesses(draw: st.DrawFn, *, words: bool) -> LiveAccess:
    """An access in any state that a probe can find it in, with people's words on the rest, or none."""
    probed = _probed_access(draw)
    return _vouched_access(draw, probed) if words else probed


_login_kinds = st.sampled_from(["works", "nothing", "refused", "unknown"])
_columns = st.one_of(st.none(), _reasons, st.just(Known(("StudentID",), PROBED)))


def _probed_access(draw: st.DrawFn) -> LiveAccess:
    """An access in any state that a probe can find it in."""
    names = draw(_names)
    entities = Known({entity_key(name): name.upper() if draw(_flags) else name for name in names}, PROBED)
    kind = draw(_login_kinds)
    if kind == "refused":
        why = draw(_reasons)
        return LiveAccess(Known(Login.REFUSED, PROBED), why, refusal=why.text if draw(_flags) else "")
    if kind == "unknown":
        reason = draw(_reasons)
        return LiveAccess(reason, reason)
    if kind == "nothing" or not names:
        return LiveAccess(draw(_reasons), Known({}, PROBED))
    tried = {key: draw(_columns) for key in sorted(entities.value)}
    columns = {key: found for key, found in tried.items() if found is not None}
    return LiveAccess(Known(Login.WORKS, PROBED), entities, columns=columns)


@cache
def _words(*values: str) -> st.SearchStrategy[Fact[str]]:
    """What people say of a fact that no probe can see, if anybody does."""
    said = [Known(value, attested(day)) for day, value in enumerate(values, start=1)]
    return st.sampled_from([NO_PROBE, Unknown(UnknownReason.EXPIRED, "expired 2026-10-01"), *said])


def _listed(names: st.SearchStrategy[list[str]]) -> st.SearchStrategy[Fact[Mapping[str, str]]]:
    known = names.map(lambda found: Known({entity_key(name): name for name in found}, attested()))
    return st.one_of(st.just(NO_PROBE), known)


_listed_roles, _listed_permissions = _listed(_roles), _listed(_permissions)


def _vouched_access(draw: st.DrawFn, found: LiveAccess) -> LiveAccess:
    """An access as a probe found it, with people's words on the rest, or none."""
    listed = replace(found, roles=draw(_listed_roles), permissions=draw(_listed_permissions))
    return vouch(
        listed,
        write_licence=draw(_words("bought", "missing")),
        partner_application=draw(_words("granted", "not granted")),
        old_export=draw(_words("disconnected", "connected")),
    )


@cache
@st.composite
def worlds(draw: st.DrawFn, *, words: bool = True) -> tuple[Desired, Live]:
    """Desired, and a live side in which every part may be anything, or missing; with people's words or without."""
    desired = draw(desireds())
    found = {address: draw(live_accesses(words=words)) for address in desired.accesses if draw(_flags)}
    schools = {name: draw(live_schools(words=words)) for name in desired.schools}
    # Once a list of accounts was made, it is asked for: the manifests have the words, whatever a run sees.
    asked = {
        name: school if schools[name].accounts is NO_PROBE else replace(school, accounts_asked=_ACCOUNTS_ASKED)
        for name, school in desired.schools.items()
    }
    return replace(desired, schools=asked), Live(schools, found, interrupted=draw(_flags))


_schools = st.sampled_from(
    [
        LiveSchool(Known(True, PROBED)),
        LiveSchool(Known(False, PROBED), "no answer in 30 s"),
        LiveSchool(Unknown(UnknownReason.UNREADABLE, "a web page")),
    ]
)
_seen: tuple[Fact[str], ...] = (*(Known(choice, PROBED) for choice in (AS_AGREED, READABLE, HIDDEN)), *_UNPROVEN)
_no_canary: dict[tuple[Aspect, str], Fact[str]] = {}
_canaries = st.sampled_from([_no_canary, *({CANARY: fact} for fact in _seen)])
_listed_accounts = st.one_of(st.just(NO_PROBE), st.just(Unknown(UnknownReason.EXPIRED, "expired")), _accounts)


@cache
@st.composite
def live_schools(draw: st.DrawFn, *, words: bool) -> LiveSchool:
    """A school in any state, with people's words on its lawful basis and on consent, or none."""
    school = draw(_schools)
    if not words:
        return school  # as a snapshot holds it: what a canary shows is in none
    school = replace(school, attested=draw(_canaries))
    consent = {kind: draw(_words("set", "not set")) for kind in ("students", "contacts") if draw(_flags)}
    accounts = draw(_listed_accounts)
    return vouch(replace(school, accounts=accounts), lawful_basis=draw(_words("Public Task", "Consent")), **consent)


def fingerprint_of(plan: Plan) -> str:
    """The fingerprint of a plan's parts as they are now, whatever the plan says that it is."""
    return fingerprint(plan.workspace, plan.schools, plan.accesses)


def without(live: Live, address: Address) -> Live:
    """The same live side with nothing known of this access."""
    reason = Unknown(UnknownReason.UNREACHABLE, "no answer")
    return replace(live, accesses={**live.accesses, address: LiveAccess(reason, reason)})
