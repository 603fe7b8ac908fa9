"""Attribute each difference to this change, to the manifests before it, or to both.

| its declaration is an edit | the manifests of the base had such a difference | so its cause is |
|----------------------------|-------------------------------------------------|-----------------|
| no                         | any                                             | before          |
| yes                        | no, or nobody knows                             | this change     |
| yes                        | yes                                             | both            |

It also finds the differences that the base had and the change ignores, although Bromcom is as it was.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from reconciler.model.aspect import Action, Aspect, FactRef
from reconciler.model.desired import Desired
from reconciler.model.entity import entity_key
from reconciler.model.outcome import Verified
from reconciler.model.plan import AccessPlan, Plan
from reconciler.model.review import TOLERATED, Cause, DifferenceKey, Edit, Effect, LiveStatus, ManifestField, Topic
from reconciler.planning.facts import WRITING, identity

_WHOLE: Final = frozenset({ManifestField.ACCESS, ManifestField.ACCOUNT})  # what is edited there is all of the access


def causes(plan: Plan, before: Plan, edits: Iterable[Edit]) -> Mapping[DifferenceKey, Cause]:
    """Find the cause of each difference of a plan; `before` is the plan of the base's manifests."""
    edited: defaultdict[tuple[str, str], set[tuple[Topic, str]]] = defaultdict(set)
    for edit in edits:
        edited[edit.school, edit.supplier].add((edit.topic, identity(edit.topic, entity_key(edit.name))))
    before_keys = {_subject(each) for each in _differences(before)}
    attributed = {}
    for each in _differences(plan):
        was_there = _subject(each) in before_keys
        edited_here = edited[each.school, each.supplier]
        if _is_edited(each, edited_here, edited[each.school, ""]) or (
            _is_extra(each) and not was_there and _writes(edited_here)
        ):
            attributed[each] = Cause.BOTH if was_there else Cause.THIS_CHANGE
        else:
            attributed[each] = Cause.BEFORE
    return attributed


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
        and (*_subject(key), key.action is Action.REVOKE) not in carried_out
    )


def _of_outcome(outcome: Verified) -> tuple[str, str, Aspect, str, bool]:
    school, supplier, aspect, name = outcome.subject
    return school, supplier, aspect, identity(aspect, entity_key(name)), outcome.absent


def _is_edited(
    difference: DifferenceKey, edited: AbstractSet[tuple[Topic, str]], asked_of_school: AbstractSet[tuple[Topic, str]]
) -> bool:
    """Tell if the manifests ask for something else there than before."""
    if (difference.aspect, identity(difference.aspect, difference.key)) in edited:
        return True
    topics = {topic for topic, _ in edited}
    if topics & _WHOLE or ManifestField.SERVICE in {topic for topic, _ in asked_of_school}:
        return True
    if difference.aspect is Aspect.RIGHT_SCHOOL:
        return (ManifestField.PARTICULARS, "urn") in edited
    if difference.aspect is Aspect.LOGIN:
        return ManifestField.PASSWORD in topics
    return (
        difference.action is Action.REVOKE
        and difference.aspect is Aspect.READ
        and ManifestField.EXTRA_ENTITIES in topics
    )


def _is_extra(difference: DifferenceKey) -> bool:
    """Tell if it is an undeclared permission: no permission is a difference until something about writing is
    declared."""
    return difference.action is Action.REVOKE and difference.aspect is Aspect.WRITE


def _writes(edited: AbstractSet[tuple[Topic, str]]) -> bool:
    return not WRITING.isdisjoint(topic for topic, _ in edited)


def _subject(difference: DifferenceKey) -> tuple[str, str, Aspect, str]:
    return difference.school, difference.supplier, difference.aspect, identity(difference.aspect, difference.key)


def _differences(plan: Plan) -> Iterator[DifferenceKey]:
    return (key for key, _ in _with_waivers(plan))


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
