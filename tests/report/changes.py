"""Changes of manifests under review, with a live side: what reports for people are tested with."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from reconciler.catalogue.entities import entities as catalogue_entities
from reconciler.catalogue.pages import pages
from reconciler.codec.snapshot import aged
from reconciler.model.address import Address
from reconciler.model.aspect import Action, Aspect, FactRef
from reconciler.model.attestation import AttestedFact, ContradictedClaim
from reconciler.model.change import Waiver
from reconciler.model.desired import Account, DeclaredPassword, Desired, ExtraEntities, Limit, Limits, Platform, School
from reconciler.model.evidence import NO_PROBE, Known, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.model.problem import Origin
from reconciler.model.review import NoReview, Review
from reconciler.model.secret import EnvRef
from reconciler.planning.orphans import orphans
from reconciler.planning.plan import make_plan
from reconciler.planning.review.causes import causes
from reconciler.planning.review.edits import edits
from reconciler.planning.review.live_status import with_live_status
from reconciler.planning.review.trust import of_base
from reconciler.report.effort import effort
from reconciler.report.input import ReportInput, ReportKind
from reconciler.runbook import make_runbook
from reconciler.workflow import sensitivity
from tests.planning.worlds import (
    PROBED,
    REFUSED,
    TODAY,
    WAIVED,
    access,
    account,
    as_declared,
    attested,
    declarations,
    declared,
    granted,
    vouch,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from reconciler.model.desired import Access

SCOMIS = Platform("scomis", "https://bromcom.scomis.org/read.asmx", "https://bromcom.scomis.org/write.asmx")
CLOUD = Platform("bromcom-cloud", "https://cloudmis.bromcom.com/read.asmx", "https://cloudmis.bromcom.com/write.asmx")
SCHOOLS = ("beechwood", "greenfield", "hilltop", "meadow", "northgate", "riverside")
TITLES = {
    "groupcall": "Groupcall Xporter",
    "library": "Library Loans",
    "parentpay": "ParentPay",
    "timetable": "Timetable View",
    "till": "Cashless Till",
}
NO_ANSWER = Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s")


def account_of(address: Address, *, kept: str = "") -> Account:
    """The account of an access, with its password in the environment."""
    name = kept or f"{address.supplier}_{address.school}_password".upper()
    return Account(
        declared(f"{address.supplier}.{address.school}", 20),
        DeclaredPassword(EnvRef(name), Origin(f"suppliers/{address.supplier}.yaml", 22, 5)),
    )


def access_of(place: str, *entities: str, **others: object) -> Access:
    """An access with a title and a file of its own."""
    address = Address.parse(place)
    made = access(entities, address=address, via=account_of(address), **others)  # type: ignore[arg-type]
    file = f"suppliers/{address.supplier}.yaml"
    named = {key: each._replace(origin=each.origin._replace(file=file)) for key, each in made.entities.items()}
    return replace(
        made, title=TITLES.get(address.supplier, address.supplier), entities=named, origin=Origin(file, 1, 1)
    )


def desired(
    accesses: Iterable[Access],
    *,
    basis: str = "Consent",
    platforms: dict[str, Platform] | None = None,
    **others: object,
) -> Desired:
    """A workspace with these accesses, of the schools that have one."""
    by_address = {each.address: each for each in sorted(accesses, key=lambda each: each.address)}
    names = sorted({address.school for address in by_address})
    schools = {
        name: School(
            name, 12345 + number, (platforms or {}).get(name, SCOMIS), Origin("schools.yaml", 3 + 6 * number, 1),
            declared=declarations(lawful_basis=basis),
        )
        for number, name in enumerate(names)
    }  # fmt: skip
    return Desired("example-trust", schools, by_address, Limits(), **others)  # type: ignore[arg-type]


def reviewed(base: Desired, head: Desired, live: Live, **others: object) -> ReportInput:
    """What a report is handed, of a change from one to the other."""
    plan = make_plan(head, live, sensitivity(), TODAY)
    asked = edits(base, head, sensitivity())
    compared = replace(base, accesses={each: base.accesses[each] for each in head.accesses if each in base.accesses})
    before = make_plan(compared, of_base(live, head, base), sensitivity(), TODAY)
    asked, found, left = (
        with_live_status(asked, base, head, plan),
        causes(plan, before, asked, base, head),
        orphans(base, head, TODAY),
    )
    review = Review("main", "8d0e3b1f" * 5, asked, found, orphans=left)
    by_hand = cache(lambda: effort(make_runbook(plan, pages()).schools, left))
    return replace(ReportInput(plan, ReportKind.PLAN, "0.1.0", sensitivity(), review=review, effort=by_hand), **others)  # type: ignore[arg-type]


def base_and_head() -> tuple[Desired, Desired]:
    """A trust that brings Groupcall more at its schools, a new supplier to two of them, and much else."""
    usual = ("Attendances", "AttendanceSessions", "Staff", "StudentContacts", "Students", "TimeTable")
    before = [access_of(f"{school}/groupcall", *usual) for school in SCHOOLS]
    before += [
        access_of("greenfield/parentpay", "Students", "StudentMeals", "PersonPhotos", needs=["students"]),
        access_of("hilltop/parentpay", "Students", "StudentMeals"),
        access_of("meadow/library", "Students", "Classes"),
        access_of("riverside/till", "OnlinePaymentOrders", extra=ExtraEntities.REVOKE),
        access_of("northgate/timetable", "TimeTable", "Staff", "Calendars"),
    ]
    more = ("BehaviourEvents", "Calendars", "Classes", "Locations", "SENStudents", "SubjectClasses", "Subjects")
    after = [access_of(f"{school}/groupcall", *usual, *more, "StudentSomethingNew") for school in SCHOOLS]
    till = ("OnlinePaymentOrders", "OnlinePaymentOrderItems")
    after += [
        access_of("greenfield/parentpay", "Students", "StudentMeals", needs=["students", "contacts"]),
        replace(
            access_of("hilltop/parentpay", "Students", "StudentMeals"),
            via=account_of(Address("hilltop", "parentpay"), kept="PARENTPAY_PASSWORD"),
        ),
        access_of("beechwood/till", *till, role="Till write-back", permissions=["Dinner Money"], licence=True),
        access_of("riverside/till", *till, role="Till write-back", permissions=["Dinner Money"], licence=True),
        access_of("northgate/timetable", "TimeTable", "Staff", "Calendars", extra=ExtraEntities.REPORT),
    ]
    photos = Waiver(frozenset({"hilltop"}), "parentpay", Action.REVOKE, Aspect.READ, "PersonPhotos", WAIVED)
    word = AttestedFact(FactRef("riverside", "till", Aspect.WRITE_LICENCE, ""), ("bought",), attested(20))
    base = desired(before)
    head = replace(
        desired(after, platforms={"northgate": CLOUD}), waivers=(photos,), words=(word,),
        limits=Limits(widen=Limit(count=40)),
    )  # fmt: skip
    return base, head


def everything(**others: object) -> ReportInput:
    """Each kind of edit, each way in which Bromcom can stand to it, and things that were wrong before."""
    base, head = base_and_head()
    found = dict(live_as(base).accesses)
    found[Address("beechwood", "groupcall")] = live_as(head).accesses[Address("beechwood", "groupcall")]
    greenfield = Address("greenfield", "groupcall")
    found[greenfield] = granted("Attendances", "Staff", "StudentContacts", "Students", "PersonPhotos", "StudentsInCare")
    hilltop = Address("hilltop", "parentpay")
    found[hilltop] = granted("Students", "StudentMeals", "PersonPhotos")
    found[Address("northgate", "groupcall")] = REFUSED
    found[Address("meadow", "groupcall")] = LiveAccess(NO_ANSWER, NO_ANSWER)
    found[Address("beechwood", "till")] = LiveAccess(
        Unknown(UnknownReason.NO_SECRET, "the environment variable TILL_BEECHWOOD_PASSWORD is not set"),
        Unknown(UnknownReason.NO_SECRET, "the environment variable TILL_BEECHWOOD_PASSWORD is not set"),
    )
    schools = {
        name: vouch(LiveSchool(Known(True, PROBED)), lawful_basis=Known("Consent", attested())) for name in SCHOOLS
    }
    schools["greenfield"] = vouch(schools["greenfield"], students=Known("not set", attested()))
    schools["meadow"] = replace(schools["meadow"], reachable=Known(False, PROBED), reason="no answer in 30 s")
    return reviewed(base, head, Live(schools, found), **others)


def live_as(wanted: Desired) -> Live:
    """The live side that is as these manifests say."""
    live = as_declared(wanted)
    accesses = {
        address: vouch(replace(found, roles=NO_PROBE, permissions=NO_PROBE), write_licence=NO_PROBE)
        for address, found in live.accesses.items()
    }
    return replace(live, accesses=accesses)


def drifted(**others: object) -> ReportInput:
    """A night on which much was not as agreed, and no change is under review."""
    made = everything()
    return replace(made, kind=ReportKind.DRIFT, review=None, **others)  # type: ignore[arg-type]


def in_sync(**others: object) -> ReportInput:
    """Nothing differs, all of it is known, and no change is under review."""
    base, _ = base_and_head()
    return replace(reviewed(base, base, live_as(base)), review=None, **others)  # type: ignore[arg-type]


def nothing_asked(**others: object) -> ReportInput:
    """A change that asks for nothing, where all is as agreed."""
    base, _ = base_and_head()
    return reviewed(base, base, live_as(base), **others)


def from_a_record(**others: object) -> ReportInput:
    """A change by somebody without a password, against what was recorded nine hours before."""
    base, head = base_and_head()
    live = replace(live_as(base), recorded=datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
    return reviewed(base, head, live, age=timedelta(hours=9), **others)


def too_old(**others: object) -> ReportInput:
    """The same, against a record that is too old to be believed."""
    base, head = base_and_head()
    live = replace(live_as(base), recorded=datetime(2026, 11, 20, 3, 0, tzinfo=UTC))
    now = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    return reviewed(base, head, aged(live, now, timedelta(hours=36)), age=timedelta(days=4), **others)


def opened(**others: object) -> ReportInput:
    """A change of the lawful basis from Consent: every supplier may then read everybody's records."""
    base, _ = base_and_head()
    schools = {
        name: replace(each, declared=declarations(lawful_basis="Public Task")) for name, each in base.schools.items()
    }
    return reviewed(base, replace(base, schools=schools), live_as(base), **others)


