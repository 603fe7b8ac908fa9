"""What the manifests could take away: agreed entities of which nothing says that they are needed."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from reconciler.model.accountability.least_privilege import AccessPrivileges, Doubt, EntityPrivilege, Truth
from reconciler.model.address import Address


class Proposal(NamedTuple):
    """The keys of agreed entities to take away from one access."""

    address: Address
    entities: frozenset[str]


def proposals(accesses: Iterable[AccessPrivileges]) -> Iterator[Proposal]:
    """Return the proposals about the entities that a report shows.

    An access that would be left with nothing has none: whether it ends is another question, for a person.
    """
    for access in accesses:
        keys = frozenset(entity.key for entity in access.shown if _is_dispensable(entity))
        if keys and any(entity.declared and entity.key not in keys for entity in access.entities):
            yield Proposal(access.address, keys)


def left_with_nothing(accesses: Iterable[AccessPrivileges]) -> Iterator[Address]:
    """Return the accesses of which every agreed entity is dispensable."""
    for access in accesses:
        declared = [entity for entity in access.entities if entity.declared]
        if declared and all(map(_is_dispensable, declared)):
            yield access.address


def _is_dispensable(entity: EntityPrivilege) -> bool:
    """Tell if nothing says that an agreed entity is needed. What was called is needed, and a list beats other schools.

    | called  | in the list | given by few peers | dispensable |
    |---------|-------------|--------------------|-------------|
    | yes     | any         | any                | no          |
    | no      | any         | any                | yes         |
    | unknown | no          | any                | yes         |
    | unknown | unknown     | yes                | yes         |
    | unknown | yes         | any                | no          |
    """
    if entity.declared is None or entity.called is Truth.YES:
        return False
    if entity.called is Truth.NO or entity.listed is Truth.NO:
        return True
    return entity.listed is Truth.UNKNOWN and Doubt.FEW_PEERS in entity.doubts
