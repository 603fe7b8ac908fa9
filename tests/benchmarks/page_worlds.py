"""Trusts for pages: 75 schools with 25 suppliers each, from one where all is agreed to one where nothing is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from reconciler.model.address import Address
from reconciler.model.aspect import Action
from reconciler.model.desired import Access, Account, DeclaredPassword, Desired, ExtraEntities, Limits, Platform, School
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Known, Probed, Unknown, UnknownReason
from reconciler.model.history import HistorySummary, Night, SchoolNight, Since
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login
from reconciler.model.problem import DeclaredValue, Origin
from reconciler.model.secret import EnvRef
from reconciler.pages import PageManifests, compare, page_set

if TYPE_CHECKING:
    from reconciler.report.pages.page_set import PageSet

NOW: Final = datetime(2026, 11, 24, 6, 2, tzinfo=UTC)
_ORIGIN: Final = Origin("suppliers.yaml", 1, 1)
_HILLS = ("Kestrel", "Oak", "Vine", "East", "Thistle", "Sorrel", "River", "Copper", "Hill", "Rowan", "North", "Otter")
_ENDS = ("vale", "wood", "field", "water", "down", "park", "side")
_SOLD = ("Canteen", "Medical", "Progress", "Library", "Timetable")
_MORE = ("Till", "Charts", "Screens", "Bridge", "Letters")
_LIST: Final = (
    "Students", "Attendances", "Classes", "Staff", "SENStudents", "StudentContacts", "PersonPhotos", "Subjects",
)  # fmt: skip
_EXTRA: Final = ("PersonMedicalConditions", "Ethnicities", "StudentExclusions", "StudentsInCare", "BrandNewEntity")
_DOWN: Final = Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s")
_ASKED: Final = Probed("findEntitiesBySchoolID")
_WORKS: Final = Known(Login.WORKS, _ASKED)


class PageWorld(StrEnum):
    """How much of a trust is as agreed."""

    AGREED = "all as agreed"
    USUAL = "one cell in six is not as agreed"
    ONE_EACH = "each cell differs in one kind"
    SEVERAL = "each cell differs in three kinds"
    OWN_WAY = "each school agrees and differs in its own way"
    DOWN = "nothing answers"


def pages_of_world(kind: PageWorld, schools: int, suppliers: int, *, nights: int = 0) -> PageSet:
    """The set of a trust, with a history of so many nights."""
    titles = [
        f"{_HILLS[n % 12]}{_ENDS[n // 12 % 7]} {'Academy' if n % 3 else 'Primary School'}" for n in range(schools)
    ]
    sold = [f"{_SOLD[n % 5]} {_MORE[n // 5 % 5]}" for n in range(suppliers)]
    url = "https://cloudmis.example/read.asmx"
    platform = Platform("bromcom-cloud", url, url)
    places = {
        _name(title): School(_name(title), 10_000 + n, platform, _ORIGIN, title=title) for n, title in enumerate(titles)
    }
    addresses = [Address(school, _name(title)) for school in places for title in sold]
    varied = 5 if kind is PageWorld.OWN_WAY else 0
    lists = [_LIST[: 2 + (n % suppliers + n // suppliers * varied) % 6] for n in range(len(addresses))]
    accesses = {address: _access(address, sold[n % suppliers], lists[n], kind) for n, address in enumerate(addresses)}
    found = {address: _found(kind, n, lists[n]) for n, address in enumerate(addresses)}
    reachable = _DOWN if kind is PageWorld.DOWN else Known(True, _ASKED)
    live = Live(dict.fromkeys(places, LiveSchool(reachable)), found)
    desired = Desired("example-trust", places, accesses, Limits())
    compared = compare(desired, live, NOW, with_usernames=False)
    history = _history(live, nights) if nights else None
    return page_set(PageManifests(desired, desired, {}), compared, NOW, "the nightly check", history)


def _name(title: str) -> str:
    return title.lower().replace(" ", "-")


def _access(address: Address, title: str, entities: tuple[str, ...], kind: PageWorld) -> Access:
    username = DeclaredValue(f"{address.supplier}.{address.school}", _ORIGIN)
    return Access(
        address=address,
        title=title,
        via=Account(username, DeclaredPassword(EnvRef("PASSWORD"), _ORIGIN)),
        entities={entity_key(name): DeclaredValue(name, _ORIGIN) for name in entities},
        role=DeclaredValue("Write back", _ORIGIN) if kind is PageWorld.SEVERAL else None,
        permissions={},
        extra_entities=ExtraEntities.REVOKE,
        school_id_called="Bromcom School ID",
        origin=_ORIGIN,
    )


def _found(kind: PageWorld, number: int, entities: tuple[str, ...]) -> LiveAccess:
    """The live side of one access."""
    extra = _EXTRA[: 1 + number % 5]
    match kind:
        case PageWorld.USUAL if number % 6:
            names = entities
        case PageWorld.USUAL:
            names = (*entities, *extra) if number % 4 else entities[1:]
        case PageWorld.ONE_EACH:
            names = (*entities, *extra)
        case PageWorld.OWN_WAY:
            names = (*entities[number % 3 :], *extra[: number * 7 % 4])
        case PageWorld.SEVERAL:
            names = (*entities[1:], *extra)
        case _:
            names = entities
    if kind is PageWorld.DOWN:
        return LiveAccess(_DOWN, _DOWN)
    return LiveAccess(_WORKS, Known({entity_key(name): name for name in names}, _ASKED))


def _history(live: Live, nights: int) -> HistorySummary:
    """What can be read, readable since one night or another, and some differences on each night."""
    times = [NOW - timedelta(days=back) for back in reversed(range(nights))]
    schools = dict.fromkeys(live.schools, SchoolNight(2, 1, 60))
    return HistorySummary(
        tuple(
            Night(at, {Action.REVOKE: 140 + n % 9, Action.GRANT: 7}, 9, 31, 9000, schools) for n, at in enumerate(times)
        ),
        {
            (*address, key): Since(times[(n + place) % nights], None, place % 3)
            for n, (address, access) in enumerate(live.accesses.items())
            if isinstance(access.entities, Known)
            for place, key in enumerate(access.entities.value)
        },
    )