def moved(**others: object) -> ReportInput:
    """A change that has all schools asked at another platform."""
    base, _ = base_and_head()
    schools = {name: replace(each, platform=CLOUD) for name, each in base.schools.items()}
    return reviewed(base, replace(base, schools=schools), live_as(base), **others)


def base_unread(**others: object) -> ReportInput:
    """The manifests of the base are wrong."""
    wrong = NoReview("main", "8d0e3b1f" * 5, "suppliers/till.yaml:3:5: `entites` is not known here and 2 more")
    return replace(everything(), review=wrong, **others)  # type: ignore[arg-type]


def stopped(**others: object) -> ReportInput:
    """Somebody stopped the check before everything was asked."""
    base, head = base_and_head()
    live = live_as(base)
    some = {address: live.accesses[address] for address in list(live.accesses)[:3]}
    return reviewed(base, head, replace(live, accesses=some, interrupted=True), **others)


def huge(schools: int, suppliers: int = 5, entities: int = 30) -> ReportInput:
    """A change that brings every supplier more at every school of a host, where some had drifted before."""
    names = sorted(entity_names(), key=lambda name: (len(name), name))[-entities:]
    places = [f"school-{n:04}/supplier-{s:02}" for n in range(schools) for s in range(suppliers)]
    before = [access_of(place, *names[: entities // 2]) for place in places]
    after = [access_of(place, *names) for place in places]
    base, head = desired(before), desired(after)
    live = live_as(base)
    found = {
        address: granted(*names[: entities // 2 - 1], f"Extra{number % 7}") if number % 20 == 0 else each
        for number, (address, each) in enumerate(live.accesses.items())
    }
    return reviewed(base, head, replace(live, accesses=found))


def entity_names() -> list[str]:
    """The names that the catalogue has."""
    return [entity.name for entity in catalogue_entities().values()]


def hostile(text: str) -> ReportInput:
    """A change with this text wherever text comes from manifests, from the service, or from whoever runs this."""
    one, other = Address(text, text), Address("greenfield", text)
    before = [_hostile_access(one, text, "Students"), access([text], address=other, via=account(text))]
    before = [replace(each, title=text) for each in before]
    many = (text, *(f"{text}{number}" for number in range(9)))
    after = [
        replace(_hostile_access(one, f"{text} ", "Staff", "PersonPhotos", "Marks"), title=text),
        replace(access(many, address=other, via=account(f"{text}2")), title=text),
    ]
    moved = Platform(text, text, text)
    base = desired(before, platforms={})
    terms = replace(WAIVED, waiver=text, by=text, reason=text, origin=Origin(text, 1, 1))
    words = tuple(
        AttestedFact(FactRef(text, text, aspect, text), (text,), replace(attested(), by=text, reference=text))
        for aspect in (Aspect.ROLE, Aspect.READ, Aspect.CONSENT)
    )
    head = replace(
        desired(after, basis="Public Task", platforms=dict.fromkeys((text, "greenfield"), moved)),
        waivers=(Waiver(frozenset({text}), text, Action.REVOKE, Aspect.READ, text, terms),),
        words=words,
        limits=Limits(widen=Limit(count=0)),
    )
    refused = LiveAccess(Known(Login.REFUSED, PROBED), Unknown(UnknownReason.LOGIN_REFUSED, text), refusal=text)
    denied = ContradictedClaim(FactRef(text, text, Aspect.ROLE, text), text, text, replace(attested(), by=text))
    found = replace(
        granted(f"{text}!", "StudentsInCare", text),
        denied=(denied,),
        roles=Known({}, attested()),
    )
    found = vouch(found, write_licence=Unknown(UnknownReason.EXPIRED, text), old_export=Known("connected", attested()))
    schools = {
        text: LiveSchool(Known(False, PROBED), text),
        "greenfield": LiveSchool(Unknown(UnknownReason.UNREADABLE, text)),
    }
    live = Live(schools, {one: found, other: refused}, recorded=datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
    made = reviewed(base, head, live, version=text, details=f"https://ci.example.org/{text}", age=timedelta(hours=3))
    titled = tuple(replace(school, title=text + "!" * number) for number, school in enumerate(made.plan.schools))
    plan = replace(made.plan, workspace=text, schools=titled)
    return replace(made, plan=plan)


def _hostile_access(address: Address, text: str, *others: str) -> Access:
    return access([text, *others], address=address, role=text, permissions=[text], needs=["students"], moved_from=text)


def hostile_base(text: str) -> ReportInput:
    """Where the manifests of the base are wrong, and say so with this text."""
    return replace(hostile(text), review=NoReview(text, text, text))
