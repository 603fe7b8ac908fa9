"""Names that somebody vouches for, and whether anything here knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from reconciler.model.entity import entity_key
from reconciler.nearest import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.model.desired import Desired

# {fact that is a list of names: the names that the manifests, or the catalogue, know}.
Names: TypeAlias = "Mapping[str, frozenset[str]]"


def names_known(desired: Desired) -> Names:
    """What all accesses of a workspace declare, and Bromcom's own."""
    accesses = desired.accesses.values()
    return with_catalogue(
        {
            "entities": {name.value for access in accesses for name in access.entities.values()},
            "roles": {access.role.value for access in accesses if access.role},
            "permissions": {name.value for access in accesses for name in access.permissions.values()},
        }
    )


def with_catalogue(names: Mapping[str, Iterable[str]]) -> Names:
    """These names, and Bromcom's own."""
    from reconciler.catalogue import entities
    from reconciler.manifest.rules.permission_spelling import SOURCED
    from reconciler.model.live import THIRD_PARTY

    own = {
        "entities": {entity.name for entity in entities().values()},
        "roles": {THIRD_PARTY},
        "permissions": {SOURCED},
    }
    return {key: frozenset({*names.get(key, ()), *own.get(key, ())}) for key in {*names, *own}}


def strangers(values: Iterable[str], known: Iterable[str]) -> dict[str, str | None]:
    """{name that is not known: the known one that it looks like, if any}."""
    names = tuple(known)
    keys = {entity_key(name) for name in names}
    return {value: nearest(value, names) for value in values if entity_key(value) not in keys}
