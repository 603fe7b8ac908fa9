"""Answers that differ from the manifests: a person is asked once more before one is written, and shown what may be a
slip."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from reconciler.model.attestation import DoubtedAnswer, state_of
from reconciler.model.desired import Desired
from reconciler.model.entity import entity_key
from reconciler.model.live import THIRD_PARTY
from reconciler.planning.facts import FACT_KEYS
from reconciler.spelling import nearest

# {fact that is a list of names: the names that the manifests, or the catalogue, know}.
Names: TypeAlias = "Mapping[str, frozenset[str]]"


def doubts(
    facts: Mapping[str, tuple[str, ...]], declared: Mapping[str, tuple[str, ...]], names: Names
) -> tuple[DoubtedAnswer, ...]:
    """List the answers that differ from what is declared, in the order of what is declared."""
    return tuple(
        DoubtedAnswer(key, facts[key], tuple(_remarks(key, facts[key], names)))
        for key, values in declared.items()
        if key in facts and not agree(facts[key], values)
    )


def agree(names: Iterable[str], declared: Iterable[str]) -> bool:
    """Tell if two lists of names are the same; capitals and order do not matter. Counts of people who consented are
    the choice that they mean."""
    return {entity_key(state_of(name) or name) for name in names} == set(map(entity_key, declared))


def strangers(values: Iterable[str], known_names: Iterable[str]) -> dict[str, str | None]:
    """{name that is not known: the known one that it looks like, if any}."""
    names = tuple(known_names)
    keys = {entity_key(name) for name in names}
    return {value: nearest(value, names) for value in values if entity_key(value) not in keys}


def names_known(desired: Desired) -> Names:
    """The names that a workspace declares, and Bromcom's own."""
    from reconciler.catalogue import entities
    from reconciler.manifest.rules.permission_spelling import SOURCED

    accesses = desired.accesses.values()
    return {
        "entities": frozenset(
            {
                *(name.value for access in accesses for name in access.entities.values()),
                *(entity.name for entity in entities().values()),
            }
        ),
        "roles": frozenset({THIRD_PARTY, *(access.role.value for access in accesses if access.role)}),
        "permissions": frozenset(
            {SOURCED, *(name.value for access in accesses for name in access.permissions.values())}
        ),
        "accounts": frozenset(name.value for school in desired.schools.values() for name in school.claims.values()),
    }


def _remarks(key: str, values: tuple[str, ...], names: Names) -> Iterable[str]:
    if key == "roles" and entity_key(THIRD_PARTY) not in map(entity_key, values):
        yield f"{THIRD_PARTY} is always among them if the login works."
    if not FACT_KEYS[key].row.choices:
        for name, near in strangers(values, names.get(key, ())).items():
            meant = f": did you mean `{near}`?" if near else "."
            yield f"`{name}` is in neither the manifests nor the catalogue{meant}"
