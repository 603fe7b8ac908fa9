"""override-conflict: overrides of one school do not contradict each other.

Only one of them could count, and order never matters.
"""

from collections.abc import Iterator
from itertools import combinations
from typing import Final

from reconciler.manifest.resolving.layers import NONE
from reconciler.manifest.text.document import Data
from reconciler.manifest.workspace.manifests import Manifest, Manifests
from reconciler.model.entity import entity_key
from reconciler.model.problem import Problem, Severity
from reconciler.planning.facts import FACTS

ID: Final = "override-conflict"


_WRITE_BACK: Final = ("writeBack",)  # of two mappings each key is looked at; one that is none goes with no other
_SETTINGS: Final = (
    _WRITE_BACK,
    ("via",),
    ("application",),
    ("account", "username"),
    ("account", "password"),
    ("writeBack", "role"),
    ("writeBack", "permissions"),
    *(row.manifest for row in FACTS if row.manifest),
    ("extraEntities",),
    ("state",),
    ("accessFrom",),
    ("accessUntil",),
)


def check(manifests: Manifests) -> Iterator[Problem]:
    """Find two overrides of a school that set a key differently, or of which one adds what the other removes; and what
    a supplier both adds to its profile and removes from it."""
    for supplier in manifests.suppliers:
        yield from _contradictions(supplier, supplier.entities, supplier.entities)
        if not supplier.tells("schools", "labels"):
            continue
        meeting = {
            pair: placement.school.name
            for placement in (manifests.placements_of(supplier) if supplier.overrides else ())
            for pair in (*combinations(placement.overrides, 2), *((number, number) for number in placement.overrides))
        }
        for (one, another), school in sorted(meeting.items()):
            yield from _settings(supplier, one, another, school)
            yield from _entities(supplier, one, another, school)


def _settings(supplier: Manifest, one: int, another: int, school: str) -> Iterator[Problem]:
    for keys in _SETTINGS:
        first, second = _holder(supplier.overrides[one], keys), _holder(supplier.overrides[another], keys)
        key = keys[-1]
        if first and second and _normal(first[key], keys) != _normal(second[key], keys):
            place = supplier.document.key(first, key)
            message = f"Two overrides set `{key}` differently at {school}. The other is at {place}."
            yield Problem(ID, Severity.ERROR, supplier.document.key(second, key), message, _HINT)


def _entities(supplier: Manifest, one: int, another: int, school: str) -> Iterator[Problem]:
    changes = [supplier.overrides[number].get("entities", {}) for number in (one, another)]
    for adding, removing in ((0, 1), (1, 0)) if one != another else ((0, 0),):
        yield from _contradictions(supplier, changes[adding], changes[removing], f"At {school}, ")


def _contradictions(
    supplier: Manifest, adding: dict[str, list[Data]], removing: dict[str, list[Data]], where: str = ""
) -> Iterator[Problem]:
    """What one change adds and one removes."""
    if "remove" not in removing or "add" not in adding:
        return
    removed = {entity_key(name.value): name.origin for name in supplier.names(removing["remove"])}
    for name in supplier.names(adding["add"]):
        if entity_key(name.value) in removed:
            message = f"{where}`{name.value}` is added here and removed at {removed[entity_key(name.value)]}."
            yield Problem(ID, Severity.ERROR, name.origin, message, _HINT)


def _holder(override: dict[str, Data], keys: tuple[str, ...]) -> dict[str, Data] | None:
    """The mapping of an override that sets a thing; None where it does not."""
    inner: Data = override
    for key in keys[:-1]:
        inner = inner.get(key, {})
    return inner if isinstance(inner, dict) and keys[-1] in inner else None


def _normal(value: Data, keys: tuple[str, ...]) -> Data:
    """A value as it compares: lists of names are sets."""
    if keys == _WRITE_BACK:
        return value == NONE
    return frozenset(entity_key(name) for name in value) if isinstance(value, list) else value


_HINT: Final = "Keep one of the two, or select different schools."
