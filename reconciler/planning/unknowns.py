"""The declared facts that are unknown this time, and those known only by attestation."""

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from reconciler.model.aspect import Action, Aspect
from reconciler.model.change import Change, UnknownFacts
from reconciler.model.desired import Access, Account, School
from reconciler.model.evidence import Attested, Fact, Known, Unknown, UnknownReason
from reconciler.model.live import UNASKED, LiveAccess, LiveSchool
from reconciler.model.plan import AttestedFacts
from reconciler.model.problem import Origin
from reconciler.planning.canonical import NOT_THERE, THERE, compares_entities, declares_unprobed
from reconciler.planning.facts import declared_choices


class ManagedFact(NamedTuple):
    """Facts that the manifests ask about together, and what is known of them.

    number   how many they are
    is_none  the one fact is that there is none of the kind: no entity, no role beyond Third Party, no permission, no
             account but those that are claimed
    """

    aspect: Aspect
    name: str
    fact: Fact[object]
    origin: Origin
    number: int = 1
    is_none: bool = False


def managed_of_school(school: School, live: LiveSchool) -> Iterator[ManagedFact]:
    """The school's own facts. If it is the right one is no fact to count, as an account must happen to tell, unless one
    was asked and its answer tells nothing."""
    right = live.right_school
    if school.urn is not None and isinstance(right, Known):
        there = Known(THERE if right.value else NOT_THERE, right.evidence)
        yield ManagedFact(Aspect.RIGHT_SCHOOL, str(school.urn), there, school.origin, number=0)
    elif school.urn is not None and isinstance(right, Unknown) and right.reason not in UNASKED:
        yield ManagedFact(Aspect.RIGHT_SCHOOL, str(school.urn), right, school.origin)
    yield ManagedFact(Aspect.REACHABLE, school.name, live.reachable, school.school_id_origin or school.origin)
    yield from _choices(school, None, live)
    if school.accounts_asked or _was_said(live.accounts):
        asked = school.accounts_asked or school.origin
        yield ManagedFact(Aspect.ACCOUNT, "*", live.accounts, asked, is_none=True)


def managed_of_access(access: Access, live: LiveAccess, school: LiveSchool) -> Iterator[ManagedFact]:
    """The facts of an access; all its declared entities are one item, since one list settles them."""
    if isinstance(access.via, Account):
        username = access.via.username
        yield ManagedFact(Aspect.LOGIN, username.value, live.login, username.origin)
    if compares_entities(access) and not (access.ended and isinstance(live.entities, Unknown)):
        # A closed login reads nothing, so of an ended access only its login is asked for.
        # Where none is declared, that nothing is granted is one fact.
        number = len(access.entities)
        yield ManagedFact(Aspect.READ, "*", live.entities, access.origin, max(1, number), is_none=not number)
    yield from _writing(access, live)
    if declares_unprobed(access):
        yield from _choices(access, live, school)


def _writing(access: Access, live: LiveAccess) -> Iterator[ManagedFact]:
    """The roles and the write-back permissions of an access, as far as one more of them is a difference.

    Roles that nobody declares are asked for where somebody's word says what they are, or did, and there was one too
    many: it may be there still when that word lapses.
    """
    if access.role:
        yield ManagedFact(Aspect.ROLE, access.role.value, live.roles, access.role.origin)
    elif access.no_permissions or (
        isinstance(access.via, Account) and _was_said(live.roles, ended=access.ended is not None)
    ):
        yield ManagedFact(Aspect.ROLE, "*", live.roles, access.no_permissions or access.origin, is_none=True)
    for permission in access.permissions.values():
        yield ManagedFact(Aspect.WRITE, permission.value, live.permissions, permission.origin)
    if access.declares_writing and not access.permissions:
        yield ManagedFact(Aspect.WRITE, "*", live.permissions, access.no_permissions or access.origin, is_none=True)


def _was_said(fact: Fact[object], *, ended: bool = False) -> bool:
    """Tell if a fact that cannot be probed was ever attested. To close the login of an ended access settles it."""
    if isinstance(fact, Known):
        return True
    return not ended and fact.reason not in (UnknownReason.NO_PROBE, UnknownReason.OTHER_SCHOOL)


def _choices(part: Access | School, live: LiveAccess | None, school: LiveSchool) -> Iterator[ManagedFact]:
    for row, declared in declared_choices(part):
        yield ManagedFact(row.aspect, declared.value, row.known(declared.value, live, school), declared.origin)


def undeclared(part: School | Access, managed: Iterable[ManagedFact]) -> int:
    """Count the facts that the manifests leave alone: of an account its roles and its write-back permissions, of a
    school its lawful basis. Nobody looks at them, so that a whole view says nothing of them."""
    managed_aspects = {item.aspect for item in managed}
    if isinstance(part, School):
        return len({Aspect.LAWFUL_BASIS} - managed_aspects)
    if part.ended:
        return 0  # a closed login leaves nothing to look at
    return len({Aspect.ROLE, Aspect.WRITE} - managed_aspects) if isinstance(part.via, Account) else 0


def unknown_facts(managed: Iterable[ManagedFact]) -> tuple[UnknownFacts, ...]:
    """Those of the facts that are unknown."""
    return tuple(
        UnknownFacts(item.aspect, item.name, item.number, item.fact.reason, item.fact.text, item.origin)
        for item in managed
        if not isinstance(item.fact, Known)
    )


def unread(access: Access, live: LiveAccess) -> tuple[UnknownFacts, ...]:
    """Entities that are listed and could not be read when a deep probe tried."""
    if not isinstance(live.entities, Known):
        return ()
    return tuple(
        UnknownFacts(Aspect.READ, access.entities[key].value, 1, fact.reason, fact.text, access.entities[key].origin)
        for key, fact in live.columns.items()
        if key in access.entities and not isinstance(fact, Known)
    )


def attested_facts(managed: Iterable[ManagedFact], changes: Collection[Change]) -> tuple[AttestedFacts, ...]:
    """Those of the facts that are as declared by a person's word alone; what differs is a change, and no more than
    that."""
    vouched = [
        (item, item.fact.evidence)
        for item in managed
        if isinstance(item.fact, Known) and isinstance(item.fact.evidence, Attested)
    ]
    if not vouched:
        return ()
    differing = {(change.aspect, change.name) for change in changes}
    ungranted = sum(change.action is Action.GRANT and change.aspect is Aspect.READ for change in changes)
    different = {change.aspect for change in changes}
    result = []
    for item, evidence in vouched:
        if item.is_none:
            facts = item.number - (item.aspect in different)
        elif item.name == "*":
            facts = item.number - ungranted
        else:
            facts = item.number - ((item.aspect, item.name) in differing)
        if facts > 0:
            result.append(AttestedFacts(item.aspect, item.name, facts, evidence))
    return tuple(result)
