"""The part of an access or a school that is asked about: one name, or everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reconciler.catalogue import entities
from reconciler.errors import SelectionError
from reconciler.explaining.workspace import ExplainedWorkspace
from reconciler.manifest.resolving.provenance import (
    ENTITIES,
    NOT_DECLARED,
    entities_with_layers,
    grouped,
    values_of_access,
    values_of_school,
)
from reconciler.model.address import Address
from reconciler.model.aspect import Aspect
from reconciler.model.entity import entity_key
from reconciler.model.explanation import ExplainedRow
from reconciler.planning.facts import CHOICES, FACT_KEYS
from reconciler.spelling import did_you_mean

# The facts that a key of a manifest is about; of the others, only their own values are told.
_ASPECTS: Final = {
    "schoolId": Aspect.REACHABLE,
    "platform": Aspect.REACHABLE,
    "urn": Aspect.RIGHT_SCHOOL,
    "movedFrom": Aspect.OLD_EXPORT,
    "account": Aspect.LOGIN,
    "via": Aspect.PARTNER_APPLICATION,
    "application": Aspect.PARTNER_APPLICATION,
    "extraEntities": Aspect.READ,
    "profile": Aspect.READ,
    ENTITIES: Aspect.READ,
    "writeBack.role": Aspect.ROLE,
    "writeBack.permissions": Aspect.WRITE,
    **{".".join(row.manifest): row.aspect for row in CHOICES.values() if row.manifest},
}
_KEYS: Final = {name.casefold(): name for key in _ASPECTS for name in (key, key.partition(".")[0])}


@dataclass(frozen=True, slots=True)
class Focus:
    """What of a place is explained.

    name     as it is spelt; empty for the whole place
    values   its values in the manifests
    aspects  the facts that go with them
    key      the entity, permission or role; empty for any
    """

    name: str
    values: tuple[ExplainedRow, ...]
    aspects: frozenset[Aspect]
    key: str = ""

    def has(self, aspect: Aspect, name: str) -> bool:
        """Tell if a fact or a difference of this name is asked about; `*` stands for all of a kind."""
        return aspect in self.aspects and (not self.key or name == "*" or entity_key(name) == self.key)


def focus_on(workspace: ExplainedWorkspace, address: Address, name: str) -> Focus:
    """Find a name at a place; raises SelectionError if the place has nothing of that name."""
    if address.supplier:
        placement = workspace.placement(address)
        values = tuple(values_of_access(workspace.manifests, placement))
        mentioned = entities_with_layers(placement.supplier, placement.overrides)
        every = (*values, *([grouped(mentioned)] if mentioned else []))
    else:
        mentioned = {}
        every = values = tuple(values_of_school(workspace.manifests, workspace.school(address.school)))
    if not name:
        return Focus("", every, frozenset(Aspect))
    facts = {key: fact for key, fact in FACT_KEYS.items() if fact.row.of_school is not bool(address.supplier)}
    return (
        _of_key(name, every)
        or (_of_fact(facts[name].row.aspect, name, every) if name in facts else None)
        or (_of_name(name, every, mentioned) if address.supplier else None)
        or _not_found(address, name, [*(row.name for row in every), *facts, *(row.name for row in mentioned.values())])
    )


def _of_key(name: str, every: tuple[ExplainedRow, ...]) -> Focus | None:
    """A key of a manifest, or all below it: `account.username`, `account`."""
    wanted = name.casefold()
    rows = tuple(row for row in every if f"{row.name}.".casefold().startswith(f"{wanted}."))
    if not rows and wanted in _KEYS:
        rows = (ExplainedRow(_KEYS[wanted], NOT_DECLARED),)
    return Focus(name, rows, frozenset(filter(None, map(_aspect, rows)))) if rows else None


def _of_fact(aspect: Aspect, name: str, every: tuple[ExplainedRow, ...]) -> Focus:
    """A fact as `attest` has it: `roles`, `consent.students`."""
    return Focus(name, tuple(row for row in every if _aspect(row) is aspect), frozenset({aspect}))


def _of_name(name: str, every: tuple[ExplainedRow, ...], mentioned: dict[str, ExplainedRow]) -> Focus | None:
    """An entity, declared or known to the catalogue; a write-back permission; a role."""
    key = entity_key(name)
    if key in mentioned or key in entities():
        row = mentioned.get(key) or ExplainedRow(entities()[key].name, NOT_DECLARED)
        extra = tuple(one for one in every if one.name == "extraEntities")
        return Focus(row.name, (row, *extra), frozenset({Aspect.READ}), key)
    for row in every:
        aspect = _aspect(row)
        if aspect in (Aspect.ROLE, Aspect.WRITE) and key in map(entity_key, row.values):
            return Focus(name, (row,), frozenset({aspect}), key)
    return None


def _aspect(row: ExplainedRow) -> Aspect | None:
    return _ASPECTS.get(row.name) or _ASPECTS.get(row.name.partition(".")[0])


def _not_found(address: Address, name: str, names: list[str]) -> Focus:
    known = [*names, *(entity.name for entity in entities().values())] if address.supplier else names
    place = str(address) if address.supplier else address.school
    raise SelectionError(f"{place} has nothing called {name!r}. {did_you_mean(name, known)}")
