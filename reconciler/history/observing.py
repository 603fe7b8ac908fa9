"""Turn what a run saw into observations of the time at which it was seen. Pure.

A place that a run did not ask (it was stopped, its snapshot is too old) was not observed: it is absent, and no state.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Final

from reconciler.codec.snapshot import Snapshot
from reconciler.model.address import SchoolDatabase, username_key
from reconciler.model.aspect import Aspect
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.desired import Access, Account, Desired
from reconciler.model.drift_news import Place
from reconciler.model.entity import entity_key
from reconciler.model.evidence import Attested, Fact, Known, UnknownReason
from reconciler.model.history import (
    AccessView,
    DifferenceStatus,
    ObservedRun,
    PlanView,
    SeenDifference,
    Subject,
    ViewEvidence,
)
from reconciler.model.live import Live, LiveAccess
from reconciler.model.plan import APPLICATION, AccessPlan, Plan, SchoolPlan
from reconciler.model.review import DifferenceKey
from reconciler.planning.accounts import database_of
from reconciler.planning.drift_news import observations_in

_NOT_LOOKED_AT: Final = frozenset(
    {
        UnknownReason.INTERRUPTED,
        UnknownReason.NOT_ASKED,
        UnknownReason.NOT_RECORDED,
        UnknownReason.TOO_OLD,
        UnknownReason.PART_MISSING,
    }
)


def observations_of(
    wanted: Desired, live: Live, plan: Plan, now: datetime, pending: AbstractSet[DifferenceKey], *, whole: bool
) -> list[ObservedRun]:
    """Return what a run saw, each school at the time that it was seen: of a snapshot that is the time it is of.

    live     completed with what people confirmed
    pending  the differences that are not carried out yet
    whole    all of the workspace was to be looked at
    """
    readings: dict[Subject, AccessView] = {}
    compared: set[Subject] = set()
    subjects = _subjects(wanted)
    for address, access in live.accesses.items():
        if (subject := subjects.get(Place(*address))) and _looked_at(access.login, access.entities):
            readings[subject] = reading_of(access)
            compared.add(subject)
    for name, school in live.schools.items():
        if (subject := subjects.get(Place(name, ""))) and _looked_at(school.reachable):
            compared.add(subject)
    comparisons = {} if plan.interrupted else {s: c for s, c in _comparisons(plan, subjects, pending) if s in compared}
    times = {name: live.times.get(name) or live.recorded or now for name in wanted.schools}
    return _by_time(times, readings, comparisons, whole=whole and subjects.keys() == {_place(s) for s in comparisons})


def observations_of_snapshot(snapshot: Snapshot) -> list[ObservedRun]:
    """Return what the service said when a snapshot was taken: with no manifests there is nothing to compare with."""
    live = snapshot.live
    assert live.recorded
    readings = {}
    for address, access in live.accesses.items():
        school = live.schools.get(address.school)
        username = username_key(snapshot.usernames[address])
        if school and username and address.school in snapshot.databases and _looked_at(access.login, access.entities):
            subject = Subject(snapshot.databases[address.school], address.school, address.supplier, username)
            is_another = isinstance(school.right_school, Known) and not school.right_school.value
            readings[subject] = _ANOTHER_SCHOOL if is_another else reading_of(access)
    times = {name: live.times.get(name, live.recorded) for name in live.schools}
    return _by_time(times, readings, {}, whole=False)


def reading_of(access: LiveAccess) -> AccessView:
    """Return what an access can read, and how that is known."""
    login = access.login.value if isinstance(access.login, Known) else None
    if not isinstance(access.entities, Known):
        return AccessView(ViewEvidence.UNKNOWN, login=login, reason=access.entities.reason)
    names = tuple(sorted(access.entities.value.values(), key=lambda name: (entity_key(name), name)))
    match access.entities.evidence:
        case Attested(by=by, on=on, expires=until):
            return AccessView(ViewEvidence.CONFIRMED, names, login, by=by, on=on.date(), until=until)
        case _:
            return AccessView(ViewEvidence.ASKED, names, login)


def better_reading(one: AccessView, other: AccessView) -> AccessView:
    """Choose of two readings at one time the one that knows more; of two that know as much, always the same one."""
    return max(one, other, key=lambda reading: (reading.reason is None, reading.login is not None, repr(reading)))


def better_comparison(one: PlanView, other: PlanView) -> PlanView:
    """Choose of two comparisons at one time as `better_reading` does."""
    return max(one, other, key=lambda each: (-sum(item.facts for item in each.unknown), repr(each)))


_ANOTHER_SCHOOL: Final = AccessView(ViewEvidence.UNKNOWN, reason=UnknownReason.OTHER_SCHOOL)


def _subjects(wanted: Desired) -> Mapping[Place, Subject]:
    databases = {name: database_of(school) for name, school in wanted.schools.items()}
    found = {Place(name, ""): Subject(database, name, "", "") for name, database in databases.items()}
    return found | {
        Place(*address): _subject(databases[address.school], access) for address, access in wanted.accesses.items()
    }


def _subject(database: SchoolDatabase, access: Access) -> Subject:
    via = access.via
    account = username_key(via.username.value) if isinstance(via, Account) else f"{APPLICATION}{via.name.value}"
    return Subject(database, access.address.school, access.address.supplier, account)


def _place(subject: Subject) -> Place:
    return Place(subject.school, subject.supplier)


def _looked_at(*facts: Fact[object]) -> bool:
    return any(isinstance(fact, Known) or fact.reason not in _NOT_LOOKED_AT for fact in facts)


def _by_time(
    times: Mapping[str, datetime],
    readings: Mapping[Subject, AccessView],
    comparisons: Mapping[Subject, PlanView],
    *,
    whole: bool,
) -> list[ObservedRun]:
    """Parts of a run that are of different times are observations of their own, and none of them is whole."""
    by_time: defaultdict[datetime, tuple[dict[Subject, AccessView], dict[Subject, PlanView]]]
    by_time = defaultdict(lambda: ({}, {}))
    for subject, reading in readings.items():
        by_time[times[subject.school].replace(microsecond=0)][0][subject] = reading
    for subject, comparison in comparisons.items():
        by_time[times[subject.school].replace(microsecond=0)][1][subject] = comparison
    whole = whole and len(by_time) == 1
    return [ObservedRun(at, *found, whole=whole) for at, found in sorted(by_time.items())]


def _comparisons(
    plan: Plan, subjects: Mapping[Place, Subject], pending: AbstractSet[DifferenceKey]
) -> Iterator[tuple[Subject, PlanView]]:
    seen: defaultdict[Place, set[Aspect]] = defaultdict(set)
    for place, aspect in observations_in(plan).asked:
        seen[place].add(aspect)
    parts: Sequence[tuple[Place, SchoolPlan | AccessPlan]] = [
        *((Place(school.name, ""), school) for school in plan.schools),
        *((Place(*access.address), access) for access in plan.accesses),
    ]
    for place, part in parts:
        if subject := subjects.get(place):
            differences = sorted(_difference(change, place, pending) for change in part.changes)
            unknown = sorted(map(_bare, part.unknown), key=lambda item: (item.aspect, item.name, item.why))
            yield subject, PlanView(part.facts, tuple(differences), tuple(unknown), tuple(sorted(seen[place])))


def _difference(change: Change, place: Place, pending: AbstractSet[DifferenceKey]) -> SeenDifference:
    is_pending = DifferenceKey.of(change, *place) in pending
    status = (
        DifferenceStatus.ACCEPTED
        if change.waived
        else DifferenceStatus.PENDING
        if is_pending
        else DifferenceStatus.OPEN
    )
    return SeenDifference(change.action, change.aspect, change.name, change.before, change.after, status)


def _bare(item: UnknownFacts) -> UnknownFacts:
    """Without the words of a service, which may name people, and without its place in a file, which moves."""
    return UnknownFacts(item.aspect, item.name, item.facts, item.why, "", None)
