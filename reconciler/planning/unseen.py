"""What the manifests declare and nobody knows this time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.model.change import Aspect, Unseen
from reconciler.model.fact import Known, Why

if TYPE_CHECKING:
    from reconciler.model.desired import Access, School
    from reconciler.model.live import LiveAccess, LiveSchool
    from reconciler.model.origin import Declared

_NO_PROBE = "no probe can see it: look at it in Bromcom"


def unseen_of_school(school: School, live: LiveSchool) -> tuple[Unseen, ...]:
    """The school's own facts that are unknown. A school that does not answer is a known fact, and no surprise here."""
    found = []
    if not isinstance(live.reachable, Known):
        fact = live.reachable
        found.append(Unseen(Aspect.REACHABLE, school.name, 1, fact.why, fact.text, school.origin))
    if school.lawful_basis:
        found.append(_no_probe(Aspect.LAWFUL_BASIS, school.lawful_basis))
    return tuple(found)


def unseen_of_access(access: Access, live: LiveAccess) -> tuple[Unseen, ...]:
    """The access's facts that are unknown; all its declared entities are one item where their list is unknown."""
    found = []
    if not isinstance(live.login, Known):
        fact = live.login
        found.append(Unseen(Aspect.LOGIN, access.username.value, 1, fact.why, fact.text, access.username.origin))
    if not isinstance(live.entities, Known):
        fact = live.entities
        found.append(Unseen(Aspect.READ, "*", facts_of_list(access), fact.why, fact.text, access.origin))
    else:
        found += _unread(access, live)
    if access.role:
        found.append(_no_probe(Aspect.ROLE, access.role))
    found += [_no_probe(Aspect.WRITE, permission) for permission in access.permissions.values()]
    found += [_no_probe(Aspect.CONSENT, need) for need in access.consent_needs]
    return tuple(found)


def facts_of_list(access: Access) -> int:
    """How many facts the list of granted entities settles. Where none is declared, that nothing is granted is one."""
    return max(1, len(access.entities))


def _unread(access: Access, live: LiveAccess) -> list[Unseen]:
    """Entities that are listed and could not be read when a deep probe tried."""
    return [
        Unseen(Aspect.READ, access.entities[key].value, 1, fact.why, fact.text, access.entities[key].origin)
        for key, fact in live.columns.items()
        if key in access.entities and not isinstance(fact, Known)
    ]


def _no_probe(aspect: Aspect, declared: Declared) -> Unseen:
    return Unseen(aspect, declared.value, 1, Why.NO_PROBE, _NO_PROBE, declared.origin)
