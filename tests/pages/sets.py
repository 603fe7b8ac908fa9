"""Sets of pages for tests: of worlds that are made by hand, by hypothesis, or full of a hostile text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reconciler.git.revision import Revision
from reconciler.model.address import Address, username_key
from reconciler.model.aspect import Aspect
from reconciler.model.evidence import Known, Unknown, UnknownReason
from reconciler.model.live import LiveAccess, LiveSchool, Login
from reconciler.model.plan import Ended, EndReason
from reconciler.model.problem import Origin
from reconciler.pages import PageManifests, compare, page_set, with_review
from reconciler.review import Base
from reconciler.workflow import Selection
from tests.planning.worlds import PROBED, REFUSED, access, account, attested, desired_of, granted, live_of

if TYPE_CHECKING:
    from reconciler.model.desired import Desired
    from reconciler.model.live import Live
    from reconciler.report.pages.page_set import PageSet

NOW = datetime(2026, 11, 24, 6, 2, tzinfo=UTC)


def reviewed(base: Desired, world: tuple[Desired, Live], *, with_usernames: bool = False) -> PageSet:
    """The same, with a review of the change from the manifests `base`."""
    desired, live = world
    page_set = made(world, with_usernames=with_usernames)
    began = Base(Revision("main", "8d0e3b1f" * 5, {}), base)
    return with_review(page_set, desired, began, Selection(), live, NOW)


def made(world: tuple[Desired, Live], *, with_usernames: bool = False) -> PageSet:
    """The set of a world, as `site` gathers it."""
    desired, live = world
    manifests = PageManifests(desired, desired, {})
    compared = compare(desired, live, NOW, with_usernames=with_usernames)
    return page_set(manifests, compared, NOW, "the nightly check")


def hostile(text: str, names: str = "") -> tuple[Desired, Live]:
    """A world with this text wherever text comes from outside; `names` stands for all but usernames, and for what a
    service said."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    other = names or whole
    refused, blind, extra, closed = (
        Address("greenfield", name) for name in (f"refused{other}", f"blind{other}", f"extra{other}", f"closed{other}")
    )
    via = account(whole)
    ended = Ended(EndReason.RETIRED, None, "", Origin("suppliers.yaml", 1, 1))
    desired = desired_of(
        access([f"Declared {other}"], address=refused, via=via),
        access(["Students"], address=blind, via=via),
        access([other], address=extra, via=account(whole, password=False), role=f"Role {other}"),
        replace(access([], address=closed, via=via), ended=ended),
        access(["Students"], address=Address(f"riverside{other}", f"extra{other}"), via=via),
    )
    unknown = Unknown(UnknownReason.UNREADABLE, whole, other)
    said = replace(attested(), by=other, reference=other)
    login = Known(Login.WORKS, said)
    live = live_of(
        {
            refused: LiveAccess(
                Known(Login.REFUSED, PROBED), Unknown(UnknownReason.LOGIN_REFUSED, whole, other), whole
            ),
            blind: LiveAccess(unknown, unknown),
            extra: LiveAccess(login, Known({"x": f"Extra {other}", "personphotos": "PersonPhotos"}, said)),
            closed: LiveAccess(Known(Login.WORKS, PROBED), Known({}, PROBED)),
        }
    )
    school = LiveSchool(Known(True, PROBED), accounts=Known({username_key(whole + "2"): whole + "2"}, said))
    schools = {"greenfield": school, f"riverside{other}": LiveSchool(Known(False, PROBED), other)}
    titled = {name: replace(each, title=f"{other} School {name}") for name, each in desired.schools.items()}
    return replace(desired, workspace=other, schools=titled), replace(live, schools=schools)


_HILLS = ("Kestrel", "Oak", "Vine", "East", "Thistle", "Sorrel", "River", "Copper", "Hill", "Rowan", "North", "Otter")
_ENDS = ("vale", "wood", "field", "water", "down", "park", "side")
_SOLD = (
    "Canteen Till", "Medical Room", "Progress Charts", "Parents' Evening", "School Data Bridge", "Absence Texts",
    "Timetable Screens", "Library Loans", "Cover Planner", "Safeguarding Log", "Trip Payments", "Reading Scheme",
    "Careers Log", "Report Writer", "Clubs and Wraparound", "School Minibus", "Music Lessons", "Staff Rota",
    "Door Passes", "Homework Diary", "Exam Seating", "Alumni Letters", "Uniform Shop", "Sports Fixtures",
    "Governors' Portal",
)  # fmt: skip
_LIST = ("Students", "Attendances", "Classes", "Staff", "SENStudents", "StudentContacts", "PersonPhotos", "Subjects")
_NO_ANSWER = Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s")
_MORE = ("PersonMedicalConditions", "Ethnicities", "StudentExclusions", "StudentsInCare", "BrandNewEntity")


def trust(schools: int, suppliers: int) -> tuple[Desired, Live]:
    """A trust as trusts are: most is as agreed, a part of the suppliers is not used at a school, and each kind of
    difference is somewhere."""
    titles = [
        f"{_HILLS[n % 12]}{_ENDS[n // 12 % 7]} {'Academy' if n % 3 else 'Primary School'}" for n in range(schools)
    ]
    names = [title.lower().replace(" ", "-") for title in titles]
    sold = [(title.lower().replace(" ", "-").replace("'", ""), title) for title in _SOLD[:suppliers]]
    wanted, found = [], {}
    for s, school in enumerate(names):
        for p, (supplier, title) in enumerate(sold):
            at = s * suppliers + p
            if at % 7 == 3:
                continue
            address = Address(school, supplier)
            entities = _LIST[: 2 + p % 6]
            wanted.append(
                replace(access(entities, address=address, role="Till" if p == 0 and s % 9 == 1 else None), title=title)
            )
            found[address] = _found(at, entities) if s != 5 else LiveAccess(_NO_ANSWER, _NO_ANSWER)
    desired = desired_of(*wanted, lawful_basis="Public Task")
    titled = {name: replace(desired.schools[name], title=title) for name, title in zip(names, titles, strict=True)}
    live = live_of(found)
    basis = {(Aspect.LAWFUL_BASIS, ""): Known("Public Task", attested())}
    up = {name: replace(school, attested=basis) for name, school in live.schools.items()}
    down = LiveSchool(Known(False, PROBED), "no answer in 30 s")
    return replace(desired, workspace="Example Trust", schools=titled), replace(live, schools={**up, names[5]: down})


def _found(number: int, entities: tuple[str, ...]) -> LiveAccess:
    """The live side of one access: of every 31 some are not as agreed."""
    kind, secret = number % 31, Unknown(UnknownReason.NO_SECRET, "the environment variable TILL_PASSWORD is not set")
    if kind == 4:
        return granted(*entities, *_MORE[: 1 + number % 5])
    if kind in (11, 12):
        return granted(*entities[: len(entities) // 2])
    if kind == 17:
        return REFUSED
    if kind == 23:
        return LiveAccess(secret, secret)
    if kind == 29:
        return granted(*entities[1:], "Subjects2")
    return granted(*entities)
