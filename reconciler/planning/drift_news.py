"""Find the news in a plan since the last notification.

| told last time | this time it is              | that is               | told | remembered |
|----------------|------------------------------|-----------------------|------|------------|
| no             | a difference                 | new                   | yes  | yes        |
| no             | accepted, or none            | nothing               |      |            |
| no             | unknown                      | nothing (see gaps)    |      |            |
| yes            | the same difference          | still there           | no   | yes        |
| yes            | another value than it was    | new                   | yes  | as it is   |
| yes, pending   | drift: it was carried out    | new                   | yes  | as it is   |
| yes            | accepted by a waiver         | accepted              | yes  | no         |
| yes            | known, and no difference     | mended                | yes  | no         |
| yes            | declared no more             | dropped               | yes  | no         |
| yes            | unknown                      | still there, unseen   | no   | yes        |
| yes            | not in the selection         | still there           | no   | yes        |

So what cannot be seen is never mended, and a difference that goes and comes back is told both times. A difference that
is accepted before anybody was told of it is not told.

What is not seen is told of each place where it was seen last time, once, and when it is seen again: where one place is
always dark, all the others going dark is news. A refused login is a difference, and what it hides no other news. That
something waits for a person is told of the first place and when none is left, since people make it so and know.

An account that is no longer agreed is told once, and again if it was agreed in between. So is a day that passed and on
which something was due, such as a round: with another day it is another one.

A gap, like a difference, stays where it was not looked at. So two jobs with a selection each may share what they know.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from fnmatch import fnmatchcase
from typing import NamedTuple

from reconciler.model.accountability.coming_date import ComingDate, Urgency
from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.drift_news import (
    AccountAtPlace,
    DifferenceState,
    NewDifference,
    News,
    Notified,
    PassedDay,
    Place,
    Resolved,
    Verdict,
    ViewGap,
)
from reconciler.model.entity import entity_key
from reconciler.model.evidence import TO_ATTEST, Fact, Known, UnknownReason
from reconciler.model.plan import AccessPlan, Orphan, Plan, SchoolPlan, Via
from reconciler.model.review import DifferenceKey
from reconciler.planning.facts import FACTS
from reconciler.startup import dataclass

# Of these each name is a fact of its own, or `*` is all of them; of the others one word settles all that there are.
_NAME_BY_NAME = frozenset({Aspect.READ, *(row.aspect for row in FACTS if row.kinds)})


@dataclass(frozen=True, slots=True)
class ObservedScope:
    """The schools and suppliers that a run covers: the globs of `--school` and `--supplier`; none means all."""

    schools: Sequence[str] = ()
    suppliers: Sequence[str] = ()

    def at(self, place: Place) -> bool:
        """Tell if a place would be in the plan if the manifests had it. With a selection of suppliers, a school is
        there only for them."""
        if not place.supplier:
            return not self.suppliers and _selects(self.schools, place.school)
        return _selects(self.schools, place.school) and _selects(self.suppliers, place.supplier)


class PlanObservations(NamedTuple):
    """What a plan says of its places. `unidentified` are schools with a URN that nobody could be asked for."""

    differs: Mapping[DifferenceKey, NewDifference]
    accepted: AbstractSet[DifferenceKey]
    unknown: Mapping[Place, Sequence[UnknownFacts]]
    gaps: AbstractSet[tuple[Place, ViewGap]]
    seen: AbstractSet[Place]
    asked: AbstractSet[tuple[Place, Aspect]]
    unidentified: AbstractSet[str]

    def hides(self, difference: DifferenceKey) -> bool:
        """Whether it cannot be known this time if the difference is there."""
        return any(covers(item, difference) for item in self.unknown[_place(difference)])


def verdict_of(plan: Plan, orphans: Collection[Orphan] = (), pending: int = 0) -> Verdict:
    """Judge a run. A plan of nothing at all is no view of anything; an account that is no longer agreed is
    drift, whatever the plan says. `pending` is the number of differences that are not carried out yet."""
    if _blind(plan):
        return Verdict.BLIND
    if plan.summary.changes > pending or orphans:
        return Verdict.DRIFT
    if pending:
        return Verdict.PENDING
    return Verdict.IN_SYNC if plan.complete and plan.accesses else Verdict.INCOMPLETE


def news(
    last: Notified,
    plan: Plan,
    looked: ObservedScope,
    orphans: Collection[Orphan] = (),
    pending: AbstractSet[DifferenceKey] = frozenset(),
    coming: Collection[ComingDate] = (),
) -> News:
    """Compare a plan, the accounts that are no longer agreed, and passed days, with what people were told last: see the
    table above. `pending` are the differences that are not carried out yet."""
    found = observations_in(plan)
    gone = {key: state for key, state in last.differences.items() if key not in found.differs}
    still = {key: state for key, state in gone.items() if stays(key, found, looked)}
    ended = [Resolved(key, state) for key, state in sorted(gone.items()) if key not in still]
    settled = [each for each in ended if each.difference not in found.accepted]
    unseen = sum(_place(key) in found.unknown for key in still)
    now = {key: _state(new.change, pending=key in pending) for key, new in found.differs.items()}
    new = [found.differs[key] for key, state in now.items() if not _same(last.differences.get(key), state)]
    gaps = found.gaps | {
        (place, gap) for place, gap in last.gaps if place not in found.unknown and not looked.at(place)
    }
    dark = {place for place, gap in last.gaps if gap is ViewGap.UNSEEN}
    before, after = {gap for _, gap in last.gaps}, {gap for _, gap in gaps}
    left = {AccountAtPlace(Place(orphan.school, orphan.supplier), orphan.way_in): orphan for orphan in orphans}
    ways_in = left.keys() | {way_in for way_in in last.ways_in if not looked.at(way_in.place)}
    passed = {passed_day(one) for one in coming if one.urgency is Urgency.OVERDUE}
    return News(
        new=tuple(sorted(new, key=lambda each: (each.place, each.change.aspect, _key(each)))),
        mended=tuple(each for each in settled if _asked(each.difference, found)),
        dropped=tuple(each for each in settled if not _asked(each.difference, found)),
        accepted=tuple(each for each in ended if each.difference in found.accepted),
        lost=tuple(sorted(place for place, gap in found.gaps if gap is ViewGap.UNSEEN and place not in dark)),
        regained=tuple(sorted(dark & found.seen)),
        opened=tuple(gap for gap in ViewGap if gap in after - before),
        closed=tuple(gap for gap in ViewGap if gap in before - after),
        still=len(now) - len(new) + len(still),
        unseen=unseen,
        told=Notified(now | still, gaps, ways_in, last.passed | passed),
        orphans=tuple(orphan for way_in, orphan in left.items() if way_in not in last.ways_in),
        overdue=passed - last.passed,
    )


def passed_day(coming: ComingDate) -> PassedDay:
    """Name a day as it is remembered."""
    return PassedDay(coming.kind.value, coming.subject, coming.day)


def observations_in(plan: Plan) -> PlanObservations:
    """The differences, gaps and views of a plan, by place."""
    differs, accepted = {}, set()
    unknown: dict[Place, Sequence[UnknownFacts]] = {}
    gaps = {
        (Place(school.name, ""), ViewGap.UNSEEN)
        for school in plan.schools
        if isinstance(school.reachable, Known) and not school.reachable.value
    }
    seen, asked = set[Place](), set[tuple[Place, Aspect]]()
    for place, part in _parts(plan):
        unknown[place] = part.unknown
        gaps |= {(place, gap) for gap in _gaps(part)}
        asked |= {(place, aspect) for aspect in _known_aspects(part)}
        if (place, ViewGap.UNSEEN) not in gaps and part.facts > sum(item.facts for item in part.unknown):
            seen.add(place)
        for change in part.changes:
            key = DifferenceKey.of(change, place.school, place.supplier)
            if change.waived:
                accepted.add(key)
            else:
                differs[key] = NewDifference(place, change)
    unidentified = {school.name for school in plan.schools if school.urn is not None and school.right_school is None}
    return PlanObservations(differs, accepted, unknown, gaps, seen, asked, unidentified)


def _parts(plan: Plan) -> Iterator[tuple[Place, SchoolPlan | AccessPlan]]:
    for school in plan.schools:
        yield Place(school.name, ""), school
    for access in plan.accesses:
        yield Place(*access.address), access


def _gaps(part: SchoolPlan | AccessPlan) -> Iterator[ViewGap]:
    """What the view of a part lacks. What a refused login or another school hides is told by that difference."""
    refused = any(change.action is Action.MEND_LOGIN for change in part.changes)
    for item in part.unknown:
        if item.why in TO_ATTEST:
            yield ViewGap.TO_ATTEST
        elif item.why is not UnknownReason.OTHER_SCHOOL and not (refused and item.why is UnknownReason.LOGIN_REFUSED):
            yield ViewGap.UNSEEN


def _known_aspects(part: SchoolPlan | AccessPlan) -> Iterator[Aspect]:
    """Of what a part was looked at and seen, by a probe or by a person."""
    yield from (change.aspect for change in part.changes)
    yield from (vouched.aspect for vouched in part.vouched)
    if isinstance(part, SchoolPlan):
        yield Aspect.REACHABLE
        yield from [Aspect.RIGHT_SCHOOL] if part.right_school is not None else []
        return
    if isinstance(part.login, Known):
        yield Aspect.LOGIN
    if isinstance(part.granted, Known):
        yield Aspect.READ


def _asked(difference: DifferenceKey, found: PlanObservations) -> bool:
    """Tell if a difference ended because somebody looked."""
    return (_place(difference), difference.aspect) in found.asked


def _blind(plan: Plan) -> bool:
    """Whether the service, of the accesses that it was to tell of, told of one in ten at most."""
    asked = [access for access in plan.accesses if not waits(access)]
    told = sum(_told(access.login) or _told(access.granted) for access in asked)
    return bool(asked) and 10 * told <= len(asked)


def _told(fact: Fact[object]) -> bool:
    """Whether the service told, and be it that another school answers."""
    return isinstance(fact, Known) or fact.reason is UnknownReason.OTHER_SCHOOL


def waits(access: AccessPlan) -> bool:
    """Whether no probe can ask for an access: it has no account, or nobody kept the password of it."""
    return access.via is Via.PARTNER_APPLICATION or (
        not isinstance(access.login, Known) and access.login.reason in TO_ATTEST
    )


def stays(difference: DifferenceKey, found: PlanObservations, looked: ObservedScope) -> bool:
    """Whether a difference that is not seen may still be there."""
    place = _place(difference)
    if place not in found.unknown:
        return not looked.at(place)
    if (difference.action, difference.aspect) == (Action.REVOKE, Aspect.ROLE):  # one whoever declares any
        return not _asked(difference, found)
    if difference.aspect is Aspect.RIGHT_SCHOOL:  # counted only where it is known
        return difference.school in found.unidentified
    return found.hides(difference)


def covers(item: UnknownFacts, difference: DifferenceKey) -> bool:
    """Tell if unknown facts hide a difference of the same place."""
    if item.aspect is not difference.aspect:
        return False
    return item.aspect not in _NAME_BY_NAME or item.name == "*" or entity_key(item.name) == difference.key


def _state(change: Change, *, pending: bool) -> DifferenceState:
    return DifferenceState(change.name, change.before, change.after, pending)


def _same(told: DifferenceState | None, now: DifferenceState) -> bool:
    """Whether two are one difference; how its name is spelt does not matter. Drift is news to those who took it for
    work that is left."""
    is_drift_now = told is not None and told.pending and not now.pending
    return told is not None and (told.before, told.after) == (now.before, now.after) and not is_drift_now


def _place(difference: DifferenceKey) -> Place:
    return Place(difference.school, difference.supplier)


def _key(new: NewDifference) -> str:
    return entity_key(new.change.name)


def _selects(globs: Sequence[str], name: str) -> bool:
    return not globs or any(fnmatchcase(name, glob) for glob in globs)
