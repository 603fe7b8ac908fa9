"""Random fleets: schools, suppliers and accounts in every state, as a snapshot has them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from hypothesis import strategies as st

from reconciler.bromcom.faults import REFUSED_401
from reconciler.bromcom.probe import refused_access, unknown_access
from reconciler.catalogue import platforms
from reconciler.codec.snapshot import Snapshot
from reconciler.errors import LoginRefused
from reconciler.model.address import Address, SchoolDatabase
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Known, Probed, Unknown, UnknownReason
from reconciler.model.live import Live, LiveAccess, LiveSchool, Login

PROBED = Probed("findEntitiesBySchoolID")
RECORDED = datetime(2026, 11, 24, 9, tzinfo=UTC)
SERVICES = (
    platforms()["scomis"].read_url.casefold(),
    platforms()["bromcom-cloud"].read_url.casefold(),
    "https://mis.example.sch.uk/nucleus/webservices/thirdparty/tpreadonlydataservice.asmx",
)
SCHOOLS = (
    "greenfield", "hilltop", "oakwood", "riverside", "st-marys", "st-marys-junior", "con-1", "12345", "meadow", "a",
)  # fmt: skip
SUPPLIERS = ("groupcall", "library-loans", "till", "wonde", "no", "a", "edulink-one", "parents-evening")
# Known names, other spellings of them, names that no list has, and some that nearly are known ones.
NAMES = (
    "Students", "Staff", "PersonPhotos", "Attendances", "SomethingNew", "StudentsInCare", "MealType", "SUBJECTS",
    "Studentss", "no", "With Space", "a: b", "12:30", "Übersicht", "{brace}", "#hash",
)  # fmt: skip
STYLES = (
    "{supplier}.{school}", "{school}", "{schoolId}", "gc-{schoolId}", "GC_{SCHOOL}", "the same", "O'Neill", "{{x}}",
    "007", "no", "a: b", "{school}.{school}",
)  # fmt: skip


class Fleet(NamedTuple):
    """What a snapshot saw, and in which accounts it saw anything."""

    snapshot: Snapshot

    @property
    def answered(self) -> set[Address]:
        """The accounts whose list came, an empty one included."""
        accesses = self.snapshot.live.accesses
        return {address for address, access in accesses.items() if isinstance(access.entities, Known)}


def listing(*names: str) -> LiveAccess:
    """An account whose list has these names."""
    listed = Known({entity_key(name): name for name in names}, PROBED)
    if names:
        return LiveAccess(Known(Login.WORKS, PROBED), listed)
    return LiveAccess(Unknown(UnknownReason.NOTHING_LISTED, "an empty list"), listed)


def styled(style: str, school: str, school_id: int, supplier: str) -> str:
    """A username in one of these styles."""
    capitals = school.upper().replace("-", "_")
    values = {"school": school, "SCHOOL": capitals, "schoolId": school_id, "supplier": supplier}
    return style.format_map(values)


_OUT_OF_SIGHT = (
    refused_access(LoginRefused(REFUSED_401)),
    unknown_access(Unknown(UnknownReason.UNREACHABLE, "no answer in 30 s")),
    unknown_access(Unknown(UnknownReason.UNREADABLE, "a web page")),
)
_names = st.frozensets(st.sampled_from(NAMES))


@st.composite
def fleets(draw: st.DrawFn) -> Fleet:
    """Up to eight schools with up to four suppliers; lists that are alike, or nearly, or not at all."""
    names = draw(st.lists(st.sampled_from(SCHOOLS), unique=True, min_size=1, max_size=8))
    service = draw(st.sampled_from(SERVICES))
    databases = {
        name: SchoolDatabase(10000 + number, draw(st.sampled_from([service, service, *SERVICES])))
        for number, name in enumerate(names)
    }
    accesses: dict[Address, LiveAccess] = {}
    usernames: dict[Address, str] = {}
    for supplier in draw(st.lists(st.sampled_from(SUPPLIERS), unique=True, min_size=1, max_size=4)):
        usual, style = draw(_names), draw(st.sampled_from(STYLES))
        for name in draw(st.lists(st.sampled_from(names), unique=True, min_size=1)):
            address = Address(name, supplier)
            here = draw(st.sampled_from([style, style, style, *STYLES]))
            usernames[address] = f"{supplier} {styled(here, name, databases[name].school_id, supplier)}"
            differing = draw(st.one_of(st.just(frozenset[str]()), st.just(frozenset[str]()), _names))
            listed = listing(*sorted(usual ^ differing))
            accesses[address] = draw(st.sampled_from([listed] * 5 + [listing(), *_OUT_OF_SIGHT]))
    reachable = LiveSchool(Known(True, Probed("testDatabaseConnection")))
    live = Live(dict.fromkeys(names, reachable), accesses, recorded=RECORDED)
    return Fleet(Snapshot(live, databases, usernames))
