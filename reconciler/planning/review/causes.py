"""Attribute each difference to this change, to the manifests before it, or to both.

| its declaration is an edit | the manifests of the base had such a difference | so its cause is |
|----------------------------|-------------------------------------------------|-----------------|
| no                         | any                                             | before          |
| yes                        | no, or nobody knows                             | this change     |
| yes                        | yes                                             | both            |

It also finds the differences that the base had and the change ignores, although Bromcom is as it was.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final, TypeAlias

from reconciler.model.aspect import Action, Aspect, FactRef
from reconciler.model.change import Change
from reconciler.model.desired import Desired
from reconciler.model.entity import entity_key
from reconciler.model.outcome import Verified
from reconciler.model.plan import AccessPlan, Plan
from reconciler.model.review import (
    TOLERATED,
    Cause,
    DifferenceKey,
    Edit,
    Edits,
    Effect,
    LiveStatus,
    ManifestField,
    PlacedCauses,
    Topic,
)
from reconciler.planning.facts import WRITING, identity

_Key: TypeAlias = tuple[Action, Aspect, str]
_Edited: TypeAlias = frozenset[tuple[Topic, str]]
_NO_EDITS: Final[_Edited] = frozenset()
_WHOLE: Final = frozenset({ManifestField.ACCESS, ManifestField.ACCOUNT})  # what is edited there is all of the access


class Causes(PlacedCauses):
    """The cause of each difference of a plan; `before` is the plan of the manifests `base`, and `edits` lead to `head`.

    They are found place by place when they are asked for, and once for all places that are alike.
    """

    def __init__(self, plan: Plan, before: Plan, edits: Edits, base: Desired, head: Desired) -> None:
        self._changes = _changes_by_place(plan)
        self._before = _changes_by_place(before)
        shared: dict[int, _Edited] = {}
        for _, _, its in edits.places:
            if id(its) not in shared:
                shared[id(its)] = frozenset(_identity(edit.topic, edit.name) for edit in its)
        self._edited = {(school, supplier): shared[id(its)] for school, supplier, its in edits.places}
        self._moved = {edit.school for edit in edits.where(lambda edit: edit.topic is ManifestField.SERVICE)}
        for name, school in head.schools.items():
            # A school's accounts are those of all its suppliers, also of those that a run and its edits leave out.
            claimed = school.claims.keys() ^ (base.schools[name].claims.keys() if name in base.schools else set())
            if claimed:
                accounts = frozenset(_identity(Aspect.ACCOUNT, username) for username in claimed)
                self._edited[name, ""] = self._edited.get((name, ""), _NO_EDITS) | accounts
        self._alike: dict[tuple[int, ...], tuple[Cause, ...]] = {}
        self._by_key = lru_cache(4)(self._of_place)  # whoever asks for one asks for the others there next

    def at(self, school: str, supplier: str) -> tuple[Cause, ...]:
        """One for each difference of the plan there, in its order."""
        place, is_moved = (school, supplier), school in self._moved
        changes, before = self._changes[place], self._before.get(place, ())
        edited = self._edited.get(place, _NO_EDITS)
        alike = id(changes), id(before), id(edited), is_moved
        if alike not in self._alike:
            self._alike[alike] = _found(changes, before, edited, is_moved=is_moved)
        return self._alike[alike]

    def __getitem__(self, key: DifferenceKey) -> Cause:
        return self._by_key(key.school, key.supplier)[key[2:]]

    def __iter__(self) -> Iterator[DifferenceKey]:
        for school, supplier in self._changes:
            yield from (DifferenceKey(school, supplier, *key) for key in self._by_key(school, supplier))

    def __len__(self) -> int:
        return sum(len(self._by_key(*place)) for place in self._changes)

    def _of_place(self, school: str, supplier: str) -> Mapping[_Key, Cause]:
        return dict(zip(map(_key, self._changes[school, supplier]), self.at(school, supplier), strict=True))


def causes(plan: Plan, before: Plan, edits: Edits, base: Desired, head: Desired) -> Causes:
    """Find the cause of each difference of a plan; `before` is the plan of the manifests `base`, and `edits` lead from
    them to `head`."""
    return Causes(plan, before, edits, base, head)


def _found(
    changes: Iterable[Change], before: Iterable[Change], edited: _Edited, *, is_moved: bool
) -> tuple[Cause, ...]:
    """The causes at one place."""
    before_keys = {_subject(_key(change)) for change in before}
    topics = {topic for topic, _ in edited}
    is_whole = is_moved or bool(topics & _WHOLE)
    attributed = []
    for key in map(_key, changes):
        was_there = _subject(key) in before_keys
        is_edited = is_whole or _subject(key) in edited or _follows(key, edited, topics)
        if is_edited or (_is_extra(key) and not was_there and not WRITING.isdisjoint(topics)):
            attributed.append(Cause.BOTH if was_there else Cause.THIS_CHANGE)
        else:
            attributed.append(Cause.BEFORE)
    return tuple(attributed)


def pending(
    plan: Plan, attributed: Mapping[DifferenceKey, Cause], verified: Mapping[FactRef, Verified]
) -> AbstractSet[DifferenceKey]:
    """Find the differences that nobody has carried out yet, from their causes since the last verified apply.

    | its cause     | it was verified since, as it should be | so it is                        |
    |---------------|----------------------------------------|---------------------------------|
    | this change   | no                                     | pending                         |
    | this change   | yes                                    | drift: it was so, and moved     |
    | before, both  | any                                    | drift                           |
    """
    carried_out = {_of_outcome(outcome) for outcome in verified.values()}
    unwaived = {key for key, is_waived in _with_waivers(plan) if not is_waived}
    return frozenset(
        key
        for key, cause in attributed.items()
        if cause is Cause.THIS_CHANGE
        and key.aspect is not Aspect.RIGHT_SCHOOL  # nobody carries that out in Bromcom
        and key in unwaived
        and (*key[:2], *_subject(key[2:]), key.action is Action.REVOKE) not in carried_out
    )


def _of_outcome(outcome: Verified) -> tuple[str, str, Aspect, str, bool]:
    school, supplier, aspect, name = outcome.subject
    return school, supplier, aspect, identity(aspect, entity_key(name)), outcome.absent


def _follows(key: _Key, edited: _Edited, topics: AbstractSet[Topic]) -> bool:
    """Tell if the manifests ask for something else there than before, without naming it."""
    action, aspect, _ = key
    if aspect is Aspect.RIGHT_SCHOOL:
        return (ManifestField.PARTICULARS, "urn") in edited
    if aspect is Aspect.LOGIN:
        return ManifestField.PASSWORD in topics
    return action is Action.REVOKE and aspect is Aspect.READ and ManifestField.EXTRA_ENTITIES in topics


def _is_extra(key: _Key) -> bool:
    """Tell if it is an undeclared permission: no permission is a difference until something about writing is
    declared."""
    return key[:2] == (Action.REVOKE, Aspect.WRITE)


def _subject(key: _Key) -> tuple[Aspect, str]:
    return key[1], identity(key[1], key[2])


@lru_cache(16_384)
def _identity(topic: Topic, name: str) -> tuple[Topic, str]:
    return topic, identity(topic, entity_key(name))


@lru_cache(100_000)
def _key(change: Change) -> _Key:
    """A difference without its place; the same one is at many."""
    return change.action, change.aspect, entity_key(change.name)


def _changes_by_place(plan: Plan) -> Mapping[tuple[str, str], tuple[Change, ...]]:
    changes = {(school.name, ""): school.changes for school in plan.schools}
    return changes | {(access.address.school, access.address.supplier): access.changes for access in plan.accesses}


def _with_waivers(plan: Plan) -> Iterator[tuple[DifferenceKey, bool]]:
    """Every difference of a plan, each with whether a waiver accepts it."""
    for school in plan.schools:
        yield from ((DifferenceKey.of(change, school.name, ""), bool(change.waived)) for change in school.changes)
    for access in plan.accesses:
        yield from ((DifferenceKey.of(change, *access.address), bool(change.waived)) for change in access.changes)


def newly_ignored(plan: Plan, before: Plan, head: Desired) -> Iterator[Edit]:
    """Every entity that is granted, that the manifests `head` do not declare, and that they call no difference, where
    those of the base did: it stays readable, and nobody would see it in a plan any more.

    `before` is the plan of what the manifests of the base say of the same live side.
    """
    were = {access.address: access for access in before.accesses}
    for access in plan.accesses:
        was = were.get(access.address)
        if was is not None:
            yield from _of_access(access, was, head)


def _of_access(access: AccessPlan, was: AccessPlan, head: Desired) -> Iterator[Edit]:
    declared = head.accesses[access.address].entities
    still = {entity_key(c.name) for c in access.changes if (c.action, c.aspect) == (Action.REVOKE, Aspect.READ)}
    for change in was.changes:
        key = entity_key(change.name)
        if (change.action, change.aspect) == (Action.REVOKE, Aspect.READ) and key not in still | declared.keys():
            yield Edit(
                *access.address,
                Aspect.READ,
                change.name,
                "",
                TOLERATED,
                Effect.MORE,
                change.risk,
                LiveStatus.IN_PLACE,
                change.note,
                access.origin,
            )
